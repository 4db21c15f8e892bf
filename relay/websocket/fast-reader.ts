/**
 * Reads the frames that nearly all traffic is, whole binary messages that came in one piece, and leaves every other to the
 * reader that knows the whole protocol: pings, closes, text, fragments, what is cut, what is too long, what is wrong. That
 * one is always given whole frames' worth of bytes and none twice, so that it is between two frames whenever this one is.
 */
import type { Writable } from 'node:stream';
import { LENGTH_16, LENGTH_64, MASKED, MASK_BYTES, WHOLE_BINARY, mask } from './frame.ts';

export interface FastReaderOptions {
	/** Whether the peer has to mask, as clients do; a frame that is not as it should be is the other reader's to refuse. */
	readonly masked: boolean;
	/** Longer messages are the other reader's to refuse. */
	readonly maxBytes: number;
	/** One message; valid during the call. */
	readonly message: (bytes: Buffer) => void;
	/** The other reader, and its own `write`. */
	readonly other: Pick<Writable, 'errored'>;
	readonly pass: (bytes: Buffer) => boolean;
}

const CLOSE = 8;
const LAST_DATA_OPCODE = 2;
const FIN = 0x80;

export class FastReader {
	readonly #options: FastReaderOptions;
	/** Of a frame that the other reader is in the middle of: its header so far, and what is left of it after the header. */
	#header: number[] = [];
	#left = 0;
	/** Between the first and the last fragment of a message. */
	#fragmented = false;
	/** The peer said goodbye, or broke the protocol: the other reader is done, and nothing counts any more. */
	#over = false;

	constructor(options: FastReaderOptions) {
		this.#options = options;
	}

	/** Takes bytes as they came; they are changed. False where the other reader asks to wait, as a stream's `write` does. */
	write(chunk: Buffer): boolean {
		let flows = true;
		let at = 0;
		while (at < chunk.length && !this.#over) {
			const end = this.#message(chunk, at);
			if (end > at) {
				at = end;
				continue;
			}
			const from = at;
			at = this.#skip(chunk, at);
			flows = this.#options.pass(from === 0 && at === chunk.length ? chunk : chunk.subarray(from, at)) && flows;
			this.#over ||= this.#options.other.errored !== null;
		}
		return flows;
	}

	/** Tells the message at `at`; answers where it ends, or 0 where it is not one of ours. */
	#message(chunk: Buffer, at: number): number {
		if (this.#header.length > 0 || this.#fragmented) return 0;
		if (chunk[at] !== WHOLE_BINARY || at + 2 > chunk.length) return 0;
		const { masked, maxBytes, message } = this.#options;
		const second = chunk[at + 1] ?? 0;
		if (second >= MASKED !== masked) return 0;
		let size = second & ~MASKED;
		let from = at + 2;
		if (size === LENGTH_64) return 0;
		if (size === LENGTH_16) {
			if (at + 4 > chunk.length) return 0;
			size = ((chunk[at + 2] ?? 0) << 8) | (chunk[at + 3] ?? 0);
			from = at + 4;
		}
		const key = from;
		if (masked) from += MASK_BYTES;
		const end = from + size;
		if (end > chunk.length || size > maxBytes) return 0;
		if (masked) mask(chunk, key, from, end);
		message(chunk.subarray(from, end));
		return end;
	}

	/** Where the other reader's frame at `at` ends, or the chunk, if that is sooner. */
	#skip(chunk: Buffer, at: number): number {
		const header = this.#header;
		let to = at;
		while (this.#left === 0 && to < chunk.length) {
			header.push(chunk[to++] ?? 0);
			if (header.length === headerBytes(header)) {
				this.#left = payloadBytes(header);
				if (this.#left === 0) this.#frameOver();
				if (this.#left === 0) return to;
			}
		}
		const taken = Math.min(this.#left, chunk.length - to);
		this.#left -= taken;
		if (taken > 0 && this.#left === 0) this.#frameOver();
		return to + taken;
	}

	#frameOver(): void {
		const first = this.#header[0] ?? 0;
		const opcode = first & 0x0f;
		if (opcode <= LAST_DATA_OPCODE) this.#fragmented = (first & FIN) === 0;
		this.#over ||= opcode === CLOSE;
		this.#header = [];
	}
}

/** How long the header is that begins like this; Infinity while that is not known. */
function headerBytes(header: readonly number[]): number {
	const second = header[1];
	if (second === undefined) return Infinity;
	const size = second & ~MASKED;
	return 2 + (size === LENGTH_16 ? 2 : size === LENGTH_64 ? 8 : 0) + (second >= MASKED ? MASK_BYTES : 0);
}

function payloadBytes(header: readonly number[]): number {
	const size = (header[1] ?? 0) & ~MASKED;
	if (size < LENGTH_16) return size;
	const bytes = header.slice(2, size === LENGTH_16 ? 4 : 10);
	return bytes.reduce((sum, byte) => sum * 0x100 + byte, 0);
}
