/**
 * What is kept of the sound of the page's talks. It is off unless the person turned it on, and nothing of it is loaded
 * before that; a private talk keeps none.
 */
import type { SoundTap } from '../../session/sound-taker.ts';
import type { Sound } from '../../sound/sound.ts';
import type { Taken } from '../../sound/store.ts';
import type { SoundTrouble } from '../../sound/writer.ts';
import { conversing } from '../conversing.svelte.ts';
import { keeping } from '../keeping.svelte.ts';
import { ownWords } from '../log-text.ts';
import { chosen } from '../preferences.svelte.ts';
import type { Desk } from './desk.ts';

class Sounding {
	/** A talk's sound is being kept just now. */
	#on = $state(false);
	/** Why it is not, though it should be. */
	#trouble = $state.raw<SoundTrouble | null>(null);
	/** Of the talk that is over. */
	#kept = $state.raw<readonly Sound[]>([]);
	/** Something was kept of it, whatever became of that. */
	#wasKept = $state(false);
	/** Of a talk that became private: to be put back with its words, or let go. */
	#forgotten: Promise<Taken> | null = null;
	#desk: Desk | null = null;
	#ending: Promise<void> = Promise.resolve();
	/** Of the talk under way, or the last one. */
	#ids: string[] = [];
	#talk = -1;

	readonly wanted = $derived(chosen.now.keepSound && !chosen.now.private);

	get on(): boolean {
		return this.#on;
	}
	get trouble(): SoundTrouble | null {
		return this.#trouble;
	}
	get kept(): readonly Sound[] {
		return this.#kept;
	}
	get wasKept(): boolean {
		return this.#wasKept;
	}

	/** Call it once, in the browser, from a component, after `keeping.live`: it keeps the sound while that stands. */
	live(): () => void {
		const ends = [
			conversing.follow((message, view) => {
				if (view.talk !== this.#talk) this.#begin(view.talk);
				if (message.type === 'mark') return;
				this.#show();
			}),
			conversing.hear(({ duck }) => this.#desk?.duck(duck)),
			$effect.root(() => {
				$effect(() => conversing.talk.setSoundTaker(this.wanted ? this.#take : null));
				$effect(() => {
					if (chosen.now.private) this.#forget();
				});
			})
		];
		return () => {
			for (const end of ends) end();
			conversing.talk.setSoundTaker(null);
		};
	}

	/** What was taken away when the talk became private; its holder may put it back. */
	async forgotten(): Promise<Taken> {
		const taken = await this.#forgotten;
		this.#forgotten = null;
		return taken ?? new Map();
	}

	/** Looks again at what is kept of the talk that is over. */
	async look(): Promise<void> {
		const ids = new Set(this.#ids);
		if (ids.size === 0) this.#kept = [];
		else {
			const { sounds } = await import('./desk.ts');
			this.#kept = (await sounds.list()).filter(({ id, record }) => ids.has(id) && record !== null);
		}
		this.#wasKept ||= this.#kept.length > 0;
	}

	readonly #take = (tap: SoundTap | null): void => {
		this.#trouble = tap === null ? 'unavailable' : null;
		if (tap !== null) this.#open(tap).catch(() => (this.#trouble = 'unavailable'));
	};

	async #open(tap: SoundTap): Promise<void> {
		const { Desk } = await import('./desk.ts');
		if (tap.over.aborted) return;
		const desk = new Desk(tap, (trouble) => {
			this.#trouble = trouble;
			this.#on = false;
		});
		this.#desk = desk;
		this.#ids.push(desk.id);
		this.#on = true;
		this.#show();
		tap.over.addEventListener('abort', () => {
			if (this.#desk === desk) {
				this.#desk = null;
				this.#on = false;
			}
			this.#ending = this.#end(desk);
		});
	}

	async #end(desk: Desk): Promise<void> {
		await desk.end();
		if (!desk.belongs) {
			// Nobody said a word.
			const { sounds } = await import('./desk.ts');
			await sounds.take([desk.id]);
		}
		await this.look();
	}

	#show(): void {
		const desk = this.#desk;
		if (desk === null) return;
		const { phase, caption, captionInterrupted, entries } = conversing.view;
		desk.show({ phase, caption, interrupted: captionInterrupted, own: ownWords(entries), duck: desk.gain });
		if (keeping.growing !== null) desk.belong(keeping.growing);
	}

	#begin(talk: number): void {
		this.#talk = talk;
		this.#ids = [];
		this.#kept = [];
		this.#wasKept = false;
		this.#trouble = null;
	}

	/** In private from now on: of the talk under way, what was kept goes. */
	#forget(): void {
		const ids = this.#ids;
		if (ids.length === 0 || !conversing.talking) return;
		this.#ids = [];
		// Whichever of the two effects comes first.
		conversing.talk.setSoundTaker(null);
		this.#forgotten = this.#ending.then(async () => (await import('./desk.ts')).sounds.take(ids));
	}
}

export const sounding = new Sounding();
