/** Keeps the sound on the chosen loudspeaker while it is there, and on the system's while it is not. */
import { STAND_INS, systemGroup, type Device, type Swap } from './devices.ts';
import { Settling } from './settling.ts';

/** Not in every browser yet, nor in TypeScript's. */
export interface Routable {
	setSinkId(id: string): Promise<void>;
}
export function isRoutable(context: object): context is Routable {
	return 'setSinkId' in context && typeof context.setSinkId === 'function';
}

/** What the browser calls the system's loudspeaker. */
const SYSTEM = '';

export interface SpeakerKeeperOptions {
	readonly context: object;
	/** Null: the system's choice. */
	readonly speaker: string | null;
	readonly onSwap: (swap: Swap) => void;
}

export class SpeakerKeeper {
	readonly #context: Routable | null;
	readonly #onSwap: (swap: Swap) => void;
	readonly #settling = new Settling(() => this.#settle());
	#chosen: string | null;
	#current = SYSTEM;
	#inItsPlace = false;
	#byHand = false;

	/** Call it once the microphone is allowed: before that the browser does not tell one loudspeaker from another. */
	constructor({ context, speaker, onSwap }: SpeakerKeeperOptions) {
		this.#context = isRoutable(context) ? context : null;
		this.#chosen = speaker;
		this.#onSwap = onSwap;
		if (this.#context === null) return;
		navigator.mediaDevices.addEventListener('devicechange', this.#changed);
		if (speaker !== null) this.choose(speaker);
	}

	choose(speaker: string | null): void {
		this.#byHand = true;
		this.#chosen = speaker;
		if (this.#context !== null) this.#settling.now();
	}

	close(): void {
		this.#settling.close();
		navigator.mediaDevices.removeEventListener('devicechange', this.#changed);
	}

	readonly #changed = (): void => this.#settling.soon();

	async #settle(): Promise<void> {
		const context = this.#context;
		if (context === null) return;
		const chosen = this.#chosen;
		const all = await navigator.mediaDevices.enumerateDevices().catch(() => []);
		const outputs = all.filter(({ kind }) => kind === 'audiooutput');
		const there = chosen !== null && outputs.some(({ deviceId }) => deviceId === chosen);
		const reached = there && (await this.#route(context, chosen));
		if (!reached) await this.#route(context, SYSTEM);
		const inItsPlace = chosen !== null && !reached;
		const quiet = this.#byHand && !inItsPlace;
		this.#byHand = false;
		const turned = inItsPlace !== this.#inItsPlace;
		this.#inItsPlace = inItsPlace;
		if (turned && !quiet)
			this.#onSwap({ device: 'speaker', why: inItsPlace ? 'gone' : 'back', label: labelOf(this.#current, outputs) });
	}

	async #route(context: Routable, id: string): Promise<boolean> {
		if (id === this.#current) return true;
		try {
			await context.setSinkId(id);
			this.#current = id;
			return true;
		} catch {
			return false;
		}
	}
}

/** The system's is listed under an id and a name of its own, the device that it stands for beside it. */
function labelOf(id: string, outputs: readonly Device[]): string {
	const group = systemGroup(outputs);
	const fits = ({ deviceId, groupId }: Device): boolean =>
		id === SYSTEM ? groupId === group && !STAND_INS.has(deviceId) : deviceId === id;
	return outputs.find(fits)?.label ?? '';
}
