import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redisTarget, redisUrlFault } from './redis-url.ts';

describe('REDIS_URL', () => {
	it.each([
		['redis://cache', { host: 'cache', port: 6379, tls: false, username: '', password: '', db: 0 }],
		['redis://127.0.0.1:7000/', { host: '127.0.0.1', port: 7000, tls: false, username: '', password: '', db: 0 }],
		['rediss://[::1]:1/3', { host: '::1', port: 1, tls: true, username: '', password: '', db: 3 }],
		['redis://:p%40ss%2F@h', { host: 'h', port: 6379, tls: false, username: '', password: 'p@ss/', db: 0 }],
		['rediss://me:secret@h:2/15', { host: 'h', port: 2, tls: true, username: 'me', password: 'secret', db: 15 }]
	])('is read: %s', (url, target) => {
		expect(redisUrlFault(url)).toBeNull();
		expect(redisTarget(url)).toEqual(target);
	});

	it.each([
		'127.0.0.1:6379',
		'http://h',
		'valkey://h',
		'redis://',
		'redis:///0',
		'redis://h/a',
		'redis://h/0/1',
		'redis://h?family=6',
		'redis://h#x',
		'redis://:%zz@h',
		'redis://h:99999'
	])('is refused with what to do: %s', (url) => {
		expect(redisUrlFault(url)).toMatch(/^(is|has|must|may|names) .+/);
	});

	it('never has its password repeated', () => {
		fc.assert(
			fc.property(fc.constantFrom('redis', 'rediss', 'http'), fc.string(), (scheme, rest) => {
				expect(redisUrlFault(`${scheme}://me:hunter2@${rest}`) ?? '').not.toContain('hunter2');
			})
		);
	});
});
