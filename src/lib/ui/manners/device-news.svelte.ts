/** What is to be said of microphone and loudspeaker during a talk: a lack while it lasts, a change for a while. */
import { devicesWords } from '../../i18n/topics/devices.ts';
import type { Language } from '../../i18n/languages.ts';
import type { Lack, Swap } from '../../session/devices.ts';
import type { ViewMessage } from '../../session/view.ts';
import { isTalking } from '../view-state.ts';

/** Long enough to be read twice. */
const SAID_MS = 7_000;

export class DeviceNews {
	#lack: Lack | null = $state(null);
	#swap: Swap | null = $state.raw(null);
	#timer: ReturnType<typeof setTimeout> | null = null;

	/** Null where there is nothing to say. */
	text(language: Language): string | null {
		const say = devicesWords[language];
		if (this.#lack !== null) return say.lacks[this.#lack];
		return this.#swap === null ? null : say.swaps[this.#swap.device][this.#swap.why](this.#swap.label);
	}

	take(message: ViewMessage): void {
		if (message.type === 'lack') this.#lack = message.lack;
		else if (message.type === 'swap') {
			this.#say(message.swap);
		} else if (message.type === 'phase' && !isTalking(message.phase)) this.close();
	}

	close(): void {
		this.#lack = null;
		this.#say(null);
	}

	#say(swap: Swap | null): void {
		this.#swap = swap;
		if (this.#timer !== null) clearTimeout(this.#timer);
		this.#timer =
			swap === null
				? null
				: setTimeout(() => {
						this.#swap = null;
					}, SAID_MS);
	}
}
