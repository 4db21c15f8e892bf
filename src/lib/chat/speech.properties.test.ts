import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpeechWriter, type Piece } from './speech.ts';

/** The pieces of `text`, pushed in parts that end at `cuts`. */
function pieces(text: string, cuts: readonly number[] = []): Piece[] {
	const writer = new SpeechWriter();
	const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
	const all: Piece[] = [];
	let from = 0;
	for (const to of [...places, text.length]) {
		all.push(...writer.push(text.slice(from, to)));
		from = to;
	}
	return [...all, ...writer.flush()];
}
const shown = (text: string): string[] => pieces(text).map((piece) => piece.shown);

/** What is shown of a text without reasoning. */
const visible = (text: string): string =>
	text
		.replace(/[\t\n\v\f\r \u1680\u2000-\u2006\u2008-\u200a\u2028\u2029\u205f\u3000]+/g, (run) => run.slice(0, 64))
		.replace(/[\t\n\v\f\r \u1680\u2000-\u2006\u2008-\u200a\u2028\u2029\u205f\u3000]+$/, '');

const HOSTILE = [
	...[
		'*',
		'_',
		'`',
		'```',
		'~~~',
		'[',
		']',
		'(',
		')',
		'](',
		'![',
		'<',
		'>',
		'<b',
		'|',
		'#',
		'-',
		'\\',
		'!',
		'«',
		'»',
		'“'
	],
	...[
		'<think>',
		'</think>',
		'<thin',
		'*smiles',
		'laughs)',
		'(laughs',
		'[sighs',
		' ',
		'\n',
		'\n\n',
		'\u00a0',
		'\u202f',
		'a',
		'été'
	],
	...[
		'3',
		'000',
		' km',
		' %',
		'$',
		'10:30',
		'h',
		'https://x.com/',
		'😀',
		'\ud83d',
		'\ude00',
		'\u200d',
		'\ufe0f',
		'。',
		'漢',
		'1.',
		'–',
		'—',
		'\u2212',
		'+1',
		'555',
		' million',
		'```js',
		'```\n',
		' ```x\n',
		'(clears',
		' throat)',
		'*he',
		'<a@b>'
	]
];
const hostile = fc
	.array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string()), { maxLength: 40 })
	.map((parts) => parts.join(''));
const calm = fc
	.array(fc.constantFrom(...HOSTILE.filter((part) => !/think|<thin/.test(part))), { maxLength: 40 })
	.map((parts) => parts.join(''))
	.filter((text) => !/<\/?th|\[\/?th/i.test(text));

describe('any text', () => {
	it('gives the same pieces however it is cut', () => {
		fc.assert(
			fc.property(hostile, fc.array(fc.nat(), { maxLength: 8 }), (text, cuts) => {
				const whole = pieces(text);
				expect(pieces(text, cuts)).toEqual(whole);
				expect(
					pieces(
						text,
						[...text].map((_, index) => index)
					)
				).toEqual(whole);
			})
		);
	});

	it('is shown unit for unit', () => {
		fc.assert(
			fc.property(calm, (text) => {
				expect(shown(text).join('')).toBe(visible(text));
			})
		);
	});

	it('never gives the voice a lone mark, outer space, a curly quote or half a character', () => {
		fc.assert(
			fc.property(hostile, (text) => {
				for (const { shown: seen, spoken: said } of pieces(text)) {
					expect(visible(seen)).not.toBe('');
					expect(said).toBe(said.trim());
					expect(said).not.toMatch(/[‘’“”«»–—]/);
					expect(said.isWellFormed()).toBe(true);
					if (said !== '') expect(said).toMatch(/[\p{L}\p{N}\p{S}&%‰@§]/u);
				}
			})
		);
	});

	it('of plain words loses, splits and repeats none', () => {
		const word = fc.stringMatching(/^[a-zà-öA-Z]{1,12}(?:['-][a-z]{1,6})?$/);
		const mark = fc.constantFrom('', '', '.', ',', ' !', ' ?', '…', ' :', ';');
		fc.assert(
			fc.property(fc.array(fc.tuple(word, mark)), fc.array(fc.nat()), (all, cuts) => {
				const text = all.map(([letters, end]) => letters + end).join(' ');
				expect(pieces(text, cuts).map((piece) => piece.spoken.replace(/[.,!?…:;]+$/, ''))).toEqual(
					all.map(([letters]) => letters)
				);
			})
		);
	});
});

describe('text without end', () => {
	/** Units that went in and have not come out, at most. */
	function mostHeld(unit: string, times: number): number {
		const writer = new SpeechWriter();
		let inside = 0;
		let most = 0;
		for (let at = 0; at < times; at++) {
			inside += unit.length;
			for (const piece of writer.push(unit)) inside -= piece.shown.length;
			most = Math.max(most, inside);
		}
		return most;
	}

	it.each([
		'a',
		'(laughs ',
		'[',
		'](',
		'` ',
		'<b ',
		'*smiles ',
		'! ',
		'3 ',
		'000 ',
		'« ',
		'![a ',
		'- ',
		'\n(',
		'| ',
		'**',
		'"',
		'a*',
		'<',
		'😀 ',
		'<!--',
		'_a '
	])('of %j is not kept', (unit) => {
		expect(mostHeld(unit, 4000)).toBeLessThan(10_000);
	});

	it('of white space is cut short', () => {
		expect(shown(`a${' \n'.repeat(5000)}b`).join('')).toBe(`a${' \n'.repeat(32)}b`);
	});

	it('in one word is shown whole and spoken only at its beginning', () => {
		const all = pieces('x'.repeat(5000));
		expect(all.map((piece) => piece.shown).join('')).toBe('x'.repeat(5000));
		expect(all.map((piece) => piece.spoken).join('')).toBe('x'.repeat(1000));
	});
});
