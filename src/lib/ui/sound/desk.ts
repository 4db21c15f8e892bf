/** Where the sound of one talk is kept: a worker of its own, from the talk's first sound to its last. Loaded with the first. */
import { newId } from '../../history/id.ts';
import type { SoundTap } from '../../session/sound-taker.ts';
import type { FromSoundWorker, ToSoundWorker } from '../../sound/messages.ts';
import { changes, FIRST_SCENE, type Scene } from '../../sound/scene.ts';
import { soundShelf } from '../../sound/shelf.ts';
import { SoundStore } from '../../sound/store.ts';
import type { SoundTrouble } from '../../sound/writer.ts';

/** The page's one way to what is kept. */
export const sounds = new SoundStore(soundShelf());

export class Desk {
	readonly id = newId();
	/** Whether it belongs to a conversation of the history yet. */
	belongs = false;
	readonly #worker: Worker;
	readonly #nowS: () => number;
	readonly #done: Promise<void>;
	#scene: Scene = FIRST_SCENE;

	constructor(tap: SoundTap, onTrouble: (trouble: SoundTrouble) => void) {
		this.#nowS = tap.nowS;
		const worker = new Worker(new URL('../../sound/worker/sound.worker.ts', import.meta.url), {
			type: 'module',
			name: 'parley-sound'
		});
		this.#worker = worker;
		this.#done = new Promise((resolve) => {
			worker.onmessage = ({ data }: MessageEvent<FromSoundWorker>) => {
				if (data.type === 'trouble') onTrouble(data.trouble);
				else resolve();
			};
			worker.onerror = () => {
				onTrouble('unavailable');
				resolve();
			};
		});
		void this.#done.then(() => worker.terminate());
		this.#tell({ type: 'open', id: this.id, startedAtMs: Date.now(), port: tap.port }, [tap.port]);
	}

	/** The assistant's, 1 = full. */
	get gain(): number {
		return this.#scene.duck;
	}

	/** What is seen from now on. */
	show(scene: Scene): void {
		const atS = this.#nowS();
		for (const change of changes(this.#scene, scene)) this.#tell({ type: 'note', change, atS });
		this.#scene = scene;
	}

	duck(gain: number): void {
		if (gain !== this.#scene.duck) this.show({ ...this.#scene, duck: gain });
	}

	belong(record: string): void {
		if (this.belongs) return;
		this.belongs = true;
		this.#tell({ type: 'belong', record });
	}

	/** No more sound comes. Answers once everything is kept, and at once where that was so before. */
	end(): Promise<void> {
		this.#tell({ type: 'end' });
		return this.#done;
	}

	#tell(message: ToSoundWorker, transfer: Transferable[] = []): void {
		this.#worker.postMessage(message, transfer);
	}
}
