/** `GET /v1/voices`: the voices that a person can choose, in Unmute's shape: a voice is somebody with something to say. */
import type { Character } from '../../src/lib/chat/characters/character.ts';

export interface ListedVoice {
	readonly name: string;
	readonly good: true;
	readonly instructions: ListedInstructions;
	readonly source: {
		readonly source_type: 'file';
		/** What a client asks for as `voice`; '' is the TTS's own choice. */
		readonly path_on_server: string;
		readonly description: string | null;
		readonly description_link: null;
	};
}

/** The union that Unmute's clients know. */
export type ListedInstructions =
	| { readonly type: 'constant'; readonly text: string; readonly language: Character['language'] }
	| { readonly type: 'smalltalk'; readonly language: Character['language'] }
	| { readonly type: 'guess_animal' | 'quiz_show' | 'news' | 'unmute_explanation' };

/**
 * One for each of `characters`, which are those marked good, in their order. Who has no voice of their own has
 * `defaultVoice`, and '' where there is none either: Unmute's clients take the first voice without looking whether there
 * is one.
 */
export function listVoices(characters: readonly Character[], defaultVoice: string): readonly ListedVoice[] {
	return characters.map((character) => listed(character, character.voice ?? defaultVoice));
}

function listed(character: Character, voice: string): ListedVoice {
	const { name, credit, licence } = character;
	const description = [credit, licence].filter((text) => text !== undefined).join(', ');
	return {
		name,
		good: true,
		instructions: instructionsOf(character),
		source: {
			source_type: 'file',
			path_on_server: voice,
			description: description === '' ? null : description,
			description_link: null
		}
	};
}

function instructionsOf({ instructions, language }: Character): ListedInstructions {
	switch (instructions.type) {
		case 'constant':
			return { type: 'constant', text: instructions.text, language };
		case 'smalltalk':
			return { type: 'smalltalk', language };
		case 'explanation':
			return { type: 'unmute_explanation' };
		default:
			return { type: instructions.type };
	}
}
