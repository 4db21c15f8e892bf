/** Keeps the screen on while somebody talks: the browser lets go of it whenever the page is hidden. */
export class WakeLock {
	#wanted = false;
	#asking = false;
	/** Something changed while the browser was asked. */
	#changed = false;
	#lock: WakeLockSentinel | null = null;

	readonly #again = (): void => {
		void this.#settle();
	};

	want(wanted: boolean): void {
		if (wanted === this.#wanted || !('wakeLock' in navigator)) return;
		this.#wanted = wanted;
		if (wanted) document.addEventListener('visibilitychange', this.#again);
		else document.removeEventListener('visibilitychange', this.#again);
		void this.#settle();
	}

	async #settle(): Promise<void> {
		this.#changed = true;
		if (this.#asking) return;
		this.#asking = true;
		while (this.#changed) {
			this.#changed = false;
			await this.#ask();
		}
		this.#asking = false;
	}

	/** Never rejects. */
	async #ask(): Promise<void> {
		try {
			if (this.#wanted && document.visibilityState === 'visible' && this.#lock === null) {
				const lock = await navigator.wakeLock.request('screen');
				this.#lock = lock;
				lock.addEventListener('release', () => {
					if (this.#lock === lock) this.#lock = null;
				});
				if (lock.released) this.#lock = null;
			}
			// Not wanted any more, perhaps since the browser was asked.
			if (!this.#wanted) {
				const lock = this.#lock;
				this.#lock = null;
				await lock?.release();
			}
		} catch {
			// The battery is low, or the page was hidden a moment ago: the next time that it is seen, it asks again.
		}
	}
}
