import { describe, expect, it } from 'vitest';
import { operatorDoor } from './operator.ts';
import type { RequestHead } from '../http/transport.ts';

function head(remoteAddress: string, headers: Record<string, string> = {}): RequestHead {
	return { method: 'GET', path: '/metrics', query: '', remoteAddress, headers: { host: 'localhost:8080', ...headers } };
}
const status = (token: string, asked: RequestHead): number => operatorDoor(token)(asked)?.status ?? 200;

describe('with a token', () => {
	const TOKEN = 'open-sesame-0123456789';
	it('lets in who brings it, from anywhere', () => {
		expect(status(TOKEN, head('192.0.2.1', { authorization: `Bearer ${TOKEN}` }))).toBe(200);
		expect(status(TOKEN, head('127.0.0.1', { authorization: `bearer  ${TOKEN}` }))).toBe(200);
	});

	it.each(['', 'Bearer', 'Bearer ', `Bearer ${TOKEN}x`, `Basic ${TOKEN}`, `Bearer ${TOKEN} x`, TOKEN])(
		'refuses %j, even from this machine, and never repeats the token',
		(authorization) => {
			const refusal = operatorDoor(TOKEN)(head('127.0.0.1', { authorization }));
			expect(refusal?.status).toBe(401);
			expect(JSON.stringify(refusal)).not.toContain(TOKEN);
		}
	);
});

describe('without a token', () => {
	it.each(['127.0.0.1', '::1', '::ffff:127.0.0.1', '127.8.9.1'])('lets in this machine itself: %s', (address) => {
		expect(status('', head(address))).toBe(200);
		expect(status('', head(address, { 'sec-fetch-site': 'none' }))).toBe(200);
	});

	it.each(['192.0.2.1', '', '10.0.0.1', '::ffff:192.0.2.1', '127.0.0.1.example'])('refuses %j', (address) => {
		expect(status('', head(address))).toBe(403);
	});

	it.each([
		{ 'x-forwarded-for': '127.0.0.1' },
		{ forwarded: 'for=127.0.0.1' },
		{ via: '1.1 proxy' },
		{ 'x-real-ip': '127.0.0.1' },
		{ host: 'talk.example.org' },
		{ host: 'localhost.example.org' },
		{ origin: 'https://example.org' },
		{ 'sec-fetch-site': 'cross-site' }
	])('refuses what comes from this machine through a proxy, a page or another name: %j', (headers) => {
		expect(status('', head('127.0.0.1', headers))).toBe(403);
	});
});
