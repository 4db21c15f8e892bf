import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MOST, MOST_CHARACTERS, type Character } from './character.ts';
import { adopt, exportCharacters, importCharacters, MOST_EXCHANGED, ownId } from './exchange.ts';
import { readCharacter } from './read.ts';

const OWL: Character = {
	id: 'own-owl',
	name: 'Night Owl',
	language: 'en/fr',
	instructions: { type: 'constant', text: 'You are awake.\nThe person is too.' },
	greeting: { type: 'line', text: '« Encore debout ? »' },
	good: true
};
const file = (change: object): string =>
	JSON.stringify({ format: 'parley-characters', version: 1, characters: [OWL], ...change });
const why = (text: string): string => {
	const imported = importCharacters(text);
	return imported.ok ? 'ok' : imported.why;
};

describe('exported characters', () => {
	it('come back as they were', () => {
		expect(importCharacters(exportCharacters([OWL]))).toEqual({ ok: true, characters: [OWL] });
		expect(importCharacters(`\ufeff${exportCharacters([])}`)).toEqual({ ok: true, characters: [] });
	});

	it('come back where there are as many and as long ones as can be', () => {
		const quotes = (most: number): string => '"'.repeat(most);
		const all = Array.from({ length: MOST_CHARACTERS }, (_, n): Character => ({
			id: `own-${String(n)}-${'x'.repeat(50)}`,
			name: 'N'.repeat(MOST.name),
			language: 'en/fr',
			instructions: { type: 'constant', text: quotes(MOST.text) },
			voice: quotes(MOST.voice),
			greeting: { type: 'line', text: quotes(MOST.greeting) },
			credit: quotes(MOST.credit),
			licence: quotes(MOST.credit),
			good: true
		}));
		expect(importCharacters(exportCharacters(all))).toEqual({ ok: true, characters: all });
	});

	it('come back whatever is written in them', () => {
		const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 });
		fc.assert(
			fc.property(text, text, (said, greeting) => {
				const read = readCharacter({
					...OWL,
					instructions: { type: 'constant', text: said },
					greeting: { type: 'hint', text: greeting }
				});
				if (!read.ok) return;
				expect(importCharacters(exportCharacters([read.character]))).toEqual({
					ok: true,
					characters: [read.character]
				});
			})
		);
	});
});

describe('an import', () => {
	it.each([
		['nothing', '', 'not_json'],
		['half a file', exportCharacters([OWL]).slice(0, -20), 'not_json'],
		['a page', '<!doctype html><title>x</title>', 'not_json'],
		['another JSON', '{"name":"x"}', 'not_characters'],
		['a list', JSON.stringify([OWL]), 'not_characters'],
		['null', 'null', 'not_characters'],
		['another format', file({ format: 'tavern' }), 'not_characters'],
		[
			'a format out of the prototype',
			'{"__proto__":{"format":"parley-characters","version":1,"characters":[]}}',
			'not_characters'
		],
		['no version', file({ version: undefined }), 'not_characters'],
		['a version in words', file({ version: '1' }), 'not_characters'],
		['a newer version', file({ version: 2 }), 'newer_version'],
		['no list', file({ characters: undefined }), 'faulty'],
		['a list of numbers', file({ characters: [1] }), 'faulty'],
		['too much', ' '.repeat(MOST_EXCHANGED + 1), 'too_big'],
		['a tower', '['.repeat(MOST_EXCHANGED), 'not_json']
	])('refuses %s', (_, text, expected) => {
		expect(why(text)).toBe(expected);
	});

	it('names every mistake, and takes none of the characters where one is wrong', () => {
		expect(importCharacters(file({ characters: [OWL, { ...OWL, name: '', language: 'it', extra: 1 }] }))).toMatchObject(
			{
				ok: false,
				messages: [
					'Character 2, name must not be empty.',
					'Character 2, language must be one of en, fr, en/fr, fr/en.',
					expect.stringMatching(/^Character 2, extra is no field here: /),
					'Character 2, id is that of character 1 already: give it another one.'
				],
				faults: [
					{ path: [1, 'name'], code: 'empty' },
					{ code: 'not_a_choice' },
					{ code: 'unknown_field' },
					{ code: 'duplicate_id' }
				]
			}
		);
	});

	it('never throws', () => {
		fc.assert(
			fc.property(
				fc.oneof(
					fc.string(),
					fc.json(),
					fc.jsonValue().map((character) => file({ characters: [OWL, character] })),
					fc.jsonValue().map((characters) => file({ characters }))
				),
				(text) => {
					expect(typeof importCharacters(text).ok).toBe('boolean');
				}
			)
		);
	});
});

describe('an id of one’s own', () => {
	it('comes from the name, and is another one where that is taken', () => {
		expect(ownId('Night Owl', new Set())).toBe('own-night-owl');
		expect(ownId('Zoë à la crème!', new Set())).toBe('own-zoe-a-la-creme');
		expect(ownId('Night Owl', new Set(['own-night-owl', 'own-night-owl-2']))).toBe('own-night-owl-3');
		expect(ownId('美咲', new Set())).toBe('own-character');
	});

	it('is given to each that is taken over, and replaces none', () => {
		expect(adopt([OWL, { ...OWL, id: 'minna' }], new Set(['own-night-owl'])).map(({ id, name }) => [id, name])).toEqual(
			[
				['own-night-owl-2', 'Night Owl'],
				['own-night-owl-3', 'Night Owl']
			]
		);
	});

	it('is always one that a character may have', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (name) => {
				const first = ownId(name, new Set());
				for (const id of [first, ownId(name, new Set([first]))]) expect(readCharacter({ ...OWL, id }).ok).toBe(true);
			})
		);
	});
});
