/** The words with which a model is told what it is part of, where no character was chosen. */
import { defaultCharacter } from './characters/default.ts';
import { systemPrompt as promptOf } from './characters/prompt.ts';

export type Language = 'en' | 'fr';

export interface PromptOptions {
	readonly language: Language;
	/** The day, as the person would write it: the host knows the clock and the locale. */
	readonly today: string;
	/** What STT engines without a recogniser write for a stretch of speech. */
	readonly unrecognisedMarker: string;
}

/** The default character: a companion for a conversation out loud. */
export function systemPrompt({ language, today, unrecognisedMarker }: PromptOptions): string {
	return promptOf(defaultCharacter(language), { today, unrecognisedMarker, seed: 0 });
}
