import { describe, expect, it } from 'vitest';
import { sizeInWords } from './size.ts';

describe('a size in words', () => {
	it.each([
		[0, '1 kB'],
		[999, '1 kB'],
		[12_400, '12 kB'],
		[3_440_000, '3.4 MB'],
		[34_400_000, '34 MB'],
		[2_000_000_000, '2 GB'],
		[5_000_000_000_000, '5,000 GB']
	])('%d bytes is %s', (bytes, words) => {
		expect(sizeInWords(bytes, 'en')).toBe(words);
	});

	it('is said in French as French says it', () => {
		expect(sizeInWords(3_440_000, 'fr')).toMatch(/^3,4\sMo$/);
	});
});
