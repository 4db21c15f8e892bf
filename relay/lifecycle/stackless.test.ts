import { describe, expect, it } from 'vitest';
import { stackless } from './stackless.ts';

describe('stackless', () => {
	it('makes an error that does not say where, and leaves others as they are', () => {
		expect(stackless(() => new TypeError('here')).stack).toBe('TypeError: here');
		expect(new TypeError('there').stack).toContain('stackless.test.ts');
	});

	it('leaves others as they are also where making fails', () => {
		const fail = (): Error => {
			throw new RangeError('no');
		};
		expect(() => stackless(fail)).toThrow(RangeError);
		expect(new Error('there').stack).toContain('stackless.test.ts');
	});
});
