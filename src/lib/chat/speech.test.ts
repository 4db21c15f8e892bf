import { describe, expect, it } from 'vitest';
import { SpeechWriter, type Piece } from './speech.ts';

/** The pieces of `text`, pushed in parts that end at `cuts`. */
function pieces(text: string, cuts: readonly number[] = [], language: 'en' | 'fr' = 'en'): Piece[] {
	const writer = new SpeechWriter(language);
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
const spoken = (text: string, language: 'en' | 'fr' = 'en'): string =>
	pieces(text, [], language)
		.map((piece) => piece.spoken)
		.filter((said) => said !== '')
		.join(' ');
const spokenPieces = (text: string): string[] =>
	pieces(text)
		.map((piece) => piece.spoken)
		.filter((said) => said !== '');

describe('words', () => {
	it('carry the white space before them, as it is', () => {
		expect(shown('foo bar\n\n  baz ')).toEqual(['foo', ' bar', '\n\n  baz']);
	});

	it('come out as soon as the next one begins', () => {
		const writer = new SpeechWriter();
		expect(writer.push('Hello')).toEqual([]);
		expect(writer.push(' ')).toEqual([]);
		expect(writer.push('t')).toEqual([{ shown: 'Hello', spoken: 'Hello' }]);
		expect(writer.push('here')).toEqual([]);
		expect(writer.flush()).toEqual([{ shown: ' there', spoken: 'there' }]);
	});

	it('are none where there is no text', () => {
		expect(pieces('')).toEqual([]);
		expect(pieces(' \n\t ')).toEqual([]);
	});

	it('keep inner hyphens, apostrophes, dots and capitals', () => {
		const words = ["aujourd'hui", 'well-known', 'U.S.A.', 'McDonald', 'Node.js', 'C#', 'AT&T', 'e.g.', 'R2-D2'];
		expect(spokenPieces(words.join(' '))).toEqual(words);
	});
});

describe('marks for the eye', () => {
	it.each([
		['**bold** and *really* and __strong__ and _em_ and ~~gone~~.', 'bold and really and strong and em and gone.'],
		['un*believ*able', 'unbelievable'],
		['***both***, **two words**', 'both, two words'],
		['## A heading\nText', 'A heading. Text'],
		['- one\n- two\n* three\n+ four', 'one. two. three. four'],
		['1. First\n2. Second', '1. First. 2. Second'],
		['> quoted', 'quoted'],
		['above\n\n---\n\nbelow', 'above. below'],
		['| a | b |\n|---|:-:|\n| 1 | 2 |', 'a, b, 1, 2,'],
		['- [ ] milk\n- [x] bread', 'milk. bread'],
		['See [the docs](https://x.com/a_(b)) now', 'See the docs now'],
		['See [the docs](https://x.com "A title") now', 'See the docs now'],
		['![a cat](cat.png) Nice', 'Nice'],
		['It says so [1], twice[2][^3].', 'It says so, twice.'],
		['a<br>b <b>c</b> <!-- not this --> d', 'ab c d'],
		['<|im_start|> hi', 'hi'],
		['\\*not bold\\*', 'not bold'],
		['snake_case_name', 'snake case name'],
		['a < b and c > d', 'a < b and c > d'],
		['#great day', 'great day']
	])('%j is spoken as %j', (text, said) => {
		expect(spoken(text)).toBe(said);
	});

	it('give the voice a pause at the end of a line that has no mark', () => {
		expect(spoken('Roses are red\nviolets are blue.\nOK')).toBe('Roses are red, violets are blue. OK');
	});
});

describe('addresses', () => {
	it.each([
		['Go to https://www.example.com/a/b?c=d#e.', 'Go to example.com.'],
		['(http://user:secret@example.com:8080/x)', '(example.com)'],
		['www.example.com/path, yes', 'example.com, yes'],
		['<https://example.com>', 'example.com'],
		['Voir https://fr.wikipedia.org/wiki/Chat_(animal) ; oui', 'Voir fr.wikipedia.org; oui'],
		['(see https://en.wikipedia.org/wiki/Cat_(animal)).', '(see en.wikipedia.org).'],
		['write to <me@x.org>', 'write to me@x.org'],
		['[https://x.org/y](https://x.org/y)', 'x.org'],
		['mail me@example.com', 'mail me@example.com']
	])('%j is spoken as %j', (text, said) => {
		expect(spoken(text)).toBe(said);
	});
});

describe('emoji', () => {
	it.each(['😀', '👩‍👩‍👧‍👦', '👍🏽', '🇫🇷', '❤️', '1️⃣', '☀️', ':-)', ';)', ':D', '🏴󠁧󠁢󠁳󠁣󠁴󠁿'])('%s is not spoken', (emoji) => {
		expect(spoken(`Hello ${emoji} there`)).toBe('Hello there');
		expect(spoken(`Nice${emoji}`)).toMatch(/^Nice/);
		expect(shown(`Hello ${emoji}`).join('')).toBe(`Hello ${emoji}`);
	});

	it('leave digits, signs and marks alone', () => {
		expect(spoken('© 2024 #1 * 3 ™ ok')).toContain('© 2024 #1');
	});
});

describe('code', () => {
	it('is spoken of once, in the language of the reply', () => {
		const block = '\n```js\nconst a = `1`;\n\n- no\n```\n';
		expect(spoken(`Look:${block}And${block}Done`)).toBe('Look: Here is some code. And, Done');
		expect(spoken(`Voici le début :${block}Et la fin`)).toBe('Voici le début: Voici du code. Et la fin');
		expect(spoken(block, 'fr')).toBe('Voici du code.');
	});

	it('ends at its own fence only', () => {
		expect(spoken('````\n```\nx\n```\n````\nend')).toBe('Here is some code. end');
		expect(spoken('~~~\nx\n```\ny\n~~~\nend')).toBe('Here is some code. end');
		expect(spoken('> ```\n> x\n> ```\nend')).toBe('Here is some code. end');
	});

	it('that never ends is not spoken', () => {
		expect(spoken('A\n```\nrm -rf everything\n\nand so on')).toBe('A, Here is some code.');
	});

	it('in a sentence is read where it is words, and else named once', () => {
		expect(spoken('Use `print` or `for loop`.')).toBe('Use print or for loop.');
		expect(spoken('Run `npm i --save x` then `a()`.')).toBe('Run this code then.');
		expect(spoken('`` a`b `` is')).toBe('this code is');
	});

	it('whose block begins and ends on one line does not swallow what follows', () => {
		expect(spoken('Run this:\n```npm install parley```\nThen open it.')).toBe(
			'Run this: Here is some code. Then open it.'
		);
		expect(spoken('```a b```. And on')).toBe('Here is some code. And on');
	});

	it('whose fence closes behind code does not swallow what follows', () => {
		expect(spoken('```js\na();\nb(); ```\nThen open it.')).toBe('Here is some code. Then open it.');
		expect(spoken('~~~\na(); ~~~\nThen open it.')).toBe('Here is some code. Then open it.');
		expect(spoken('```js\nlet a = `x`;\nlet b = "``` no";\n```\nend')).toBe('Here is some code. end');
	});

	it('whose block begins behind words is not read out', () => {
		const lines = 'foo(a, b);\n'.repeat(60);
		expect(spoken(`Sure: \`\`\`js\nconst a = 1;\n\n${lines}\`\`\`\nThat is all.`)).toBe(
			'Sure: Here is some code. That is all.'
		);
		expect(spoken('Say ``` x ```\nand on')).toBe('Say x and on');
	});

	it('may hold what looks like anything else', () => {
		expect(spoken('Type `[a](b) *laughs* <b>` now')).toBe('Type this code now');
	});

	it('whose tick is alone is text', () => {
		const words = Array.from({ length: 40 }, (_, index) => `w${String(index)}`).join(' ');
		expect(spoken(`a \` ${words}`)).toBe(`a ${words}`);
	});
});

describe('stage directions', () => {
	it.each([
		'*smiles*',
		'*smiles warmly at you*',
		'*gently laughs*',
		'*leans back in the chair*',
		'_sighs deeply_',
		'(laughs)',
		'(a soft chuckle)',
		'[sighs]',
		'[applause]',
		'*rit*',
		'*sourit doucement*',
		'(rires)',
		'[soupir]',
		'*hoche la tête*',
		'*prend une grande inspiration*',
		'*He smiles.*',
		'*elle rit doucement*',
		'(clears throat)',
		'[clearing her throat]',
		'(se racle la gorge)'
	])('%s is not spoken', (direction) => {
		expect(spoken(`Well. ${direction} Fine.`)).toBe('Well. Fine.');
		expect(spoken(`${direction} Fine.`)).toBe('Fine.');
		expect(shown(`${direction} Fine.`).join('')).toBe(`${direction} Fine.`);
	});

	it.each([
		['It is (about three miles) far', 'It is (about three miles) far'],
		['Yes (and no) (2024)', 'Yes (and no) (2024)'],
		['He [sic] said', 'He sic said'],
		['That *looks* fine', 'That looks fine'],
		['She *laughs* a lot', 'She laughs a lot'],
		['I *really* mean *The Great Escape*', 'I really mean The Great Escape'],
		['(takes an hour)', '(takes an hour)'],
		['(clears the cache first)', '(clears the cache first)'],
		['(se trouve à Lyon)', '(se trouve à Lyon)'],
		['*He looks fine to me*', 'He looks fine to me'],
		['* smiles are free', 'smiles are free'],
		['(smiles', '(smiles'],
		['Elle *rit* souvent', 'Elle rit souvent']
	])('%j is spoken as %j', (text, said) => {
		expect(spoken(text)).toBe(said);
	});
});

describe('reasoning', () => {
	it.each([
		['<think>no</think>yes', 'yes'],
		['<THINK>no</Think> yes', ' yes'],
		['<thinking>no <think> no</thinking>yes', 'yes'],
		['[THINK]no[/THINK]yes', 'yes'],
		['<think>no', ''],
		['yes <think>no', 'yes'],
		['a<think>no</think>b', 'ab'],
		['no beginning</think> yes', 'no beginning yes'],
		['<thin', '<thin'],
		['<<think>no</think>x', '<x'],
		['`<think>` is a tag', '`<think>` is a tag'],
		['<think', '<think'],
		['x < think > y', 'x < think > y']
	])('of %j, %j is shown', (text, left) => {
		for (let cut = 0; cut <= text.length; cut++)
			expect(
				pieces(text, [cut])
					.map((piece) => piece.shown)
					.join('')
			).toBe(left);
	});
});

describe('numbers', () => {
	it.each([
		['It is 3,5 km away', ['It', 'is', '3,5 km', 'away']],
		['at 10:30 sharp', ['at', '10:30', 'sharp']],
		['some 1 000 000 people', ['some', '1000000', 'people']],
		['some 1\u202f000\u202f000 people', ['some', '1000000', 'people']],
		['$5.99 each', ['$5.99', 'each']],
		['$ 5.99 each', ['$ 5.99', 'each']],
		['25 % of 5 €, then', ['25%', 'of', '5 €,', 'then']],
		['20 °C or 20\u00a0°C.', ['20°C', 'or', '20°C.']],
		['at 14 h 30 sharp', ['at', '14 h 30', 'sharp']],
		['90 km/h max', ['90 km/h', 'max']],
		['10 – 12 kg', ['10-12 kg']],
		['in 2024 100 people', ['in', '2024', '100', 'people']],
		['7 a.m. is early', ['7 a.m.', 'is', 'early']],
		['**3 km** away', ['3 km', 'away']],
		['+33 6 12 34', ['+33', '6', '12', '34']],
		['call 555 123 4567 now', ['call', '555 123 4567', 'now']],
		['+1 555 123 now', ['+1 555 123', 'now']],
		['+33 612 345 now', ['+33 612 345', 'now']],
		['le 0 800 123 456.', ['le', '0 800 123 456.']],
		['Il y en a 20 000.', ['Il', 'y', 'en', 'a', '20000.']],
		['5 000:3 is no number', ['5', '000:3', 'is', 'no', 'number']],
		['555 123 4567.', ['555 123 4567.']],
		['code 012 345', ['code', '012 345']],
		['012\u00a0345', ['012 345']],
		['555\u00a0123\u00a04567', ['555 123 4567']],
		['$5 million, or 3.5 milliards', ['$5 million,', 'or', '3.5 milliards']],
		['5 * 3 = 15', ['5', '× 3', '=', '15']],
		['1990–2000, 3—5 km', ['1990-2000,', '3-5 km']],
		['\u22125 °C', ['-5°C']],
		['3 things', ['3', 'things']],
		['chapter 3\n100 words', ['chapter', '3,', '100', 'words']]
	])('%j is spoken as %j', (text, said) => {
		expect(spokenPieces(text)).toEqual(said);
		expect(shown(text).join('')).toBe(text);
	});
});

describe('typography', () => {
	it.each([
		['Bonjour ! Ça va ?', ['Bonjour!', 'Ça', 'va?']],
		['Bonjour\u00a0! Ça va\u202f?', ['Bonjour!', 'Ça', 'va?']],
		['Il dit : « oui » ; bien', ['Il', 'dit:', '"oui";', 'bien']],
		['Il dit\u00a0: «\u00a0oui\u00a0»\u202f; bien', ['Il', 'dit:', '"oui";', 'bien']],
		['« Très bien », dit-il', ['"Très', 'bien",', 'dit-il']],
		['l’été “so” ‘it’', ["l'été", '"so"', "'it'"]],
		['well – yes — no - ok', ['well,', 'yes,', 'no,', 'ok']],
		['( a ) [ b ]', ['(a)', 'b']],
		['! oui', ['oui']],
		['wait … what', ['wait…', 'what']],
		['I think—no, I know', ['I', 'think, no,', 'I', 'know']],
		['Paris–Lyon “wait—” –yes', ['Paris-Lyon', '"wait,"', 'yes']],
		['\\[b\\] c', ['b', 'c']],
		['a\u200bb \u00adc', ['ab', 'c']]
	])('%j is spoken as %j', (text, said) => {
		expect(spokenPieces(text)).toEqual(said);
		expect(shown(text).join('')).toBe(text);
	});
});
