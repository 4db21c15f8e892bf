import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { calculate, numberOf } from './arithmetic.ts';

describe('numbers in words', () => {
	it.each([
		['seven', 7],
		['twenty one', 21],
		['two hundred and five', 205],
		['three thousand four hundred', 3400],
		['vingt et un', 21],
		['soixante dix', 70],
		['quatre vingts', 80],
		['quatre vingt dix sept', 97],
		['deux cent quatre vingt', 280],
		['mille neuf cent quatre vingt quatre', 1984],
		['12', 12],
		['3,5', 3.5]
	])('%s', (words, value) => {
		expect(numberOf(words.split(' '))).toBe(value);
	});

	it.each(['', 'hello', 'constructor', '__proto__', 'and', 'five bananas', '1 2'])('%j is none', (words) => {
		expect(numberOf(words.split(' ').filter((word) => word !== ''))).toBeNull();
	});
});

describe('sums', () => {
	it.each([
		['What is twelve plus thirty?', 42],
		['7x8', 56],
		['7 x 8', 56],
		['seven times eight', 56],
		['What is 2 + 3 * 4?', 14],
		['10-4', 6],
		['100 - 3 * 2', 94],
		['ten divided by four', 2.5],
		['how much is two hundred and five minus five', 200],
		['twenty-one plus one', 22],
		['Combien font trois fois quatre ?', 12],
		['quatre-vingt-dix-sept plus un', 98],
		['Combien font 3,5 plus 1 ?', 4.5],
		['one over zero', 'undefined'],
		['0 / 0', 'undefined']
	])('%s', (text, value) => {
		expect(calculate(text)).toBe(value);
	});

	it.each([
		'',
		'plus',
		'5',
		'what is two',
		'two plus',
		'plus two',
		'two plus plus two',
		'two plus cats',
		'my plus one',
		'x',
		'a + b'
	])('%j is no sum', (text) => {
		expect(calculate(text)).toBeNull();
	});

	it('agrees with the machine on any chain of additions and subtractions', () => {
		fc.assert(
			fc.property(
				fc.array(fc.integer({ min: 0, max: 9999 }), { minLength: 2, maxLength: 8 }),
				fc.boolean(),
				(numbers, minus) => {
					const text = numbers.join(minus ? ' minus ' : ' plus ');
					expect(calculate(text)).toBe(
						numbers.slice(1).reduce((sum, n) => (minus ? sum - n : sum + n), numbers[0] ?? 0)
					);
				}
			)
		);
	});
});
