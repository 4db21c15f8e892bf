/** Whom the worker is told to be: a character, with what its prompt needs of this page. */
import type { Character } from '../chat/characters/character.ts';
import { defaultCharacter } from '../chat/characters/default.ts';
import type { Headline } from '../chat/characters/headlines.ts';
import { mainLanguage } from '../chat/characters/language.ts';
import { voiceOf } from '../ui/voices/for-now.ts';
import type { StartOptions } from './view.ts';
import type { Partner } from './worker-messages.ts';

/** Never rejects; waits only for a character that tells the news. `seed`: the talk's. */
export async function partnerOf(
	character: Character | null,
	{ language: pages, token, voice }: Pick<StartOptions, 'language' | 'token' | 'voice'>,
	seed: number
): Promise<Partner> {
	const one = character ?? defaultCharacter(pages);
	const language = mainLanguage(one.language);
	return {
		character: one,
		who: character?.name ?? null,
		voice: voice ?? voiceOf(one.voice),
		language,
		seed,
		news: one.instructions.type === 'news' ? await newsFor(one, token ?? null) : [],
		today: new Date().toLocaleDateString(language, { dateStyle: 'full' })
	};
}

/** Loaded where a character tells the news: everybody else's first press does without. */
async function newsFor(character: Character, token: string | null): Promise<readonly Headline[]> {
	try {
		const { headlinesFor } = await import('../characters/served.ts');
		return await headlinesFor(character, token);
	} catch {
		return [];
	}
}
