/**
 * The sound of a PCM voice on its way to the session: encoded in a thread, with everything else that was said in between in
 * its place, and the server made to wait where the thread is behind.
 */
import type { CodecPool, CodecStream } from '../../codec/pool.ts';
import { LEAD_IN_S } from '../../codec/voicing.ts';
import type { UpstreamError } from '../failure.ts';
import { codecBehind, codecFailure } from './codec-failure.ts';

export interface VoiceCodecHost {
	/** An `OggOpus` message; the first one is the head. */
	audio(frame: Uint8Array): void;
	/** Read nothing more, or read on. Told once for each change. */
	pause(): void;
	resume(): void;
	failed(cause: UpstreamError): void;
}

/** Some seconds of sound: a thread that is so far behind has enough to do. */
const MOST_BEHIND = 64;

export class VoiceCodec {
	readonly #host: VoiceCodecHost;
	readonly #codec: CodecStream;
	/** The session wants nothing more for now; the thread is behind. */
	#isHeld = false;
	#isBehind = false;

	constructor(codecs: CodecPool, kind: 'voice-moshi' | 'voice-float32', host: VoiceCodecHost) {
		this.#host = host;
		this.#codec = codecs.open(kind, {
			done: (parts) => {
				for (const frame of parts) host.audio(frame);
				if (this.#isBehind && this.#codec.backlog < MOST_BEHIND / 2) this.#set(this.#isHeld, false);
			},
			failed: (fault) => host.failed(codecFailure(fault))
		});
	}

	/** A time of the server's on the clock of the stream that comes out: that one begins with silence. */
	static onStreamClock(serverS: number): number {
		return serverS + LEAD_IN_S;
	}

	/** Copied. */
	push(bytes: Uint8Array): void {
		if (bytes.length === 0) return; // which would be the end
		if (!this.#codec.push(new Uint8Array(bytes))) return this.#host.failed(codecBehind());
		if (this.#codec.backlog > MOST_BEHIND) this.#set(this.#isHeld, true);
	}

	/** Nothing more is pushed. `done` once all of it has come out, or at once where nothing comes any more. */
	end(done: () => void): void {
		if (!this.#codec.push(new Uint8Array(0)) || !this.#codec.after(done)) done();
	}

	/** Behind the sound that was pushed before. */
	after(run: () => void): void {
		if (!this.#codec.after(run)) this.#host.failed(codecBehind());
	}

	hold(): void {
		this.#set(true, this.#isBehind);
	}

	release(): void {
		this.#set(false, this.#isBehind);
	}

	/** True where the server has to wait. */
	get isPaused(): boolean {
		return this.#isHeld || this.#isBehind;
	}

	close(): void {
		this.#codec.close();
	}

	#set(isHeld: boolean, isBehind: boolean): void {
		const wasPaused = this.isPaused;
		this.#isHeld = isHeld;
		this.#isBehind = isBehind;
		if (wasPaused === this.isPaused) return;
		if (wasPaused) this.#host.resume();
		else this.#host.pause();
	}
}
