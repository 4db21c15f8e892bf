/** What is to be told of microphone and loudspeaker, from where it is found out to whoever wants to know. */
import type { Lack, Swap } from './devices.ts';

export interface SoundListeners {
	readonly onLack?: (lack: Lack | null) => void;
	readonly onSwap?: (swap: Swap) => void;
}

export class SoundNews {
	readonly #listeners: SoundListeners;
	#lack: Lack | null = null;
	#held = false;
	#told: Lack | null = null;
	#closed = false;

	constructor(listeners: SoundListeners) {
		this.#listeners = listeners;
	}

	readonly lack = (lack: Lack | null): void => {
		this.#lack = lack;
		this.#tell();
	};

	/** All sound is stopped: whatever the microphone lacks beside is of no matter meanwhile. */
	readonly held = (held: boolean): void => {
		this.#held = held;
		this.#tell();
	};

	readonly swap = (swap: Swap): void => {
		if (!this.#closed) this.#listeners.onSwap?.(swap);
	};

	close(): void {
		this.#closed = true;
	}

	#tell(): void {
		const lack = this.#held ? 'held' : this.#lack;
		if (this.#closed || lack === this.#told) return;
		this.#told = lack;
		this.#listeners.onLack?.(lack);
	}
}
