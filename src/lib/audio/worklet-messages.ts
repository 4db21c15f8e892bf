/**
 * What the worklets and the Web Workers say to each other, over one MessagePort each (the page is not in between).
 * Trusted: both ends are built together and no byte from outside is in them. All samples are at 24 kHz, whatever rate
 * the AudioContext runs at; the worklets resample.
 */

/** Each node's first and only message on its own port: the port that leads to the worker. `Port`: this room has no DOM. */
export interface ConnectMessage<Port> {
	readonly type: 'connect';
	readonly port: Port;
}

export type FromCapture =
	/**
	 * 480 samples (20 ms), transferred. `contextTimeS` is the AudioContext's time at the frame's last sample, `postedAtMs`
	 * the wall clock's (`Date.now`, the only one that a worklet shares with a worker) when it left.
	 */
	{
		readonly type: 'frame';
		readonly pcm: Float32Array<ArrayBuffer>;
		readonly contextTimeS: number;
		readonly postedAtMs: number;
	};

export type ToCapture =
	/** A frame's buffer comes home, so that `process()` need not allocate. */
	| { readonly type: 'recycle'; readonly pcm: Float32Array<ArrayBuffer> }
	/** While muted, frames go on and hold silence: the STT's clock must not stop. */
	| { readonly type: 'mute'; readonly muted: boolean };

export type ToPlayback =
	/**
	 * A new reply: another that is under way is stopped (with a fade, if it was sounding) and answered with `stopped`;
	 * a `pause` is over. Every message about a reply that is not under way is ignored; its pcm comes home.
	 */
	| { readonly type: 'begin'; readonly reply: number }
	/**
	 * The reply's next samples, any length, transferred. The worklet copies them into its ring (16 s) and sends them
	 * home. Overflow loses nothing: what does not fit waits, counts as buffered, and comes home once it is in the ring.
	 */
	| { readonly type: 'pcm'; readonly reply: number; readonly pcm: Float32Array<ArrayBuffer> }
	/**
	 * Announce word `index` when sample `atSample` of the reply is played. In order. One whose sample was played already
	 * is announced at once, one whose sample lies past the reply's end right before `drained`.
	 */
	| { readonly type: 'word'; readonly reply: number; readonly index: number; readonly atSample: number }
	/**
	 * Of the reply's sound until now only what lies before `atSample` counts: what waits behind it is dropped, words too, and
	 * the next `pcm` follows there, faded in: at the playhead where that has passed it. Where less than that has come, the
	 * rest is to come. Answered with `spliced`; ignored after `end`.
	 */
	| { readonly type: 'splice'; readonly reply: number; readonly atSample: number }
	/** No more samples come. */
	| { readonly type: 'end'; readonly reply: number }
	/** Fade out within one render quantum (128 samples), drop the rest, answer `stopped`. */
	| { readonly type: 'stop'; readonly reply: number }
	/** Glide to this gain (1 = full) within a few quanta. */
	| { readonly type: 'gain'; readonly gain: number }
	/** Hold the playhead (with a fade); nothing is lost. Without a reply under way it does nothing. */
	| { readonly type: 'pause' }
	/** Go on from the very next sample (with a fade). */
	| { readonly type: 'resume' };

export type FromPlayback =
	/** A `pause` was obeyed: from `contextTimeS` on it is silent, and the next sample is number `playedSamples`. */
	| { readonly type: 'paused'; readonly reply: number; readonly playedSamples: number; readonly contextTimeS: number }
	/**
	 * Every 20 ms while a reply is under way, and once more right before it is drained or stopped. `playedSamples` counts
	 * samples of the reply that left the worklet.
	 */
	| {
			readonly type: 'playhead';
			readonly reply: number;
			readonly playedSamples: number;
			readonly bufferedSamples: number;
			/** How often this reply ran dry in the middle, and for how many samples in all; counted when it goes on. */
			readonly gaps: number;
			readonly gapSamples: number;
			/** What the jitter buffer waits for before it starts again after running dry. */
			readonly targetSamples: number;
	  }
	/** The reply's first sample leaves the worklet in this quantum. */
	| { readonly type: 'started'; readonly reply: number; readonly contextTimeS: number }
	| {
			readonly type: 'word';
			readonly reply: number;
			readonly index: number;
			readonly atSample: number;
			readonly contextTimeS: number;
	  }
	/** Everything up to `end` was played. Every reply that began ends in exactly one `drained` or `stopped`. */
	| { readonly type: 'drained'; readonly reply: number; readonly playedSamples: number }
	/**
	 * A `stop`, or the `begin` of another reply, was obeyed; nothing after `playedSamples` was heard, and from
	 * `contextTimeS` on it is silent. Posted when the fade has left the worklet, so not while the context is suspended.
	 */
	| { readonly type: 'stopped'; readonly reply: number; readonly playedSamples: number; readonly contextTimeS: number }
	/**
	 * A `splice` was obeyed. `shiftSamples`: how much later than asked the reply goes on, all its splices together (negative:
	 * earlier, where too little was to be kept for a fade). The sender counts on as it asked: from now on the shift is
	 * added to the places of its words, and is in `playedSamples`.
	 */
	| { readonly type: 'spliced'; readonly reply: number; readonly shiftSamples: number }
	| { readonly type: 'recycle'; readonly pcm: Float32Array<ArrayBuffer> };

/**
 * 480 samples (20 ms) of each voice that were heard together, transferred: the microphone as the browser cleaned it up, the
 * assistant as it was played. `contextTimeS` is the AudioContext's time at their last sample.
 */
export interface FromSound {
	readonly type: 'pair';
	readonly user: Float32Array<ArrayBuffer>;
	readonly assistant: Float32Array<ArrayBuffer>;
	readonly contextTimeS: number;
}

/** The buffers come home. */
export interface ToSound {
	readonly type: 'recycle';
	readonly user: Float32Array<ArrayBuffer>;
	readonly assistant: Float32Array<ArrayBuffer>;
}
