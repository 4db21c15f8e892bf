/** Who answers, as the model and the voice are told. */
import { systemPrompt } from '../../chat/characters/prompt.ts';
import { UNRECOGNISED_SPEECH, type ReplyRequest } from '../../protocol/session.ts';
import type { Partner } from '../worker-messages.ts';

export interface Cast {
	/** As the log has it; null for Parley itself. */
	readonly who: string | null;
	readonly prompt: string;
	readonly language: 'en' | 'fr';
	/** The same for what is prepared and what is asked for: else nothing could be taken over. */
	readonly inVoice: Pick<ReplyRequest, 'voice'>;
	/** Where it is another than the relay was told at first. */
	readonly inLanguage: Pick<ReplyRequest, 'language'>;
}

/** `said`: the language that the relay was told. */
export function castOf({ who, character, voice, language, seed, news, today }: Partner, said: 'en' | 'fr'): Cast {
	return {
		who,
		prompt: systemPrompt(character, { today, seed, news, unrecognisedMarker: UNRECOGNISED_SPEECH }),
		language,
		inVoice: voice === null ? {} : { voice },
		inLanguage: language === said ? {} : { language }
	};
}
