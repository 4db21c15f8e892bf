/** The services' health and the relay's build, asked again and again while somebody looks. */
import { askBuild, askHealth, BUILD_PATH, HEALTH_PATH, type Build, type Health } from '../../session/relay-health.ts';
import { relayAddress } from '../../session/relay-origin.ts';

/** Often enough to see something come back, and seldom enough to cost nobody anything. */
const EVERY_MS = 10_000;

export class Services {
	#health = $state.raw<Health | null>(null);
	#build = $state.raw<Build | null>(null);
	#state = $state<'asking' | 'told' | 'offline' | 'away'>('asking');
	#turn = 0;

	/** As last told; null while nobody tells. */
	get health(): Health | null {
		return this.#health;
	}
	get build(): Build | null {
		return this.#build;
	}
	get state(): 'asking' | 'told' | 'offline' | 'away' {
		return this.#state;
	}

	/** Asks from now on, and at once when the page comes back into sight or the network does. The answer ends it. */
	watch(): () => void {
		const ending = new AbortController();
		const { signal } = ending;
		let timer: ReturnType<typeof setTimeout> | undefined;
		const look = (): void => {
			clearTimeout(timer);
			if (signal.aborted || document.visibilityState !== 'visible') return;
			void this.#ask(signal).then(() => {
				clearTimeout(timer);
				if (!signal.aborted) timer = setTimeout(look, EVERY_MS);
			});
		};
		document.addEventListener('visibilitychange', look, { signal });
		window.addEventListener('online', look, { signal });
		window.addEventListener('offline', look, { signal });
		look();
		return () => {
			ending.abort();
			clearTimeout(timer);
		};
	}

	async #ask(signal: AbortSignal): Promise<void> {
		const turn = (this.#turn += 1);
		const [health, build] = await Promise.all([
			askHealth(relayAddress(HEALTH_PATH), signal),
			askBuild(relayAddress(BUILD_PATH), signal)
		]);
		if (signal.aborted || turn !== this.#turn) return;
		this.#health = health?.told ?? null;
		this.#build = build?.told ?? this.#build;
		this.#state = health !== null ? 'told' : navigator.onLine ? 'away' : 'offline';
	}
}
