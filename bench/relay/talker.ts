/** One person of the bench: talks without a pause and is answered without a pause, so that both directions are busy. */
import { WebSocket } from 'ws';
import { peekType } from '../../src/lib/protocol/msgpack.ts';
import {
	SESSION_PATH,
	SESSION_SUBPROTOCOL,
	SESSION_VERSION,
	decodeRelayMessage,
	encodeSession
} from '../../src/lib/protocol/session.ts';
import { encodeOggOpus } from '../../src/lib/protocol/moshi.ts';
import { microphoneHead, type Sound } from './sound.ts';
import { Lane, type Kinds } from './times.ts';
import type { Wheel } from '../wheel.ts';

/** `parley`: as a browser does. `copy`: what the floor needs: the same messages, and nothing said about them. */
export type Dialect = 'parley' | 'copy';

const MESSAGES = [
	{ role: 'system' as const, content: 'You are kind and brief.' },
	{ role: 'user' as const, content: 'Tell me a story about the sea, please.' }
];

const QUESTION = JSON.stringify({ messages: MESSAGES, stream: true });

/** A machine that is busy with something else takes its time; one that never answers must not be waited for for ever. */
const ANSWER_LIMIT_MS = 20_000;

export class Talker {
	readonly id: number;
	/** Of the 80 ms, when this one speaks. */
	readonly phase: number;
	/** Of a whole answer, how much the first one is: so that not everybody asks for the next at once. */
	readonly share: number;
	hasHeard = false;
	readonly audio: Lane;
	readonly step: Lane;
	readonly reply: Lane;
	readonly #sound: Sound;
	readonly #wheel: Wheel;
	#socket: WebSocket | null = null;
	#stop: () => void = () => undefined;
	#replies = 0;
	#pages = 0;
	#speaking = false;
	/** What the relay complained of, or that it went away. */
	problems: string[] = [];

	constructor(id: number, sound: Sound, wheel: Wheel, kinds: Kinds) {
		this.id = id;
		// Neighbours speak far apart: 31 and 80 share no factor.
		this.phase = (id * 31) % 80;
		this.share = ((id * 37) % 100) / 100;
		this.#sound = sound;
		this.#wheel = wheel;
		this.audio = new Lane(kinds.audio);
		this.step = new Lane(kinds.step);
		this.reply = new Lane(kinds.reply);
	}

	/** Resolves once the first step has come back; rejects where none does in ANSWER_LIMIT_MS. */
	async connect(port: number, dialect: Dialect): Promise<void> {
		let timer: NodeJS.Timeout | undefined;
		const late = new Promise<never>((_, reject) => {
			const fail = (): void => reject(new Error(`no step came: ${this.problems.join(', ')}`));
			timer = setTimeout(fail, ANSWER_LIMIT_MS);
		});
		await Promise.race([dialect === 'parley' ? this.#talk(port) : this.#copy(port), late]);
		clearTimeout(timer);
	}

	/** Whether anything is under way in every direction: a talker that nobody answers would look cheap. */
	get lives(): boolean {
		return this.problems.length === 0 && this.#socket?.readyState === WebSocket.OPEN;
	}

	close(): Promise<void> {
		this.#stop();
		const socket = this.#socket;
		this.#socket = null;
		if (socket === null) return Promise.resolve();
		return new Promise((resolve) => {
			socket.once('close', () => resolve());
			socket.close(1000);
		});
	}

	#talk(port: number): Promise<void> {
		const socket = this.#open(`ws://127.0.0.1:${port}${SESSION_PATH}`, SESSION_SUBPROTOCOL);
		return new Promise((resolve) => {
			socket.on('open', () => {
				socket.send(encodeSession({ type: 'hello', version: SESSION_VERSION, client: 'bench', language: 'en' }));
			});
			socket.on('message', (data: Buffer) => {
				switch (peekType(data)) {
					case 'step':
						resolve();
						return this.step.arrived();
					case 'replyAudio':
						// The header pages come as the first: nothing was noted as sent for them.
						return this.reply.underWay > 0 ? this.reply.arrived() : undefined;
					case 'welcome':
						return socket.send(encodeSession({ type: 'listen', stream: 1, head: microphoneHead(this.id) }));
					case 'listening':
						this.#speak(this.#sound.audioMessages);
						return this.#ask();
					case 'replyDone':
						this.reply.clear();
						return this.#ask();
					case 'problem': {
						const message = decodeRelayMessage(data);
						this.problems.push(message.ok && message.value.type === 'problem' ? message.value.code : 'unreadable');
						return;
					}
				}
			});
		});
	}

	#copy(port: number): Promise<void> {
		const socket = this.#open(`ws://127.0.0.1:${port}/?voice=${this.id}`);
		return new Promise((resolve) => {
			socket.on('open', () => socket.send(encodeOggOpus(microphoneHead(this.id))));
			socket.on('message', (data: Buffer, isBinary) => {
				if (!isBinary) {
					// The answer is over.
					this.reply.clear();
					return socket.send(QUESTION);
				}
				switch (peekType(data)) {
					case 'Ready':
						// The STT's, and later each TTS's.
						if (this.#speaking) return;
						this.#speak(this.#sound.sttMessages);
						return socket.send(QUESTION);
					case 'Step':
						resolve();
						return this.step.arrived();
					case 'OggOpus':
						return this.reply.underWay > 0 ? this.reply.arrived() : undefined;
				}
			});
		});
	}

	#open(url: string, subprotocol?: string): WebSocket {
		const socket = new WebSocket(url, subprotocol, { perMessageDeflate: false });
		this.#socket = socket;
		socket.on('error', (error) => this.problems.push(error.message));
		socket.on('close', (code) => {
			this.#stop();
			if (this.#socket !== null) this.problems.push(`closed with ${code}`);
		});
		return socket;
	}

	#speak(messages: readonly Uint8Array[]): void {
		this.#speaking = true;
		this.#stop = this.#wheel.every(this.phase + 40, () => {
			const message = messages[this.#pages % messages.length];
			if (message === undefined || this.#socket === null) return;
			this.#pages += 1;
			this.audio.sent();
			this.#socket.send(message);
		});
	}

	#ask(): void {
		this.#replies += 1;
		this.#socket?.send(
			encodeSession({ type: 'reply', reply: this.#replies, messages: MESSAGES, voice: String(this.id) })
		);
	}
}
