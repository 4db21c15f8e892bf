/**
 * What it buys to connect an answer's voice while the person still speaks (`prepare`): the relay in its own process, the
 * embedded LLM and TTS, and between relay and TTS a network. Also alone: `node bench/prepare.ts`.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { startLlmEngine } from '../relay/embedded/llm/engine.ts';
import { startTtsEngine } from '../relay/embedded/tts/engine.ts';
import { decodeTtsOut } from '../src/lib/protocol/moshi.ts';
import {
	SESSION_PATH,
	SESSION_SUBPROTOCOL,
	SESSION_VERSION,
	decodeRelayMessage,
	encodeSession,
	type ClientMessage,
	type RelayMessage
} from '../src/lib/protocol/session.ts';
import { quantile } from './statistics.ts';

/** To a GPU in the next country. A connection takes two: the handshake's, and the upgrade's. */
export const ROUND_TRIP_MS = 40;
const REPLIES = 12;
/** A short turn of the person's, and long enough that nothing of the reply before is left. */
const TURN_MS = 600;
const LIMIT_MS = 10_000;
const RELAY = fileURLToPath(new URL('../relay/main.ts', import.meta.url));
const MESSAGES = [
	{ role: 'system' as const, content: 'Be brief.' },
	{ role: 'user' as const, content: 'Hello.' }
];

export interface Gain {
	/** Milliseconds from a reply's request to the first page of its sound. */
	readonly withoutMs: readonly number[];
	readonly preparedMs: readonly number[];
}

/**
 * Every other reply is prepared for, in one session, so that both meet the same machine. `tokenMs`: what the model takes
 * for each piece of its text. The voice is connected while it writes, so a slow one hides what a connection costs.
 */
export async function measurePrepare(tokenMs: number): Promise<Gain> {
	const llm = await startLlmEngine({ script: () => 'All right, let us begin.', tokenDelayMs: tokenMs });
	const tts = await startTtsEngine();
	const network = await distance(Number(new URL(tts.url).port), ROUND_TRIP_MS);
	const relay = await startRelay({ TTS_URL: `ws://127.0.0.1:${String(network.port)}`, LLM_URL: llm.url });
	const gain = { withoutMs: new Array<number>(), preparedMs: new Array<number>() };
	try {
		const session = await openSession(relay.port);
		for (let reply = 1; reply <= 2 * REPLIES; reply++) {
			const isPrepared = reply % 2 === 0;
			if (isPrepared) session.send({ type: 'prepare' });
			await new Promise((resolve) => setTimeout(resolve, TURN_MS));
			const ms = await session.firstPage(reply);
			(isPrepared ? gain.preparedMs : gain.withoutMs).push(ms);
		}
		session.close();
		return gain;
	} finally {
		const gone = once(relay.child, 'exit');
		relay.child.kill('SIGTERM');
		await gone;
		await network.close();
		await Promise.all([tts.close(), llm.close()]);
	}
}

export function figure({ withoutMs, preparedMs }: Gain): string {
	const [without, prepared] = [withoutMs, preparedMs].map((values) => quantile(values, 0.5).toFixed(0));
	return `p50 ${String(without)} → ${String(prepared)} ms  (n ${String(preparedMs.length)} each)`;
}

async function startRelay(env: Readonly<Record<string, string>>): Promise<{ port: number; child: ChildProcess }> {
	const child = spawn(process.execPath, [RELAY], {
		env: { ...process.env, HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'error', ...env },
		stdio: ['ignore', 'pipe', 'inherit']
	});
	for await (const line of createInterface(child.stdout)) {
		const port = /https?:\/\/[^\s:]+:(\d+)/.exec(line)?.[1];
		if (port === undefined) continue;
		child.stdout.resume();
		return { port: Number(port), child };
	}
	throw new Error('the relay did not start');
}

interface Session {
	send(message: ClientMessage): void;
	/** Asks for a reply, waits for its sound, and cancels the rest: milliseconds. */
	firstPage(reply: number): Promise<number>;
	close(): void;
}

async function openSession(port: number): Promise<Session> {
	const socket = new WebSocket(`ws://127.0.0.1:${String(port)}${SESSION_PATH}`, SESSION_SUBPROTOCOL);
	const send = (message: ClientMessage): void => socket.send(encodeSession(message));
	const until = (matches: (message: RelayMessage) => boolean): Promise<void> =>
		new Promise((resolve, reject) => {
			const timer = setTimeout(() => end(() => reject(new Error('the relay said nothing in time'))), LIMIT_MS);
			const end = (settle: () => void): void => {
				clearTimeout(timer);
				socket.off('message', hear);
				settle();
			};
			const hear = (data: Buffer): void => {
				const message = decodeRelayMessage(data);
				if (!message.ok) return;
				const { value } = message;
				if (value.type === 'problem') end(() => reject(new Error(`the relay told of a problem: ${value.code}`)));
				else if (matches(value)) end(resolve);
			};
			socket.on('message', hear);
		});
	await once(socket, 'open');
	const welcomed = until(({ type }) => type === 'welcome');
	send({ type: 'hello', version: SESSION_VERSION, client: 'bench', language: 'en' });
	await welcomed;
	return {
		send,
		async firstPage(reply) {
			const sounding = until(
				(message) => message.type === 'replyAudio' && message.reply === reply && isSound(message.frame)
			);
			const over = until((message) => message.type === 'replyDone' && message.reply === reply);
			const startMs = performance.now();
			send({ type: 'reply', reply, messages: MESSAGES, temperature: 0.3, speculative: false });
			await sounding;
			const ms = performance.now() - startMs;
			send({ type: 'cancel', reply });
			await over;
			return ms;
		},
		close: () => socket.close()
	};
}

/** Its granule position: zero in the two pages that come before the sound, whenever these come. */
const GRANULE = { from: 6, to: 14 };

function isSound(frame: Uint8Array): boolean {
	const decoded = decodeTtsOut(frame);
	if (!decoded.ok || decoded.value.type !== 'OggOpus') return false;
	return decoded.value.data.slice(GRANULE.from, GRANULE.to).some((byte) => byte !== 0);
}

/** What connects to its port reaches `port` of this machine as from far away. */
async function distance(port: number, roundTripMs: number): Promise<{ port: number; close(): Promise<void> }> {
	const open = new Set<Socket>();
	const server = createServer((near) => {
		const far = connect(port, '127.0.0.1');
		// The near side's handshake was over at once; its first bytes make good for that.
		const connectedMs = performance.now() + roundTripMs;
		late(near, far, () => Math.max(0, connectedMs - performance.now()) + roundTripMs / 2);
		late(far, near, () => roundTripMs / 2);
		for (const socket of [near, far]) {
			open.add(socket.setNoDelay(true));
			socket.on('close', () => open.delete(socket));
		}
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		port: (server.address() as AddressInfo).port,
		async close() {
			for (const socket of open) socket.destroy();
			server.close();
			await once(server, 'close');
		}
	};
}

function late(from: Socket, to: Socket, delayMs: () => number): void {
	from.on('data', (chunk) => setTimeout(() => to.write(chunk), delayMs()));
	from.on('end', () => setTimeout(() => to.end(), delayMs()));
	from.on('error', () => to.destroy());
}

if (import.meta.main)
	for (const tokenMs of [0, 15]) console.log(`${String(tokenMs)} ms a token: ${figure(await measurePrepare(tokenMs))}`);
