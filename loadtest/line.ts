/** What a talker hears and says, whichever protocol it goes through. */
import type { ClientEnd } from '../src/lib/client/index.ts';
import type { Frame } from './sound/speech.ts';

export type LineEvent =
	/** Connected: sound is welcome. */
	| { readonly type: 'ready' }
	/** A word of the person's was recognised. */
	| { readonly type: 'word' }
	/** A pause was noticed. */
	| { readonly type: 'paused' }
	/** The turn is taken to be over, and an answer was asked for. */
	| { readonly type: 'asked' }
	/** A word of the answer was written. */
	| { readonly type: 'written' }
	/** So much more of the answer's sound came. */
	| { readonly type: 'sound'; readonly seconds: number }
	/** Of the answer's sound only so much counts, and more comes. */
	| { readonly type: 'cut'; readonly seconds: number }
	/** All of the answer's sound has come. */
	| { readonly type: 'said' }
	/** The answer falls silent and keeps its place; it goes on. */
	| { readonly type: 'held' }
	| { readonly type: 'resumed' }
	/** The answer was broken off. */
	| { readonly type: 'interrupted' }
	/** Something went wrong that need not be the end: a closed code of the protocol's, never a text. */
	| { readonly type: 'trouble'; readonly code: string }
	/** The server is gone, and is looked for again. */
	| { readonly type: 'lost' }
	/** It, or another, is there, and the conversation goes on. */
	| { readonly type: 'back' }
	/** The assistant said goodbye. */
	| { readonly type: 'goodbye' }
	| { readonly type: 'ended'; readonly end: ClientEnd };

export interface Line {
	/** 80 ms of the microphone. */
	send(frame: Frame): void;
	/** So much of the answer was heard by now; `isAll`: and nothing of it is left to come. */
	heard(seconds: number, isAll: boolean): void;
	close(): void;
}

export interface LineHost {
	tell(event: LineEvent): void;
	nowMs(): number;
}
/** Connects and answers the line; everything it has to say comes after it has returned. */
export type OpenLine = (host: LineHost) => Line;
