/** What the page asks of the worker. What the worker tells the page stands in view.ts. Both ends are ours and trusted. */
import type { ViewMessage } from './view.ts';

export type ToWorker =
	/** Begin a conversation; one that was under way is over. The ports lead to the two worklets. */
	| {
			readonly type: 'open';
			readonly url: string;
			readonly language: 'en' | 'fr';
			readonly voice: string | null;
			/** The day in the person's words, for the prompt: the page knows the locale. */
			readonly today: string;
			readonly capture: MessagePort;
			readonly playback: MessagePort;
	  }
	| { readonly type: 'stop' }
	| { readonly type: 'mute'; readonly muted: boolean }
	/** The browser's own recogniser works from now on, or no longer. */
	| { readonly type: 'recogniser'; readonly active: boolean }
	| { readonly type: 'heardLocally'; readonly text: string }
	/** The network came back or the page became visible: if a reconnection is waiting, do not wait. */
	| { readonly type: 'hurry' };

export type FromWorker = ViewMessage;
