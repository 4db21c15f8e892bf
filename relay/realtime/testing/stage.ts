/** A conversation without a network: its legs are what the test says, and time goes when it is told to. */
import type { ReplyRequest } from '../../../src/lib/protocol/session.ts';
import { replyAudioHead, withBin, wrapStep } from '../../../src/lib/protocol/session.ts';
import { encodeMoshi, encodeOggOpus } from '../../../src/lib/protocol/moshi.ts';
import type { Problem } from '../../../src/lib/protocol/problems.ts';
import type { RealtimeServerOutput } from '../../../src/lib/protocol/realtime.ts';
import { POLICIES, type PolicyName } from '../../../src/lib/turn/options.ts';
import { FakeClock } from '../../session/testing/fake-clock.ts';
import { Conversation } from '../conversation.ts';
import { TtsStream } from './tts-stream.ts';

type Type = RealtimeServerOutput['type'];
type Of<T extends Type> = Extract<RealtimeServerOutput, { type: T }>;

/** CELT, full band, 20 ms: silence. */
const PACKET = Uint8Array.of(0xf8, 0xff, 0xfe);
const FRAME_MS = 80;

export class Stage {
	readonly clock = new FakeClock();
	readonly events: { readonly atMs: number; readonly event: RealtimeServerOutput }[] = [];
	readonly pages: Uint8Array[] = [];
	/** What the legs were told, in order. */
	readonly told: string[] = [];
	readonly asked: ReplyRequest[] = [];
	/** Pages that the STT got. */
	readonly heard: Uint8Array[] = [];
	readonly over: ('goodbye' | Problem)[] = [];
	hasEar = false;
	readonly conversation: Conversation;
	#stream = 0;
	#step = 0;
	readonly #beganMs = this.clock.now();

	constructor(policy: PolicyName = 'unmute') {
		this.conversation = new Conversation({
			policy: POLICIES[policy],
			clock: this.clock,
			chance: () => 0,
			sttDelayMs: 500,
			contextTokens: null,
			serial: 7,
			legs: {
				listen: (stream) => {
					this.told.push(`listen ${stream}`);
					this.#stream = stream;
					this.hasEar = false;
				},
				hasEar: () => this.hasEar,
				page: (page) => this.heard.push(page),
				prepare: (voice) => this.told.push(`prepare ${voice}`),
				reply: (request) => {
					this.told.push(`reply ${request.reply}`);
					this.asked.push(request);
				},
				commit: (reply) => this.told.push(`commit ${reply}`),
				cancel: (reply) => this.told.push(`cancel ${reply}`)
			},
			emit: (event) => this.events.push({ atMs: this.clock.now() - this.#beganMs, event }),
			audio: (pages) => {
				this.pages.push(pages);
				this.events.push({
					atMs: this.clock.now() - this.#beganMs,
					event: { type: 'response.audio.delta', delta: '' }
				});
			},
			over: (why) => this.over.push(why)
		});
	}

	/** The person has chosen who answers, and is heard, and the greeting is asked for. */
	begin(): void {
		this.conversation.instruct({ text: 'Be kind.', language: 'en' });
		this.quiet(1);
		this.listening();
	}

	/** So many frames of the client's microphone, in real time, each answered by a step that predicts this pause. */
	hear(frames: number, pause: number): void {
		for (let i = 0; i < frames; i++) {
			this.clock.advance(FRAME_MS);
			this.conversation.hear([PACKET, PACKET, PACKET, PACKET]);
			if (this.hasEar) this.step(pause);
		}
	}
	quiet(frames: number): void {
		this.hear(frames, 0.99);
	}
	voice(frames: number): void {
		this.hear(frames, 0.01);
	}

	listening(): void {
		this.hasEar = true;
		this.conversation.take({ type: 'listening', stream: this.#stream });
	}

	step(pause: number): void {
		const frame = encodeMoshi({ type: 'Step', step_idx: this.#step++, prs: [0.9, 0.9, pause, 0.9], buffered_pcm: 0 });
		this.conversation.frame('step', wrapStep(frame));
	}

	/** A word of the person's, at this second of the present stream. */
	word(text: string, startS = 0): void {
		this.conversation.take({ type: 'word', text, startS });
		this.conversation.take({ type: 'endWord', stopS: startS + 0.2 });
	}

	/** The person says this, falls silent, and the STT is done with it. */
	say(...words: string[]): void {
		this.voice(3);
		const atS = (this.#step * FRAME_MS) / 1000;
		for (const [at, text] of words.entries()) this.word(text, atS + at);
		this.quiet(1);
		for (let i = 0; i < 8; i++) this.step(0.99);
		this.quiet(1);
	}

	/** The model writes this, a word at a time. */
	write(...words: string[]): void {
		for (const text of words) this.conversation.take({ type: 'replyWord', reply: this.reply, text });
	}
	written(): void {
		this.conversation.take({ type: 'replyWritten', reply: this.reply });
	}

	/** The TTS sends so many 80 ms at once. */
	sound(stream: TtsStream, frames: number): void {
		if (stream.packets.length === 0) this.#send(stream.head);
		for (let i = 0; i < frames; i++) this.#send(stream.frame());
	}
	spoken(text: string, startS: number): void {
		this.conversation.take({ type: 'replyText', reply: this.reply, text, startS, stopS: startS + 0.2 });
	}
	done(outcome: 'complete' | 'cancelled' | 'failed' = 'complete'): void {
		this.conversation.take({ type: 'replyDone', reply: this.reply, outcome });
	}

	/** A whole answer of words of 240 ms each, from its first word to the end of its sound, and its stream. */
	answer(...words: string[]): TtsStream {
		const stream = new TtsStream(this.reply);
		this.write(...words.map((word, at) => (at === 0 ? word : ` ${word}`)));
		this.written();
		this.sound(stream, 3 * words.length);
		for (const [at, word] of words.entries()) this.spoken(word, at * 0.24);
		this.done();
		return stream;
	}

	/** The reply that was asked for last. */
	get reply(): number {
		return this.asked.at(-1)?.reply ?? 0;
	}

	of<T extends Type>(type: T): Of<T>[] {
		return this.events.flatMap(({ event }) => (isOf(event, type) ? [event] : []));
	}

	/** The kinds of event since the last call, without the regular ones and repetitions in a row. */
	story(): string[] {
		const told = this.events
			.splice(0)
			.map(({ event }) => ('delta' in event && event.delta !== '' ? `${event.type} ${event.delta}` : event.type))
			.filter((type) => type !== 'unmute.additional_outputs');
		return told.filter((type, at) => type !== told[at - 1]);
	}

	#send(data: Uint8Array): void {
		this.conversation.frame('replyAudio', withBin(replyAudioHead(this.reply), encodeOggOpus(data)));
	}
}

/** A stage on which the greeting was heard to its end. */
export function greeted(policy?: PolicyName): Stage {
	const stage = new Stage(policy);
	stage.begin();
	stage.answer('Hello', 'there.');
	stage.quiet(20);
	stage.story();
	return stage;
}

function isOf<T extends Type>(event: RealtimeServerOutput, type: T): event is Of<T> {
	return event.type === type;
}
