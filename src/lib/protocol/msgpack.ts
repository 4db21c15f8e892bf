/** MessagePack at the boundary: decode without throwing, bounded; look at a frame's type without decoding it. */
import { Decoder, Encoder } from '@msgpack/msgpack';
import * as v from 'valibot';
import { hasSaneShape } from './msgpack-shape.ts';
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
	// The decoder's own limits hold for one array, not for all that are open at once.
	if (!hasSaneShape(bytes)) return undecodable('not one MessagePack value');
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

// Kept, because each brings a buffer of 2 KiB: made anew for every message, they are most of what is ever collected.
const narrow = new Encoder({ forceFloat32: true, ignoreUndefined: true });
const wide = new Encoder({ forceFloat32: false, ignoreUndefined: true });

/** Encodes one message; floats travel as float32, as moshi-server's do, unless `wideFloats` asks for float64. */
export function encodeMessage(message: object, wideFloats = false): Uint8Array<ArrayBuffer> {
	return (wideFloats ? wide : narrow).encode(message);
}

const TYPE_KEY = [0xa4, 0x74, 0x79, 0x70, 0x65] as const; // fixstr(4) "type"
const latin = new TextDecoder('utf-8');
/** Types that come many times a second: known by their bytes, so that no string is made to be thrown away. */
const FREQUENT = ['audio', 'step', 'replyAudio', 'Step', 'OggOpus', 'Audio', 'Word', 'EndWord', 'Text'].map((name) => ({
	name,
	bytes: new TextEncoder().encode(name)
}));

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
	if (!hasAt(bytes, at, TYPE_KEY)) return undefined;
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
	at += 1;
	if (at + length > bytes.byteLength) return undefined;
	for (const known of FREQUENT) {
		if (known.bytes.length === length && hasAt(bytes, at, known.bytes)) return known.name;
	}
	return latin.decode(bytes.subarray(at, at + length));
}

/** Whether `part` stands at `at`. */
function hasAt(bytes: Uint8Array, at: number, part: ArrayLike<number>): boolean {
	for (let i = 0; i < part.length; i++) if (bytes[at + i] !== part[i]) return false;
	return true;
}

/**
 * The value of a message that is `head` followed by one `bin` and nothing else, as a view of `bytes`; null where it is
 * anything else, which then has to be decoded.
 */
export function binAfter(head: Uint8Array, bytes: Uint8Array): Uint8Array | null {
	if (!hasAt(bytes, 0, head)) return null;
	const at = head.length;
	const size = bytes.byteLength;
	if (bytes[at] === 0xc4 && bytes[at + 1] === size - at - 2) return bytes.subarray(at + 2);
	if (bytes[at] === 0xc5 && ((bytes[at + 1] ?? 0) << 8) + (bytes[at + 2] ?? 0) === size - at - 3) {
		return bytes.subarray(at + 3);
	}
	return null;
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
