/** The devices of this machine, as the browser tells them, while somebody looks. */
import { isRoutable } from '../../session/speaker-keeper.ts';
import { listed, type Listed } from './device-names.ts';

export class Machine {
	#microphones: readonly Listed[] = $state.raw([]);
	#speakers: readonly Listed[] = $state.raw([]);
	#looked = $state(false);

	get microphones(): readonly Listed[] {
		return this.#microphones;
	}
	get speakers(): readonly Listed[] {
		return this.#speakers;
	}
	/** The browser has been asked, and keeps the names to itself until the microphone is allowed. */
	get unnamed(): boolean {
		return this.#looked && this.#microphones.every(({ label }) => label === '');
	}
	/** The voice can be sent to another loudspeaker than the system's. */
	readonly routes = typeof AudioContext === 'function' && isRoutable(AudioContext.prototype);

	/** Looks now. Never rejects. */
	readonly look = async (): Promise<void> => {
		const devices = (await navigator.mediaDevices?.enumerateDevices().catch(() => null)) ?? [];
		this.#microphones = listed(devices, 'audioinput');
		this.#speakers = listed(devices, 'audiooutput');
		this.#looked = true;
	};

	/** Looks now and whenever something is plugged in or out; the answer ends it. */
	watch(): () => void {
		const { mediaDevices } = navigator;
		void this.look();
		mediaDevices?.addEventListener('devicechange', this.look);
		return () => {
			mediaDevices?.removeEventListener('devicechange', this.look);
		};
	}
}
