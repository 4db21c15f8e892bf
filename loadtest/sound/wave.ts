/** WAV files as people have them: whole or floating samples of any usual width, any rate, any number of channels. */
import * as v from 'valibot';
import { decoded, undecodable, type Decoded } from '../../src/lib/protocol/result.ts';

export interface Wave {
	readonly sampleRate: number;
	/** All channels together, in [-1, 1]. */
	readonly pcm: Float32Array;
}

const PCM = 1;
const FLOAT = 3;
/** The real format then stands further on, as the first two bytes of a GUID. */
const EXTENSIBLE = 0xfffe;
const EXTENSIBLE_AT = 24;
const FORMAT_BYTES = 16;

const FormatSchema = v.pipe(
	v.object({
		kind: v.picklist([PCM, FLOAT]),
		channels: v.pipe(v.number(), v.minValue(1), v.maxValue(64)),
		sampleRate: v.pipe(v.number(), v.minValue(4000), v.maxValue(384_000)),
		/** Bytes of one sample of every channel. */
		frameBytes: v.number(),
		bits: v.picklist([8, 16, 24, 32, 64])
	}),
	v.check(({ channels, frameBytes, bits }) => frameBytes === (channels * bits) / 8, 'frameBytes'),
	v.check(({ kind, bits }) => (kind === FLOAT ? bits >= 32 : bits <= 32), 'bits')
);
type Format = v.InferOutput<typeof FormatSchema>;

/** Never throws. Lengths that go past the end, as those of a file that was written to a pipe, are taken for "to the end". */
export function readWave(bytes: Uint8Array): Decoded<Wave> {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const tag = (at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));
	if (bytes.length < 12 || tag(0) !== 'RIFF' || tag(8) !== 'WAVE') return undecodable('not a WAV file');
	let format: Format | null = null;
	for (let at = 12; at + 8 <= bytes.length;) {
		const length = view.getUint32(at + 4, true);
		const body = at + 8;
		if (tag(at) === 'fmt ' && body + FORMAT_BYTES <= bytes.length) {
			const parsed = v.safeParse(FormatSchema, formatAt(view, body, length));
			if (!parsed.success) return undecodable(fault(parsed.issues[0]));
			format = parsed.output;
		}
		if (tag(at) === 'data') {
			if (format === null) return undecodable('samples without a format');
			return decoded({
				sampleRate: format.sampleRate,
				pcm: samples(view, body, Math.min(length, bytes.length - body), format)
			});
		}
		at = body + length + (length & 1);
	}
	return undecodable('no samples');
}

/** A fault of two fields together has no path: its message names the one that does not fit. */
function fault(issue: v.BaseIssue<unknown>): string {
	const path = v.getDotPath(issue);
	if (path === null) return `${issue.message} does not fit the rest of its format`;
	return `${path} ${String(issue.input)} is not supported${path === 'kind' ? ': 1 is (whole samples), and 3 (floats)' : ''}`;
}

function formatAt(view: DataView, at: number, length: number): Record<keyof Format, number> {
	const kind = view.getUint16(at, true);
	const isExtended = kind === EXTENSIBLE && length >= EXTENSIBLE_AT + 2 && at + EXTENSIBLE_AT + 2 <= view.byteLength;
	return {
		kind: isExtended ? view.getUint16(at + EXTENSIBLE_AT, true) : kind,
		channels: view.getUint16(at + 2, true),
		sampleRate: view.getUint32(at + 4, true),
		frameBytes: view.getUint16(at + 12, true),
		bits: view.getUint16(at + 14, true)
	};
}

/** The mean of all channels: who speaks in one of them alone is heard too. */
function samples(view: DataView, from: number, length: number, format: Format): Float32Array {
	const { kind, channels, frameBytes, bits } = format;
	const pcm = new Float32Array(Math.floor(length / frameBytes));
	const read = reader(view, kind, bits);
	const sampleBytes = frameBytes / channels;
	for (let i = 0; i < pcm.length; i++) {
		let sum = 0;
		for (let channel = 0; channel < channels; channel++) {
			const value = read(from + i * frameBytes + channel * sampleBytes);
			if (Number.isFinite(value)) sum += Math.max(-1, Math.min(1, value));
		}
		pcm[i] = sum / channels;
	}
	return pcm;
}

function reader(view: DataView, kind: Format['kind'], bits: Format['bits']): (at: number) => number {
	if (kind === FLOAT) {
		return bits === 64 ? (at) => view.getFloat64(at, true) : (at) => view.getFloat32(at, true);
	}
	switch (bits) {
		case 8:
			return (at) => (view.getUint8(at) - 128) / 128;
		case 16:
			return (at) => view.getInt16(at, true) / 0x8000;
		case 24:
			return (at) => (view.getUint16(at, true) + view.getInt8(at + 2) * 0x1_0000) / 0x80_0000;
		default:
			return (at) => view.getInt32(at, true) / 0x8000_0000;
	}
}
