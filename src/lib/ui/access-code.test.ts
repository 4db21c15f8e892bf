import { describe, expect, it } from 'vitest';
import { MAX_TOKEN_CHARS } from '../protocol/session.ts';
import { isTooLong, keepCode, readCode, recallCode } from './access-code.ts';
import { KEYS } from './stored.ts';

function shelf(kept = new Map<string, string>()) {
	return {
		kept,
		getItem: (key: string) => kept.get(key) ?? null,
		setItem: (key: string, value: string) => void kept.set(key, value),
		removeItem: (key: string) => void kept.delete(key)
	};
}

describe('an access code', () => {
	it('is taken without the white space that a paste brings along, and bounded', () => {
		expect(readCode(' \n\topen-sesame\u00a0\r\n')).toBe('open-sesame');
		expect(readCode('x'.repeat(MAX_TOKEN_CHARS))).toHaveLength(MAX_TOKEN_CHARS);
		for (const text of ['', '  \n', 'x'.repeat(MAX_TOKEN_CHARS + 1)]) expect(readCode(text)).toBeNull();
	});

	it('is called too long only where it is, white space aside', () => {
		expect(isTooLong(`  ${'x'.repeat(MAX_TOKEN_CHARS)}  `)).toBe(false);
		expect(isTooLong('x'.repeat(MAX_TOKEN_CHARS + 1))).toBe(true);
	});

	it('is kept, and leaves nothing behind once it is forgotten', () => {
		const here = shelf();
		keepCode('open-sesame', here);
		expect(recallCode(here)).toBe('open-sesame');
		keepCode(null, here);
		expect(recallCode(here)).toBeNull();
		expect([...here.kept]).toEqual([]);
	});

	it('is not believed where it does not fit', () => {
		for (const text of ['', '7', '{}', '["a"]', '"  "', `"${'x'.repeat(MAX_TOKEN_CHARS + 1)}"`, 'null']) {
			expect(recallCode(shelf(new Map([[KEYS.accessCode, text]])))).toBeNull();
		}
	});

	it('is done without where nothing may be kept', () => {
		const forbidden = (): never => {
			throw new Error('SecurityError');
		};
		const none = { getItem: forbidden, setItem: forbidden, removeItem: forbidden };
		expect(() => keepCode('open-sesame', none)).not.toThrow();
		expect(() => keepCode(null, none)).not.toThrow();
		expect(recallCode(none)).toBeNull();
		expect(recallCode(null)).toBeNull();
	});
});
