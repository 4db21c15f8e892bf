/** The microphone's samples, encoded and put into frames of 80 ms, on their way to the STT. */
import { PACKETS_PER_PAGE, PACKET_SAMPLES } from '../../audio/frames.ts';
import { FrameRing, type FrameRingHost } from '../../audio/frame-ring.ts';
import type { OpusEncoder } from '../../audio/opus.ts';

export class Ears extends FrameRing {
	readonly #encoder: OpusEncoder;
	#packets: Uint8Array[] = [];

	constructor(encoder: OpusEncoder, host: Omit<FrameRingHost, 'silence'>) {
		super({
			...host,
			silence: () => {
				const silent = new Float32Array(PACKET_SAMPLES);
				return Array.from({ length: PACKETS_PER_PAGE }, () => encoder.encode(silent));
			}
		});
		this.#encoder = encoder;
	}

	/** 20 ms of the microphone: 480 samples at 24 kHz, captured at `atMs`. */
	hear(pcm: Float32Array, atMs: number): void {
		this.#packets.push(this.#encoder.encode(pcm));
		if (this.#packets.length < PACKETS_PER_PAGE) return;
		const packets = this.#packets;
		this.#packets = [];
		this.add(packets, atMs);
	}
}
