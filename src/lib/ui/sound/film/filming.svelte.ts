/** The film that is being made, if any: one at a time, on whatever page one is, and never while somebody talks. */
import type { Sound } from '../../../sound/sound.ts';
import { saveBlob } from '../../download.ts';
import { conversing } from '../../conversing.svelte.ts';
import { sounds } from '../desk.ts';
import { nameOf } from '../give.ts';

export type FilmState =
	| { readonly type: 'making'; readonly share: number }
	| { readonly type: 'waiting' }
	| { readonly type: 'made' }
	| { readonly type: 'failed' };

class Filming {
	#id = $state<string | null>(null);
	#state = $state.raw<FilmState>({ type: 'made' });
	#giving: AbortController | null = null;
	#unwatch: (() => void) | null = null;

	/** What it says of that sound; null where there is nothing to say. */
	of({ id }: Pick<Sound, 'id'>): FilmState | null {
		return this.#id === id ? this.#state : null;
	}

	get busy(): boolean {
		return this.#id !== null && (this.#state.type === 'making' || this.#state.type === 'waiting');
	}

	async make(sound: Sound): Promise<void> {
		if (this.busy) return;
		const giving = (this.#giving = new AbortController());
		this.#id = sound.id;
		this.#state = { type: 'making', share: 0 };
		try {
			const { makeFilm } = await import('./film.ts');
			const film = await makeFilm({
				pieces: sounds.pieces(sound.id),
				lengthMs: sound.lengthMs,
				signal: giving.signal,
				onProgress: (share) => {
					if (!giving.signal.aborted) this.#state = { type: 'making', share };
				},
				leave: () => this.#silence(giving.signal)
			});
			saveBlob(nameOf(sound, 'webm'), film);
			this.#state = { type: 'made' };
		} catch {
			if (!giving.signal.aborted) this.#state = { type: 'failed' };
		}
	}

	/** Gives up the film of that sound. */
	cancel({ id }: Pick<Sound, 'id'>): void {
		if (this.#id !== id) return;
		this.#giving?.abort();
		this.#id = null;
	}

	/** Once nobody talks. */
	async #silence(signal: AbortSignal): Promise<void> {
		if (!conversing.talking) return;
		this.#state = { type: 'waiting' };
		await new Promise<void>((resolve) => {
			const stop = $effect.root(() => {
				$effect(() => {
					if (!conversing.talking) resolve();
				});
			});
			signal.addEventListener('abort', () => resolve(), { once: true });
			this.#unwatch = stop;
		});
		this.#unwatch?.();
	}
}

export const filming = new Filming();
