import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KINDS, mainLanguage } from '../../src/lib/chat/characters/character.ts';
import { VOICE_NAMES } from '../embedded/tts/voices.ts';
import { StartError } from '../start-error.ts';
import { loadCharacters, SHIPPED_FILE } from './load.ts';

let folder = '';
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'parley-characters-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function refusal(name: string, content?: string | Uint8Array): Promise<string> {
	const file = join(folder, name);
	if (content !== undefined) await writeFile(file, content);
	const error: unknown = await loadCharacters(file).catch((error: unknown) => error);
	if (!(error instanceof StartError)) throw new Error('it was taken');
	return error.message.replaceAll(folder, '');
}

describe('the characters that come with Parley', () => {
	it('are eight to ten, of every kind, in both languages', async () => {
		const all = await loadCharacters(SHIPPED_FILE);
		expect(all.length).toBeGreaterThanOrEqual(8);
		expect(all.length).toBeLessThanOrEqual(10);
		expect(new Set(all.map(({ instructions }) => instructions.type))).toEqual(new Set(KINDS));
		expect(new Set(all.map(({ language }) => mainLanguage(language)))).toEqual(new Set(['en', 'fr']));
		expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
	});

	it('speak with voices that the embedded engine has, in the language that they begin in, with credit and licence', async () => {
		for (const { voice, language, credit, licence } of await loadCharacters(SHIPPED_FILE)) {
			expect(VOICE_NAMES).toContain(voice);
			expect(voice?.startsWith(mainLanguage(language))).toBe(true);
			expect(credit).toContain('espeak-ng');
			expect(licence).toBe('GPL-3.0');
		}
	});

	it('lose those voices, and what belongs to them, where another server speaks', async () => {
		for (const character of await loadCharacters(SHIPPED_FILE, false)) {
			expect(character).not.toHaveProperty('voice');
			expect(character).not.toHaveProperty('credit');
			expect(character).not.toHaveProperty('licence');
		}
	});
});

describe('a file of characters', () => {
	const one = '- {id: a, name: A, language: en, instructions: {type: news}}\n';

	it('keeps to itself who is not good yet', async () => {
		const file = join(folder, 'hidden.yaml');
		await writeFile(file, one + one.replace('id: a', 'id: b, good: false'));
		expect((await loadCharacters(file)).map(({ id }) => id)).toEqual(['a']);
	});

	it('stops the start with every mistake, each with its line and column', async () => {
		expect(await refusal('broken.yaml', one.replace('A', '1') + one.replace('en', 'xx'))).toBe(
			[
				'The characters have mistakes:',
				'/broken.yaml:1:11 character 1, name must be text: put quotes around it.',
				'/broken.yaml:2:4 character 2, id is that of character 1 already: give it another one.',
				'/broken.yaml:2:20 character 2, language must be one of en, fr, en/fr, fr/en.'
			].join('\n  - ')
		);
	});

	it('does not tell more than anybody reads', async () => {
		const message = await refusal('many.yaml', '- {}\n'.repeat(100));
		expect(message.split('\n')).toHaveLength(32);
		expect(message).toMatch(/and 370 more\.$/);
	});

	it.each([
		['absent.yaml', undefined, 'is not there'],
		['latin.yaml', new Uint8Array([0x2d, 0x20, 0xe9]), 'is not UTF-8'],
		['large.yaml', `#${'x'.repeat(256 * 1024)}`, 'is larger than 256 KB']
	])('is refused with its name and what to do: %s', async (name, content, why) => {
		expect(await refusal(name, content)).toMatch(new RegExp(`^CHARACTERS_FILE: /${name} ${why}.*\\. [A-Z]|${why}\\. `));
	});

	it('is no folder, and no pipe that would be waited for', async () => {
		await mkdir(join(folder, 'folder'));
		execFileSync('mkfifo', [join(folder, 'pipe')]);
		for (const name of ['folder', 'pipe']) expect(await refusal(name)).toContain(`/${name} is no file`);
	});
});
