import { describe, expect, it } from 'vitest';
import { secureAddresses } from './addresses.ts';

describe('secureAddresses', () => {
	it('leads to https on its usual port, and to localhost on the same', () => {
		expect(secureAddresses('http://192.168.1.5:8080/?a=1')).toEqual({
			secure: 'https://192.168.1.5/?a=1',
			local: 'http://localhost:8080/?a=1'
		});
		expect(secureAddresses('http://[fe80::1]/')?.local).toBe('http://localhost/');
	});
	it('has nothing to offer for anything but http', () => {
		for (const href of ['https://example.org/', 'file:///tmp/index.html', 'not an address']) {
			expect(secureAddresses(href)).toBe(null);
		}
	});
});
