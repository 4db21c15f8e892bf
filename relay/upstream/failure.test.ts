import { describe, expect, it } from 'vitest';
import { networkFailure, parseRetryAfter, statusFailure } from './failure.ts';

const systemError = (code: string): Error => Object.assign(new Error(`getaddrinfo ${code} secret.host`), { code });

describe('networkFailure', () => {
	it.each([
		['ECONNREFUSED', 'refused'],
		['ECONNRESET', 'refused'],
		['EHOSTUNREACH', 'refused'],
		['UND_ERR_SOCKET', 'refused'],
		['ETIMEDOUT', 'timed_out'],
		['UND_ERR_CONNECT_TIMEOUT', 'timed_out'],
		['ENOTFOUND', 'unresolved'],
		['EAI_AGAIN', 'unresolved'],
		['CERT_HAS_EXPIRED', 'protocol']
	])('%s is %s, bare or buried, and its text is not passed on', (system, code) => {
		const bare = systemError(system);
		const fetched = new TypeError('fetch failed', { cause: bare });
		const several = new TypeError('fetch failed', { cause: new AggregateError([new Error('x'), bare]) });
		for (const error of [bare, fetched, several]) {
			const failure = networkFailure(error);
			expect(failure.code).toBe(code);
			expect(failure.message).not.toContain('secret.host');
		}
	});

	it('says what is wrong with a certificate, and where there is none', () => {
		const say = (code: string): string => networkFailure(systemError(code)).message;
		expect(say('DEPTH_ZERO_SELF_SIGNED_CERT')).toContain('NODE_EXTRA_CA_CERTS');
		expect(say('ERR_TLS_CERT_ALTNAME_INVALID')).toContain('another name');
		// The same from `ws` and from fetch.
		expect([say('EPROTO'), say('ERR_SSL_WRONG_VERSION_NUMBER')]).toEqual(Array(2).fill(say('EPROTO')));
		expect(say('EPROTO')).toContain('http://');
	});

	it('survives what is no error and what contains itself', () => {
		const loop = new Error('loop');
		loop.cause = loop;
		for (const odd of [loop, undefined, null, 'ECONNREFUSED', { code: 'ECONNREFUSED' }]) {
			expect(networkFailure(odd).code).toBe('protocol');
		}
	});
});

describe('statusFailure', () => {
	it.each([
		[401, 'unauthorized_upstream'],
		[403, 'unauthorized_upstream'],
		[404, 'not_found'],
		[429, 'at_capacity'],
		[503, 'at_capacity'],
		[504, 'timed_out'],
		[301, 'protocol'],
		[500, 'protocol'],
		[0, 'protocol']
	])('%i is %s', (status, code) => {
		expect(statusFailure(status).code).toBe(code);
	});
});

describe('parseRetryAfter', () => {
	it('reads seconds, bounded, and nothing else', () => {
		expect(['3', ' 1.5 ', '0', '86400'].map(parseRetryAfter)).toEqual([3000, 1500, 0, 60_000]);
		expect(['', '-1', '1e9', 'soon', 'Wed, 21 Oct 2026 07:28:00 GMT', null, undefined].map(parseRetryAfter)).toEqual(
			Array.from({ length: 7 })
		);
	});
});
