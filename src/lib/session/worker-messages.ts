/** What the page and the worker say to each other. Both ends are ours and trusted. */
import type { Character } from '../chat/characters/character.ts';
import type { Headline } from '../chat/characters/headlines.ts';
import type { PersonEvent } from '../turn/events.ts';
import type { EarlierLine, ViewMessage } from './view.ts';

/** Who answers, with everything that their prompt needs of this page. Plain data. */
export interface Partner {
	readonly character: Character;
	/** As the log has it; null for Parley itself. */
	readonly who: string | null;
	/** Null: the voice that the relay chooses. */
	readonly voice: string | null;
	/** In which they begin. */
	readonly language: 'en' | 'fr';
	/** What the character draws by: the same for the whole talk. */
	readonly seed: number;
	/** For a character that tells them; otherwise none. */
	readonly news: readonly Headline[];
	/** The day in the person's words, for the prompt: the page knows the locale. */
	readonly today: string;
}

export type ToWorker =
	/** Begin a conversation; one that was under way is over. The ports lead to the two worklets. */
	| (Partner & {
			readonly type: 'open';
			/** Numbers the page's talks: what the worker says of this one carries it. */
			readonly talk: number;
			readonly url: string;
			/** The access code, where the person gave one. */
			readonly token: string | null;
			/** What was said before, in the talk that this one goes on with. */
			readonly earlier: readonly EarlierLine[];
			readonly capture: MessagePort;
			readonly playback: MessagePort;
	  })
	/** Somebody else answers, from the next reply on; what was asked for already is theirs who were asked. */
	| { readonly type: 'partner'; readonly partner: Partner }
	/** It is over, if it was not already: the worker lets go of the ports. */
	| { readonly type: 'stop' }
	| { readonly type: 'mute'; readonly muted: boolean }
	/** The browser's own recogniser works from now on, or no longer. */
	| { readonly type: 'recogniser'; readonly active: boolean }
	/** The person agrees to be recorded from now on, in every talk, or no longer. */
	| { readonly type: 'recording'; readonly agreed: boolean }
	/** The dev view is open from now on, or no longer. */
	| { readonly type: 'probe'; readonly on: boolean }
	| { readonly type: 'heardLocally'; readonly text: string }
	/** What the person does beside speaking: types, holds the talk key, asks to be waited for. */
	| { readonly type: 'person'; readonly event: PersonEvent }
	/** The network came back or the page became visible: if a reconnection is waiting, do not wait. */
	| { readonly type: 'hurry' };

/** The talk that it is about: the two threads do not wait for each other, so the page may be in the next one already. */
export type FromWorker = ViewMessage & { readonly talk: number };
