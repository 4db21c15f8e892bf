/** From Unmute's instructions to a prompt of ours. */
import type { Character } from '../../src/lib/chat/characters/character.ts';
import type { Headline } from '../../src/lib/chat/characters/headlines.ts';
import { mainLanguage } from '../../src/lib/chat/characters/language.ts';
import { defaultCharacter } from '../../src/lib/chat/characters/default.ts';
import { systemPrompt } from '../../src/lib/chat/characters/prompt.ts';
import type { RealtimeInstructions } from '../../src/lib/protocol/realtime.ts';
import { UNRECOGNISED_SPEECH } from '../../src/lib/protocol/session.ts';

export interface Prompt {
	readonly text: string;
	/** Of the words that stand in for what is not read out. */
	readonly language: 'en' | 'fr';
}

export interface PromptSources {
	/** Keep it for a whole conversation. */
	readonly seed: number;
	readonly today: Date;
	/** Never rejects. */
	headlines(language: 'en' | 'fr'): Promise<readonly Headline[]>;
}

/** The instructions say who it is; this name must not contradict them. */
const NAME = 'a partner in conversation';

/** Answers at once but for `news`, whose headlines may have to be fetched. */
export function promptOf(instructions: RealtimeInstructions, sources: PromptSources): Prompt | Promise<Prompt> {
	const character = characterOf(instructions);
	const language = mainLanguage(character.language);
	const finish = (news: readonly Headline[]): Prompt => ({
		language,
		text: systemPrompt(character, {
			news,
			seed: sources.seed,
			today: sources.today.toLocaleDateString(language, { dateStyle: 'full' }),
			unrecognisedMarker: UNRECOGNISED_SPEECH
		})
	});
	return instructions.type === 'news' ? sources.headlines(language).then(finish) : finish([]);
}

/** Unmute's own rules for a character are not taken over: ours come with `systemPrompt`. */
function characterOf(wanted: RealtimeInstructions): Character {
	const language = ('language' in wanted ? wanted.language : null) ?? 'en';
	const base = { ...defaultCharacter(mainLanguage(language)), language };
	switch (wanted.type) {
		case 'constant': {
			const text = wanted.text?.trim() ?? '';
			return text === '' ? base : { ...base, name: NAME, instructions: { type: 'constant', text } };
		}
		case 'unmute_explanation':
			return { ...base, instructions: { type: 'explanation' } };
		default:
			return { ...base, instructions: { type: wanted.type } };
	}
}
