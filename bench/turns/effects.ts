/**
 * The effects that this host can carry out: the core's, and those that the policy `parley` is to add. Once
 * `src/lib/turn/events.ts` has them all, this file goes and the host takes `TurnEffect` as it is.
 */
import type { TurnEffect } from '../../src/lib/turn/events.ts';

export type HostEffect =
	| Exclude<TurnEffect, { readonly type: 'reply' | 'commit' | 'duck' | 'pause' | 'resume' }>
	/** `speculative`: think about it, open the voice, and say nothing before the `commit`. */
	| { readonly type: 'reply'; readonly reply: number; readonly first: boolean; readonly speculative?: boolean }
	| { readonly type: 'commit'; readonly reply: number }
	/** The voice goes on at this gain, 0 to 1. */
	| { readonly type: 'duck'; readonly gain: number }
	/** Silence at once; the playhead holds. */
	| { readonly type: 'pause' }
	/** Full gain, from the next sample on. */
	| { readonly type: 'resume' };
