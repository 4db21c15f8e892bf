/** What the rings are drawn from: a window of each voice, as it sounds now. */
import { FRAME_SAMPLES, PACKET_SAMPLES } from '../../audio/frames.ts';
import { WINDOW_POINTS, type ViewMessage } from '../view.ts';

const SAMPLES_PER_POINT = FRAME_SAMPLES / WINDOW_POINTS;
/** Two packets of 20 ms between two windows: 25 a second. */
const PACKETS_PER_WINDOW = 2;

/** Fills `out` with the last `out.length * samplesPerPoint` samples that sounded. */
export interface Sounding {
	window(out: Float32Array, samplesPerPoint: number): void;
}

export class Signal {
	/** The last 80 ms of the microphone, in a ring. */
	readonly #heard = new Float32Array(FRAME_SAMPLES);
	#at = 0;
	#packets = 0;

	/** 20 ms of the microphone; true when a window is due. */
	hear(pcm: Float32Array): boolean {
		this.#heard.set(pcm, this.#at);
		this.#at = (this.#at + PACKET_SAMPLES) % FRAME_SAMPLES;
		this.#packets = (this.#packets + 1) % PACKETS_PER_WINDOW;
		return this.#packets === 0;
	}

	read(voice: Sounding): Extract<ViewMessage, { type: 'signal' }> {
		const user = new Float32Array(WINDOW_POINTS);
		const assistant = new Float32Array(WINDOW_POINTS);
		for (let i = 0; i < WINDOW_POINTS; i++) {
			user[i] = this.#heard[(this.#at + i * SAMPLES_PER_POINT) % FRAME_SAMPLES] ?? 0;
		}
		voice.window(assistant, SAMPLES_PER_POINT);
		return { type: 'signal', user, assistant, duck: 1 };
	}
}
