import { describe, expect, it } from 'vitest';
import type { Character } from '../chat/characters/character.ts';
import { en } from '../i18n/en.ts';
import { fr } from '../i18n/fr.ts';
import { characterLine, faultInWords, voicesOf } from './character-words.ts';

const written = (text: string): Character => ({
	...{ id: 'own-owl', name: 'Owl', language: 'en', good: true },
	instructions: { type: 'constant', text }
});

describe('the line about a character', () => {
	it('is the first sentence of what somebody wrote', () => {
		expect(characterLine(written('You keep a lighthouse. You are dry.'), en)).toBe('You keep a lighthouse.');
		expect(characterLine(written('You know 3.14 by heart!\nAnd more.'), en)).toBe('You know 3.14 by heart!');
		expect(characterLine(written('An owl\nthat is awake'), en)).toBe('An owl');
	});

	it('ends at a word where the sentence is long, and anywhere where there is no word', () => {
		const line = characterLine(written('word '.repeat(100)), en);
		expect(line).toMatch(/^(?:word )+word…$/);
		expect(line.length).toBeLessThanOrEqual(91);
		expect(characterLine(written('x'.repeat(500)), en)).toBe(`${'x'.repeat(90)}…`);
	});

	it('is Parley’s for a kind of its own, in the language in use', () => {
		const quiz: Character = { ...written(''), instructions: { type: 'quiz_show' } };
		expect(characterLine(quiz, en)).toBe(en.people.kinds.quiz_show);
		expect(characterLine(quiz, fr)).toBe(fr.people.kinds.quiz_show);
	});
});

describe('a fault in words', () => {
	it('names the character and the field', () => {
		expect(faultInWords({ path: [1, 'name'], code: 'too_long', message: '' }, en)).toBe(
			'Character 2, Name is too long'
		);
		expect(faultInWords({ path: [0, 'instructions', 'text'], code: 'empty', message: '' }, fr)).toBe(
			'Personnage 1, Qui c’est ne doit pas être vide'
		);
		expect(faultInWords({ path: ['name'], code: 'bad_characters', message: '' }, en)).toMatch(/^Name has signs/);
		expect(faultInWords({ path: [], code: 'too_many', message: '' }, en)).toBe(en.people.faults.too_many);
		expect(faultInWords({ path: [0, 'shoes'], code: 'unknown_field', message: '' }, en)).toContain('shoes');
	});
});

it('offers each served voice once, as the first who has it', () => {
	const [a, b, c] = [
		{ ...written('a'), name: 'A', voice: 'fr' },
		{ ...written('b'), name: 'B', voice: 'fr' },
		{ ...written('c'), name: 'C' }
	];
	expect(voicesOf([a, b, c])).toEqual([{ voice: 'fr', of: 'A' }]);
});
