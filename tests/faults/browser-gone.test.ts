/** A browser that vanishes at any point on its way in, and whatever the relay was waiting for on its behalf. */
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { FaultName } from '../../relay/embedded/engine.ts';
import { opusStream } from '../../relay/session/testing/opus-stream.ts';
import { SESSION_PATH, SESSION_SUBPROTOCOL } from '../../src/lib/protocol/session.ts';
import { expectHandlesBack } from './support/handles.ts';
import { House } from './support/house.ts';
import { Talker } from './support/talker.ts';

expectHandlesBack();

let house: House;
afterEach(async () => {
	await house.allBack();
	await house.close();
});

const HANDSHAKE = [
	`GET ${SESSION_PATH} HTTP/1.1`,
	'Host: 127.0.0.1',
	'Connection: Upgrade',
	'Upgrade: websocket',
	'Sec-WebSocket-Version: 13',
	'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
	`Sec-WebSocket-Protocol: ${SESSION_SUBPROTOCOL}`,
	'\r\n'
].join('\r\n');

async function dial(): Promise<Socket> {
	const socket = connect(Number(new URL(house.relay.url).port), '127.0.0.1');
	socket.on('error', () => undefined);
	await new Promise((resolve) => socket.once('connect', resolve));
	return socket;
}

describe('a browser that is gone', () => {
	it('in mid-handshake, after any number of its bytes', async () => {
		house = await House.open();
		for (let length = 0; length <= HANDSHAKE.length; length += 7) {
			const socket = await dial();
			if (length > 0) await new Promise((resolve) => socket.write(HANDSHAKE.slice(0, length), resolve));
			if (length % 2 === 0) socket.resetAndDestroy();
			else socket.destroy();
		}
		// The relay is none the worse for it.
		const another = await Talker.welcome(house.relay.url);
		another.close();
		await another.closed();
	});

	it('after the handshake, before its hello', async () => {
		house = await House.open();
		for (let i = 0; i < 5; i++) {
			const socket = await dial();
			socket.write(HANDSHAKE);
			await new Promise((resolve) => socket.once('data', resolve));
			socket.resetAndDestroy();
		}
	});

	it.each(['never', 'full', 'slow', 'hangs', 'halfOpen'] as const satisfies readonly FaultName[])(
		'while every server is at its worst: %s',
		async (fault) => {
			house = await House.open({ words: [{ at: 0, text: 'so' }] });
			for (const engine of [...house.stt, ...house.tts, ...house.llm]) engine.setFault(fault);
			for (let turn = 0; turn < 8; turn++) {
				const browser = await Talker.welcome(house.relay.url);
				const stream = opusStream();
				browser.say({ type: 'prepare' });
				browser.say({ type: 'listen', stream: 1, head: stream.head });
				browser.say({ type: 'audio', page: stream.page() });
				const messages = [{ role: 'user' as const, content: 'So?' }];
				browser.say({ type: 'reply', reply: 1, messages, temperature: 0, speculative: turn % 2 === 0 });
				for (let i = 0; i < turn * 4; i++) await new Promise(setImmediate);
				browser.vanish();
			}
			house.browser.vanish();
			while (house.relay.sessions.count() > 0) await new Promise(setImmediate);
			expect(house.lines.filter((line) => line.includes('internal error'))).toEqual([]);
		}
	);
});
