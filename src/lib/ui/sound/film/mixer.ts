/** Both voices into one channel of Opus: who listens with headphones does not want each at one ear. */
import { PACKET_SAMPLES } from '../../../audio/frames.ts';
import type { OpusEncoder } from '../../../audio/opus.ts';

export class Mixer {
	readonly #encoder: OpusEncoder;
	readonly #onPacket: (packet: Uint8Array<ArrayBuffer>, timeMs: number) => void;
	readonly #frame = new Float32Array(PACKET_SAMPLES);
	#filled = 0;
	/** What the encoder before this one put in front: the sound begins after it. */
	#skip: number;
	#packets = 0;

	constructor(encoder: OpusEncoder, onPacket: (packet: Uint8Array<ArrayBuffer>, timeMs: number) => void) {
		this.#encoder = encoder;
		this.#onPacket = onPacket;
		this.#skip = encoder.lookaheadSamples;
	}

	/** As many samples of each, decoded. */
	push(user: Float32Array, assistant: Float32Array): void {
		for (let at = 0; at < user.length; at++) {
			if (this.#skip > 0) {
				this.#skip -= 1;
				continue;
			}
			this.#frame[this.#filled++] = Math.max(-1, Math.min(1, (user[at] ?? 0) + (assistant[at] ?? 0)));
			if (this.#filled === PACKET_SAMPLES) this.#encode();
		}
	}

	/** What is left, and what is still in the encoder. */
	end(): void {
		this.#frame.fill(0, this.#filled);
		this.#encode();
	}

	#encode(): void {
		this.#filled = 0;
		this.#onPacket(this.#encoder.encode(this.#frame), 20 * this.#packets);
		this.#packets += 1;
	}
}
