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
	/** The word before ended here, in milliseconds on the stream's clock. */
	| { readonly type: 'wordEnd'; readonly stopMs: number }
	/** The browser's own recogniser writes the words from now on, or no longer. */
	| { readonly type: 'recogniser'; readonly active: boolean }
	/** What the browser's recogniser wrote down of the current utterance. */
	| { readonly type: 'transcript'; readonly text: string }
	/** The reply's first sample was played. */
	| { readonly type: 'started'; readonly reply: number }
	/** These words (with their spaces) of the reply were heard. `spoken`: as the voice said them, where they are shown otherwise. */
	| { readonly type: 'heard'; readonly reply: number; readonly text: string; readonly spoken?: string }
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
	/** The person wrote instead of speaking: a turn of its own. */
	| { readonly type: 'text'; readonly text: string }
	/** The talk key or button went down or up: while it is down the person has the turn, when it comes up it is over. */
	| { readonly type: 'push'; readonly down: boolean }
	/** The microphone is off: nobody is asked why they are silent. */
	| { readonly type: 'mute'; readonly muted: boolean }
	/** "Let me finish": while it holds, no pause ends the turn. */
	| { readonly type: 'hold'; readonly on: boolean }
	/** "Go on": do not wait for the pause to grow. */
	| { readonly type: 'go' }
	/** How long this person likes to be waited for. */
	| { readonly type: 'patience'; readonly factor: number }
	/** The person pressed Stop. */
	| { readonly type: 'stop' }
	/** Time has passed: the moment that `wakeAtMs` named, or later. */
	| { readonly type: 'tick' };

export type EventName = TurnEvent['type'];

/** What the person does beside speaking: the page passes these on as they are. */
export type PersonEvent = Extract<TurnEvent, { readonly type: 'text' | 'push' | 'mute' | 'hold' | 'go' | 'patience' }>;

/** `bargeIn`: while it sounded; `resumed`: the turn was not over; `stale`: it answers words that have changed; else the end. */
export type CancelReason = 'bargeIn' | 'resumed' | 'stale' | 'lost' | 'stopped';

/** What the host does about it, in order. */
export type TurnEffect =
	/** Open an STT stream. */
	| { readonly type: 'listen' }
	/** Send this many 80 ms frames of silence at once, to push the STT's delay through. */
	| { readonly type: 'silence'; readonly frames: number }
	/** A turn of the person's has begun: have ready what the answer will need. */
	| { readonly type: 'prepare' }
	/**
	 * Ask for an answer to the history as it stands. `first`: nobody has said anything yet. `speculative`: the turn may not
	 * be over; nothing may sound before the `commit`.
	 */
	| { readonly type: 'reply'; readonly reply: number; readonly first: boolean; readonly speculative: boolean }
	/** The speculative reply is the answer. */
	| { readonly type: 'commit'; readonly reply: number }
	/** Take the question back and stop the sound at once. */
	| { readonly type: 'cancel'; readonly reply: number; readonly why: CancelReason }
	/** The voice goes on, at this gain (0 to 1). */
	| { readonly type: 'duck'; readonly gain: number }
	/** The voice falls silent and keeps its place. */
	| { readonly type: 'pause' }
	/** The voice goes on from its place, at full gain. */
	| { readonly type: 'resume' }
	/** Add to what was said or heard. */
	| { readonly type: 'remember'; readonly role: 'user' | 'assistant'; readonly text: string }
	/** Replace what was remembered of the person's current utterance. */
	| { readonly type: 'rewrite'; readonly text: string }
	/** What is being said is over: the next `remember` of that role begins anew. */
	| { readonly type: 'closeEntry'; readonly role: 'user' | 'assistant'; readonly interrupted: boolean }
	/** End the conversation. */
	| { readonly type: 'close'; readonly why: 'stopped' | 'goodbye' };
