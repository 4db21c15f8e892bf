/**
 * The three engines behind the measured servers, on one loopback port: on the wire as the real ones are, and as quick and
 * cheap as can be. They answer from memory and at once, so that whatever a talker waits for is the server's doing.
 */
import { createServer } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import { FRAME_MS } from '../../src/lib/audio/frames.ts';
import { STT_PATH, TTS_PATH, decodeTtsIn, encodeMoshi } from '../../src/lib/protocol/moshi.ts';
import { answerChat, answerFacts, closed, isChat, listening } from '../scripted-servers.ts';
import type { Wheel } from '../wheel.ts';
import { Ears } from './ears.ts';
import { ANSWER_FRAMES, type Sound } from './sound.ts';

/** 180 words a minute: four frames each. */
const FRAMES_PER_WORD = 4;
const WORDS = Array.from({ length: Math.floor(ANSWER_FRAMES / FRAMES_PER_WORD) }, () => ' word');
/** Enough that the first word is known to be whole. */
const WORDS_AT_ONCE = 3;
/** What a GPU with many talkers on it writes. */
const TOKEN_MS = 30;
/** A voice twice as fast as it is heard. */
const FRAMES_AT_A_TIME = 2;
/** As a real recogniser, half a second after the voice begins; then three words a second. */
const FIRST_WORD_STEPS = 6;
const STEPS_PER_WORD = 4;

const READY = encodeMoshi({ type: 'Ready' });
const VOICED = encodeMoshi({ type: 'Step', step_idx: 1000, prs: [0, 0, 0, 0], buffered_pcm: 0 });
const SILENT = encodeMoshi({ type: 'Step', step_idx: 1000, prs: [1, 1, 1, 1], buffered_pcm: 0 });
const word = (text: string, startS: number): Uint8Array<ArrayBuffer> =>
	encodeMoshi({ type: 'Word', text, start_time: startS });

export interface Engines {
	/** `HOST:PORT` of all three. */
	readonly host: string;
	/** Connections open now. */
	readonly slots: { stt: number; tts: number };
	close(): Promise<void>;
}

/** Told when the voice of an answer leaves the TTS, by the name of the voice: talkers are asked for by theirs. */
export type Voiced = (voice: string) => void;

export async function startEngines(sound: Sound, wheel: Wheel, port: number, voiced: Voiced): Promise<Engines> {
	const slots = { stt: 0, tts: 0 };
	const server = createServer((request, response) => {
		if (isChat(request)) answerChat(request, response, { words: WORDS, atOnce: WORDS_AT_ONCE, tokenMs: TOKEN_MS });
		else answerFacts(request, response);
	});
	const sockets = new WebSocketServer({ server, perMessageDeflate: false });
	sockets.on('connection', (socket, request) => {
		const url = new URL(request.url ?? '/', 'ws://bench');
		const leg = { [STT_PATH]: 'stt' as const, [TTS_PATH]: 'tts' as const }[url.pathname];
		if (leg === undefined) return socket.close();
		slots[leg] += 1;
		socket.on('close', () => (slots[leg] -= 1));
		socket.on('error', () => undefined);
		socket.send(READY);
		if (leg === 'stt') listen(socket, new Ears(sound.voicedBytes));
		else speak(socket, url.searchParams, sound, wheel, voiced);
	});
	const host = `127.0.0.1:${await listening(server, port)}`;
	return {
		host,
		slots,
		async close() {
			for (const socket of sockets.clients) socket.terminate();
			await closed(server);
		}
	};
}

/** A recogniser that knows at once whether somebody speaks, and takes it for words. */
function listen(socket: WebSocket, ears: Ears): void {
	let steps = 0;
	let voicedSteps = 0;
	let hasSpoken = false;
	socket.on('message', (data: Buffer) => {
		for (const isVoiced of ears.hear(data)) {
			steps += 1;
			socket.send(isVoiced ? VOICED : SILENT);
			voicedSteps = isVoiced ? voicedSteps + 1 : 0;
			const since = voicedSteps - FIRST_WORD_STEPS;
			if (since < 0 || since % STEPS_PER_WORD !== 0) continue;
			const nowS = (steps * FRAME_MS) / 1000;
			if (!hasSpoken) socket.send(word('', 0));
			hasSpoken = true;
			socket.send(word('word', nowS - 0.5));
		}
	});
}

/** A voice that begins with the first word it is given. */
function speak(socket: WebSocket, query: URLSearchParams, sound: Sound, wheel: Wheel, voiced: Voiced): void {
	const opus = query.get('format') === 'OggOpusMessagePack';
	const frames = opus ? sound.opusFrames : sound.pcmFrames;
	const words: string[] = [];
	let frame = 0;
	let isOver = false;
	let stop: (() => void) | null = null;
	const say = (): void => {
		const next = frames[frame];
		if (next === undefined) return;
		socket.send(next);
		const text = frame % FRAMES_PER_WORD === 0 ? words[frame / FRAMES_PER_WORD] : undefined;
		frame += 1;
		if (text === undefined) return;
		const startS = ((frame - 1) * FRAME_MS) / 1000;
		socket.send(encodeMoshi({ type: 'Text', text, start_s: startS, stop_s: startS + 0.3 }));
	};
	const turn = (): void => {
		// Not ahead of the words: a real voice has nothing to say then.
		for (let i = 0; i < FRAMES_AT_A_TIME && (isOver || frame < words.length * FRAMES_PER_WORD); i++) say();
		if (isOver && frame >= frames.length) socket.close(1000);
	};
	socket.on('message', (data: Buffer) => {
		const message = decodeTtsIn(data);
		if (!message.ok) return;
		if (message.value.type === 'Eos') isOver = true;
		if (message.value.type !== 'Text') return;
		words.push(...message.value.text.trim().split(/\s+/));
		if (stop !== null) return;
		if (opus) socket.send(sound.opusHead);
		say();
		voiced(query.get('voice') ?? '');
		stop = wheel.every(Math.floor(performance.now()) % FRAME_MS, turn);
	});
	socket.on('close', () => stop?.());
}
