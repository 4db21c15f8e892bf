/** The operator's characters, read once at start. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Character } from '../../src/lib/chat/characters/character.ts';
import { StartError } from '../start-error.ts';
import { parseCharacters, type Mistake } from './yaml.ts';

/** What comes with Parley: its voices are the embedded engine's. */
export const SHIPPED_FILE = fileURLToPath(new URL('../../static/characters.yaml', import.meta.url));
/** Two hundred characters of middling length. */
const MOST_BYTES = 256 * 1024;
const MOST_TOLD = 30;
/** To open a pipe that nobody writes to would otherwise wait for a writer. */
const READ = constants.O_RDONLY | constants.O_NONBLOCK;

/**
 * The characters in `file` that are good. Without `voices` they speak as the relay's TTS does by itself.
 * @throws StartError that names every mistake with its line and column, and what to do.
 */
export async function loadCharacters(file: string, voices = true): Promise<readonly Character[]> {
	const parsed = parseCharacters(await readText(file));
	if (!parsed.ok) throw new StartError(listed(file, parsed.mistakes));
	const shown = parsed.characters.filter(({ good }) => good);
	return voices ? shown : shown.map(withoutVoice);
}

function withoutVoice({ voice: _voice, credit: _credit, licence: _licence, ...character }: Character): Character {
	return character;
}

function listed(file: string, mistakes: readonly Mistake[]): string {
	const lines = mistakes.slice(0, MOST_TOLD).map(({ line, column, text }) => `${file}:${line}:${column} ${text}.`);
	const more = mistakes.length > MOST_TOLD ? [`and ${mistakes.length - MOST_TOLD} more.`] : [];
	return ['The characters have mistakes:', ...lines, ...more].join('\n  - ');
}

async function readText(file: string): Promise<string> {
	const bytes = await readBounded(file).catch((error: unknown) => {
		throw error instanceof StartError ? error : cannotRead(file, error);
	});
	try {
		return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
	} catch {
		throw new StartError(`CHARACTERS_FILE: ${file} is not UTF-8. Save it as UTF-8.`);
	}
}

/** Asks what it is before it reads: a device has no end. */
async function readBounded(file: string): Promise<Uint8Array> {
	const handle = await open(file, READ);
	try {
		const found = await handle.stat();
		if (!found.isFile()) throw new StartError(`CHARACTERS_FILE: ${file} is no file. Name a YAML file.`);
		if (found.size > MOST_BYTES)
			throw new StartError(`CHARACTERS_FILE: ${file} is larger than ${MOST_BYTES >> 10} KB. Leave characters out.`);
		return await handle.readFile();
	} finally {
		await handle.close();
	}
}

function cannotRead(file: string, error: unknown): StartError {
	const code = error instanceof Error && 'code' in error ? error.code : '';
	const why =
		code === 'ENOENT' ? 'is not there' : code === 'EACCES' ? 'may not be read by this user' : 'cannot be read';
	return new StartError(`CHARACTERS_FILE: ${file} ${why}. Check the path and its permissions, or unset it.`);
}
