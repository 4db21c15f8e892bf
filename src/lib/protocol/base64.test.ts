import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase64, encodeBase64, isBase64 } from './base64.ts';

describe('base64', () => {
	it('writes what Node writes and reads it back', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
				const text = encodeBase64(bytes);
				expect(text).toBe(Buffer.from(bytes).toString('base64'));
				expect(isBase64(text)).toBe(true);
				expect(decodeBase64(text)).toEqual(bytes);
			})
		);
	});

	it('takes what is large', () => {
		const bytes = new Uint8Array(300_000).map((_, i) => (i * 7) & 0xff);
		expect(decodeBase64(encodeBase64(bytes))).toEqual(bytes);
	});

	it.each([
		'A',
		'AA',
		'AAA',
		'=',
		'====',
		'AB=C',
		'A===',
		'AA\nA',
		'AA-_',
		'AAA',
		'AAAé',
		'AAA\u{10000}',
		'data:audio'
	])('refuses %j', (text) => {
		expect(isBase64(text)).toBe(false);
		expect(decodeBase64(text)).toBeNull();
	});

	it('agrees with itself about any text', () => {
		fc.assert(
			fc.property(fc.string({ unit: fc.constantFrom(...'AZaz09+/=-_ é') }), (text) => {
				expect(decodeBase64(text) !== null).toBe(isBase64(text));
			})
		);
	});
});
