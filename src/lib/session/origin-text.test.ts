import * as v from 'valibot';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RelayOriginSchema } from '../ui/preferences.ts';
import { readOrigin } from './origin-text.ts';

describe('a relay’s address, typed', () => {
	it.each([
		['talk.example', 'https://talk.example'],
		['  https://talk.example/\n', 'https://talk.example'],
		['https://TALK.example:443/v1/session?x#y', 'https://talk.example'],
		['wss://talk.example:8443/v1/session', 'https://talk.example:8443'],
		['ws://localhost:8080', 'http://localhost:8080'],
		['localhost:8080', 'http://localhost:8080'],
		['127.0.0.1', 'http://127.0.0.1'],
		['localhost.evil.example', 'https://localhost.evil.example'],
		['http://192.168.1.2:8080', 'http://192.168.1.2:8080'],
		['https://user:secret@talk.example', 'https://talk.example'],
		['[::1]:8080', 'https://[::1]:8080']
	])('%j is %s', (typed, origin) => {
		expect(readOrigin(typed)).toBe(origin);
	});

	it.each([
		'',
		'   ',
		'javascript:alert(1)',
		'file:///etc/passwd',
		'data:text/html,x',
		'ftp://talk.example',
		'two words',
		'https://',
		'://x',
		'x'.repeat(301)
	])('%j is none', (typed) => {
		expect(readOrigin(typed)).toBeNull();
	});

	it('is always one that may be kept', () => {
		const typed = fc.oneof(
			fc.string(),
			fc.webUrl(),
			fc.domain(),
			fc.webUrl().map((url) => url.replace('http', 'ws'))
		);
		fc.assert(
			fc.property(typed, (text) => {
				const origin = readOrigin(text);
				if (origin !== null) expect(v.is(RelayOriginSchema, origin)).toBe(true);
			})
		);
	});
});
