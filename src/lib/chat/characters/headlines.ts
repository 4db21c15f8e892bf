/** Headlines as they travel: the relay asked for them, the page passes them on, a prompt tells them. */
import * as v from 'valibot';
import { line } from './text.ts';

/** In UTF-16 units: longer ones are no headlines. */
export const MOST_TITLE = 200;
/** More than anybody wants to hear, and some 300 tokens. */
export const MOST_HEADLINES = 8;

export const HeadlineSchema = v.object({
	title: line(MOST_TITLE),
	/** Who published it; '' where not told. */
	source: v.optional(v.union([v.literal(''), line(60)]), '')
});
export type Headline = v.InferOutput<typeof HeadlineSchema>;

/** What `GET /v1/news` answers. Without headlines it tells why; a character then says so and talks of other things. */
export const NewsSchema = v.object({
	headlines: v.pipe(v.array(HeadlineSchema), v.maxLength(MOST_HEADLINES)),
	why: v.picklist(['told', 'no_key', 'unavailable'])
});
export type News = v.InferOutput<typeof NewsSchema>;

export const NEWS_PATH = '/v1/news';
export const CHARACTERS_PATH = '/v1/characters';
