/** What the relay tells of characters and news. Its answers are checked like anybody's. */
import * as v from 'valibot';
import { MOST_CHARACTERS, type Character } from '../chat/characters/character.ts';
import { CHARACTERS_PATH, NEWS_PATH, NewsSchema, type Headline } from '../chat/characters/headlines.ts';
import { mainLanguage } from '../chat/characters/language.ts';
import { relayAddress } from '../session/relay-origin.ts';
import { readCharacter } from '../chat/characters/read.ts';

/** Longer, and whoever pressed Start would think that nothing happens; the relay itself waits for four. */
const NEWS_TIMEOUT_MS = 5000;
const CHARACTERS_TIMEOUT_MS = 10_000;

const ServedSchema = v.object({ characters: v.array(v.unknown()) });

/**
 * The relay's characters in its order; null where it could not be asked. One that this page does not understand (of a
 * newer relay, with a page from a cache) is left out.
 */
export async function servedCharacters(ask: typeof fetch = fetch): Promise<readonly Character[] | null> {
	const answer = await jsonOf(ask, CHARACTERS_PATH, AbortSignal.timeout(CHARACTERS_TIMEOUT_MS));
	const parsed = v.safeParse(ServedSchema, answer);
	if (!parsed.success) return null;
	return parsed.output.characters.slice(0, MOST_CHARACTERS).flatMap((item) => {
		const read = readCharacter(item);
		return read.ok ? [read.character] : [];
	});
}

/**
 * The headlines for a character that tells them; none for every other, and none where they do not come in time. `token`: for
 * a relay that asks for one; it travels in a header, since addresses are written into logs.
 */
export async function headlinesFor(
	character: Character,
	token: string | null,
	ask: typeof fetch = fetch
): Promise<readonly Headline[]> {
	if (character.instructions.type !== 'news') return [];
	const path = `${NEWS_PATH}?language=${mainLanguage(character.language)}`;
	const parsed = v.safeParse(NewsSchema, await jsonOf(ask, path, AbortSignal.timeout(NEWS_TIMEOUT_MS), token));
	return parsed.success ? parsed.output.headlines : [];
}

/** Null where there is no answer, or no JSON in it. */
async function jsonOf(
	ask: typeof fetch,
	path: string,
	signal: AbortSignal,
	token: string | null = null
): Promise<unknown> {
	try {
		const response = await ask(relayAddress(path), {
			signal,
			...(token === null ? {} : { headers: { authorization: `Bearer ${token}` } })
		});
		return response.ok ? await response.json() : null;
	} catch {
		return null;
	}
}
