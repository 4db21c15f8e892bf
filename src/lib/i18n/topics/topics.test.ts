/** Every file of this folder: the words of a page that loads them with itself. The same rules as for the others. */
import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '../languages.ts';

const files = import.meta.glob<Record<string, unknown>>(['./*.ts', '!./*.test.ts'], { eager: true });
const topics = Object.entries(files).flatMap(([file, exported]) =>
	Object.entries(exported)
		.filter(([name]) => name.endsWith('Words'))
		.map(([name, words]) => [`${file} ${name}`, words as Record<string, unknown>] as const)
);

/** Every text, functions called with numbers and names alike. */
function texts(path: string, value: unknown, all = new Map<string, string>()): Map<string, string> {
	if (typeof value === 'string') all.set(path, value);
	else if (typeof value === 'function') {
		for (const count of [1, 2]) {
			const text: unknown = value(...Array.from({ length: value.length }, () => count));
			if (typeof text === 'string') all.set(`${path}(${String(count)})`, text);
		}
	} else if (typeof value === 'object' && value !== null) {
		for (const [key, inner] of Object.entries(value)) texts(`${path}.${key}`, inner, all);
	}
	return all;
}

it('are found', () => {
	expect(topics.length).toBeGreaterThan(0);
});

describe.each(topics)('%s', (_, words) => {
	it('is there in every language, and says the same things in each', () => {
		expect(Object.keys(words).sort()).toEqual([...LANGUAGES].sort());
		expect([...texts('', words['fr']).keys()].sort()).toEqual([...texts('', words['en']).keys()].sort());
	});

	it('leaves nothing empty', () => {
		for (const [where, text] of texts('', words)) expect(text.trim(), where).not.toBe('');
	});

	it('is set as each language is set', () => {
		for (const [where, text] of texts('', words)) expect(text, where).not.toMatch(/'/u);
		for (const [where, text] of texts('', words['fr'])) {
			expect(text, where).not.toMatch(/"/u);
			expect(text, where).not.toMatch(/[^\u202f][;?!»]/u);
			expect(text, where).not.toMatch(/[^\u00a0]:/u);
			expect(text, where).not.toMatch(/«[^\u202f]/u);
		}
	});
});
