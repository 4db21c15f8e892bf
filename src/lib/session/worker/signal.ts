/** What the rings are drawn from: a window of each voice, as it sounds now. */
import { WaveWindow } from '../../audio/wave-window.ts';
import { WINDOW_POINTS, type ViewMessage } from '../view.ts';

/** Two packets of 20 ms between two windows: 25 a second. */
const PACKETS_PER_WINDOW = 2;

/** Fills `out` with the last 80 ms that sounded. */
export interface Sounding {
	window(out: Float32Array): void;
}

export class Signal {
	readonly #microphone = new WaveWindow();
	#packets = 0;

	/** 20 ms of the microphone; true when a window is due. */
	hear(pcm: Float32Array): boolean {
		this.#microphone.push(pcm);
		this.#packets = (this.#packets + 1) % PACKETS_PER_WINDOW;
		return this.#packets === 0;
	}

	/** `duck`: the assistant's gain, 1 = full. */
	read(voice: Sounding, duck: number): Extract<ViewMessage, { type: 'signal' }> {
		const user = new Float32Array(WINDOW_POINTS);
		const assistant = new Float32Array(WINDOW_POINTS);
		this.#microphone.read(user);
		voice.window(assistant);
		return { type: 'signal', user, assistant, duck };
	}
}
