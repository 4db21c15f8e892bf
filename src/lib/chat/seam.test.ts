import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Seam, type Rest } from './seam.ts';
import { SpeechWriter, type Piece } from './speech.ts';

const rest = (before: string, owed: string, heardUnits = 0): Rest => ({ before, owed, heardUnits });
/** As a relay cuts it. */
function pieces(text: string): Piece[] {
	const writer = new SpeechWriter();
	return [...writer.push(text), ...writer.flush()];
}
function through(seam: Seam, text: string): Piece[] {
	return [...pieces(text).flatMap((piece) => seam.push(piece)), ...seam.flush()];
}
const shown = (all: readonly Piece[]): string => all.map((piece) => piece.shown).join('');

describe('what is owed', () => {
	it('comes back as it was, and the model goes on after it', () => {
		const seam = new Seam(rest('Once upon', ' a **time** there'));
		expect(shown(through(seam, ' a **time** there was a clock.'))).toBe(' a **time** there was a clock.');
		expect(seam.owed).toBe('');
	});

	it('is still owed where it has not come back', () => {
		const seam = new Seam(rest('Once', ' upon a time'));
		seam.push({ shown: ' upon', spoken: 'upon' });
		expect(seam.owed).toBe(' a time');
	});

	it('is said again and stands there once where it was heard', () => {
		const seam = new Seam(rest('Once upon', ' upon a time', 5));
		expect(seam.push({ shown: ' upon', spoken: 'upon' })).toEqual([{ shown: '', spoken: 'upon' }]);
		expect(seam.push({ shown: ' a', spoken: 'a' })).toEqual([{ shown: ' a', spoken: 'a' }]);
	});

	it('may come cut otherwise, with white space of its own, and with more behind it', () => {
		const seam = new Seam(rest('It is', ' 10\n\n– far', 0));
		expect(seam.push({ shown: ' 10 –', spoken: '10' })).toEqual([{ shown: ' 10\n\n–', spoken: '10' }]);
		expect(seam.push({ shown: ' far km', spoken: 'far km' })).toEqual([{ shown: ' far km', spoken: 'far km' }]);
	});

	it('is kept where something else comes in its place', () => {
		const seam = new Seam(rest('Once', ' upon a'));
		expect(shown([...seam.push({ shown: ' Sorry,', spoken: 'Sorry,' }), ...seam.flush()])).toBe(' upon a Sorry,');
	});

	it('keeps French marks and numbers as they are, wherever it was cut, heard or not', () => {
		const text =
			'« Ah ! » dit-elle : 20\u202f000 €, l’eau à 10 h 30…\nC’est vrai\u00a0? — Oui ; « **presque** ». 🙂 Voilà\u202f!';
		const all = pieces(text);
		for (let at = 0; at <= all.length; at++) {
			for (const heard of [0, 1, 2]) {
				const owed = shown(all.slice(at));
				const again = shown(all.slice(at, at + heard));
				const seam = new Seam(rest(shown(all.slice(0, at)) + again, owed, again.length));
				expect(shown(all.slice(0, at)) + again + shown(through(seam, owed))).toBe(text);
				expect(seam.owed).toBe('');
			}
		}
	});

	it('is complete whatever it is and wherever it was cut', () => {
		const word = fc.constantFrom('one', 'two,', '10', 'km', '**three**', '`x y`', '(see', '[4])', 'été', '🙂');
		fc.assert(
			fc.property(fc.array(word, { minLength: 1, maxLength: 20 }), fc.nat({ max: 20 }), (all, cut) => {
				const at = Math.min(cut, all.length);
				const before = all.slice(0, at).join(' ');
				const owed = all.slice(at).map((text, index) => (index + at === 0 ? text : ` ${text}`));
				const seam = new Seam(rest(before, owed.join('')));
				expect(before + shown(through(seam, owed.join('')))).toBe(all.join(' '));
				expect(seam.owed.trim()).toBe('');
			})
		);
	});
});

describe('a model that goes on', () => {
	const answer = 'Once upon a time there was a clock';
	it.each([
		[' that nobody wound.', ' that nobody wound.'],
		['that nobody wound.', ' that nobody wound.'],
		[', which nobody wound.', ', which nobody wound.'],
		// Its last words once more …
		['was a clock that nobody wound.', ' that nobody wound.'],
		['... was a clock, that nobody wound.', '... that nobody wound.'],
		// … or all of them.
		[`${answer} that nobody wound.`, ' that nobody wound.'],
		// It looks like that, and is not.
		['was a clock-maker', ' was a clock-maker'],
		['there was a mouse', ' there was a mouse'],
		['clock', ' clock']
	])('%j after an answer', (continuation, expected) => {
		expect(shown(through(new Seam(rest(answer, '')), continuation))).toBe(expected);
	});

	it('says what it repeats, and shows it once', () => {
		const all = through(new Seam(rest(answer, '')), 'a clock that');
		expect(all).toEqual([
			{ shown: '', spoken: 'a' },
			{ shown: '', spoken: 'clock' },
			{ shown: ' that', spoken: 'that' }
		]);
	});

	it('after what was owed as well', () => {
		const seam = new Seam(rest('Once upon a time', ' there was a clock'));
		expect(shown(through(seam, ' there was a clock there was a clock that stood'))).toBe(
			' there was a clock that stood'
		);
	});

	it('takes the longest repetition where words follow themselves', () => {
		expect(shown(through(new Seam(rest('no no no no', '')), 'no no no never'))).toBe(' never');
	});

	it('loses no word of its own, whatever it says', () => {
		const word = fc.constantFrom('a', 'b', 'c');
		fc.assert(
			fc.property(fc.array(word, { minLength: 1 }), fc.array(word, { maxLength: 60 }), (before, after) => {
				const text = after.map((one) => ` ${one}`).join('');
				const left = shown(through(new Seam(rest(before.join(' '), '')), text))
					.trim()
					.split(' ')
					.filter(Boolean);
				const dropped = after.slice(0, after.length - left.length);
				expect(after.slice(dropped.length)).toEqual(left);
				expect(before.slice(before.length - dropped.length)).toEqual(dropped);
				expect(dropped.length).toBeLessThanOrEqual(40);
			})
		);
	});
});
