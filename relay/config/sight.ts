/** What the operator sees and keeps, as the environment says it. */
import * as v from 'valibot';
import { key, oneOf, path, wholeNumber } from './values.ts';

/** As tokens for talkers: beyond guessing. */
const LEAST_TOKEN_CHARS = 16;
/** An hour of talk is some 4 MB. */
const RECORDING_MB = 20;
const MOST_RECORDING_MB = 10_000;

export const SIGHT_VALUES = {
	OPERATOR_TOKEN: v.optional(
		v.pipe(key, v.minLength(LEAST_TOKEN_CHARS, `must have at least ${LEAST_TOKEN_CHARS} characters`))
	),
	RECORDINGS_DIR: v.optional(path),
	RECORDING_MAX_MB: v.optional(wholeNumber(1, MOST_RECORDING_MB), String(RECORDING_MB)),
	LOG_ADDRESSES: oneOf(['false', 'true'], 'false'),
	LOG_TRANSCRIPTS: oneOf(['false', 'true'], 'false')
};

type Values = v.InferOutput<v.ObjectSchema<typeof SIGHT_VALUES, undefined>>;

export interface SightSettings {
	/** '' where not set. */
	readonly operatorToken: string;
	/** `folder` null: nothing is recorded. */
	readonly recordings: { readonly folder: string | null; readonly maxBytes: number };
	/** What the log may hold although it should not, because the operator asked for it. */
	readonly logged: { readonly addresses: boolean; readonly transcripts: boolean };
}

export function toSight(it: Values): SightSettings {
	return {
		operatorToken: it.OPERATOR_TOKEN ?? '',
		recordings: { folder: it.RECORDINGS_DIR ?? null, maxBytes: it.RECORDING_MAX_MB * 1_000_000 },
		logged: { addresses: it.LOG_ADDRESSES === 'true', transcripts: it.LOG_TRANSCRIPTS === 'true' }
	};
}
