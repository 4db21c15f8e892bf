import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWholeDictation } from './dictation.ts';
import { pauseNeededMs } from './endpoint.ts';
import { PARLEY } from './options.ts';
import { wordsOf } from './words-of.ts';

const isWhole = (text: string): boolean => isWholeDictation(wordsOf(text));

describe('what is dictated is whole', () => {
	it.each([
		'My name is Ewa. E, W, A.',
		"Miriam Falk. That's F, A, L, K",
		'Lefèvre, L, E, F, E accent grave, V, R, E.',
		'It is 06 42 17 88 03',
		'C’est le 01 45. 90 22. 61.',
		'4970 1123 5580 0046.'
	])('%s', (text) => {
		expect(isWhole(text)).toBe(true);
		expect(pauseNeededMs({ text, hesitationMs: 900, learnedMs: 2000, isUnmarked: false }, PARLEY.endpoint)).toBe(
			PARLEY.endpoint.completeMs
		);
	});

	it.each([
		'My name is Ewa. E, W',
		'It is spelled E, W, A',
		'A A',
		'It is 06 42 17 88',
		'My number is 16 42 17 88 03',
		'4970 1123 5580 0046 12',
		'It costs 60 cents',
		''
	])('not yet: %s', (text) => {
		expect(isWhole(text)).toBe(false);
	});

	it('and is so only until another digit comes', () => {
		fc.assert(
			fc.property(fc.stringMatching(/^0\d{9}$/), fc.nat(9), (digits, more) => {
				expect(isWhole(digits)).toBe(true);
				expect(isWhole(`${digits} ${String(more)}`)).toBe(false);
			})
		);
	});
});
