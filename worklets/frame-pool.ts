import { PACKET_SAMPLES } from '../src/lib/audio/frames.ts';

export type Frame = Float32Array<ArrayBuffer>;

/** 320 ms of frames: the worker may be busy that long before a frame has to be allocated. */
export const POOL_FRAMES = 16;

/** Frames that went out and came back. Never refuses: an empty pool allocates. Never grows past its size. */
export class FramePool {
	readonly #frames: (Frame | undefined)[];
	#count: number;
	#allocated = 0;

	constructor(size = POOL_FRAMES) {
		this.#frames = Array.from({ length: size }, () => new Float32Array(PACKET_SAMPLES));
		this.#count = size;
	}

	/** How often the pool ran dry. */
	get allocated(): number {
		return this.#allocated;
	}

	/** A frame with whatever was in it. */
	take(): Frame {
		const frame = this.#count > 0 ? this.#frames[--this.#count] : undefined;
		if (frame !== undefined) {
			this.#frames[this.#count] = undefined;
			return frame;
		}
		this.#allocated++;
		return new Float32Array(PACKET_SAMPLES);
	}

	/** What is no frame (another length, or detached) is left to the collector, and so is what is too many. */
	give(frame: Frame): void {
		if (frame.length === PACKET_SAMPLES && this.#count < this.#frames.length) this.#frames[this.#count++] = frame;
	}
}
