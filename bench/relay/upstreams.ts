/**
 * The three servers behind the measured process, on the wire as the real ones are, and as cheap as can be: they answer
 * from memory, decode nothing, and note when each message came and went.
 */
import { createServer } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import { decodeSttIn, encodeMoshi } from '../../src/lib/protocol/moshi.ts';
import { peekType } from '../../src/lib/protocol/msgpack.ts';
import { answerChat, answerFacts, closed, isChat, listening } from '../scripted-servers.ts';
import { serialOf, type Sound } from './sound.ts';
import type { Talker } from './talker.ts';
import type { Wheel } from '../wheel.ts';

/** One answer: as long as people listen before they speak again. */
const ANSWER_S = 10;
const FRAMES_PER_ANSWER = Math.round(ANSWER_S / 0.08);
/** 150 words a minute. */
const WORDS_PER_ANSWER = 2.5 * ANSWER_S;
const WORDS = Array.from({ length: WORDS_PER_ANSWER }, () => ' word');
/** What a GPU with many talkers on it writes. */
const TOKEN_MS = 30;
const FRAMES_PER_WORD = Math.floor(FRAMES_PER_ANSWER / WORDS_PER_ANSWER);

const READY = encodeMoshi({ type: 'Ready' });
const STEP = encodeMoshi({ type: 'Step', step_idx: 1000, prs: [0.1, 0.05, 0.02, 0.01], buffered_pcm: 0 });
const SPOKEN = encodeMoshi({ type: 'Text', text: 'word', start_s: 1, stop_s: 1.3 });

export interface Upstreams {
	readonly moshiUrl: string;
	readonly llmUrl: string;
	/** Connections open now, and the most there ever were. */
	readonly slots: { stt: number; tts: number };
	close(): Promise<void>;
}

export async function startUpstreams(
	sound: Sound,
	wheel: Wheel,
	talkers: ReadonlyMap<number, Talker>
): Promise<Upstreams> {
	const slots = { stt: 0, tts: 0 };
	const moshi = createServer(answerFacts);
	const sockets = new WebSocketServer({ server: moshi, perMessageDeflate: false });
	sockets.on('connection', (socket, { url = '/' }) => {
		const leg = url.startsWith('/api/tts') ? 'tts' : 'stt';
		slots[leg] += 1;
		socket.on('close', () => (slots[leg] -= 1));
		if (leg === 'stt') listen(socket, talkers);
		else speak(socket, new URL(url, 'ws://bench').searchParams, sound, wheel, talkers);
	});
	const llm = createServer((request, response) => {
		if (isChat(request)) answerChat(request, response, { words: WORDS, atOnce: 0, tokenMs: TOKEN_MS });
		else answerFacts(request, response);
	});
	const moshiPort = await listening(moshi);
	const llmPort = await listening(llm);
	return {
		moshiUrl: `ws://127.0.0.1:${moshiPort}`,
		llmUrl: `http://127.0.0.1:${llmPort}`,
		slots,
		async close() {
			for (const socket of sockets.clients) socket.terminate();
			await Promise.all([moshi, llm].map((server) => closed(server)));
		}
	};
}

/** A recogniser that answers every page with a step. */
function listen(socket: WebSocket, talkers: ReadonlyMap<number, Talker>): void {
	let talker: Talker | undefined;
	socket.send(READY);
	socket.on('message', (data: Buffer) => {
		if (talker !== undefined) {
			talker.audio.arrived();
			talker.step.sent();
			socket.send(STEP);
			return;
		}
		const head = decodeSttIn(data);
		if (head.ok && head.value.type === 'OggOpus') talker = talkers.get(serialOf(head.value.data));
	});
}

/** A voice at the pace of speech, from the first text until the answer is over. */
function speak(
	socket: WebSocket,
	query: URLSearchParams,
	sound: Sound,
	wheel: Wheel,
	talkers: ReadonlyMap<number, Talker>
): void {
	const talker = talkers.get(Number(query.get('voice')));
	if (talker === undefined) return socket.close();
	const frames = talker.hasHeard ? FRAMES_PER_ANSWER : Math.ceil(FRAMES_PER_ANSWER * talker.share);
	talker.hasHeard = true;
	let frame = 0;
	let stop = (): void => undefined;
	let over = false;
	const begin = (): void => {
		socket.send(sound.ttsHead);
		stop = wheel.every(talker.phase, () => {
			const next = sound.ttsFrames[frame % sound.ttsFrames.length];
			if (next === undefined) return;
			frame += 1;
			talker.reply.sent();
			socket.send(next);
			if (frame % FRAMES_PER_WORD === 0) socket.send(SPOKEN);
			if (!over || frame < frames) return;
			stop();
			socket.close(1000);
		});
	};
	socket.on('close', () => stop());
	socket.send(READY);
	let begun = false;
	socket.on('message', (data: Buffer) => {
		if (peekType(data) === 'Eos') over = true;
		if (begun) return;
		begun = true;
		begin();
	});
}
