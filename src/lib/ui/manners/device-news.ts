/** What is to be said of microphone and loudspeaker during a talk: a lack while it lasts, a change for a while. */
import { devicesWords } from '../../i18n/topics/devices.ts';
import type { Language } from '../../i18n/languages.ts';
import type { Lack, Swap } from '../../session/devices.ts';
import type { ViewMessage } from '../../session/view.ts';
import { isTalking } from '../view-state.ts';

/** Long enough to be read twice. */
const SAID_MS = 7_000;

export class DeviceNews {
	readonly #onChange: () => void;
	#lack: Lack | null = null;
	#swap: Swap | null = null;
	#timer: ReturnType<typeof setTimeout> | null = null;

	/** `onChange`: there is something else to say, or nothing any more. */
	constructor(onChange: () => void) {
		this.#onChange = onChange;
	}

	/** Null where there is nothing to say. */
	text(language: Language): string | null {
		const say = devicesWords[language];
		if (this.#lack !== null) return say.lacks[this.#lack];
		return this.#swap === null ? null : say.swaps[this.#swap.device][this.#swap.why](this.#swap.label);
	}

	take(message: ViewMessage): void {
		if (message.type === 'lack') this.#tell(message.lack, this.#swap);
		else if (message.type === 'swap') this.#tell(this.#lack, message.swap);
		else if (message.type === 'phase' && !isTalking(message.phase)) this.close();
	}

	close(): void {
		this.#tell(null, null);
	}

	#tell(lack: Lack | null, swap: Swap | null): void {
		this.#lack = lack;
		if (swap !== this.#swap) this.#keep(swap);
		this.#onChange();
	}

	#keep(swap: Swap | null): void {
		this.#swap = swap;
		if (this.#timer !== null) clearTimeout(this.#timer);
		this.#timer = swap === null ? null : setTimeout(() => this.#tell(this.#lack, null), SAID_MS);
	}
}
