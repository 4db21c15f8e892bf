/** What a client sends of the microphone as `pcm16`, in any chunks, into frames of exactly 80 ms of Opus. */
import { FRAME_MS } from '../../../src/lib/audio/frames.ts';
import { MOST_WAITING, type CodecPool, type CodecStream } from '../../codec/pool.ts';
import { PCM_BYTES_PER_MS } from '../../codec/pcm16.ts';

const FRAME_BYTES = FRAME_MS * PCM_BYTES_PER_MS;
/** 20 ms each. */
const PACKETS_PER_FRAME = 4;
/** What one order holds at most, about 1 s. */
const ORDER_BYTES = 12 * FRAME_BYTES;

export interface PcmIntakeHost {
	/** The packets of 80 ms. */
	frame(packets: readonly Uint8Array[]): void;
	failed(): void;
}

export class PcmIntake {
	readonly #codec: CodecStream;
	readonly #failed: () => void;
	#rest = new Uint8Array(0);
	/** Orders under way, and what is to be done behind them. */
	#queue: ('order' | (() => void))[] = [];

	constructor(pool: CodecPool, host: PcmIntakeHost) {
		this.#failed = () => host.failed();
		this.#codec = pool.open('encode', {
			done: (packets) => {
				for (let at = 0; at + PACKETS_PER_FRAME <= packets.length; at += PACKETS_PER_FRAME) {
					host.frame(packets.slice(at, at + PACKETS_PER_FRAME));
				}
				this.#queue.shift();
				this.#runDue();
			},
			failed: this.#failed
		});
	}

	/** False where so much waits already that it was not taken. */
	push(bytes: Uint8Array): boolean {
		const all = new Uint8Array(this.#rest.length + bytes.length);
		all.set(this.#rest);
		all.set(bytes, this.#rest.length);
		const whole = all.length - (all.length % FRAME_BYTES);
		this.#rest = all.slice(whole);
		for (let at = 0; at < whole; at += ORDER_BYTES) {
			if (!this.#codec.push(all.slice(at, Math.min(whole, at + ORDER_BYTES)))) return false;
			this.#queue.push('order');
		}
		return true;
	}

	/** What does not fill a frame is followed by silence. */
	fill(): boolean {
		const missing = (FRAME_BYTES - (this.#rest.length % FRAME_BYTES)) % FRAME_BYTES;
		return this.push(new Uint8Array(missing));
	}

	/** Forgets what does not fill a frame yet. */
	clear(): void {
		this.#rest = new Uint8Array(0);
	}

	/** Once everything that was pushed has come out: now, where it has. */
	after(run: () => void): void {
		if (this.#queue.push(run) > MOST_WAITING) return this.#failed();
		this.#runDue();
	}

	close(): void {
		this.#queue = [];
		this.#codec.close();
	}

	#runDue(): void {
		for (let next = this.#queue[0]; next !== undefined && next !== 'order'; next = this.#queue[0]) {
			this.#queue.shift();
			next();
		}
	}
}
