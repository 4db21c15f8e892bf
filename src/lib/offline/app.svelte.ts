/** The app as something one has: held on this device, offered for its home screen, brought up to date. One for the page. */
import { conversing } from '../ui/conversing.svelte.ts';
import { Updates } from './updates.ts';

/** Once an hour: who never closes the tab, as a kiosk does not, is not left behind. */
const LOOK_EVERY_MS = 3_600_000;

/** Chromium's, which no standard has. */
interface InstallPrompt extends Event {
	prompt(): Promise<unknown>;
}
const isPrompt = (event: Event): event is InstallPrompt => 'prompt' in event && typeof event.prompt === 'function';

class App {
	#updates: Updates | null = null;
	#updateReady = $state(false);
	#prompt = $state.raw<InstallPrompt | null>(null);
	#online = $state(true);

	/** A newer one is there, and waits to be wanted. */
	get updateReady(): boolean {
		return this.#updateReady;
	}
	/** The browser would install it, if asked from a press. */
	get canInstall(): boolean {
		return this.#prompt !== null;
	}
	/** False: this device has no network at all. True promises nothing. */
	get online(): boolean {
		return this.#online;
	}

	/** Loads the page anew, and with it the newer one. Not in the middle of a talk. */
	update(): void {
		this.#updates?.apply();
	}

	/** From a press. The browser lets itself be asked once. */
	async install(): Promise<void> {
		const prompt = this.#prompt;
		this.#prompt = null;
		await prompt?.prompt().catch(() => undefined);
	}

	/** Call it once, in the browser; the answer ends it. */
	live(): () => void {
		const ending = new AbortController();
		const { signal } = ending;
		const settle = (): void => void (this.#online = navigator.onLine);
		settle();
		window.addEventListener('online', settle, { signal });
		window.addEventListener('offline', settle, { signal });
		window.addEventListener(
			'beforeinstallprompt',
			(event) => {
				// Parley asks where there is time for it, in the settings, and not over a talk.
				event.preventDefault();
				if (isPrompt(event)) this.#prompt = event;
			},
			{ signal }
		);
		window.addEventListener('appinstalled', () => (this.#prompt = null), { signal });
		this.#hold(signal);
		return () => {
			ending.abort();
		};
	}

	/** Missing where the page is not secure, or in a private window of some browsers: Parley then needs the network. */
	#hold(signal: AbortSignal): void {
		const { serviceWorker } = navigator;
		if (serviceWorker === undefined || !import.meta.env.PROD) return;
		const updates = new Updates({
			isControlled: serviceWorker.controller !== null,
			isBusy: () => conversing.talking,
			reload: () => {
				location.reload();
			},
			onReady: () => (this.#updateReady = true)
		});
		this.#updates = updates;
		const look = (): void => {
			if (document.visibilityState === 'visible') updates.look();
		};
		serviceWorker.addEventListener('controllerchange', () => updates.changed(), { signal });
		document.addEventListener('visibilitychange', look, { signal });
		const every = setInterval(look, LOOK_EVERY_MS);
		signal.addEventListener('abort', () => {
			clearInterval(every);
		});
		// After everything that the first press needs: it loads the whole app once more.
		const register = (): void => {
			serviceWorker.register('/service-worker.js').then(
				(registration) => updates.follow(registration),
				() => undefined
			);
		};
		if (document.readyState === 'complete') register();
		else window.addEventListener('load', register, { once: true, signal });
	}
}

export const app = new App();
