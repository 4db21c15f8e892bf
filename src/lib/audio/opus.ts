/** Opus, 24 kHz, mono but where two channels are asked for, behind a small interface of ours (libopus 1.6 compiled to WebAssembly does the work). */
import {
	Application,
	createDecoder,
	createEncoder,
	isOpusError,
	OpusErrorCode,
	Signal,
	type OpusDecoderHandle,
	type OpusEncoderHandle
} from 'libopus-wasm';
import { SAMPLE_RATE } from './frames.ts';

/**
 * `unavailable`: the codec could not be loaded (WebAssembly is missing or forbidden, or memory ran out).
 * `invalid_packet`: the bytes are no Opus packet. `invalid_argument`: a frame size or option that Opus does not have.
 * `freed`: used after `free()`. `internal`: libopus failed otherwise.
 */
export type OpusErrorCodeName = 'unavailable' | 'invalid_packet' | 'invalid_argument' | 'freed' | 'internal';

export class OpusError extends Error {
	readonly code: OpusErrorCodeName;

	constructor(code: OpusErrorCodeName, cause: unknown) {
		super(`Opus: ${code}${cause instanceof Error ? ` (${cause.message})` : ''}`, { cause });
		this.name = 'OpusError';
		this.code = code;
	}
}

export interface OpusEncoderOptions {
	/** Bits per second; speech at 24 kHz is transparent enough at the default of 24,000. */
	readonly bitrate?: number;
	/** 0 (fast) to 10 (careful). The default of 5 takes half the time of 10 for a difference few hear. */
	readonly complexity?: number;
	/** 1 by default. With 2, samples are interleaved, and each channel is kept to itself as far as the bits go. */
	readonly channels?: 1 | 2;
}

export interface OpusEncoder {
	/** How many samples (at 24 kHz) the decoded sound trails the input: half of the pre-skip at 48 kHz. */
	readonly lookaheadSamples: number;
	/** 480 or 960 samples of each channel (20 or 40 ms) into one packet, the caller's own. Throws OpusError. */
	encode(pcm: Float32Array): Uint8Array<ArrayBuffer>;
	free(): void;
}

export interface OpusDecoder {
	/** One packet, mono or stereo, into 24 kHz samples, mono or interleaved as asked for, the caller's own. Throws OpusError. */
	decode(packet: Uint8Array): Float32Array<ArrayBuffer>;
	/**
	 * What follows belongs to another stream. More than `SPARES` resets before the event loop turns leave the old state
	 * standing, heard as a click at worst.
	 */
	reset(): void;
	/** That many samples (2.5 to 120 ms, in steps of 60 samples) to stand for a packet that was lost. Throws OpusError. */
	conceal(samples: number): Float32Array<ArrayBuffer>;
	free(): void;
}

/** Fresh decoders kept for `reset`, some 20 kB each. */
const SPARES = 3;

/** Throws OpusError (`unavailable`, `invalid_argument`). The first call compiles the codec, some 10 ms. */
export async function createOpusEncoder(options: OpusEncoderOptions = {}): Promise<OpusEncoder> {
	const { bitrate = 24_000, complexity = 5, channels = 1 } = options;
	if (!within(bitrate, 500, 512_000)) throw new OpusError('invalid_argument', new RangeError(`bitrate ${bitrate}`));
	if (!within(complexity, 0, 10)) throw new OpusError('invalid_argument', new RangeError(`complexity ${complexity}`));
	return loaded(async () => {
		const handle = await createEncoder({
			sampleRate: SAMPLE_RATE,
			channels,
			// For calls, libopus leaves out what one voice does not need: of two beside each other it would mix them.
			application: channels === 1 ? Application.Voip : Application.Audio,
			signal: Signal.Voice,
			bitrate,
			complexity
		});
		return new Encoder(handle, channels);
	});
}

/** Throws OpusError (`unavailable`). */
export async function createOpusDecoder(channels: 1 | 2 = 1): Promise<OpusDecoder> {
	return loaded(async () => {
		const make = (): Promise<OpusDecoderHandle> => createDecoder({ sampleRate: SAMPLE_RATE, channels });
		const spares = await Promise.all(Array.from({ length: SPARES }, make));
		return new Decoder(await make(), spares, make);
	});
}

class Encoder implements OpusEncoder {
	readonly lookaheadSamples: number;
	readonly #handle: OpusEncoderHandle;
	readonly #channels: number;
	#freed = false;

	constructor(handle: OpusEncoderHandle, channels: number) {
		this.#handle = handle;
		this.#channels = channels;
		this.lookaheadSamples = handle.getLookahead();
	}

	encode(pcm: Float32Array): Uint8Array<ArrayBuffer> {
		if (this.#freed) throw new OpusError('freed', undefined);
		const frameSize = pcm.length / this.#channels;
		if (frameSize !== 480 && frameSize !== 960) {
			throw new OpusError('invalid_argument', new RangeError(`${frameSize} samples are not 20 or 40 ms`));
		}
		return calling(() => owned(this.#handle.encodeFloat(pcm, { frameSize })));
	}

	free(): void {
		this.#freed = true;
		this.#handle.free();
	}
}

class Decoder implements OpusDecoder {
	#handle: OpusDecoderHandle;
	/** libopus's own reset is out of the binding's reach, so a fresh decoder stands by: making one is asynchronous. */
	readonly #spares: OpusDecoderHandle[];
	readonly #make: () => Promise<OpusDecoderHandle>;
	#used = false;
	#freed = false;

	constructor(handle: OpusDecoderHandle, spares: OpusDecoderHandle[], make: () => Promise<OpusDecoderHandle>) {
		this.#handle = handle;
		this.#spares = spares;
		this.#make = make;
	}

	decode(packet: Uint8Array): Float32Array<ArrayBuffer> {
		if (this.#freed) throw new OpusError('freed', undefined);
		if (packet.length === 0) throw new OpusError('invalid_packet', undefined);
		this.#used = true;
		return calling(() => ownedFloats(this.#handle.decodeFloat(packet)));
	}

	conceal(samples: number): Float32Array<ArrayBuffer> {
		if (this.#freed) throw new OpusError('freed', undefined);
		this.#used = true;
		return calling(() => ownedFloats(this.#handle.decodePacketLossFloat(samples)));
	}

	reset(): void {
		if (this.#freed) throw new OpusError('freed', undefined);
		const fresh = this.#used ? this.#spares.pop() : undefined;
		if (fresh === undefined) return;
		this.#handle.free();
		this.#handle = fresh;
		this.#used = false;
		void this.#makeSpare();
	}

	free(): void {
		this.#freed = true;
		for (const handle of [this.#handle, ...this.#spares.splice(0)]) handle.free();
	}

	async #makeSpare(): Promise<void> {
		try {
			const spare = await this.#make();
			if (this.#freed) spare.free();
			else this.#spares.push(spare);
		} catch {
			// Out of memory: the next reset keeps the old state, which is heard as a click at worst.
		}
	}
}

/**
 * The binding answers `slice`s of its memory: copies, in a buffer of their own. Should a later version answer views,
 * which the next call would overwrite, they are copied here.
 */
function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
	const { buffer } = bytes;
	return buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength
		? new Uint8Array(buffer)
		: new Uint8Array(bytes);
}

function ownedFloats(samples: Float32Array): Float32Array<ArrayBuffer> {
	const { buffer } = samples;
	return buffer instanceof ArrayBuffer && buffer.byteLength === samples.byteLength
		? new Float32Array(buffer)
		: new Float32Array(samples);
}

function within(value: number, least: number, most: number): boolean {
	return Number.isInteger(value) && value >= least && value <= most;
}

async function loaded<T>(create: () => Promise<T>): Promise<T> {
	try {
		return await create();
	} catch (error) {
		throw new OpusError('unavailable', error);
	}
}

function calling<T>(call: () => T): T {
	try {
		return call();
	} catch (error) {
		throw new OpusError(codeOf(error), error);
	}
}

function codeOf(error: unknown): OpusErrorCodeName {
	if (error instanceof RangeError) return 'invalid_argument';
	if (!isOpusError(error)) return 'internal';
	if (error.code === OpusErrorCode.InvalidPacket) return 'invalid_packet';
	return error.code === OpusErrorCode.BadArg ? 'invalid_argument' : 'internal';
}
