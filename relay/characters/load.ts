/** The operator's characters, read once at start. */
import { fileURLToPath } from 'node:url';
import type { Character } from '../../src/lib/chat/characters/character.ts';
import { mistakesIn, readOperatorFile } from '../operator-file.ts';
import { parseCharacters } from './yaml.ts';

/** What comes with Parley: its voices are the embedded engine's. */
export const SHIPPED_FILE = fileURLToPath(new URL('../../static/characters.yaml', import.meta.url));
/** Two hundred characters of middling length. */
const MOST_BYTES = 256 * 1024;

/**
 * The characters in `file` that are good. Without `voices` they speak as the relay's TTS does by itself.
 * @throws StartError that names every mistake with its line and column, and what to do.
 */
export async function loadCharacters(file: string, voices = true): Promise<readonly Character[]> {
	const text = await readOperatorFile({
		setting: 'CHARACTERS_FILE',
		path: file,
		mostBytes: MOST_BYTES,
		tooLarge: 'Leave characters out.'
	});
	const parsed = parseCharacters(text);
	if (!parsed.ok) throw mistakesIn(file, 'The characters have mistakes:', parsed.mistakes);
	const shown = parsed.characters.filter(({ good }) => good);
	return voices ? shown : shown.map(withoutVoice);
}

function withoutVoice({ voice: _voice, credit: _credit, licence: _licence, ...character }: Character): Character {
	return character;
}
