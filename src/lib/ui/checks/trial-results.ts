/** What a trial found; undefined where it has not been tried. */
import type { Checked } from '../../session/relay-check.ts';
import type { Loopback } from './loopback.ts';

/** Milliseconds for a second of sound. */
export type CodecResult = { readonly ms: number } | 'fails';

export interface TrialResults {
	/** In milliseconds, there and back; null where nobody answers. */
	readonly roundTripMs: number | null | undefined;
	readonly talk: Checked | undefined;
	readonly codec: CodecResult | undefined;
	/** `busy`: a talk has microphone and loudspeaker. */
	readonly loopback: Loopback | 'busy' | undefined;
}
