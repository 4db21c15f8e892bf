/** espeak-ng's wasm package, an optional dependency: one worker thread, one pass at a time, no program to install. */
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { EspeakRunner } from './espeak.ts';

/** What the thread is asked for, and what it answers, one at a time and in order. */
export interface Order {
	readonly args: readonly string[];
	readonly input: string;
}
export type Answer = { readonly wav: Uint8Array } | { readonly failure: string };

/** A healthy pass takes a tenth of a second: this one is stuck, and its thread with it. */
const TIMEOUT_MS = 20_000;

interface Job extends Order {
	readonly signal: AbortSignal;
	readonly settle: (answer: Answer) => void;
}

/** The runner, or null where the package is not installed. */
export function wasmEspeak(): EspeakRunner | null {
	try {
		createRequire(import.meta.url).resolve('espeak-ng');
	} catch {
		return null;
	}
	return new WasmEspeak();
}

class WasmEspeak implements EspeakRunner {
	readonly name = 'espeak-ng (wasm)';
	#worker: Worker | null = null;
	#busy: Job | null = null;
	#timeout: NodeJS.Timeout | undefined;
	readonly #waiting: Job[] = [];

	run(args: readonly string[], input: string, signal: AbortSignal): Promise<Uint8Array> {
		return new Promise((resolve, reject) => {
			const abort = (): void => reject(new Error('aborted'));
			if (signal.aborted) return abort();
			signal.addEventListener('abort', abort, { once: true });
			this.#waiting.push({
				args,
				input,
				signal,
				settle(answer) {
					signal.removeEventListener('abort', abort);
					if ('wav' in answer) resolve(answer.wav);
					else reject(new Error(`espeak-ng (wasm): ${answer.failure}`));
				}
			});
			this.#next();
		});
	}

	async close(): Promise<void> {
		for (const job of this.#waiting.splice(0)) job.settle({ failure: 'closed' });
		const worker = this.#worker;
		this.#lose('closed');
		await worker?.terminate();
	}

	#next(): void {
		if (this.#busy !== null) return;
		// Nobody waits for an aborted job any more.
		let job = this.#waiting.shift();
		while (job?.signal.aborted === true) job = this.#waiting.shift();
		if (job === undefined) {
			// An idle thread does not keep the process alive.
			this.#worker?.unref();
			return;
		}
		this.#busy = job;
		this.#worker ??= this.#start();
		this.#worker.ref();
		this.#timeout = setTimeout(() => {
			void this.#worker?.terminate();
			this.#lose('stuck');
		}, TIMEOUT_MS);
		this.#worker.postMessage({ args: job.args, input: job.input } satisfies Order);
	}

	#start(): Worker {
		const worker = new Worker(new URL('./espeak-worker.ts', import.meta.url));
		worker.on('message', (answer: Answer) => this.#finish(answer));
		worker.on('error', (error: Error) => {
			if (worker === this.#worker) this.#lose(error.message);
		});
		worker.on('exit', () => {
			if (worker === this.#worker) this.#lose('the thread ended');
		});
		return worker;
	}

	#finish(answer: Answer): void {
		clearTimeout(this.#timeout);
		const job = this.#busy;
		this.#busy = null;
		job?.settle(answer);
		this.#next();
	}

	/** The thread is gone; the next job starts another. */
	#lose(failure: string): void {
		this.#worker = null;
		if (this.#busy !== null) this.#finish({ failure });
	}
}
