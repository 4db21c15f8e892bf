/** A conversation for tests: remembers what it was asked and says what it is told to say. */
import type { Conversation, StartOptions, ViewMessage } from '../../session/view.ts';

export class FakeConversation implements Conversation {
	readonly calls: string[] = [];
	started: StartOptions | null = null;
	readonly #onMessage: (message: ViewMessage) => void;

	constructor(onMessage: (message: ViewMessage) => void) {
		this.#onMessage = onMessage;
	}

	/** What the worker would send. */
	tell(message: ViewMessage): void {
		this.#onMessage(message);
	}

	start(options: StartOptions): void {
		this.started = options;
		this.calls.push('start');
	}
	stop(): void {
		this.calls.push('stop');
	}
	setMuted(muted: boolean): void {
		this.calls.push(`muted ${muted}`);
	}
	say(): void {}
	push(): void {}
	hold(): void {}
	goOn(): void {}
	setPatience(): void {}
	setVolume(volume: number): void {
		this.calls.push(`volume ${volume}`);
	}
	setRecogniser(active: boolean): void {
		this.calls.push(`recogniser ${active}`);
	}
	heardLocally(text: string): void {
		this.calls.push(`heard ${text}`);
	}
	close(): void {
		this.calls.push('close');
	}
}
