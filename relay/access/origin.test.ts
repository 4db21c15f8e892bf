import { describe, expect, it } from 'vitest';
import { howToAllow, isLoopbackHost, mayAsk } from './origin.ts';

describe('the origin check', () => {
	const local = { allowed: ['https://talk.example.org'], loopback: true, sameHost: false };
	const guarded = { ...local, loopback: false, sameHost: true };
	const listed = { ...local, loopback: false };
	const head = (origin: string | null, host: string) => ({ headers: origin === null ? { host } : { origin, host } });
	const judge = (rules: typeof local, origin: string | null, host: string): boolean =>
		mayAsk(head(origin, host), rules);

	it.each([
		['a program, which sends none', null, 'localhost:8080', true, true],
		['the page itself', 'http://localhost:8080', 'localhost:8080', true, true],
		['the page itself, by name', 'https://relay.example', 'relay.example', false, true],
		['the development server', 'http://localhost:5173', 'localhost:8080', true, false],
		['the same machine by number', 'http://127.0.0.1:8080', 'localhost:8080', true, false],
		['the same machine by IPv6', 'http://[::1]:5173', '[::1]:8080', true, false],
		['an allowed origin', 'https://talk.example.org', 'relay.internal', true, true],
		['an allowed origin in capitals', 'https://TALK.example.org', 'relay.internal', true, true],
		['another page', 'https://evil.example', 'localhost:8080', false, false],
		['a name pointed at this machine', 'http://evil.example:8080', 'evil.example:8080', false, true],
		['the same host and another port', 'http://relay.example:81', 'relay.example:80', false, false],
		['a look-alike', 'http://localhost.evil.example', 'localhost:8080', false, false],
		['another look-alike', 'http://127.0.0.1.evil.example', '127.0.0.1:8080', false, false],
		['a prefix of an allowed one', 'https://talk.example.org.evil.example', 'localhost', false, false],
		['a sandboxed page', 'null', 'localhost:8080', false, false],
		['two origins', 'http://localhost:8080, http://evil.example', 'localhost:8080', false, false],
		['a file', 'file://', 'localhost:8080', false, false],
		['no host', 'http://localhost:8080', '', false, false]
	])('judges %s', (_name, origin, host, onLoopback, whereGuarded) => {
		expect([judge(local, origin, host), judge(guarded, origin, host)]).toEqual([onLoopback, whereGuarded]);
		// On a network with a list and nothing else, the list is what counts: a name can be pointed anywhere.
		const isListed = origin === null || origin.toLowerCase() === 'https://talk.example.org';
		expect(judge(listed, origin, host)).toBe(isListed);
	});

	it('says how to allow a page, and never repeats what is no origin', () => {
		expect(howToAllow(head('https://my.page/<script>', 'x'))).toContain('ALLOWED_ORIGINS=https://my.page\n');
		for (const origin of ['<script>', 'null', 'data:,<b>']) {
			expect(howToAllow(head(origin, 'x'))).toContain('ALLOWED_ORIGINS=https://your.host\n');
		}
	});

	it.each(['localhost', '127.0.0.1', '127.1.2.3', '::1', '[::1]', 'app.localhost'])(
		'knows %s for this machine',
		(host) => {
			expect(isLoopbackHost(host)).toBe(true);
		}
	);
	it.each(['0.0.0.0', '::', '192.168.1.2', 'localhost.example', 'mylocalhost', ''])(
		'knows %s for reachable',
		(host) => {
			expect(isLoopbackHost(host)).toBe(false);
		}
	);
});
