/**
 * A newer Parley: announced when it is there, used when the person says so. The one in use goes on until then, in every tab.
 * Knows no DOM beyond what it is given.
 */

/** As much of a ServiceWorker as is needed. */
export interface Worker {
	readonly state: string;
	postMessage(message: 'take over'): void;
	addEventListener(type: 'statechange', listener: () => void): void;
}
export interface Registration {
	readonly waiting: Worker | null;
	readonly installing: Worker | null;
	update(): Promise<unknown>;
	addEventListener(type: 'updatefound', listener: () => void): void;
}

export interface UpdatesOptions {
	/** The page came from a service worker's hands: what installs now is a newer one, and not the first. */
	readonly isControlled: boolean;
	/** Somebody talks, and is not to be cut off. */
	readonly isBusy: () => boolean;
	readonly reload: () => void;
	readonly onReady: () => void;
}

export class Updates {
	readonly #options: UpdatesOptions;
	#registration: Registration | null = null;
	#isControlled: boolean;
	#ready = false;
	#asked = false;

	constructor(options: UpdatesOptions) {
		this.#options = options;
		this.#isControlled = options.isControlled;
	}

	get ready(): boolean {
		return this.#ready;
	}

	follow(registration: Registration): void {
		this.#registration = registration;
		if (registration.waiting !== null) this.#announce();
		const installing = (): void => {
			const worker = registration.installing;
			worker?.addEventListener('statechange', () => {
				if (worker.state === 'installed') this.#announce();
			});
		};
		installing();
		registration.addEventListener('updatefound', installing);
	}

	/** Asks whether there is a newer one. Nobody minds if nobody answers. */
	look(): void {
		this.#registration?.update().catch(() => undefined);
	}

	/** Uses it: the page is loaded anew. */
	apply(): void {
		if (!this.#ready || this.#asked) return;
		this.#asked = true;
		const waiting = this.#registration?.waiting ?? null;
		// Another tab may have let it in already.
		if (waiting === null) this.#options.reload();
		else waiting.postMessage('take over');
	}

	/** Another service worker is in charge of this page from now on: the first of all, or a newer one. */
	changed(): void {
		if (this.#asked && !this.#options.isBusy()) this.#options.reload();
		// Another tab let it in, or a talk began meanwhile: this one runs on what it has loaded until its person wants it.
		else this.#announce();
		this.#asked = false;
		this.#isControlled = true;
	}

	#announce(): void {
		if (this.#ready || !this.#isControlled) return;
		this.#ready = true;
		this.#options.onReady();
	}
}
