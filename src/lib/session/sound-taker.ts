/** How both voices of a talk, as they sound, are handed to whoever keeps them. */

export interface SoundTap {
	/** For a worker, to be transferred: see `FromSound` and `ToSound`. */
	readonly port: MessagePort;
	/** Now, on the clock that the sound is stamped with. In seconds. */
	readonly nowS: () => number;
	/** Aborted when no more sound comes. */
	readonly over: AbortSignal;
}

/** Given the sound of each talk as it begins; null where it is not to be had. */
export type SoundTaker = (tap: SoundTap | null) => void;
