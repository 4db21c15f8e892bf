/** Both voices in step: frames of 480 samples at 24 kHz that were heard together. Knows no port and no global. */
import { CaptureCore } from './capture-core.ts';
import type { Frame } from './frame-pool.ts';

/** Takes both frames over. `contextTimeS`: the context's time at their last sample. */
export type OnPair = (user: Frame, assistant: Frame, contextTimeS: number) => void;

export class SoundCore {
	readonly #user: CaptureCore;
	readonly #assistant: CaptureCore;
	/** Of the person: whole, and still without the assistant's of the same time. More than one only in long blocks. */
	readonly #waiting: Frame[] = [];

	/** `contextRate` in Hz. */
	constructor(contextRate: number, onPair: OnPair) {
		this.#user = new CaptureCore(contextRate, (frame) => {
			this.#waiting.push(frame);
		});
		this.#assistant = new CaptureCore(contextRate, (frame, contextTimeS) => {
			const user = this.#waiting.shift();
			// Both are given as many samples at a time, so there is one.
			if (user !== undefined) onPair(user, frame, contextTimeS);
		});
	}

	recycle(user: Frame, assistant: Frame): void {
		this.#user.recycle(user);
		this.#assistant.recycle(assistant);
	}

	/** The next `count` samples of each voice; no channel at all is silence. `timeS`: the context's time at the first. */
	process(user: readonly Float32Array[], assistant: readonly Float32Array[], count: number, timeS: number): void {
		this.#user.process(user, count, timeS);
		this.#assistant.process(assistant, count, timeS);
	}
}
