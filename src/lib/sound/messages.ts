/** What the page and the worker that keeps the sound of one talk say to each other. Both ends are ours and trusted. */
import type { Change } from './cue.ts';
import type { SoundTrouble } from './writer.ts';

export type ToSoundWorker =
	/** First, and once. `port`: see `FromSound` and `ToSound`. */
	| { readonly type: 'open'; readonly id: string; readonly startedAtMs: number; readonly port: MessagePort }
	/** `atS`: on the clock that the sound is stamped with. */
	| { readonly type: 'note'; readonly change: Change; readonly atS: number }
	| { readonly type: 'belong'; readonly record: string }
	/** No more sound comes. Answered with `done`. */
	| { readonly type: 'end' }
	/** Nothing more is to be written; what was stays. Answered with `done`. */
	| { readonly type: 'stop' };

export type FromSoundWorker =
	| { readonly type: 'trouble'; readonly trouble: SoundTrouble }
	/** Everything that will be is written. */
	| { readonly type: 'done' };
