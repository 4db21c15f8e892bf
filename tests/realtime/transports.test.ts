/** Realtime sessions on either transport: whole conversations, and whatever a socket can bring that is none. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { opusStream } from '../../relay/session/testing/opus-stream.ts';
import { CLOSE } from '../../src/lib/protocol/problems.ts';
import { REALTIME_PATH } from '../../src/lib/protocol/realtime.ts';
import { frame, handshake, Raw } from '../conformance/raw.ts';
import { startOnUws, startProcess, uwsIsImpossible, type Server } from '../conformance/servers.ts';
import { startEngines, type Engines } from './transcripts/engines.ts';
import { makeSpeech, play, type Speech } from './transcripts/player.ts';
import { faultsOf, storiesOf } from './transcripts/rules.ts';
import { readTranscript, type Transcript } from './transcripts/transcript.ts';

const ENTRY = 'tests/realtime/support/realtime-server.ts';
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TEXT = 1;
const BINARY = 2;
/** What 10,000 events may leave behind in the process: not themselves. */
const MOST_GROWTH_BYTES = 150 << 20;

const FLOOD_BYTES = 12 << 20;

const recorded = (name: string): Transcript =>
	readTranscript(readFileSync(new URL(`transcripts/unmute/${name}.json`, import.meta.url), 'utf8'));

let engines: Engines;
let speech: Speech;
beforeAll(async () => {
	engines = await startEngines();
	speech = await makeSpeech();
}, 60_000);
afterAll(() => engines.close());

const TRANSPORTS: readonly [string, string | null, (args: readonly string[]) => Promise<Server>][] = [
	['node', null, (args) => startProcess(process.execPath, [`${ROOT}${ENTRY}`, 'node', ...args], 'node')],
	['uws', uwsIsImpossible, (args) => startOnUws(ENTRY, 'uws', ...args)]
];

describe.each(TRANSPORTS)('on the %s transport', (name, impossible, start) => {
	if (impossible !== null) console.warn(`Realtime on ${name} is not tested: ${impossible}.`);
	let server: Server;
	beforeAll(async () => {
		if (impossible !== null) return;
		server = await start([engines.stt.url, engines.tts.url, engines.llm.url]);
	}, 60_000);
	afterAll(async () => {
		if (impossible === null) await server.close();
	});

	interface Counts {
		readonly sessions: number;
		readonly mistakes: number;
		readonly rssBytes: number;
	}
	const counts = async (): Promise<Counts> => (await fetch(`${server.url}/sessions`)).json() as Promise<Counts>;
	const everybodyLeft = async (): Promise<void> => {
		while ((await counts()).sessions > 0) await new Promise((resolve) => setTimeout(resolve, 10));
	};
	const url = (): string => server.url.replace('http', 'ws');

	it.skipIf(impossible !== null)('talks, is interrupted and takes its leave, as was recorded', async () => {
		const performed = await Promise.all(
			['turn', 'interrupted-by-words', 'goodbye', 'mistakes'].map(async (scene) => {
				const theirs = recorded(scene);
				const options = { url: url(), server: name, speech, fillTts: engines.fillTts };
				return [theirs, await play(theirs.scene, theirs.acts, options)] as const;
			})
		);
		for (const [theirs, ours] of performed) {
			expect(faultsOf(ours)).toEqual([]);
			expect(storiesOf(ours)).toEqual(storiesOf(theirs));
		}
		await everybodyLeft();
	});

	/** A socket, what it was told so far, and how it ended. */
	interface Peer {
		readonly socket: WebSocket;
		readonly told: string[];
		readonly ended: Promise<number>;
		errors(count: number): Promise<string[]>;
	}
	async function connect(...protocols: string[]): Promise<Peer> {
		const socket = new WebSocket(`${url()}${REALTIME_PATH}`, protocols);
		const told: string[] = [];
		let wake = (): void => undefined;
		socket.on('message', (data) => {
			told.push(data.toString());
			wake();
		});
		socket.on('error', () => undefined);
		const ended = new Promise<number>((resolve) => socket.once('close', resolve));
		socket.once('close', () => wake());
		await new Promise((resolve, reject) => {
			socket.once('open', resolve);
			socket.once('error', reject);
		});
		const codes = (): string[] =>
			told.flatMap((text) => {
				const event: { type: string; error?: { code: string } } = JSON.parse(text);
				return event.error === undefined ? [] : [event.error.code];
			});
		async function errors(count: number): Promise<string[]> {
			while (codes().length < count) {
				await new Promise<void>((resolve) => (wake = resolve));
				if (socket.readyState !== WebSocket.OPEN)
					throw new Error(`it was closed with ${String(await ended)} after ${codes().join()}`);
			}
			return codes();
		}
		return { socket, told, ended, errors };
	}
	const append = (bytes: Uint8Array): string =>
		JSON.stringify({ type: 'input_audio_buffer.append', audio: Buffer.from(bytes).toString('base64') });

	it.skipIf(impossible !== null)('chooses the subprotocol that it knows, or none', async () => {
		for (const [offer, chosen] of [
			[['realtime'], 'realtime'],
			[['realtime', 'openai-insecure-api-key.x', 'openai-beta.realtime-v1'], 'realtime'],
			[[], '']
		] as const) {
			const { socket, ended } = await connect(...offer);
			expect(socket.protocol).toBe(chosen);
			socket.close(1000);
			await ended;
		}
		// `ws`, like a browser, would not open it.
		const other = await Raw.open(server.url);
		other.write(handshake(REALTIME_PATH, 'Sec-WebSocket-Protocol: other'));
		const head = await other.until((text) => text.includes('\r\n\r\n'));
		expect(head).toMatch(/^HTTP\/1\.1 101 /);
		expect(head).not.toMatch(/sec-websocket-protocol/i);
		other.vanish();
		await everybodyLeft();
	});

	it.skipIf(impossible !== null)('tells what it does not understand, and stays', async () => {
		const { socket, ended, errors } = await connect('realtime');
		const { head, page } = opusStream();
		const broken = [
			Buffer.from([0x81, 0xa4]),
			'',
			'[]',
			'['.repeat(100_000),
			`{"type":"${'x'.repeat(100_000)}"}`,
			'{"type":"session.update","session":[]}'
		];
		for (const one of broken) socket.send(one);
		expect(await errors(broken.length)).toEqual([
			'invalid_json',
			'invalid_json',
			'unknown_type',
			'invalid_json',
			'unknown_type',
			'invalid_field'
		]);
		// Half a page, another stream's, the same again, and bytes of nothing.
		socket.send(append(head));
		for (const bytes of [page().subarray(0, 20), opusStream().page(), head, page(), Buffer.alloc(50_000, 7)]) {
			socket.send(append(bytes));
		}
		socket.send('{"type":"session.update","session":{"voice":"v"}}');
		socket.send('{"type":"x"}');
		expect((await errors(broken.length + 2)).slice(-2)).toEqual(['bad_audio', 'unknown_type']);
		expect(socket.readyState).toBe(WebSocket.OPEN);
		socket.close(1000);
		expect(await ended).toBe(1000);
		await everybodyLeft();
	});

	it.skipIf(impossible !== null)('ends who sends no UTF-8, or more at once than any event', async () => {
		const raw = await Raw.webSocket(server.url, REALTIME_PATH);
		raw.write(frame(TEXT, Buffer.from([0x22, 0xc3, 0x28, 0x22])));
		await raw.untilClosed();
		const half = await Raw.webSocket(server.url, REALTIME_PATH);
		half.write(frame(BINARY, 'x', { fin: false }));
		half.vanish();
		const { socket, ended } = await connect('realtime');
		socket.send(append(new Uint8Array(2 << 20)));
		expect([CLOSE.tooBig, 1006]).toContain(await ended);
		await everybodyLeft();
	});

	it.skipIf(impossible !== null)('ends who sends ten thousand events a second, while another is greeted', async () => {
		const before = (await counts()).rssBytes;
		const greeting = recorded('greeting');
		const calm = play(greeting.scene, greeting.acts, { url: url(), server: name, speech, fillTts: engines.fillTts });
		calm.catch(() => undefined); // where a flood fails the test first, nobody waits for it
		const stream = opusStream();
		const floods = [append(stream.head), append(new Uint8Array(1 << 18)), '{"type":"x"}', '{"type":"response.create"}'];
		for (const text of floods) {
			const { socket, told, ended } = await connect('realtime');
			// Of large ones fewer are as much, and all of them wait in this process.
			const count = Math.min(10_000, Math.ceil(FLOOD_BYTES / text.length));
			for (let i = 0; i < count; i++) socket.send(text);
			expect(await ended).toBe(CLOSE.tooFast);
			expect(told.at(-1)).toContain('"too_fast"');
		}
		expect(faultsOf(await calm)).toEqual([]);
		await everybodyLeft();
		const after = await counts();
		expect(after.mistakes).toBe(0);
		expect(after.rssBytes - before).toBeLessThan(MOST_GROWTH_BYTES);
	});

	it.skipIf(impossible !== null)('lets come and go as often as they like', async () => {
		const stream = opusStream();
		for (let round = 0; round < 30; round++) {
			const { socket, ended } = await connect('realtime');
			socket.send('{"type":"session.update","session":{"instructions":"Scene greeting.","allow_recording":false}}');
			// What is left of the connection before, and then the new stream.
			socket.send(append(stream.page()));
			if (round % 3 > 0) socket.send(append(stream.head));
			if (round % 3 > 1) socket.send(append(stream.page()));
			if (round % 2 === 0) socket.terminate();
			else socket.close(1000);
			await ended;
		}
		await everybodyLeft();
		while ([engines.stt, engines.tts, engines.llm].some((engine) => engine.usedSlots() > 0)) {
			await new Promise((resolve) => setTimeout(resolve, 10));
		}
		expect((await counts()).mistakes).toBe(0);
	});
});
