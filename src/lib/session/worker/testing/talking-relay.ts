/**
 * A relay that answers by itself as the real one does, on a stage's clock: a model that writes a script, a voice that says
 * each word as a tone of its own, and takes over answers that broke off.
 */
import { PACKET_SAMPLES, SAMPLE_RATE } from '../../../audio/frames.ts';
import { OggOpusPager } from '../../../audio/ogg/pager.ts';
import type { OpusEncoder } from '../../../audio/opus.ts';
import { SpeechWriter, type Piece } from '../../../chat/speech.ts';
import { encodeMoshi, encodeOggOpus } from '../../../protocol/moshi.ts';
import { replyAudioHead, withBin, wrapStep, type ReplyRequest } from '../../../protocol/session.ts';
import { PROBLEMS, type Problem } from '../../../protocol/problems.ts';
import type { FakeSocket } from './fake-relay.ts';
import { WELCOME } from './fake-relay.ts';
import { toneHz } from './loudspeaker.ts';
import { PRE_SKIP_SAMPLES, type Stage } from './stage.ts';

export const TICK_MS = 20;
/** 240 ms of tone and 80 ms of silence. */
export const TONE_FRAMES = 3;
const WORD_FRAMES = TONE_FRAMES + 1;
/** Silence at the beginning, which the decoder drops: moshi-server's pre-skip is one frame. */
const LEAD_FRAMES = 1;
const FRAME_S = 0.08;

export interface TalkingRelayOptions {
	/** The whole of each answer, by its number among the questions. Each word is its own, anywhere. */
	readonly answers: readonly string[];
	/** Times real time; default 4. */
	readonly ttsSpeed?: number;
	/** From the connection to the welcome; default 60. */
	readonly welcomeMs?: number;
	readonly firstWordMs?: number;
	readonly wordMs?: number;
	readonly firstAudioMs?: number;
	/** The pause that the STT predicts in each step; default 1. */
	readonly pause?: () => number;
	/** How many of its last words a model that goes on says again. */
	readonly repeats?: number;
}

export class TalkingRelay {
	readonly #stage: Stage;
	readonly #encoder: OpusEncoder;
	readonly #options: TalkingRelayOptions;
	#socket: FakeSocket | null = null;
	/** The last that was welcomed. */
	#greeted: FakeSocket | null = null;
	#openedMs = 0;
	#handled = 0;
	#reply: Reply | null = null;
	/** Every request for an answer, in order. */
	readonly requests: ReplyRequest[] = [];
	away = false;

	constructor(stage: Stage, encoder: OpusEncoder, options: TalkingRelayOptions) {
		this.#stage = stage;
		this.#encoder = encoder;
		this.#options = options;
	}

	get tones(): number {
		return this.#words.length;
	}

	get #words(): string[] {
		return this.#options.answers.flatMap((answer) => answer.split(' '));
	}

	/** The relay dies; the next connection reaches another one. */
	kill(): void {
		this.#reply = null;
		const socket = this.#socket;
		this.#socket = null;
		socket?.vanish();
	}

	/** The relay goes away in good time: the next connection reaches another one. */
	drain(withinMs: number): void {
		this.#socket?.say({ type: 'drain', withinMs });
	}

	/** The voice is lost and another goes on, from the last word that it told. */
	loseVoice(): void {
		if (this.#socket !== null) this.#reply?.loseVoice(this.#socket);
	}

	fail(problem: Problem): void {
		const reply = this.#reply?.number;
		this.#reply = null;
		if (reply === undefined) return;
		this.#socket?.say({ type: 'problem', ...problem, retry: PROBLEMS[problem.code].retry, reply });
		this.#socket?.say({ type: 'replyDone', reply, outcome: 'failed' });
	}

	/** 20 ms pass. */
	tick(): void {
		this.#accept();
		const socket = this.#socket;
		if (socket === null) return;
		for (; this.#handled < socket.received.length; this.#handled++) {
			const message = socket.received[this.#handled];
			if (message?.type === 'listen') socket.say({ type: 'listening', stream: message.stream });
			if (message?.type === 'audio') {
				const prs = [0, 0, this.#options.pause?.() ?? 1, 0];
				socket.sayBytes(wrapStep(encodeMoshi({ type: 'Step', step_idx: 0, prs, buffered_pcm: 0 })));
			}
			if (message?.type === 'reply') this.#answer(message);
			if (message?.type === 'commit') this.#reply?.commit();
			if (message?.type === 'cancel' && message.reply === this.#reply?.number) this.#reply = null;
		}
		if (this.#reply?.tick(this.#stage.time.nowMs, socket) === true) this.#reply = null;
	}

	#accept(): void {
		// Who was left has nothing more to say.
		if (this.#socket !== null && this.#socket.closedWith !== null) {
			this.#socket = null;
			this.#reply = null;
		}
		const last = this.#stage.relay.sockets.at(-1);
		if (last === undefined || last.onopen === null) return;
		if (last !== this.#socket && this.away) last.vanish();
		else if (last !== this.#socket) this.#greet(last);
	}

	#greet(socket: FakeSocket): void {
		if (this.#greeted !== socket) {
			if (socket.received.length === 0) {
				this.#openedMs = this.#stage.time.nowMs;
				socket.open();
			}
			if (this.#stage.time.nowMs - this.#openedMs < (this.#options.welcomeMs ?? 60)) return;
			this.#greeted = socket;
			socket.say(WELCOME);
		}
		if (this.#socket !== null && this.#socket.closedWith === null) return;
		this.#reply = null;
		this.#socket = socket;
		this.#handled = 0;
	}

	#answer(request: ReplyRequest): void {
		this.requests.push(request);
		const { answers, repeats = 0 } = this.#options;
		const last = request.messages.at(-2);
		const goesOn = last?.role === 'assistant' && /cut off|coupé/.test(request.messages.at(-1)?.content ?? '');
		const answer = goesOn
			? (answers.find((text) => text.startsWith(last.content)) ?? '')
			: (answers[request.messages.filter(({ role }) => role === 'assistant').length] ?? '');
		const written = goesOn ? last.content.split(' ').length : 0;
		const more =
			request.written === true
				? ''
				: answer
						.split(' ')
						.slice(Math.max(0, written - repeats))
						.join(' ');
		const { begin = '' } = request;
		const writer = new SpeechWriter();
		const text = begin + (begin !== '' && more !== '' ? ' ' : '') + more;
		const pieces = [...writer.push(text), ...writer.flush()];
		this.#reply = new Reply(request, pieces, this.#words, this.#encoder, this.#options, this.#stage.time.nowMs);
	}
}

const pager = (): OggOpusPager => new OggOpusPager({ serial: 42, preSkip48k: PRE_SKIP_SAMPLES * 2 });

class Reply {
	readonly number: number;
	readonly #pieces: readonly Piece[];
	readonly #begun: number;
	readonly #words: readonly string[];
	readonly #encoder: OpusEncoder;
	readonly #options: TalkingRelayOptions;
	#pager = pager();
	readonly #startedMs: number;
	#committedMs: number;
	#written = 0;
	#toldWritten = false;
	#frames = -1;
	#told = 0;
	/** Of the voice that speaks: where its clock is zero on the reply's, its first word, and since when it has spoken. */
	#zeroS = 0;
	#first = 0;
	#voicedFromMs: number | null = null;

	constructor(
		request: ReplyRequest,
		pieces: readonly Piece[],
		words: readonly string[],
		encoder: OpusEncoder,
		options: TalkingRelayOptions,
		nowMs: number
	) {
		this.number = request.reply;
		this.#pieces = pieces;
		this.#begun = (request.begin ?? '').split(/\s+/).filter(Boolean).length;
		this.#words = words;
		this.#encoder = encoder;
		this.#options = options;
		this.#startedMs = nowMs;
		this.#committedMs = request.speculative ? Number.POSITIVE_INFINITY : nowMs;
	}

	commit(): void {
		this.#committedMs = Number.NEGATIVE_INFINITY;
	}

	loseVoice(socket: FakeSocket): void {
		if (this.#frames < 0) return;
		const atS = this.#told === 0 ? 0 : this.#startS(this.#told - 1) + TONE_FRAMES * FRAME_S;
		// The stream's clock is zero a pre-skip before its first sample; what was voiced counts no more.
		this.#zeroS = atS - PRE_SKIP_SAMPLES / SAMPLE_RATE;
		this.#first = this.#told;
		this.#frames = 0;
		this.#pager = pager();
		socket.say({ type: 'replySplice', reply: this.number, atS });
		this.#send(socket, this.#pager.headPages());
		this.#voicedFromMs = null;
	}

	#startS(word: number): number {
		return this.#zeroS + (LEAD_FRAMES + (word - this.#first) * WORD_FRAMES) * FRAME_S;
	}

	/** True when it is done. */
	tick(nowMs: number, socket: FakeSocket): boolean {
		const { firstWordMs = 100, wordMs = 30, firstAudioMs = 200, ttsSpeed = 4 } = this.#options;
		const sinceMs = nowMs - this.#startedMs;
		const due = Math.max(this.#begun, Math.floor((sinceMs - firstWordMs) / wordMs) + 1);
		for (; this.#written < Math.min(due, this.#pieces.length); this.#written++) {
			const piece = this.#pieces[this.#written];
			if (piece === undefined) break;
			const { shown, spoken } = piece;
			const different = spoken === shown.trim() ? {} : { spoken };
			socket.say({ type: 'replyWord', reply: this.number, text: shown, ...different });
		}
		if (this.#written === this.#pieces.length && !this.#toldWritten) {
			this.#toldWritten = true;
			socket.say({ type: 'replyWritten', reply: this.number });
		}
		if (Math.min(sinceMs, nowMs - this.#committedMs) < firstAudioMs) return false;
		this.#voicedFromMs ??= nowMs;
		const audioMs = nowMs - this.#voicedFromMs;
		const frames = Math.min(
			Math.floor((audioMs * ttsSpeed) / 80),
			// A voice looks a word ahead.
			LEAD_FRAMES +
				WORD_FRAMES * ((this.#toldWritten ? this.#pieces.length : Math.max(0, this.#written - 1)) - this.#first)
		);
		if (this.#frames < 0) {
			this.#frames = 0;
			this.#send(socket, this.#pager.headPages());
		}
		for (; this.#frames < frames; this.#frames++) this.#frame(socket);
		if (!this.#toldWritten || this.#frames < LEAD_FRAMES + WORD_FRAMES * (this.#pieces.length - this.#first))
			return false;
		while (this.#told < this.#pieces.length) this.#tell(socket);
		socket.say({ type: 'replyDone', reply: this.number, outcome: 'complete' });
		return true;
	}

	#frame(socket: FakeSocket): void {
		const word = this.#first + Math.floor((this.#frames - LEAD_FRAMES) / WORD_FRAMES);
		const within = (this.#frames - LEAD_FRAMES) % WORD_FRAMES;
		const tone = this.#words.indexOf(this.#pieces[word]?.shown.trim() ?? '');
		const step = (2 * Math.PI * toneHz(tone)) / SAMPLE_RATE;
		const from = this.#frames * PACKET_SAMPLES * 4;
		this.#sound(socket, (i) =>
			within >= 0 && within < TONE_FRAMES && tone >= 0 ? 0.5 * Math.sin(step * (from + i)) : 0
		);
		// One word late, as the real one.
		if (within === 0 && word > this.#first) this.#tell(socket);
	}

	#tell(socket: FakeSocket): void {
		const text = this.#pieces[this.#told]?.spoken ?? '';
		const startS = this.#startS(this.#told);
		this.#told++;
		socket.say({ type: 'replyText', reply: this.number, text, startS, stopS: startS + TONE_FRAMES * FRAME_S });
	}

	#sound(socket: FakeSocket, sample: (i: number) => number): void {
		for (let packet = 0; packet < 4; packet++) {
			const pcm = Float32Array.from({ length: PACKET_SAMPLES }, (_, i) => sample(packet * PACKET_SAMPLES + i));
			const page = this.#pager.push(this.#encoder.encode(pcm));
			if (page !== null) this.#send(socket, page);
		}
	}

	#send(socket: FakeSocket, bytes: Uint8Array): void {
		socket.sayBytes(withBin(replyAudioHead(this.number), encodeOggOpus(bytes)));
	}
}
