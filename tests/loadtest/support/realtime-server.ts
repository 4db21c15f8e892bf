/**
 * A server of `/v1/realtime` that follows a script: the events of Unmute's backend in the order in which its code emits them,
 * with a pause head that goes by the size of the pages.
 */
import { once } from 'node:events';
import { WebSocketServer, type WebSocket } from 'ws';
import { OggOpusPager } from '../../../src/lib/audio/ogg/pager.ts';
import { OggUnpager } from '../../../src/lib/audio/ogg/unpager.ts';
import { createOpusEncoder } from '../../../src/lib/audio/opus.ts';
import { encodeBase64 } from '../../../src/lib/protocol/base64.ts';
import {
	decodeRealtimeClientEvent,
	encodeRealtimeServerEvent,
	realtimeId,
	type HistoryMessage,
	type RealtimeServerOutput
} from '../../../src/lib/protocol/realtime.ts';
import { Draft, type Diary } from './diary.ts';
import type { ScriptSocket } from './in-memory.ts';

/** A page of 80 ms of digital silence has some 40 bytes of sound, one of a voice some 240. */
const VOICE_FROM_BYTES = 100;
const HEARD_AFTER_PAGES = 3;
const QUIET_PAGES = 4;

export interface ScriptOptions {
	/** The words of every answer; default three. */
	readonly words?: readonly string[];
	/** Frames of 80 ms of every answer, sent every `frameMs`; default 5, every 20 ms. */
	readonly frames?: number;
	readonly frameMs?: number;
	/** Of the n-th answer of a conversation. */
	readonly llmMs?: number | ((answer: number) => number);
	readonly ttsMs?: number | ((answer: number) => number);
	/** Before frame n of an answer nothing comes for so much longer. */
	readonly stallMs?: (frame: number) => number;
	/** Where the server writes down when it did what. */
	readonly diary?: Diary;
	/** Breaks the n-th answer off in the middle (0 is the greeting), as a pause head that hears ghosts does. */
	readonly interrupts?: number;
	/** Closes in good order after so many answers, as after "Bye!". */
	readonly goodbyeAfter?: number;
	/** Answers without having transcribed anything. */
	readonly deaf?: boolean;
	/** Never says that an answer is over. */
	readonly endless?: boolean;
	/** Never stops talking, either. */
	readonly babbles?: boolean;
	/** Told how many have connected, with each. */
	readonly connected?: (count: number) => void;
	/** Reads nothing of the connection, not even its end. */
	readonly deafens?: boolean;
	/** Says nothing at all. */
	readonly mute?: boolean;
	/** Asks for an answer after so many pages of speech, whoever still speaks. */
	readonly cutsInAfter?: number;
}

export interface ScriptedServer {
	readonly url: string;
	/** What clients sent that is not of the protocol. */
	readonly faults: string[];
	close(): Promise<void>;
}

/** Serves `take` on a port of this machine. */
export async function serveSockets(take: (socket: WebSocket) => void): Promise<ScriptedServer> {
	const faults: string[] = [];
	const server = new WebSocketServer({ host: '127.0.0.1', port: 0, handleProtocols: ([first = '']) => first });
	await once(server, 'listening');
	server.on('connection', take);
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('no port');
	return {
		url: `ws://127.0.0.1:${address.port}`,
		faults,
		async close() {
			for (const socket of server.clients) socket.terminate();
			await new Promise((resolve) => server.close(resolve));
		}
	};
}

/** 20 ms of a tone. */
export async function tonePacket(): Promise<Uint8Array> {
	const encoder = await createOpusEncoder();
	const packet = encoder.encode(Float32Array.from({ length: 480 }, (_, i) => 0.3 * Math.sin(i / 10)));
	encoder.free();
	return packet;
}

export async function serveScript(options: ScriptOptions = {}): Promise<ScriptedServer> {
	const packet = await tonePacket();
	let count = 0;
	const server = await serveSockets((socket) => {
		if (options.deafens === true) socket.pause();
		followScript(socket, options, packet, server.faults);
		options.connected?.(++count);
	});
	return server;
}

/** Answers whoever has connected. `faults`: where what clients do wrong is written to. */
export function followScript(
	socket: ScriptSocket,
	options: ScriptOptions,
	packet: Uint8Array,
	faults: string[] = []
): void {
	new Script(socket, options, packet, faults);
}

class Script {
	readonly #socket: ScriptSocket;
	readonly #draft = new Draft();
	readonly #options: ScriptOptions;
	readonly #packet: Uint8Array;
	readonly #pager = new OggOpusPager({ serial: 42 });
	readonly #unpager = new OggUnpager();
	readonly #history: HistoryMessage[] = [];
	#state: 'silent' | 'waiting' | 'hearing' | 'answering' = 'silent';
	#isFirstAudio = true;
	#isGone = false;
	#answers = 0;
	#voiced = 0;
	#quiet = 0;
	#bytes = 0;
	#packets = 0;

	constructor(socket: ScriptSocket, options: ScriptOptions, packet: Uint8Array, faults: string[]) {
		this.#socket = socket;
		this.#options = options;
		this.#packet = packet;
		socket.on('error', () => undefined);
		socket.on('close', () => (this.#isGone = true));
		socket.on('message', (data: Buffer) => {
			const event = decodeRealtimeClientEvent(data.toString());
			if (!event.ok) faults.push(event.fault.code);
			else if (event.value.type === 'session.update') {
				this.#say({ type: 'session.updated', session: event.value.session });
				this.#state = 'waiting';
			} else if (event.value.type === 'input_audio_buffer.append') {
				this.#listen(Buffer.from(event.value.audio, 'base64'));
			}
		});
	}

	#say(event: RealtimeServerOutput): void {
		this.#socket.send(encodeRealtimeServerEvent(event, realtimeId(Math.random)));
	}

	#listen(bytes: Uint8Array): void {
		if (this.#options.mute === true) return;
		for (const event of this.#unpager.push(bytes)) {
			if (event.type !== 'packet') continue;
			this.#bytes += event.data.length;
			this.#packets += 1;
			if (this.#packets % 4 !== 0) continue;
			this.#step(this.#bytes >= VOICE_FROM_BYTES);
			this.#bytes = 0;
		}
	}

	/** 80 ms. */
	#step(hasVoice: boolean): void {
		const { deaf, cutsInAfter } = this.#options;
		if (this.#state === 'waiting' && this.#history.length === 0) {
			void this.#answer();
			return;
		}
		if (hasVoice) this.#draft.voiceMs ??= performance.now();
		this.#voiced += hasVoice ? 1 : 0;
		this.#quiet = hasVoice ? 0 : this.#quiet + 1;
		if (this.#state === 'waiting' && this.#voiced >= HEARD_AFTER_PAGES) {
			this.#state = 'hearing';
			this.#history.push({ role: 'user', content: 'hello' });
			if (deaf !== true) {
				this.#draft.wordMs = performance.now();
				this.#say({
					type: 'conversation.item.input_audio_transcription.delta',
					delta: 'hello',
					start_time: this.#packets * 0.02
				});
			}
			this.#say({ type: 'input_audio_buffer.speech_started' });
		}
		if (this.#state === 'hearing' && (this.#quiet >= QUIET_PAGES || this.#voiced === cutsInAfter)) {
			this.#draft.pausedMs = performance.now();
			this.#say({ type: 'input_audio_buffer.speech_stopped' });
			void this.#answer();
		}
	}

	async #answer(): Promise<void> {
		const {
			words = ['One', ' two', ' three.'],
			frames = 5,
			frameMs = 20,
			llmMs = 0,
			ttsMs = 0,
			babbles
		} = this.#options;
		const number = this.#answers++;
		const page = this.#draft.take(performance.now());
		this.#options.diary?.pages.push(page);
		this.#state = 'answering';
		this.#voiced = 0;
		const chat_history = [{ role: 'system' as const, content: 'Be brief.' }, ...this.#history];
		this.#say({
			type: 'response.created',
			response: { object: 'realtime.response', status: 'in_progress', voice: 'missing', chat_history }
		});
		await wait(typeof llmMs === 'number' ? llmMs : llmMs(number));
		page.writtenMs = performance.now();
		for (const delta of words) this.#say({ type: 'unmute.response.text.delta.ready', delta });
		this.#say({ type: 'response.text.done', text: words.join('') });
		await wait(typeof ttsMs === 'number' ? ttsMs : ttsMs(number));
		for (let frame = 0; (frame < frames || babbles === true) && !this.#isGone; frame++) {
			await wait(this.#options.stallMs?.(frame) ?? 0);
			if (number === this.#options.interrupts && frame === 2) {
				this.#say({ type: 'unmute.interrupted_by_vad' });
				this.#history.push({ role: 'assistant', content: 'One—' }, { role: 'user', content: '' });
				this.#state = 'waiting';
				return;
			}
			const word = words[frame];
			if (word !== undefined) this.#say({ type: 'response.text.delta', delta: word.trim() });
			this.#sound();
			page.frameMs.push(performance.now());
			await wait(frameMs);
		}
		if (this.#options.endless === true) return;
		this.#history.push({ role: 'assistant', content: words.join('') });
		this.#say({
			type: 'unmute.additional_outputs',
			args: { chat_history: [...this.#history], debug_dict: {}, debug_plot_data: [] }
		});
		this.#say({ type: 'response.audio.done' });
		this.#voiced = 0;
		this.#state = 'waiting';
		if (this.#answers === this.#options.goodbyeAfter) {
			await wait(200);
			this.#socket.close(1000);
		}
	}

	/** 80 ms, two pages at once as moshi-server's. */
	#sound(): void {
		const head = this.#isFirstAudio ? this.#pager.headPages() : new Uint8Array(0);
		this.#isFirstAudio = false;
		const pages = Array.from({ length: 4 }, () => this.#pager.push(this.#packet)).filter((page) => page !== null);
		this.#say({ type: 'response.audio.delta', delta: encodeBase64(Buffer.concat([head, ...pages])) });
	}
}

const wait = (ms: number): Promise<void> =>
	ms <= 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms));
