/** One page's talk: loads the conversation lazily, passes presses to it and its messages on. Knows no DOM. */
import type { Character } from '../chat/characters/character.ts';
import type { Patience } from '../turn/options.ts';
import { sameDevices, USUAL_DEVICES, type DeviceChoices } from '../session/devices.ts';
import type { SoundTaker } from '../session/sound-taker.ts';
import type { Conversation, StartOptions, ViewMessage } from '../session/view.ts';
import { begin, fold, INITIAL_VIEW, isTalking, type ViewState } from './view-state.ts';

export type CreateConversation = (onMessage: (message: ViewMessage) => void) => Conversation;
type Signal = Extract<ViewMessage, { type: 'signal' }>;

export interface TalkOptions {
	/** Loads the session's code: called when idle, or at the first press if that comes sooner. */
	readonly load: () => Promise<CreateConversation>;
	readonly onView: (view: ViewState) => void;
	/** 25 times a second, and so past the view: nothing but the rings reads it. */
	readonly onSignal: (signal: Signal) => void;
	/** Everything else that was taken, with the view after it: for what keeps, records or plots a talk. */
	readonly onMessage?: (message: Exclude<ViewMessage, Signal>, view: ViewState) => void;
}

export class Talk {
	readonly #options: TalkOptions;
	#view = INITIAL_VIEW;
	#create: CreateConversation | null = null;
	#loading: Promise<CreateConversation> | null = null;
	#conversation: Conversation | null = null;
	#closed = false;
	/** How often everything was. */
	#forgotten = 0;
	#holdToTalk = false;
	#patience: Patience = 'normal';
	#recording = false;
	#devices: DeviceChoices = USUAL_DEVICES;
	#volume = 1;
	#sounds = true;
	#probes = false;
	#soundTaker: SoundTaker | null = null;
	/** Stop was pressed: what the worker had already said of the old talk is stale. */
	#stopped = true;
	/** Chosen between the press and the moment when there was somebody to tell. */
	#recast: { readonly character: Character | null } | null = null;

	constructor(options: TalkOptions) {
		this.#options = options;
	}

	get view(): ViewState {
		return this.#view;
	}

	/** Loads the code and warms it up ahead of the press. A failure is not kept: the press tries again and says so. */
	async prefetch(): Promise<void> {
		await this.#load().then(
			(create) => this.#ready(create),
			() => undefined
		);
	}

	/** Starts, from a press. With the code at hand it starts within the press itself, as Safari wants it. */
	start(options: StartOptions): void {
		if (this.#closed || isTalking(this.#view.phase)) return;
		this.#stopped = false;
		this.#recast = null;
		this.#show(begin(this.#view, options.character?.name ?? null, this.#holdToTalk, options.earlier));
		if (this.#create !== null) {
			this.#startWith(this.#create, options);
			return;
		}
		const talk = this.#view.talk;
		const pressedStill = (): boolean => !this.#closed && this.#view.talk === talk && isTalking(this.#view.phase);
		this.#load().then(
			(create) => {
				if (pressedStill()) this.#startWith(create, options);
			},
			() => {
				if (pressedStill()) this.#take({ type: 'phase', phase: 'failed', failure: 'relay_away' });
			}
		);
	}

	stop(): void {
		this.#conversation?.stop();
		// Stop shows at once, whatever the worker is busy with.
		this.#take({ type: 'phase', phase: 'idle', failure: null });
		this.#stopped = true;
	}

	/** The relay that was away is back: nothing is wrong any more. */
	takeBack(): void {
		if (this.#view.failure === 'relay_away') this.#take({ type: 'phase', phase: 'idle', failure: null });
	}

	/** Ends the talk, and nothing of any is left here: its lines are gone, and with the worker whatever that knew. */
	forget(): void {
		if (isTalking(this.#view.phase)) this.stop();
		this.#conversation?.close();
		this.#conversation = null;
		this.#forgotten += 1;
		this.#show({ ...INITIAL_VIEW, talk: this.#view.talk });
	}

	setMuted(muted: boolean): void {
		if (!isTalking(this.#view.phase) || muted === this.#view.muted) return;
		this.#conversation?.setMuted(muted);
		this.#show({ ...this.#view, muted });
	}

	/** The microphone is then on only between `push(true)` and `push(false)`. */
	setHoldToTalk(on: boolean): void {
		// Said again, it must not open a microphone that was muted.
		if (on === this.#holdToTalk) return;
		this.push(false);
		this.#holdToTalk = on;
		this.setMuted(on);
	}

	/** The talk button or key went down or up. Without hold-to-talk, or said twice, it means nothing. */
	push(down: boolean): void {
		if (!this.#holdToTalk || !isTalking(this.#view.phase) || down === this.#view.pushed) return;
		if (down) this.setMuted(false);
		this.#show({ ...this.#view, pushed: down });
		this.#conversation?.push(down);
		if (!down) this.setMuted(true);
	}

	/** A turn in writing; false where nobody is there yet to take it, and it is to be kept. */
	say(text: string): boolean {
		const { phase } = this.#view;
		const written = text.trim();
		if (written === '' || !isTalking(phase) || phase === 'asking' || phase === 'connecting') return false;
		this.#conversation?.say(written);
		return true;
	}

	/** “Let me finish”, until the turn is over or it is taken back. */
	hold(on: boolean): void {
		if (on === this.#view.held || (on && this.#view.phase !== 'hearing')) return;
		this.#conversation?.hold(on);
		this.#show({ ...this.#view, held: on });
	}

	/** “Go on”: the turn is over. */
	goOn(): void {
		if (this.#view.phase !== 'hearing') return;
		this.hold(false);
		this.#conversation?.goOn();
	}

	setPatience(patience: Patience): void {
		this.#patience = patience;
		this.#conversation?.setPatience(patience);
	}

	/** Who answers in the talk under way, from its next turn on; null: Parley itself. */
	setCharacter(character: Character | null): void {
		if (!isTalking(this.#view.phase)) return;
		this.#recast = { character };
		this.#conversation?.setCharacter(character);
	}

	/** Whether the person agrees to be recorded, in this talk and the next. */
	setRecording(agreed: boolean): void {
		if (agreed === this.#recording) return;
		this.#recording = agreed;
		this.#conversation?.setRecording(agreed);
	}

	/** Microphone and loudspeaker, in this talk and the next. */
	setDevices(devices: DeviceChoices): void {
		if (sameDevices(devices, this.#devices)) return;
		this.#devices = devices;
		this.#conversation?.setDevices(devices);
	}

	/** The assistant's, 0 to 1. */
	setVolume(volume: number): void {
		this.#volume = volume;
		this.#conversation?.setVolume(volume);
	}

	/** Whether a tick tells that Parley begins and stops listening. */
	setSounds(on: boolean): void {
		this.#sounds = on;
		this.#conversation?.setSounds(on);
	}

	/** Where both voices go as they sound, in this talk and the next; null: nowhere. */
	setSoundTaker(taker: SoundTaker | null): void {
		this.#soundTaker = taker;
		this.#conversation?.setSoundTaker(taker);
	}

	/** Whether the talk is looked at for the dev view. */
	setProbes(on: boolean): void {
		this.#probes = on;
		this.#conversation?.setProbes(on);
	}

	setRecogniser(active: boolean): void {
		this.#conversation?.setRecogniser(active);
	}

	heardLocally(text: string): void {
		if (isTalking(this.#view.phase)) this.#conversation?.heardLocally(text);
	}

	close(): void {
		this.#closed = true;
		this.#conversation?.close();
		this.#conversation = null;
	}

	#startWith(create: CreateConversation, options: StartOptions): void {
		const conversation = this.#ready(create);
		if (conversation === null) return;
		conversation.setDevices(this.#devices);
		conversation.setVolume(this.#volume);
		conversation.setSounds(this.#sounds);
		conversation.setSoundTaker(this.#soundTaker);
		conversation.setMuted(this.#holdToTalk);
		conversation.setPatience(this.#patience);
		conversation.setRecording(this.#recording);
		if (this.#probes) conversation.setProbes(true);
		conversation.start(options);
		if (this.#recast !== null) conversation.setCharacter(this.#recast.character);
	}

	#ready(create: CreateConversation): Conversation | null {
		if (this.#closed) return null;
		const forgotten = this.#forgotten;
		this.#conversation ??= create((message) => {
			// One that was forgotten may still have had a word on its way.
			if (forgotten === this.#forgotten) this.#take(message);
		});
		return this.#conversation;
	}

	#load(): Promise<CreateConversation> {
		this.#loading ??= this.#options.load().then(
			(create) => (this.#create = create),
			(error: unknown) => {
				this.#loading = null; // a rejected promise that is kept would fail for ever
				throw error;
			}
		);
		return this.#loading;
	}

	#take(message: ViewMessage): void {
		if (this.#closed) return;
		if (message.type === 'signal') {
			this.#options.onSignal(message);
			return;
		}
		// A line of the log may still be finished after Stop; anything else would bring the old talk back.
		if (this.#stopped && message.type !== 'entry' && message.type !== 'welcome') return;
		// A hold is for one turn: it must not keep the next one open.
		const over = message.type === 'phase' && message.phase !== 'hearing' && message.phase !== 'reconnecting';
		if (over && this.#view.held) this.hold(false);
		this.#show(fold(this.#view, message));
		this.#options.onMessage?.(message, this.#view);
	}

	#show(view: ViewState): void {
		if (view === this.#view) return;
		this.#view = view;
		this.#options.onView(view);
	}
}
