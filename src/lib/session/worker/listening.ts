/** The person's words: the microphone on its way to the STT, and what the STT makes of it, over as many streams as it takes. */
import type { OpusEncoder } from '../../audio/opus.ts';
import { decodeSttOut } from '../../protocol/moshi.ts';
import type { Problem } from '../../protocol/problems.ts';
import type { ClientMessage } from '../../protocol/session.ts';
import { UNRECOGNISED_SPEECH } from '../../protocol/unrecognised-speech.ts';
import type { TurnEvent } from '../../turn/events.ts';
import type { TurnState } from '../../turn/state.ts';
import { Ears } from './ears.ts';
import type { LegMessage } from './link.ts';
import { WordSeam } from '../../chat/word-seam.ts';

/** One STT step. */
const STEP_MS = 80;
/** Whoever runs a server that refuses us may mend it while the talk goes on in writing. */
const DEAF_RETRY_MS = 30_000;

/** What the relay says of a stream. */
export type ListenMessage = Extract<LegMessage, { type: 'listening' | 'step' | 'word' | 'endWord' }>;

export interface ListeningHost {
	/** Whether a page can be sent now, or had better wait. */
	hasRoom(): boolean;
	send(message: ClientMessage): void;
	/** To the turn core. */
	tell(event: TurnEvent): void;
	/** A page went out whose last frame was captured then. */
	pageSent(capturedAtMs: number): void;
	/** The STT is there. */
	opened(): void;
	state(): TurnState;
	/** In [0, 1). */
	readonly chance: () => number;
}

export class Listening {
	readonly #host: ListeningHost;
	readonly #ears: Ears;
	readonly #seam: WordSeam;
	#stream = 0;
	#isRefused = false;
	#pause: number | null = null;

	constructor(encoder: OpusEncoder, host: ListeningHost) {
		this.#host = host;
		this.#ears = new Ears(encoder, {
			hasRoom: host.hasRoom,
			sendPage: (page, capturedAtMs) => {
				host.send({ type: 'audio', page });
				if (capturedAtMs !== null) host.pageSent(capturedAtMs);
			}
		});
		this.#seam = new WordSeam((streamS) => this.#ears.frameAt(streamS), UNRECOGNISED_SPEECH);
	}

	/** The STT wants nothing of us, for a reason that does not pass by itself. */
	get isRefused(): boolean {
		return this.#isRefused;
	}

	/** What the pause head said last, 0 to 1; null before this stream's first step. */
	get pause(): number | null {
		return this.#pause;
	}

	/** 20 ms of the microphone, captured at `atMs`. */
	hear(pcm: Float32Array, atMs: number): void {
		this.#ears.hear(pcm, atMs);
	}

	/** Asks for a new stream. */
	begin(): void {
		this.#stream += 1;
		this.#pause = null;
		this.#host.send({ type: 'listen', stream: this.#stream, head: this.#ears.begin(this.#stream) });
	}

	silence(frames: number): void {
		this.#ears.silence(frames);
	}

	take(message: ListenMessage): void {
		const { tell, opened } = this.#host;
		switch (message.type) {
			case 'listening':
				if (message.stream !== this.#stream) return;
				this.#isRefused = false;
				opened();
				this.#ears.opened();
				tell({ type: 'listening' });
				return;
			case 'step':
				this.#step(message.frame);
				return;
			case 'word':
				if (this.#seam.word(message.text, message.startS)) tell({ type: 'word', text: message.text });
				return;
			case 'endWord':
				if (this.#seam.wordEnd(message.stopS)) tell({ type: 'wordEnd', stopMs: message.stopS * 1000 });
				return;
		}
	}

	/** The STT is gone. */
	trouble({ retry, retryAfterMs }: Problem): void {
		const { chance, tell } = this.#host;
		this.lost();
		this.#isRefused = retry === 'never';
		// Up to half as long again, drawn: the browsers that one STT drops must not come back in the same instant.
		const drawnMs = retryAfterMs * (1 + chance() / 2);
		tell({ type: 'deaf', retryAfterMs: this.#isRefused ? DEAF_RETRY_MS : drawnMs });
	}

	/** The stream is gone: what may not have been understood is kept for the next one. */
	lost(): void {
		const { steps, sttDelayMs } = this.#host.state();
		// So many 80 ms of the stream the STT has heard and said all words of.
		const understood = Math.max(0, steps - Math.ceil(sttDelayMs / STEP_MS));
		this.#ears.lost(understood, (frame) => this.#seam.lost(frame));
	}

	#step(frame: Uint8Array): void {
		const decoded = decodeSttOut(frame);
		if (!decoded.ok || decoded.value.type !== 'Step') return;
		// The head for pauses of 2 s, as Unmute uses it; a model without one predicts no pause.
		this.#pause = Math.min(1, Math.max(0, decoded.value.prs[2] ?? 0));
		this.#host.tell({ type: 'step', pause: this.#pause });
	}
}
