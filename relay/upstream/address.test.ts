import { describe, expect, it } from 'vitest';
import { upstreamUrl } from './address.ts';

describe('the address of a route', () => {
	it('has the route behind the base’s own path, and /v1 once', () => {
		const href = (base: string): string => upstreamUrl(base, '/v1/models').href;
		expect([href('http://a'), href('http://a/v1/'), href('http://a/b?c#d')]).toEqual([
			...['http://a/v1/models', 'http://a/v1/models', 'http://a/b/v1/models?c']
		]);
		expect(() => upstreamUrl('nonsense', '/x')).toThrow('no URL');
	});
});
