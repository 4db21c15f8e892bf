/**
 * Today's headlines from a service that answers as NewsAPI's `top-headlines` does. The key stays here, in a header; one
 * question every four hours and language, however many people ask. Without a key nobody is ever asked.
 */
import * as v from 'valibot';
import { parseJsonWith } from '../src/lib/protocol/llm.ts';
import {
	HeadlineSchema,
	MOST_HEADLINES,
	MOST_TITLE,
	type Headline,
	type News
} from '../src/lib/chat/characters/headlines.ts';
import type { Log } from './log.ts';
import { boundedText } from './upstream/bounded-text.ts';
import { networkFailure, statusFailure, UpstreamError } from './upstream/failure.ts';

export const NEWS_LANGUAGES = ['en', 'fr'] as const;
export type NewsLanguage = (typeof NEWS_LANGUAGES)[number];

/** Headlines change more often, but a conversation does not need them by the minute, and free keys allow a hundred a day. */
const FRESH_MS = 4 * 3_600_000;
/** Where the service fails, older headlines are better than none; not yesterday's. */
const STALE_MS = 12 * 3_600_000;
/** After a failure, before it is asked again: whoever waits for a conversation to begin must not wait for it each time. */
const RETRY_MS = 60_000;
const TIMEOUT_MS = 4000;
/** A hundred articles with their descriptions are some 150 KB. */
const MOST_BYTES = 1 << 20;
/** Somebody who has chosen a country or sources wants those for every language. */
const CHOSEN = ['language', 'country', 'sources'] as const;
/** What the service writes in place of an article that was withdrawn. */
const WITHDRAWN = '[Removed]';

export interface NewsOptions {
	readonly url: string;
	/** '' where there is none. */
	readonly apiKey: string;
	readonly log: Log;
	/** Monotonic milliseconds. */
	readonly nowMs?: () => number;
	readonly timeoutMs?: number;
}

export interface NewsDesk {
	/** Never rejects; waits no longer than the time limit. */
	headlines(language: NewsLanguage): Promise<News>;
}

const AnswerSchema = v.object({ articles: v.array(v.unknown()) });
const ArticleSchema = v.object({
	title: v.string(),
	source: v.nullish(v.object({ name: v.nullish(v.string()) }))
});

export function createNews(options: NewsOptions): NewsDesk {
	const { apiKey, url } = options;
	if (apiKey === '') return { headlines: () => Promise.resolve({ headlines: [], why: 'no_key' }) };
	const desks = new Map<string, Desk>();
	for (const language of NEWS_LANGUAGES) {
		const asked = withLanguage(url, language);
		if (!desks.has(asked)) desks.set(asked, new Desk(asked, options));
	}
	return {
		headlines: (language) =>
			desks.get(withLanguage(url, language))?.headlines() ?? Promise.resolve({ headlines: [], why: 'unavailable' })
	};
}

function withLanguage(url: string, language: NewsLanguage): string {
	const asked = new URL(url);
	if (!CHOSEN.some((name) => asked.searchParams.has(name))) asked.searchParams.set('language', language);
	return asked.href;
}

/** One address, its last answer, and the one question that may be under way. */
class Desk {
	readonly #url: string;
	readonly #options: NewsOptions;
	readonly #nowMs: () => number;
	#last: { readonly headlines: readonly Headline[]; readonly atMs: number } | null = null;
	#failedAtMs: number | null = null;
	#flight: Promise<News> | null = null;

	constructor(url: string, options: NewsOptions) {
		this.#url = url;
		this.#options = options;
		this.#nowMs = options.nowMs ?? (() => performance.now());
	}

	headlines(): Promise<News> {
		if (this.#last !== null && this.#nowMs() - this.#last.atMs < FRESH_MS) return Promise.resolve(this.#answer());
		if (this.#failedAtMs !== null && this.#nowMs() - this.#failedAtMs < RETRY_MS)
			return Promise.resolve(this.#answer());
		this.#flight ??= this.#ask().finally(() => {
			this.#flight = null;
		});
		return this.#flight;
	}

	#answer(): News {
		if (this.#last !== null && this.#nowMs() - this.#last.atMs < STALE_MS)
			return { headlines: [...this.#last.headlines], why: 'told' };
		return { headlines: [], why: 'unavailable' };
	}

	async #ask(): Promise<News> {
		const { apiKey, log, timeoutMs = TIMEOUT_MS } = this.#options;
		try {
			const headlines = await ask(this.#url, apiKey, AbortSignal.timeout(timeoutMs));
			this.#last = { headlines, atMs: this.#nowMs() };
			this.#failedAtMs = null;
			log.info({ headlines: headlines.length }, 'read the news');
		} catch (error) {
			this.#failedAtMs = this.#nowMs();
			const { code, message } = failure(error);
			log.warn({ code, why: message }, 'the news did not come: check NEWS_API_KEY and NEWS_API_URL');
		}
		return this.#answer();
	}
}

/** @throws UpstreamError, or what `fetch` throws. */
async function ask(url: string, apiKey: string, signal: AbortSignal): Promise<Headline[]> {
	// Not followed: the key is for this host alone.
	const response = await fetch(url, {
		headers: { 'x-api-key': apiKey, accept: 'application/json', 'user-agent': 'parley' },
		signal,
		redirect: 'manual'
	});
	if (!response.ok) {
		await response.body?.cancel();
		throw statusFailure(response.status);
	}
	const text = await boundedText(response, MOST_BYTES);
	if (text === null) throw new UpstreamError('protocol', 'the answer is too long');
	const answer = parseJsonWith(AnswerSchema, text);
	if (!answer.ok) throw new UpstreamError('protocol', 'the answer is no list of articles');
	const headlines = answer.value.articles.flatMap(headlineOf).slice(0, MOST_HEADLINES);
	if (headlines.length === 0) throw new UpstreamError('protocol', 'the answer holds no headlines');
	return headlines;
}

/** None where it is no article, was withdrawn, or holds what no headline does. */
function headlineOf(article: unknown): Headline[] {
	const parsed = v.safeParse(ArticleSchema, article);
	if (!parsed.success || parsed.output.title.trim() === WITHDRAWN) return [];
	const source = plain(parsed.output.source?.name ?? '');
	const title = plain(parsed.output.title);
	// Most titles end in their source's name, which is told apart.
	const ending = ` - ${source}`;
	const bare = source !== '' && title.endsWith(ending) ? title.slice(0, -ending.length) : title;
	const headline = v.safeParse(HeadlineSchema, { title: cut(bare, MOST_TITLE), source });
	if (headline.success) return [headline.output];
	const unsigned = v.safeParse(HeadlineSchema, { title: cut(bare, MOST_TITLE), source: '' });
	return unsigned.success ? [unsigned.output] : [];
}

const plain = (text: string): string => text.replace(/\s+/g, ' ').trim();

function cut(text: string, most: number): string {
	// At a word's end where there is one, and never within a character.
	return text.length <= most ? text : `${text.slice(0, most - 1).replace(/\s\S*$|[\uD800-\uDBFF]$/, '')}…`;
}

function failure(error: unknown): UpstreamError {
	if (error instanceof UpstreamError) return error;
	if (error instanceof Error && error.name === 'TimeoutError')
		return new UpstreamError('timed_out', 'no answer in time');
	return networkFailure(error);
}
