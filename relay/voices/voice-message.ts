/** A cloned voice as its server answers it: the `Voice` message that the TTS is later sent, byte for byte. */
import * as v from 'valibot';
import { decodeWith } from '../../src/lib/protocol/msgpack.ts';
import type { Decoded } from '../../src/lib/protocol/result.ts';

/** 10 s at 12.5 steps a second with 512 numbers each are 64,000; the message's own limit of 1 MiB holds 209,715. */
const MAX_NUMBERS = 209_715;

/** One look at each number instead of a pipeline for each: there are tens of thousands. */
const isNumbers = (value: unknown): value is number[] =>
	Array.isArray(value) && value.length > 0 && value.length <= MAX_NUMBERS && value.every(Number.isFinite);

const VoiceSchema = v.pipe(
	v.object({
		type: v.literal('Voice'),
		embeddings: v.custom<number[]>(isNumbers, 'numbers'),
		shape: v.pipe(v.array(v.pipe(v.number(), v.safeInteger(), v.minValue(1))), v.minLength(1), v.maxLength(8))
	}),
	v.check(({ embeddings, shape }) => shape.reduce((all, size) => all * size, 1) === embeddings.length, 'a shape')
);

/** Never throws. What fits is passed on as the bytes that came, so the numbers are looked at and dropped. */
export function checkVoice(bytes: Uint8Array): Decoded<{ readonly numbers: number }> {
	const decoded = decodeWith(VoiceSchema, bytes);
	return decoded.ok ? { ok: true, value: { numbers: decoded.value.embeddings.length } } : decoded;
}
