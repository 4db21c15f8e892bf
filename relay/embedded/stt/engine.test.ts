import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { OggOpusPager } from '../../../src/lib/audio/ogg/pager.ts';
import { createOpusEncoder } from '../../../src/lib/audio/opus.ts';
import {
	API_KEY_HEADER,
	DEFAULT_API_KEY,
	NO_FREE_CHANNELS,
	STT_PATH,
	decodeSttOut,
	encodeAudio,
	encodeMoshi,
	encodeOggOpus,
	type SttOut
} from '../../../src/lib/protocol/moshi.ts';
import { UNRECOGNISED_SPEECH } from '../../../src/lib/protocol/session.ts';
import type { Engine } from '../engine.ts';
import { startSttEngine, type SttEngineOptions } from './engine.ts';
import { babble, joined, silence } from '../../ears/testing/sounds.ts';

let engines: Engine[] = [];
afterEach(async () => {
	await Promise.all(engines.map((engine) => engine.close()));
	engines = [];
});

/** Lines that the engine logged. */
let logged: string[] = [];
async function start(options: SttEngineOptions = {}): Promise<Engine> {
	logged = [];
	const engine = await startSttEngine({ log: (line) => logged.push(line), ...options });
	engines.push(engine);
	return engine;
}

/** A client that keeps everything it is sent; undecodable bytes as null. */
class Client {
	readonly socket: WebSocket;
	readonly received: (SttOut | null)[] = [];
	readonly closed: Promise<unknown>;

	constructor(engine: Engine) {
		this.socket = new WebSocket(engine.url + STT_PATH, { headers: { [API_KEY_HEADER]: DEFAULT_API_KEY } });
		this.socket.on('error', () => undefined);
		this.closed = new Promise((resolve) => this.socket.on('close', resolve));
		this.socket.on('message', (data: Buffer) => {
			const message = decodeSttOut(data);
			this.received.push(message.ok ? message.value : null);
		});
	}

	/** The first message that fits, of those received or to come; rejects when the socket closes first. */
	async until<T extends SttOut['type']>(
		type: T,
		fits: (message: SttOut & { type: T }) => boolean = () => true
	): Promise<SttOut & { type: T }> {
		const is = (message: SttOut | null): message is SttOut & { type: T } =>
			message?.type === type && fits(message as SttOut & { type: T });
		for (;;) {
			const found = this.received.find(is);
			if (found !== undefined) return found;
			if (this.socket.readyState === WebSocket.CLOSED) throw new Error(`closed before ${type}`);
			await Promise.race([once(this.socket, 'message'), this.closed]);
		}
	}

	of<T extends SttOut['type']>(type: T): (SttOut & { type: T })[] {
		return this.received.filter((message): message is SttOut & { type: T } => message?.type === type);
	}

	/** Sends and waits until everything is transcribed: a marker, and the silence that must follow it. */
	async speak(sound: Float32Array, id = 1): Promise<void> {
		await this.until('Ready');
		for (let at = 0; at < sound.length; at += 1920) this.socket.send(encodeAudio(sound.subarray(at, at + 1920)));
		this.socket.send(encodeMoshi({ type: 'Marker', id }));
		this.socket.send(encodeAudio(new Float32Array(1920 * 8)));
		await this.until('Marker', (marker) => marker.id === id);
	}
}

/** 80 ms pages of Opus. */
async function pagesOf(sound: Float32Array, packetsPerPage = 4): Promise<{ head: Uint8Array; pages: Uint8Array[] }> {
	const encoder = await createOpusEncoder();
	const pager = new OggOpusPager({ serial: 7, packetsPerPage });
	const head = pager.headPages();
	const pages: Uint8Array[] = [];
	for (let at = 0; at + 480 <= sound.length; at += 480) {
		const page = pager.push(encoder.encode(sound.slice(at, at + 480)));
		if (page !== null) pages.push(page);
	}
	encoder.free();
	return { head, pages };
}

const speech = joined(silence(1), babble(1.5, -20, 3), silence(1.5));

describe('the embedded STT', () => {
	it('says Ready, then a step of four predictions for each 80 ms, and one word for the speech', async () => {
		const client = new Client(await start());
		await client.speak(speech);
		expect(client.received[0]).toEqual({ type: 'Ready' });
		const steps = client.of('Step');
		expect(steps.map((step) => step.step_idx)).toEqual(steps.map((_, i) => i));
		expect(steps.length).toBeGreaterThanOrEqual(50);
		for (const step of steps) expect(step.prs).toHaveLength(4);
		expect(client.of('Word').map((word) => word.text)).toEqual(['', UNRECOGNISED_SPEECH]);
		expect(client.of('EndWord')).toHaveLength(1);
	});

	it('hears Ogg-Opus pages as it hears samples, headers in their own message or none at all', async () => {
		const engine = await start({ script: { utterances: [{ text: 'Hello there' }] } });
		const { head, pages } = await pagesOf(speech);
		for (const withHead of [true, false]) {
			const client = new Client(engine);
			await client.until('Ready');
			if (withHead) client.socket.send(encodeOggOpus(head));
			for (const page of pages) client.socket.send(encodeOggOpus(page));
			client.socket.send(encodeMoshi({ type: 'Marker', id: 9 }));
			client.socket.send(encodeAudio(new Float32Array(1920 * 8)));
			await client.until('Marker');
			expect(client.of('Word').map((word) => word.text)).toEqual(['', 'Hello', 'there']);
			// One step a page, though the codec's first 6.5 ms are its own.
			expect(client.of('Step').length).toBeGreaterThanOrEqual(pages.length + 7);
			client.socket.close();
			await client.closed;
		}
		expect(logged).toEqual([]);
	});

	it.each([1, 2, 3, 5, 8])(
		'refuses a page of %i packets of 20 ms, which would take the real server down',
		async (count) => {
			const engine = await start();
			const client = new Client(engine);
			const { head, pages } = await pagesOf(silence(0.5), count);
			await client.until('Ready');
			client.socket.send(encodeOggOpus(head));
			client.socket.send(encodeOggOpus(pages[0]!));
			await client.closed;
			expect(client.received.at(-1)).toEqual({
				type: 'Error',
				message: `an OggOpus message held ${count * 20} ms of packets, not 80`
			});
			expect(logged).toEqual([`an OggOpus message held ${count * 20} ms of packets, not 80`]);
			expect(engine.usedSlots()).toBe(0);
		}
	);

	it('refuses two good pages in one message, half a page, an empty message, and a damaged page', async () => {
		const { head, pages } = await pagesOf(silence(0.5));
		const [one, two] = [pages[0]!, pages[1]!];
		const damaged = one.slice();
		damaged[40]! ^= 1;
		const bad = [joinedBytes(one, two), one.subarray(0, 30), new Uint8Array(0), joinedBytes(damaged, two)];
		const engine = await start();
		for (const bytes of bad) {
			const client = new Client(engine);
			await client.until('Ready');
			client.socket.send(encodeOggOpus(head));
			client.socket.send(encodeOggOpus(bytes));
			await client.closed;
			expect(client.of('Error')).toHaveLength(1);
			expect(client.of('Step')).toEqual([]);
		}
		expect(logged).toHaveLength(bad.length);
	});

	it('ends the session without an Error at an undecodable message, and at a text one', async () => {
		const engine = await start();
		for (const message of [new Uint8Array([0xc1]), encodeMoshi({ type: 'Ready' }), new Uint8Array(0), 'hello']) {
			const client = new Client(engine);
			await client.until('Ready');
			client.socket.send(message);
			await client.closed;
			expect(client.received).toEqual([{ type: 'Ready' }]);
		}
		expect(engine.usedSlots()).toBe(0);
	});

	it('refuses Init, which only the server may send itself', async () => {
		const client = new Client(await start());
		await client.until('Ready');
		client.socket.send(encodeMoshi({ type: 'Init' }));
		await client.closed;
		expect(client.of('Error')).toHaveLength(1);
	});

	it('is as fast as its input: half a minute of audio takes far less than half a minute', async () => {
		const client = new Client(await start());
		await client.until('Ready');
		const startMs = performance.now();
		await client.speak(silence(30));
		expect(performance.now() - startMs).toBeLessThan(4000);
	});

	it('keeps two clients apart: each has its own clock and its own place in the script', async () => {
		const engine = await start({ script: { utterances: [{ text: 'first' }, { text: 'second' }] } });
		const [a, b] = [new Client(engine), new Client(engine)];
		await Promise.all([a.speak(speech), b.speak(joined(speech, speech))]);
		const words = (client: Client): string[] =>
			client
				.of('Word')
				.map((word) => word.text)
				.filter((text) => text !== '');
		expect(words(a)).toEqual(['first']);
		expect(words(b)).toEqual(['first', 'second']);
		expect(engine.usedSlots()).toBe(2);
	});

	it('turns away one client too many, and takes it once a slot is free', async () => {
		const engine = await start({ slots: 1 });
		const first = new Client(engine);
		await first.until('Ready');
		const second = new Client(engine);
		await second.closed;
		expect(second.received).toEqual([{ type: 'Error', message: NO_FREE_CHANNELS }]);
		first.socket.terminate();
		await expect.poll(() => engine.usedSlots()).toBe(0);
		await new Client(engine).until('Ready');
	});

	it('drops a client from which nothing comes', async () => {
		const engine = await start({ quietMs: 50, pingEveryMs: 20 });
		const client = new Client(engine);
		// A stuck client: it reads nothing, so it does not even pong.
		client.socket.on('open', () => client.socket.pause());
		await once(client.socket, 'open');
		await expect.poll(() => engine.usedSlots()).toBe(0);
		client.socket.terminate();
	});
});

describe('the faults of the embedded STT', () => {
	it('never: accepts and says nothing', async () => {
		const engine = await start({ fault: 'never' });
		const client = new Client(engine);
		await once(client.socket, 'open');
		client.socket.send(encodeAudio(silence(1)));
		// A round trip, so that anything said would have arrived.
		client.socket.ping();
		await once(client.socket, 'pong');
		expect(client.received).toEqual([]);
	});

	it('diesMidStream: is cut off after the third word message', async () => {
		const client = new Client(
			await start({
				fault: 'diesMidStream',
				script: {
					words: [
						{ at: 0.1, text: 'a' },
						{ at: 0.2, text: 'b' }
					]
				}
			})
		);
		await expect(client.speak(silence(3))).rejects.toThrow('closed');
		expect(client.of('Word').length + client.of('EndWord').length).toBe(3);
	});

	it('garbage: sends bytes that are no message after the second word message, and goes on', async () => {
		const client = new Client(await start({ fault: 'garbage', script: { words: [{ at: 0.1, text: 'a' }] } }));
		await client.speak(silence(1));
		expect(client.received.filter((message) => message === null)).toHaveLength(1);
	});

	it('slow: a step takes five times as long as it lasts', async () => {
		const client = new Client(await start({ fault: 'slow' }));
		await client.until('Ready');
		const startMs = performance.now();
		client.socket.send(encodeAudio(silence(0.16)));
		await client.until('Step', (step) => step.step_idx === 1);
		expect(performance.now() - startMs).toBeGreaterThan(750);
	});

	it('slow: frees the slot at once when the client leaves, whatever still waits', async () => {
		const engine = await start({ fault: 'slow' });
		const client = new Client(engine);
		await client.until('Ready');
		client.socket.send(encodeAudio(silence(60 * 0.08)));
		await client.until('Step');
		client.socket.terminate();
		await expect.poll(() => engine.usedSlots()).toBe(0);
		expect(logged).toEqual([]);
	});

	it('refuse and unauthorized: no connection', async () => {
		const engine = await start({ fault: 'refuse' });
		const refused = new Client(engine);
		await refused.closed;
		engine.setFault('unauthorized');
		const unauthorized = new WebSocket(engine.url + STT_PATH, { headers: { [API_KEY_HEADER]: DEFAULT_API_KEY } });
		const [error] = (await once(unauthorized, 'error')) as [Error];
		expect(error.message).toContain('401');
		engine.setFault(null);
		await new Client(engine).until('Ready');
	});
});

function joinedBytes(...parts: readonly Uint8Array[]): Uint8Array {
	return Buffer.concat(parts);
}
