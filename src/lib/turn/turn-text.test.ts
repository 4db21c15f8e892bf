import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endsIncomplete, isComplete, type Incomplete } from './turn-text.ts';

const INCOMPLETE: readonly (readonly [text: string, reason: Incomplete])[] = [
	['My number is 06', 'digits'],
	['my number is 06 12 34', 'digits'],
	['06 12.', 'digits'],
	['I was born in 1984', 'digits'],
	['the meeting is at 10:30', 'digits'],
	['six one two', 'number'],
	['six one two.', 'number'],
	['call me at five five oh', 'number'],
	['twenty', 'number'],
	['zéro six douze', 'number'],
	['quatre-vingt-dix', 'number'],
	['le dix-sept', 'number'],
	['it is spelled B A', 'spelling'],
	['S, M, I', 'spelling'],
	['S-M-I', 'spelling'],
	['ça s’écrit D U P', 'spelling'],
	['double L', 'spelling'],
	['I like it and', 'conjunction'],
	['I like it, but', 'conjunction'],
	['I like it but.', 'conjunction'],
	['because', 'conjunction'],
	['I would go if', 'conjunction'],
	['je veux bien mais', 'conjunction'],
	['et', 'conjunction'],
	['parce que', 'conjunction'],
	["c'est parce qu'", 'conjunction'],
	['il fait froid donc', 'conjunction'],
	['je ne sais pas si', 'conjunction'],
	['I want to', 'preposition'],
	['I live in', 'preposition'],
	['we went with', 'preposition'],
	['je vais à', 'preposition'],
	['je suis dans', 'preposition'],
	['on va chez', 'preposition'],
	['I saw the', 'determiner'],
	['I saw the.', 'determiner'],
	['this is my', 'determiner'],
	['je voudrais le', 'determiner'],
	['je voudrais une', 'determiner'],
	["c'est mon", 'determiner'],
	["j'aime l'", 'determiner'],
	['and then I', 'pronoun'],
	["I think it's", 'pronoun'],
	['demain je', 'pronoun'],
	["je crois qu'il ne", 'pronoun'],
	['I want, um', 'filler'],
	['Euh.', 'filler'],
	['je pense euh...', 'ellipsis'],
	['it was, you know', 'filler'],
	['well', 'filler'],
	['bon', 'filler'],
	['First of all,', 'comma'],
	['Je voudrais dire :', 'comma'],
	['the thing –', 'comma'],
	['I think…', 'ellipsis'],
	['I think...', 'ellipsis'],
	['he said "come', 'quote'],
	['il a dit « viens.', 'quote'],
	['he asked “why?', 'quote']
];

const NOT_INCOMPLETE = [
	...[
		'How are you?',
		'I am fine',
		'I am fine.',
		'Tell me a story',
		'What is it for',
		'where are you from',
		'who are you talking to?'
	],
	...[
		'come on',
		'turn it on',
		'I think so',
		'so do I',
		'that one',
		'the red one',
		'Come in.',
		'I have three.',
		'It was 1984.',
		'I like that'
	],
	...[
		'I bought a car',
		'May 3rd, 1984',
		'do you know',
		'what do you mean',
		'he said "come"',
		'No.',
		'and?',
		'one',
		'Stop!'
	],
	...[
		'Ça va ?',
		'je vais bien',
		'oui',
		'le 3 mai 1984',
		"c'est pour quand",
		'et alors',
		'mais si',
		"j'en veux un",
		'le son',
		'je ne sais pas'
	],
	...['tu viens avec qui', 'il a dit « viens »', 'Et ?', 'vingt pour cent ?', 'dit-il', 'vas-y', '', '   ', 'c’est bon']
];

describe('endsIncomplete', () => {
	it.each(INCOMPLETE)('%j is not over: %s', (text, reason) => {
		expect(endsIncomplete(text)).toBe(reason);
	});

	it.each(NOT_INCOMPLETE)('nothing speaks against the end of %j', (text) => {
		expect(endsIncomplete(text)).toBeNull();
	});

	it('minds neither case nor curly apostrophes', () => {
		for (const [text, reason] of INCOMPLETE) {
			expect(endsIncomplete(text.toUpperCase()), text).toBe(reason);
			expect(endsIncomplete(text.replaceAll("'", '’')), text).toBe(reason);
		}
	});

	it('takes a word of two languages for the one that is spoken', () => {
		expect(endsIncomplete('the new car')).toBeNull();
		expect(endsIncomplete('je reste car')).toBe('conjunction');
		expect(endsIncomplete('car', 'fr')).toBe('conjunction');
		expect(endsIncomplete('car', 'en')).toBeNull();
		expect(endsIncomplete('mon but')).toBeNull();
		expect(endsIncomplete('tell me')).toBeNull();
	});

	it('judges text without end at once', () => {
		for (const unit of ['"', '! ', '.', 'a', '1.', '06 ', 'and ', "'", '-'])
			expect(() => isComplete(`${unit.repeat(100_000)}x`)).not.toThrow();
	});

	it('judges by the end alone', () => {
		const plain = fc.array(fc.constantFrom('hello', 'people', 'table', 'chat', 'maison'), { maxLength: 5 });
		fc.assert(
			fc.property(
				plain,
				fc.constantFrom('and', 'because', 'mais', 'euh', 'um', 'the', 'twelve', '06'),
				(words, last) => {
					expect(endsIncomplete([...words, last].join(' '))).not.toBeNull();
					expect(endsIncomplete([...words, last, 'people'].join(' '))).toBeNull();
					expect(endsIncomplete(`${[...words, last].join(' ')}?`)).toBeNull();
				}
			)
		);
	});
});

describe('isComplete', () => {
	it.each([
		'I am fine.',
		'How are you?',
		'Stop!',
		'Ça va ?',
		'Il a dit « viens ».',
		'(yes.)',
		'"Yes."',
		'It is 1984.',
		'好的。'
	])('%j is', (text) => {
		expect(isComplete(text)).toBe(true);
	});

	it.each([
		'',
		'I am fine',
		'I am fine,',
		'I think…',
		'I think...',
		'I think..',
		'Well. And.',
		'the.',
		'I saw Dr.',
		'voici M.',
		'e.g.',
		'06 12.',
		'he said "no.'
	])('%j is not', (text) => {
		expect(isComplete(text)).toBe(false);
	});

	it('never goes with a reason why not', () => {
		const word = fc.constantFrom(
			'and',
			'mais',
			'the',
			'06',
			'B',
			'hello',
			'oui',
			'"',
			'«',
			'…',
			'.',
			'?',
			'!',
			',',
			' ',
			'one',
			'to'
		);
		fc.assert(
			fc.property(
				fc.oneof(
					fc.array(word).map((words) => words.join(' ')),
					fc.string({ unit: 'binary' })
				),
				(text) => {
					expect(isComplete(text) && endsIncomplete(text) !== null).toBe(false);
				}
			)
		);
	});
});
