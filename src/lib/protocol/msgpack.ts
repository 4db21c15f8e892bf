/** MessagePack at the boundary: decode without throwing, bounded; look at a frame's type without decoding it. */
import { Decoder, encode } from '@msgpack/msgpack';
import * as v from 'valibot';
import { decoded, undecodable, type Decoded } from './result.ts';

/** The largest message either side accepts, in bytes. An 80 ms page is some 300, a reply with its history some 30,000. */
export const MAX_MESSAGE_BYTES = 1 << 20;

const decoder = new Decoder({
	maxStrLength: MAX_MESSAGE_BYTES,
	maxBinLength: MAX_MESSAGE_BYTES,
	maxArrayLength: MAX_MESSAGE_BYTES,
	maxMapLength: 1024,
	maxExtLength: 0
});

/**
 * Decodes one MessagePack value that must fit `schema`. Never throws; the reason names the field, never its content,
 * because the content may be somebody's words.
 */
export function decodeWith<const S extends v.GenericSchema>(schema: S, bytes: Uint8Array): Decoded<v.InferOutput<S>> {
	if (bytes.byteLength > MAX_MESSAGE_BYTES) return undecodable(`message of ${bytes.byteLength} bytes is too large`);
	let value: unknown;
	try {
		value = decoder.decode(bytes);
	} catch {
		return undecodable('not one MessagePack value');
	}
	const parsed = v.safeParse(schema, value, { abortEarly: true });
	if (parsed.success) return decoded(parsed.output);
	const [issue] = parsed.issues;
	return undecodable(`${v.getDotPath(issue) ?? 'message'}: expected ${issue.expected ?? 'something else'}`);
}

/** Encodes one message; floats travel as float32, as moshi-server's do, unless `wide` asks for float64. */
export function encodeMessage(message: object, wide = false): Uint8Array<ArrayBuffer> {
	return encode(message, { forceFloat32: !wide, ignoreUndefined: true });
}

const TYPE_KEY = [0xa4, 0x74, 0x79, 0x70, 0x65] as const; // fixstr(4) "type"
const latin = new TextDecoder('utf-8');

/**
 * The `type` of a MessagePack map whose first key is `type` (so serde writes tagged enums, and so do we), read from
 * the first bytes alone. `undefined` where the frame begins otherwise: then decode it whole.
 */
export function peekType(bytes: Uint8Array): string | undefined {
	const head = bytes[0];
	if (head === undefined) return undefined;
	let at: number;
	if (head >= 0x81 && head <= 0x8f) at = 1;
	else if (head === 0xde) at = 3;
	else return undefined;
	for (const [i, byte] of TYPE_KEY.entries()) if (bytes[at + i] !== byte) return undefined;
	at += TYPE_KEY.length;
	const tag = bytes[at];
	if (tag === undefined) return undefined;
	let length: number;
	if (tag >= 0xa0 && tag <= 0xbf) length = tag & 0x1f;
	else if (tag === 0xd9) {
		const long = bytes[++at];
		if (long === undefined) return undefined;
		length = long;
	} else return undefined;
	const end = at + 1 + length;
	return end <= bytes.byteLength ? latin.decode(bytes.subarray(at + 1, end)) : undefined;
}

/** Bytes that may arrive as `bin` or, from moshi-server, as an array of small integers. */
export const BytesSchema = v.union(
	[
		v.instance(Uint8Array),
		v.pipe(
			v.array(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(255))),
			v.transform((bytes) => Uint8Array.from(bytes))
		)
	],
	'bytes'
);
