/** One page's talk: loads the conversation lazily, passes presses to it and its messages on. Knows no DOM. */
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
}

export class Talk {
	readonly #options: TalkOptions;
	#view = INITIAL_VIEW;
	#create: CreateConversation | null = null;
	#loading: Promise<CreateConversation> | null = null;
	#conversation: Conversation | null = null;
	#closed = false;
	/** Stop was pressed: what the worker had already said of the old talk is stale. */
	#stopped = true;

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
		this.#show(begin(this.#view));
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

	setMuted(muted: boolean): void {
		if (!isTalking(this.#view.phase) || muted === this.#view.muted) return;
		this.#conversation?.setMuted(muted);
		this.#show({ ...this.#view, muted });
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
		conversation.setMuted(false);
		conversation.start(options);
	}

	#ready(create: CreateConversation): Conversation | null {
		if (this.#closed) return null;
		this.#conversation ??= create((message) => this.#take(message));
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
		this.#show(fold(this.#view, message));
	}

	#show(view: ViewState): void {
		if (view === this.#view) return;
		this.#view = view;
		this.#options.onView(view);
	}
}
