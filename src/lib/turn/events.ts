/** What can happen to a conversation. Replies are numbered; an event about any but the current one changes nothing. */

export type TurnEvent =
	/** The person pressed the button and the relay said welcome. `sttDelayMs`: how far the STT's words trail the audio. */
	| { readonly type: 'start'; readonly sttDelayMs: number }
	/** The STT has a slot: a new stream begins, with its clock at zero. */
	| { readonly type: 'listening' }
	/** The STT processed 80 ms. `pause`: its prediction that a pause of 2 s starts here, 0 to 1. */
	| { readonly type: 'step'; readonly pause: number }
	/** A word of the person's. Empty ones (an STT's first) mean nothing. */
	| { readonly type: 'word'; readonly text: string }
	/** The browser's own recogniser writes the words from now on, or no longer. */
	| { readonly type: 'recogniser'; readonly active: boolean }
	/** What the browser's recogniser wrote down of the current utterance. */
	| { readonly type: 'transcript'; readonly text: string }
	/** The reply's first sample was played. */
	| { readonly type: 'started'; readonly reply: number }
	/** These words (with their spaces) of the reply were heard. */
	| { readonly type: 'heard'; readonly reply: number; readonly text: string }
	/** All that there is of the reply was heard. */
	| { readonly type: 'drained'; readonly reply: number }
	/** No more of the reply comes. `retryAfterMs` is null where asking again would not help. */
	| {
			readonly type: 'replyDone';
			readonly reply: number;
			readonly outcome: 'complete' | 'failed';
			readonly audible: boolean;
			readonly retryAfterMs: number | null;
	  }
	/** The STT is gone; ask again after `retryAfterMs`, or not at all. */
	| { readonly type: 'deaf'; readonly retryAfterMs: number | null }
	/** The relay is gone. */
	| { readonly type: 'lost' }
	/** The relay (any relay) is back. */
	| { readonly type: 'back' }
	/** The person pressed Stop. */
	| { readonly type: 'stop' }
	/** Time has passed: the moment that `wakeAtMs` named, or later. */
	| { readonly type: 'tick' };

export type EventName = TurnEvent['type'];

/** What the host does about it, in order. */
export type TurnEffect =
	/** Open an STT stream. */
	| { readonly type: 'listen' }
	/** Send this many 80 ms frames of silence at once, to push the STT's delay through. */
	| { readonly type: 'silence'; readonly frames: number }
	/** Ask for an answer to the history as it stands. `first`: nobody has said anything yet. */
	| { readonly type: 'reply'; readonly reply: number; readonly first: boolean }
	/** Take the question back and stop the sound at once. */
	| { readonly type: 'cancel'; readonly reply: number }
	/** Add to what was said or heard. */
	| { readonly type: 'remember'; readonly role: 'user' | 'assistant'; readonly text: string }
	/** Replace what was remembered of the person's current utterance. */
	| { readonly type: 'rewrite'; readonly text: string }
	/** What is being said is over: the next `remember` of that role begins anew. */
	| { readonly type: 'closeEntry'; readonly role: 'user' | 'assistant'; readonly interrupted: boolean }
	/** End the conversation. */
	| { readonly type: 'close'; readonly why: 'stopped' | 'goodbye' };
