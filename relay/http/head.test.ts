import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sendableCode, sendableReason } from './closing.ts';
import { agreedSubprotocol, handshakeFault, wantsWebSocket } from './handshake.ts';
import { HeaderCollector, plainAddress, splitTarget } from './head.ts';
import { toWire } from './response.ts';
import type { RequestHead } from './transport.ts';

describe('a request head', () => {
	it('collects headers without touching a prototype', () => {
		const collector = new HeaderCollector();
		for (const [name, value] of [
			['__proto__', 'x'],
			['X-A', '1'],
			['x-a', '2'],
			['Host', 'a'],
			['host', 'b'],
			['cookie', 'c=1'],
			['Cookie', 'd=2']
		] as const) {
			collector.add(name, value);
		}
		const all = collector.all();
		expect(Object.getPrototypeOf(all)).toBe(Object.prototype);
		expect(Object.entries(all)).toEqual([
			['__proto__', 'x'],
			['x-a', '1, 2'],
			['host', 'a'],
			['cookie', 'c=1; d=2']
		]);
	});

	it.each([
		['/a?b=c?d', '/a', 'b=c?d'],
		['/a?', '/a', ''],
		['?x', '/', 'x'],
		['', '/', ''],
		['http://host:1/p?q', '/p', 'q'],
		['HTTPS://host', '/', ''],
		['http://host?q', '/', 'q'],
		['//host/p', '//host/p', '']
	])('splits %j', (target, path, query) => {
		expect(splitTarget(target)).toEqual({ path, query });
	});

	it.each([
		['127.0.0.1', '127.0.0.1'],
		['::ffff:192.0.2.7', '192.0.2.7'],
		['0000:0000:0000:0000:0000:ffff:c000:0207', '192.0.2.7'],
		['0000:0000:0000:0000:0000:0000:0000:0001', '::1'],
		['2001:DB8::1', '2001:db8::1'],
		['fe80::1%eth0', 'fe80::1'],
		['', ''],
		['what:is:this', 'what:is:this']
	])('writes the address %j as %j', (address, plain) => {
		expect(plainAddress(address)).toBe(plain);
	});
});

describe('a handshake', () => {
	const head = (headers: Record<string, string>, method = 'GET'): RequestHead => ({
		method,
		path: '/',
		query: '',
		headers,
		remoteAddress: ''
	});
	const good = {
		upgrade: 'websocket',
		connection: 'Upgrade',
		'sec-websocket-version': '13',
		'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA=='
	};

	it('is one whatever the case and company of its words', () => {
		expect(wantsWebSocket({ upgrade: 'WebSocket', connection: 'keep-alive, UPGRADE' })).toBe(true);
		expect(wantsWebSocket({ upgrade: 'h2c', connection: 'Upgrade' })).toBe(false);
		expect(wantsWebSocket({ upgrade: 'websocket', connection: 'keep-alive' })).toBe(false);
		expect(wantsWebSocket({})).toBe(false);
	});

	it('passes when it is right, and says what is wrong otherwise', () => {
		expect(handshakeFault(head(good))).toBeNull();
		expect(handshakeFault(head(good, 'PUT'))?.status).toBe(405);
		expect(handshakeFault(head({ ...good, 'sec-websocket-version': '8' }))).toMatchObject({
			status: 426,
			headers: { 'sec-websocket-version': '13' }
		});
		expect(handshakeFault(head({ ...good, 'sec-websocket-key': 'short' }))?.status).toBe(400);
		expect(handshakeFault(head({ ...good, 'sec-websocket-protocol': 'a,,b' }))?.status).toBe(400);
		expect(handshakeFault(head({ ...good, 'sec-websocket-protocol': 'a b' }))?.status).toBe(400);
	});

	it('agrees only on what was offered, letter for letter', () => {
		const offer = head({ 'sec-websocket-protocol': 'other, parley.1' });
		expect(agreedSubprotocol(offer, 'parley.1')).toBe('parley.1');
		expect(agreedSubprotocol(offer, 'Parley.1')).toBeNull();
		expect(agreedSubprotocol(head({}), 'parley.1')).toBeNull();
		expect(agreedSubprotocol(offer, null)).toBeNull();
	});
});

describe('a close frame', () => {
	it('never has a code that may not be sent, nor a reason that does not fit or is cut inside a character', () => {
		fc.assert(
			fc.property(
				fc.oneof(fc.integer({ min: 990, max: 5010 }), fc.double()),
				fc.string({ unit: 'grapheme', maxLength: 200 }),
				(code, reason) => {
					const sent = sendableCode(code);
					expect([1004, 1005, 1006, 1015]).not.toContain(sent);
					expect((sent >= 1000 && sent <= 1014) || (sent >= 3000 && sent <= 4999)).toBe(true);
					const cut = sendableReason(reason);
					expect(new TextEncoder().encode(cut).byteLength).toBeLessThanOrEqual(123);
					expect(cut).not.toContain('\ufffd');
				}
			)
		);
	});
});

describe('an answer', () => {
	it('refuses header values that would be headers of their own, and statuses that are none', () => {
		for (const value of ['a\r\nb: c', 'a\nb', 'a\0', 'ü€'])
			expect(() => toWire({ status: 200, headers: { x: value } })).toThrow(TypeError);
		for (const status of [0, 101, 600, 200.5, NaN]) expect(() => toWire({ status })).toThrow(TypeError);
	});

	it('leaves length and connection to the transport', () => {
		const wire = toWire({
			status: 200,
			headers: { 'Content-Length': '9', connection: 'keep-alive', x: 'y' },
			body: 'é'
		});
		expect([wire.headers, wire.body.byteLength, wire.bodiless]).toEqual([[['x', 'y']], 2, false]);
		expect(toWire({ status: 304, body: 'dropped' })).toMatchObject({ bodiless: true, body: new Uint8Array(0) });
	});
});
