/** The last 80 ms of the voice that sounded: what was given to the worklet, drawn when the playhead passes it. */
import { WaveWindow } from '../../audio/wave-window.ts';

export class FedWave {
	readonly #window = new WaveWindow();
	/** The last samples given to the worklet, by their place in the reply. */
	readonly #fed: Float32Array;
	#fedSamples = 0;
	#drawnSamples = 0;

	/** `capacity`: samples that may be fed and not yet played. */
	constructor(capacity: number) {
		this.#fed = new Float32Array(capacity);
	}

	/** A new reply. */
	begin(): void {
		this.#fedSamples = 0;
		this.#drawnSamples = 0;
		this.silence();
	}

	/** Nothing sounds any more. */
	silence(): void {
		this.#window.clear();
	}

	feed(pcm: Float32Array): void {
		for (let i = 0; i < pcm.length; i++) this.#fed[(this.#fedSamples + i) % this.#fed.length] = pcm[i] ?? 0;
		this.#fedSamples += pcm.length;
	}

	/** What was fed from `sample` on will not sound: what comes next takes its place. */
	cut(sample: number): void {
		this.#fedSamples = Math.min(this.#fedSamples, sample);
	}

	/** The playhead has come to `sample`: what it passed is what now sounds. */
	draw(sample: number): void {
		const size = this.#fed.length;
		for (let at = Math.max(this.#drawnSamples, sample - size); at < sample;) {
			const from = at % size;
			const run = Math.min(sample - at, size - from);
			this.#window.push(this.#fed.subarray(from, from + run));
			at += run;
		}
		this.#drawnSamples = sample;
	}

	/** Fills `out` with the last 80 ms that sounded. */
	read(out: Float32Array): void {
		this.#window.read(out);
	}
}
