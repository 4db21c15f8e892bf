/** What `GET /v1/characters` answers. */
import type { Character } from '../../src/lib/chat/characters/character.ts';
import { fixedJson, type FixedAnswer } from '../http/fixed-json.ts';

export type CharactersAnswer = FixedAnswer;

/** JSON: `{ characters: [...] }`, in the file's order. */
export function answerCharacters(characters: readonly Character[]): CharactersAnswer {
	return fixedJson({ characters });
}
