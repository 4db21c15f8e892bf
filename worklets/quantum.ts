/**
 * Web Audio renders in quanta of 128 samples. A host may hand over more at once (the polyfill's 2048, a `renderSizeHint`
 * one day): the cores cut it into blocks of at most this many, so that every promise made "per quantum" holds there too.
 */
export const RENDER_QUANTUM = 128;

/**
 * The beginnings of one buffer, each made at its first use: `subarray` in `process()` would allocate a view every time,
 * and a function that takes a whole Float32Array needs one of the right length.
 */
export class Views {
	readonly whole: Float32Array<ArrayBuffer>;
	readonly #views: (Float32Array<ArrayBuffer> | undefined)[];

	constructor(length: number) {
		this.whole = new Float32Array(length);
		this.#views = new Array<Float32Array<ArrayBuffer> | undefined>(length + 1).fill(undefined);
	}

	/** The first `length` samples of `whole`, as a view of it. Allocates only the first time it is asked for a length. */
	first(length: number): Float32Array<ArrayBuffer> {
		return (this.#views[length] ??= this.whole.subarray(0, length));
	}
}
