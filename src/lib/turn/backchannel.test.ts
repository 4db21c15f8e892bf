import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isBackchannel, mayBecomeBackchannel } from './backchannel.ts';

const SOUNDS = [
	'mm',
	'Mm.',
	'mmm',
	'mhm',
	'Mhm,',
	'mm-hmm',
	'Mm hmm.',
	'uh-huh',
	'Uh huh',
	'hmm',
	'Hm',
	'ah',
	'Aah!',
	'oh',
	'um',
	'euh',
	'heu',
	'hein',
	'haha',
	'ha ha',
	'heh',
	'huh',
	'Ooooh'
];
const ASSENTS = [
	...[
		'yeah',
		'Yeah.',
		'yeahhh',
		'yes',
		'YES!',
		'yep',
		'okay',
		'OK',
		'ok ok',
		'Okayyy',
		'right',
		'Right, right.',
		'sure',
		'of course',
		'I see.',
		'got it',
		"that's right",
		'That’s right',
		'oh okay',
		'yeah yeah',
		'go on'
	],
	...[
		"d'accord",
		'D’accord.',
		'ouais',
		'Ouais, ouais',
		'oui',
		'oui oui',
		'Oui, oui, oui.',
		'ah oui',
		'ah bon',
		'bien sûr',
		'c’est ça',
		'je vois',
		'tout à fait',
		'en effet',
		'voilà',
		'mm oui',
		'ouiii'
	],
	...['wow', 'cool', 'super', 'génial', 'pas mal', 'interesting']
];

describe('isBackchannel', () => {
	it.each([...SOUNDS, ...ASSENTS])('%j lets the voice go on', (text) => {
		expect(isBackchannel(text)).toBe(true);
	});

	it.each([
		...[
			'no',
			'stop',
			'wait',
			'Okay stop',
			'yeah but',
			'yes I want',
			'right now',
			'oh no',
			'hold on',
			'what?',
			'okay?',
			'sure thing boss',
			'I',
			'hum a song'
		],
		...['non', 'attends', 'oui mais', 'arrête', "d'accord mais non", 'quoi', 'ah non', 'mais', 'bon alors', 'oui ?'],
		...[
			'',
			'   ',
			'...',
			'—',
			'okay okay okay okay okay',
			'maman',
			'ham',
			'homme',
			'eh bien non',
			'ohio',
			'mummy',
			'm’aider',
			'um stop'
		]
	])('%j does not', (text) => {
		expect(isBackchannel(text)).toBe(false);
	});

	it.each([
		'Really?',
		'Oh, really?',
		'Ah bon ?',
		'Vraiment ?',
		'No way!',
		'oh my god',
		'Oh là là',
		'Aww.',
		'Seriously?'
	])('%j marvels, and lets the voice go on', (text) => {
		expect(isBackchannel(text)).toBe(true);
	});

	it.each(['Really why?', 'No?', 'Vraiment pas', 'Seriously stop', 'My goodness?'])(
		'%j is more than wonder',
		(text) => {
			expect(isBackchannel(text)).toBe(false);
		}
	);

	it('waits for the rest of what may become wonder, word by word', () => {
		expect(mayBecomeBackchannel('Oh là')).toBe(true);
		expect(mayBecomeBackchannel('oh my')).toBe(false);
		expect(isBackchannel('oh my')).toBe(true);
		expect(mayBecomeBackchannel('no')).toBe(true);
		expect(mayBecomeBackchannel('no wait')).toBe(false);
	});

	it('takes words of assent for an answer where something was asked, but not sounds', () => {
		for (const text of ASSENTS) expect(isBackchannel(text, { asked: true }), text).toBe(/^m+$|^a+h$/.test(text));
		for (const text of SOUNDS) expect(isBackchannel(text, { asked: true }), text).toBe(true);
	});

	it('minds neither case, marks nor space around', () => {
		const mark = fc.constantFrom('', '.', ',', '!', '…', ' .', ' !', '"', '—', '  ');
		fc.assert(
			fc.property(fc.constantFrom(...SOUNDS, ...ASSENTS), mark, mark, fc.boolean(), (text, before, after, loud) => {
				expect(isBackchannel(before + (loud ? text.toUpperCase() : text) + after)).toBe(true);
			})
		);
	});

	it('is false as soon as one word is another', () => {
		// Not "mais": "mais oui" is one.
		const other = fc.constantFrom('stop', 'but', 'pizza', '42', 'no');
		fc.assert(
			fc.property(fc.array(fc.constantFrom(...ASSENTS)), other, fc.array(fc.constantFrom(...ASSENTS)), (a, word, b) => {
				expect(isBackchannel([...a, word, ...b].join(' '))).toBe(false);
			})
		);
	});

	it('judges any text, and long ones at once', () => {
		fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => typeof isBackchannel(text) === 'boolean'));
		expect(isBackchannel('m'.repeat(50_000))).toBe(true);
		expect(isBackchannel('mh'.repeat(50_000))).toBe(false);
		expect(isBackchannel('haha'.repeat(20_000))).toBe(false);
	});
});
