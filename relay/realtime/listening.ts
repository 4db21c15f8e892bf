/** The person's words: frames on their way to the STT, and what the STT makes of them, over as many streams as it takes. */
import { FRAME_MS } from '../../src/lib/audio/frames.ts';
import { FrameRing, RING_FRAMES } from '../../src/lib/audio/frame-ring.ts';
import { WordSeam } from '../../src/lib/chat/word-seam.ts';
import { decodeSttOut } from '../../src/lib/protocol/moshi.ts';
import { stepFrameOf, UNRECOGNISED_SPEECH } from '../../src/lib/protocol/session.ts';
import type { TurnEvent } from '../../src/lib/turn/events.ts';
import type { TurnState } from '../../src/lib/turn/state.ts';

/** CELT, full band, 20 ms, mono: what libopus writes for silence. */
const SILENT_PACKET = Uint8Array.of(0xf8, 0xff, 0xfe);
const SILENCE = [SILENT_PACKET, SILENT_PACKET, SILENT_PACKET, SILENT_PACKET] as const;
/** A minute. More at once is more than the STT's socket is let keep. */
const MOST_RECORDED = 750;

export interface ListeningHost {
	/** Asks the legs for a stream. */
	listen(stream: number, head: Uint8Array<ArrayBuffer>): void;
	/** Whether the STT has a slot for it. */
	hasEar(): boolean;
	sendPage(page: Uint8Array<ArrayBuffer>): void;
	/** A word of the person's, at this second of the audio that was received. */
	word(text: string, startS: number): void;
	/** Whether the client takes the turns: then what it sends may be a recording, which nobody says again. */
	isByHand(): boolean;
	/** To the turn core. */
	tell(event: TurnEvent): void;
	state(): TurnState;
}

export class Listening {
	readonly #host: ListeningHost;
	readonly #ring: FrameRing;
	readonly #seam: WordSeam;
	#stream = 0;
	/** Frames received before the first that was listened to, and in all. */
	#framesBefore = 0;
	#frames = 0;
	/** Of this stream: whether the STT has a slot for it, and how many 80 ms were sent and processed. */
	#isOpen = false;
	#wasOpen = false;
	#sentFrames = 0;
	#steps = 0;

	constructor(host: ListeningHost) {
		this.#host = host;
		this.#ring = new FrameRing({
			mostWaiting: () => (host.isByHand() ? MOST_RECORDED : RING_FRAMES),
			hasRoom: () => host.hasEar(),
			sendPage: (page) => {
				this.#sentFrames += 1;
				host.sendPage(page);
			},
			silence: () => SILENCE
		});
		this.#seam = new WordSeam((streamS) => this.#ring.frameAt(streamS), UNRECOGNISED_SPEECH);
	}

	/** Whether any stream was ever asked for. */
	get hasBegun(): boolean {
		return this.#stream > 0;
	}

	/** How much was received, in seconds. */
	get receivedS(): number {
		return Math.round(this.#frames * FRAME_MS) / 1000;
	}
	/** Whether any stream ever had a slot. */
	get wasOpen(): boolean {
		return this.#wasOpen;
	}
	get isOpen(): boolean {
		return this.#isOpen;
	}
	get sentFrames(): number {
		return this.#sentFrames;
	}
	get steps(): number {
		return this.#steps;
	}

	/** The packets of 80 ms. What comes before anybody listens is not kept. */
	hear(packets: readonly Uint8Array[], nowMs: number): void {
		this.#frames += 1;
		if (this.hasBegun) this.#ring.add(packets, nowMs);
		else this.#framesBefore++;
	}

	begin(): void {
		this.#stream += 1;
		this.#isOpen = false;
		this.#sentFrames = this.#steps = 0;
		this.#host.listen(this.#stream, this.#ring.begin(this.#stream));
	}

	silence(frames: number): void {
		this.#ring.silence(frames);
	}

	/** The STT has a slot for stream number `stream`. */
	opened(stream: number): void {
		if (stream !== this.#stream) return;
		this.#isOpen = this.#wasOpen = true;
		this.#ring.opened();
		this.#host.tell({ type: 'listening' });
	}

	/** A `Step`, in its envelope. */
	step(envelope: Uint8Array): void {
		const frame = stepFrameOf(envelope);
		const decoded = frame === null ? null : decodeSttOut(frame);
		if (decoded?.ok !== true || decoded.value.type !== 'Step') return;
		this.#steps += 1;
		// The head for pauses of 2 s, as Unmute uses it; a model without one predicts no pause.
		this.#host.tell({ type: 'step', pause: Math.min(1, Math.max(0, decoded.value.prs[2] ?? 0)) });
	}

	word(text: string, startS: number): void {
		if (!this.#seam.word(text, startS)) return;
		const frame = this.#framesBefore + this.#ring.frameAt(startS);
		this.#host.word(text, Math.round(frame * FRAME_MS) / 1000);
	}

	wordEnd(stopS: number): void {
		if (this.#seam.wordEnd(stopS)) this.#host.tell({ type: 'wordEnd', stopMs: stopS * 1000 });
	}

	/** The stream is gone: what may not have been understood is kept for the next one. */
	lost(retryAfterMs: number): void {
		const { steps, sttDelayMs } = this.#host.state();
		this.#isOpen = false;
		// So many 80 ms of the stream the STT has heard and said all words of.
		const understood = Math.max(0, steps - Math.ceil(sttDelayMs / FRAME_MS));
		this.#ring.lost(understood, (frame) => this.#seam.lost(frame));
		this.#host.tell({ type: 'deaf', retryAfterMs });
	}
}
