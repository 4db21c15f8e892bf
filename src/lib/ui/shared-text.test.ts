import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sharedText } from './shared-text.ts';
import { MOST_LETTERS } from './written.ts';

const search = (shared: Record<string, string>): string => `?${new URLSearchParams(shared).toString()}`;

describe('sharedText', () => {
	it('puts title, text and address together', () => {
		const shared = { title: 'A fox', text: 'Look at this', url: 'https://fox.example/' };
		expect(sharedText(search(shared))).toBe('A fox Look at this https://fox.example/');
	});
	it('says nothing twice', () => {
		const url = 'https://fox.example/';
		expect(sharedText(search({ title: 'A fox', text: `A fox ${url}`, url }))).toBe(`A fox ${url}`);
		expect(sharedText(search({ title: url, text: url, url }))).toBe(url);
	});
	it('is null where nothing was shared', () => {
		for (const none of ['', '?', '?source=home', search({ text: ' \n ', title: '' })])
			expect(sharedText(none)).toBeNull();
	});
	it('takes any text, and no more than the field does', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary', maxLength: 3000 }), fc.string(), (text, title) => {
				const shared = sharedText(search({ text, title }));
				expect(shared?.length ?? 0).toBeLessThanOrEqual(MOST_LETTERS);
				expect(shared?.isWellFormed() ?? true).toBe(true);
				expect(shared === null).toBe((text + title).toWellFormed().trim() === '');
			})
		);
	});
});
