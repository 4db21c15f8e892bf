import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWithin, soundsLike } from './echo.ts';

const PLAYING =
	'Well, the weather is lovely today: 23 degrees. What would you like for dinner tonight? L’été, c’est agréable.';

describe('soundsLike', () => {
	it.each([
		...[
			'weather',
			'The weather',
			'THE WEATHER IS LOVELY',
			'the wether is lovely',
			'whether is lovely',
			'dinner tonight',
			'for diner'
		],
		...[
			'to night',
			'din ner',
			'whatwould you',
			'would you like for dinner to night',
			'twenty-three degrees',
			'23 degrees',
			"c'est agreable"
		],
		...['l ete', 'the weather lovely today', 'what would you like dinner', 'you like', 'Well']
	])('%j is an echo', (heard) => {
		expect(soundsLike(heard, PLAYING)).toBe(true);
	});

	it.each([
		...[
			'stop',
			'the weather stop',
			'stop the weather',
			'no',
			'is today the weather',
			'dinner weather',
			'feather boa',
			'eat',
			'her',
			'night'
		],
		...[
			'what would you say',
			'I would like for dinner',
			'wait wait',
			'attends',
			'weather weather',
			'like would you',
			'',
			'  ',
			'…'
		]
	])('%j is none', (heard) => {
		expect(soundsLike(heard, PLAYING)).toBe(false);
	});

	it('does not take a short word for another', () => {
		expect(soundsLike('stop', 'take one more step')).toBe(false);
		expect(soundsLike('no', 'I know now')).toBe(false);
		expect(soundsLike('wait', 'what a bait')).toBe(false);
		expect(soundsLike('non', 'un nom')).toBe(false);
	});

	it('hears nothing in silence', () => {
		expect(soundsLike('hello', '')).toBe(false);
	});

	it('looks at the last words only', () => {
		const long = `zebra ${'filler '.repeat(200)}`;
		expect(soundsLike('zebra', long)).toBe(false);
		expect(soundsLike('filler filler', long)).toBe(true);
	});

	const words = fc.array(fc.stringMatching(/^[a-z]{1,10}$/), { minLength: 1, maxLength: 25 });

	it('knows any run of what was played, in any spelling of case and marks', () => {
		fc.assert(
			fc.property(words, fc.nat(), fc.nat(), fc.constantFrom(' ', ', ', '. ', ' — '), (played, a, b, space) => {
				const from = a % played.length;
				const run = played.slice(from, from + 1 + (b % (played.length - from)));
				expect(soundsLike(run.join(space).toUpperCase(), played.join(' '))).toBe(true);
			})
		);
	});

	it('knows a run of which one long word was misheard by a letter, or two were joined', () => {
		fc.assert(
			fc.property(
				fc.array(fc.stringMatching(/^[a-m]{6,10}$/), { minLength: 2, maxLength: 10 }),
				fc.nat(),
				(played, n) => {
					const at = n % played.length;
					const misheard = played.with(at, `${(played[at] ?? '').slice(0, -1)}z`);
					expect(soundsLike(misheard.join(' '), played.join(' '))).toBe(true);
					expect(soundsLike(played.slice(0, 2).join('') + ' ' + played.slice(2).join(' '), played.join(' '))).toBe(
						true
					);
				}
			)
		);
	});

	it('never takes a run with a strange word in it for an echo', () => {
		fc.assert(
			fc.property(fc.array(fc.stringMatching(/^[a-m]{1,10}$/), { maxLength: 20 }), fc.nat(), (played, n) => {
				const at = n % (played.length + 1);
				expect(soundsLike(played.toSpliced(at, 0, 'zzstopzz').join(' '), played.join(' '))).toBe(false);
			})
		);
	});

	it('judges hostile text quickly', () => {
		const long = 'aaaaaaaaab '.repeat(5000);
		expect(soundsLike(long, long)).toBe(true);
		expect(soundsLike(`${long}stop`, long)).toBe(false);
		fc.assert(
			fc.property(
				fc.string({ unit: 'binary' }),
				fc.string({ unit: 'binary' }),
				(a, b) => typeof soundsLike(a, b) === 'boolean'
			)
		);
	});
});

describe('isWithin', () => {
	it('counts letters put in, left out and replaced', () => {
		expect(isWithin('kitten', 'sitting', 3)).toBe(true);
		expect(isWithin('kitten', 'sitting', 2)).toBe(false);
		expect(isWithin('', 'ab', 2)).toBe(true);
		expect(isWithin('same', 'same', 0)).toBe(true);
	});

	it('is the same both ways', () => {
		const word = fc.stringMatching(/^[ab]{0,8}$/);
		fc.assert(fc.property(word, word, fc.nat(4), (a, b, most) => isWithin(a, b, most) === isWithin(b, a, most)));
	});
});
