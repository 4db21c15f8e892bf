import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCharacters } from './yaml.ts';

const MINNA = `- id: minna
  name: Minna
  language: en
  instructions:
    type: smalltalk
`;
function mistakes(text: string): string[] {
	const parsed = parseCharacters(text);
	return parsed.ok ? [] : parsed.mistakes.map(({ line, column, text }) => `${line}:${column} ${text}`);
}

describe('characters in YAML', () => {
	it('are read, with block texts, comments, quotes and CRLF', () => {
		const text = `# who\n${MINNA}- {id: b, name: "B, the second", language: fr/en, instructions: {type: constant, text: "* not an alias & no !tag"}}\n`;
		for (const file of [text, text.replaceAll('\n', '\r\n'), `\ufeff${text}`])
			expect(parseCharacters(file)).toMatchObject({
				ok: true,
				characters: [
					{ id: 'minna', good: true },
					{ id: 'b', name: 'B, the second', instructions: { text: '* not an alias & no !tag' } }
				]
			});
	});

	it('name every mistake where it stands, with what to do', () => {
		const text = `${MINNA}  lang: en
- id: Second
  name: 12
  language: german
  instructions:
    type: smaltalk
  good: yes
- name: <b>x</b>
  language: en
  instructions:
    type: constant
- id: minna
  name: Minna
  language: en
  instructions: { type: news, tone: dry }
`;
		expect(mistakes(text)).toEqual([
			expect.stringMatching(/^6:3 character 1, lang is no field here: take it out, or use one of id, name, /),
			'7:3 character 2, id must be made of small letters, digits and single hyphens, such as night-owl',
			'8:3 character 2, name must be text: put quotes around it',
			'9:3 character 2, language must be one of en, fr, en/fr, fr/en',
			expect.stringMatching(/^11:5 character 2, instructions\.type must be one of constant, smalltalk, /),
			'12:3 character 2, good must be true or false',
			'13:3 character 3, id is missing: add it',
			expect.stringMatching(/^13:3 character 3, name must begin with a letter or digit and hold only /),
			'15:3 character 3, instructions.text is missing: add it',
			'17:3 character 4, id is that of character 1 already: give it another one',
			expect.stringMatching(/^20:31 character 4, instructions\.tone is no field here/)
		]);
	});

	it.each([
		['nothing', '', '1:1 the file is empty: write a list of characters'],
		['comments alone', '# none yet\n', '1:1 the file is empty: write a list of characters'],
		['a map', 'minna:\n  name: Minna\n', '1:1 the whole must be a list of characters'],
		['a word', 'characters', '1:1 the whole must be a list of characters'],
		[
			'an alias',
			`- &minna {id: a}\n- *minna\n`,
			'1:3 anchors (&) are not taken here: write the value out, or put it into quotes'
		],
		[
			'an alias of nothing',
			'- id: *none\n',
			'1:7 aliases (*) are not taken here: write the value out, or put it into quotes'
		],
		['a tag', '- id: !!binary aGk=\n', '1:7 tags (!) are not taken here: write the value out, or put it into quotes'],
		[
			'a function',
			'- id: !!js/function "x"\n',
			'1:7 tags (!) are not taken here: write the value out, or put it into quotes'
		],
		[
			'an id that is the users’',
			MINNA.replace('minna', 'own-minna'),
			'1:3 character 1, id must not begin with own-, which is for characters that users write: choose another one'
		],
		['one key twice', `${MINNA}  name: Again\n`, '6:3 this field stands here twice: take one of them out'],
		['a tab', `- id: a\n\tname: b\n`, '2:2 the line begins with a tab: use spaces'],
		[
			'two documents',
			`${MINNA}---\n${MINNA}`,
			'6:1 a second document begins here: keep one list, and take out the line with the three dashes'
		],
		[
			'an open quote',
			'- id: "a\n  name: b\n',
			'3:1 Missing closing "quote: put it there, or indent the line as those beside it'
		],
		[
			'a colon within a text',
			`${MINNA}  credit: By: me\n`,
			'6:11 a second colon stands on this line: put quotes around the text that holds it'
		],
		[
			'a field that is indented too far',
			MINNA.replace('  name', '   name'),
			'1:7 the lines below are not indented as this one is: indent them alike, and put a space behind each hyphen'
		],
		[
			'a field that is indented too little',
			MINNA.replace('  name', ' name'),
			'2:1 Sequence item without - indicator: put it there, or indent the line as those beside it'
		],
		[
			'a field without a colon',
			MINNA.replace('name: ', 'name '),
			'2:3 a colon and a space are missing behind the field'
		],
		[
			'a hyphen without a space',
			MINNA.replace('- id', '-id'),
			'1:6 the lines below are not indented as this one is: indent them alike, and put a space behind each hyphen'
		],
		[
			'a text that begins with a sign',
			MINNA.replace(': Minna', ': @Minna'),
			'2:9 Plain value cannot start with reserved character @: put quotes around it'
		],
		[
			'words behind a quoted text',
			MINNA.replace(': Minna', ": 'it's'"),
			'2:13 something stands behind the end of a text in quotes: put quotes of the other kind around all of it'
		],
		[
			'an escape that is none',
			MINNA.replace(': Minna', ': "\\q"'),
			'2:10 Invalid escape sequence \\q: write two backslashes, or put single quotes around the text'
		],
		[
			'an open bracket',
			MINNA.replace(': Minna', ': [Minna'),
			'3:3 the line is indented wrongly, or a bracket above it is not closed: indent it as those beside it'
		],
		['an unknown directive', `%PARLEY 2\n---\n${MINNA}`, '1:1 '],
		['what would ring a bell', '%\u001b[31m\u0007\n---\n- a\n', '1:1 ']
	])('refuse %s', (_, text, expected) => {
		expect(mistakes(text)[0]).toContain(expected);
	});

	it('refuse ten lines that would be a gigabyte', () => {
		const bomb = ['- &a [x, x, x, x, x, x, x, x, x, x]'];
		for (let i = 1; i < 10; i++) bomb.push(`- &a${i} [${`*a${i === 1 ? '' : i - 1}, `.repeat(9)}x]`);
		expect(mistakes(bomb.join('\n'))).toEqual([
			'1:3 anchors (&) are not taken here: write the value out, or put it into quotes'
		]);
	});

	it.each([
		['brackets', '['.repeat(200_000)],
		['brackets on lines', '[\n'.repeat(100_000)],
		['maps', '{a: '.repeat(60_000)],
		['lists', '- '.repeat(100_000)],
		['questions', '? '.repeat(100_000)],
		['indentation', Array.from({ length: 600 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
		['keys', Array.from({ length: 30_000 }, (_, i) => `k${i}: 1`).join('\n')],
		['closing brackets', '}'.repeat(200_000)],
		['commas', `[${','.repeat(200_000)}`],
		['quotes', '"'.repeat(200_000)],
		['colons', ': '.repeat(100_000)],
		['a megabyte of text', `- id: "${'x'.repeat(1 << 20)}"`],
		['a megabyte of a key', `- ? "${'x'.repeat(1 << 20)}"\n  : 1`],
		['two thousand characters', '- {}\n'.repeat(2000)]
	])('refuse a tower of %s, soon and in a few words', (_, text) => {
		const found = mistakes(text);
		expect(found.length).toBeGreaterThan(0);
		expect(found.length).toBeLessThan(10);
		expect(found.join('').length).toBeLessThan(2000);
	});

	it('take no key for one that objects have anyway', () => {
		const found = mistakes(`${MINNA}  __proto__: {good: false}\n  constructor: 1\n`);
		expect(found.map((mistake) => mistake.split(' ').slice(0, 4).join(' '))).toEqual([
			'6:3 character 1, __proto__',
			'7:3 character 1, constructor'
		]);
		expect(mistakes(`${MINNA}  <<: {good: false}\n`)).toEqual([
			expect.stringMatching(/^6:3 character 1, "<<" is no field here/)
		]);
	});

	it('cut off at any byte are told where they end too early, and nobody is made of half of them', () => {
		const whole = new TextEncoder().encode(`${MINNA}  comment: "Grüße – 你好"\n`);
		for (let end = 0; end <= whole.byteLength; end++) {
			const parsed = parseCharacters(new TextDecoder().decode(whole.subarray(0, end)));
			if (parsed.ok)
				expect(parsed.characters, String(end)).toMatchObject([{ id: 'minna', name: 'Minna', language: 'en' }]);
			else expect(parsed.mistakes.length, String(end)).toBeGreaterThan(0);
		}
	});

	it('never throw, and say nothing that a terminal would act on', () => {
		const piece = fc.oneof(
			fc.constantFrom(
				'- ',
				'id: ',
				'name: x\n',
				'\n',
				'  ',
				'[',
				']',
				'{',
				'}',
				': ',
				'? ',
				'|\n',
				'>',
				'"',
				"'",
				'#',
				'&a ',
				'*a',
				'!t ',
				'%X\n',
				'---\n',
				'\t',
				'\r',
				'\ufeff',
				'__proto__: ',
				MINNA
			),
			fc.string({ unit: 'binary', maxLength: 5 })
		);
		fc.assert(
			fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
				const parsed = parseCharacters(pieces.join(''));
				if (parsed.ok) return;
				for (const { line, column, text } of parsed.mistakes) {
					expect(line).toBeGreaterThan(0);
					expect(column).toBeGreaterThan(0);
					expect(text).not.toMatch(/[\p{Cc}\u202a-\u202e]/u);
				}
			})
		);
	});
});
