/**
 * What was seen while a talk sounded, as changes: enough to show its captions and its rings' stand again. Kept beside the
 * sound, on the sound's own clock.
 */
import * as v from 'valibot';
import { PHASES } from '../session/view.ts';

const MOST_TEXT = 1_000_000;
const MOST_WORDS = 20_000;

const CountSchema = v.pipe(v.number(), v.integer(), v.minValue(0));
const atMs = v.pipe(v.number(), v.finite(), v.minValue(0));

/** `atMs`: of the sound. */
export const CueSchema = v.variant('type', [
	v.strictObject({ atMs, type: v.literal('phase'), phase: v.picklist(PHASES) }),
	/** The reply's words: of those before, the first `from` stand, and these follow. */
	v.strictObject({
		atMs,
		type: v.literal('words'),
		from: CountSchema,
		words: v.pipe(v.array(v.pipe(v.string(), v.maxLength(MOST_TEXT))), v.maxLength(MOST_WORDS))
	}),
	/** So many of them were heard. */
	v.strictObject({ atMs, type: v.literal('heard'), count: CountSchema }),
	/** The reply was cut off, or no longer is. */
	v.strictObject({ atMs, type: v.literal('cut'), cut: v.boolean() }),
	/** The person's words: of those before, the first `from` UTF-16 units stand, and this follows. */
	v.strictObject({ atMs, type: v.literal('own'), from: CountSchema, text: v.pipe(v.string(), v.maxLength(MOST_TEXT)) }),
	/** The assistant's gain, 1 = full. */
	v.strictObject({ atMs, type: v.literal('duck'), gain: v.pipe(v.number(), v.minValue(0), v.maxValue(1)) })
]);
export type Cue = v.InferOutput<typeof CueSchema>;

/** Without its time, which the worker alone can tell. */
export type Change = Cue extends infer C ? (C extends Cue ? Omit<C, 'atMs'> : never) : never;
