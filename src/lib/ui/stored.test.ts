import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { KEYS, recall, remember } from './stored.ts';

const answer = v.picklist(['yes', 'no']);
const holding = (text: string | null) => ({ getItem: () => text, setItem: () => undefined });
const forbidden = {
	getItem: () => {
		throw new Error('SecurityError');
	},
	setItem: () => {
		throw new Error('QuotaExceededError');
	}
};

describe('what is kept in the browser', () => {
	it('comes back as it was left', () => {
		const kept = new Map<string, string>();
		const shelf = {
			getItem: (key: string) => kept.get(key) ?? null,
			setItem: (key: string, value: string) => void kept.set(key, value)
		};
		remember(KEYS.recogniser, 'yes', shelf);
		expect(recall(KEYS.recogniser, answer, shelf)).toBe('yes');
	});
	it('is not believed where it does not fit', () => {
		for (const text of [null, '', 'yes', '"maybe"', '{"yes":1}', '[', '1e999', 'null']) {
			expect(recall(KEYS.recogniser, answer, holding(text))).toBe(null);
		}
	});
	it('is done without where it is forbidden', () => {
		expect(recall(KEYS.recogniser, answer, forbidden)).toBe(null);
		expect(() => remember(KEYS.recogniser, 'no', forbidden)).not.toThrow();
		expect(recall(KEYS.recogniser, answer, null)).toBe(null);
	});
});
