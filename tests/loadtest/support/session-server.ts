/** A relay of `/v1/session` that follows a script, with a pause head that goes by the size of the pages. */
import { OggOpusPager } from '../../../src/lib/audio/ogg/pager.ts';
import { OggUnpager } from '../../../src/lib/audio/ogg/unpager.ts';
import { encodeMoshi, encodeOggOpus } from '../../../src/lib/protocol/moshi.ts';
import {
	decodeClientMessage,
	encodeSession,
	SESSION_VERSION,
	type ReplyRequest,
	type RelayMessage
} from '../../../src/lib/protocol/session.ts';
import { Draft, type Diary } from './diary.ts';
import type { ScriptSocket } from './in-memory.ts';

/** A page of 80 ms of digital silence has some 40 bytes of sound, one of a voice some 240. */
const VOICE_FROM_BYTES = 100;
const HEARD_AFTER_PAGES = 3;
const FRAMES_PER_WORD = 2;

export interface RelayScript {
	readonly llmMs?: number;
	readonly ttsMs?: number;
	/** The words of an answer, two frames of sound each; default three. */
	readonly words?: readonly string[];
	readonly frameMs?: number;
	/** The n-th request for an answer fails before a word, and may be made again after so long. */
	readonly fails?: { readonly request: number; readonly afterMs: number; readonly retryAfterMs: number };
	/** The voice tells no words' times. */
	readonly tellsNoTimes?: boolean;
	/** Told of everything that the talker says. */
	readonly diary?: Diary;
	readonly requests?: ReplyRequest[];
	/** Told of every word that was understood, of all streams. */
	readonly understood?: string[];
	/** Called before each frame of an answer. */
	readonly speaks?: (relay: ScriptedRelay, frame: number) => void;
	/** Called with each page of the person's voice. */
	readonly hears?: (relay: ScriptedRelay, page: number) => void;
}

export class ScriptedRelay {
	readonly #socket: ScriptSocket;
	readonly #script: RelayScript;
	readonly #packet: Uint8Array;
	readonly #draft = new Draft();
	#unpager = new OggUnpager();
	#packets = 0;
	#bytes = 0;
	#steps = 0;
	#voiced = 0;
	#reply = 0;
	#isGone = false;

	constructor(socket: ScriptSocket, script: RelayScript, packet: Uint8Array) {
		this.#socket = socket;
		this.#script = script;
		this.#packet = packet;
		socket.on('close', () => (this.#isGone = true));
		socket.on('message', (data) => this.#take(data));
	}

	get socket(): ScriptSocket {
		return this.#socket;
	}

	say(message: RelayMessage): void {
		if (!this.#isGone) this.#socket.send(encodeSession(message));
	}

	#take(data: Buffer): void {
		const decoded = decodeClientMessage(new Uint8Array(data));
		if (!decoded.ok) throw new Error('not of the protocol');
		const message = decoded.value;
		switch (message.type) {
			case 'hello': {
				const engine = { name: 'scripted', embedded: false };
				this.say({
					type: 'welcome',
					session: 's',
					version: SESSION_VERSION,
					relay: 'r',
					stt: { ...engine, recognises: true, delayS: 0.16 },
					llm: engine,
					tts: engine
				});
				return;
			}
			case 'listen':
				this.#unpager = new OggUnpager();
				this.#unpager.push(message.head);
				this.#packets = 0;
				this.#bytes = 0;
				this.#steps = 0;
				this.#voiced = 0;
				this.say({ type: 'listening', stream: message.stream });
				return;
			case 'audio':
				this.#hear(message.page);
				return;
			case 'reply':
				this.#script.requests?.push(message);
				void this.#answer(message);
				return;
			case 'cancel':
				if (message.reply === this.#reply) this.#reply = 0;
				return;
			default:
		}
	}

	#hear(page: Uint8Array): void {
		for (const event of this.#unpager.push(page)) {
			if (event.type !== 'packet') continue;
			this.#bytes += event.data.length;
			this.#packets += 1;
			if (this.#packets % 4 !== 0) continue;
			this.#step(this.#bytes >= VOICE_FROM_BYTES);
			this.#bytes = 0;
		}
	}

	#step(hasVoice: boolean): void {
		this.#steps += 1;
		const pause = hasVoice ? 0 : 1;
		if (hasVoice) {
			this.#draft.voiceMs ??= performance.now();
			this.#voiced += 1;
			this.#script.hears?.(this, this.#voiced);
			if (this.#voiced === HEARD_AFTER_PAGES) {
				this.#draft.wordMs ??= performance.now();
				this.#script.understood?.push('hello');
				this.say({ type: 'word', text: 'hello', startS: (this.#steps - HEARD_AFTER_PAGES) * 0.08 });
			}
		} else if (this.#voiced > 0) {
			this.#draft.pausedMs = performance.now();
			this.say({ type: 'endWord', stopS: this.#steps * 0.08 });
			this.#voiced = 0;
		}
		const frame = encodeMoshi({
			type: 'Step',
			step_idx: this.#steps,
			prs: [pause, pause, pause, pause],
			buffered_pcm: 0
		});
		this.say({ type: 'step', frame });
	}

	async #answer({ reply, begin, written }: ReplyRequest): Promise<void> {
		const { llmMs = 0, ttsMs = 0, frameMs = 20, words = ['One', ' two', ' three.'], diary, fails } = this.#script;
		this.#reply = reply;
		const request = this.#script.requests?.length ?? 0;
		const page = this.#draft.take(performance.now());
		diary?.pages.push(page);
		if (fails?.request === request) {
			await wait(fails.afterMs);
			const { retryAfterMs } = fails;
			this.say({ type: 'problem', fault: 'llm', code: 'timed_out', retry: 'soon', retryAfterMs, detail: '', reply });
			this.say({ type: 'replyDone', reply, outcome: 'failed' });
			return;
		}
		await wait(llmMs);
		if (reply !== this.#reply) return;
		page.writtenMs = performance.now();
		const all = begin === undefined ? words : [...(begin.match(/\s*\S+/g) ?? []), ...(written === true ? [] : words)];
		for (const text of all) this.say({ type: 'replyWord', reply, text });
		this.say({ type: 'replyWritten', reply });
		await wait(ttsMs);
		const pager = new OggOpusPager({ serial: 1 });
		for (let frame = 0; frame < all.length * FRAMES_PER_WORD && reply === this.#reply && !this.#isGone; frame++) {
			this.#script.speaks?.(this, frame);
			const head = frame === 0 ? pager.headPages() : new Uint8Array(0);
			const pages = Array.from({ length: 4 }, () => pager.push(this.#packet)).filter((one) => one !== null);
			this.say({ type: 'replyAudio', reply, frame: encodeOggOpus(Buffer.concat([head, ...pages])) });
			page.frameMs.push(performance.now());
			const text = all[frame / FRAMES_PER_WORD]?.trim();
			if (text !== undefined && this.#script.tellsNoTimes !== true)
				this.say({ type: 'replyText', reply, text, startS: frame * 0.08, stopS: (frame + FRAMES_PER_WORD) * 0.08 });
			await wait(frameMs);
		}
		if (reply === this.#reply) this.say({ type: 'replyDone', reply, outcome: 'complete' });
	}
}

const wait = (ms: number): Promise<void> =>
	ms <= 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms));
