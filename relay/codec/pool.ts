/**
 * The threads that encode and decode for clients which speak PCM: one small pool for the process, started with the first
 * such client. Each stream has one order under way, so that nobody's minute of speech keeps the others waiting.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** `encode`: PCM into packets of 20 ms. `decode`: an Ogg stream, in any chunking, into PCM. */
export type CodecKind = 'encode' | 'decode';

export type CodecOrder =
	| {
			readonly type: 'work';
			readonly stream: number;
			readonly kind: CodecKind;
			readonly bytes: Uint8Array<ArrayBuffer>;
	  }
	| { readonly type: 'close'; readonly stream: number };
/** `parts` is null where the codec failed. */
export interface CodecAnswer {
	readonly stream: number;
	readonly parts: readonly Uint8Array<ArrayBuffer>[] | null;
}

export interface CodecHost {
	/** What one `push` has become, in the order of the pushes. */
	done(parts: readonly Uint8Array<ArrayBuffer>[]): void;
	/** Nothing more comes of this stream. Called once at most, never from within `push`. */
	failed(): void;
}

export interface CodecStream {
	/** The bytes are taken away from the caller. False where so much waits already that they were not taken. */
	push(bytes: Uint8Array<ArrayBuffer>): boolean;
	/** Nothing is told any more; harmless twice. */
	close(): void;
}

/** More than a client may send at once (`deps.ts`), and some 90 s of speech: a thread is then stuck. */
export const MOST_WAITING_BYTES = 4 << 20;
export const MOST_WAITING = 2048;
/** One encodes and decodes for some forty talkers who never pause: 20 to 25 ms a second each. */
const MOST_THREADS = 2;

interface Thread {
	readonly worker: Worker;
	readonly streams: Set<number>;
}

export class CodecPool {
	readonly #most: number;
	readonly #script: URL;
	readonly #threads: Thread[] = [];
	readonly #streams = new Map<number, Stream>();
	#last = 0;

	constructor(
		mostThreads = Math.max(1, Math.min(MOST_THREADS, availableParallelism() - 1)),
		script = new URL('./worker.ts', import.meta.url)
	) {
		this.#most = mostThreads;
		this.#script = script;
	}

	/** Threads that run now. */
	get threads(): number {
		return this.#threads.length;
	}

	/** Streams that are open now. */
	get streams(): number {
		return this.#streams.size;
	}

	open(kind: CodecKind, host: CodecHost): CodecStream {
		const number = ++this.#last;
		const thread = this.#leastBusy();
		thread.streams.add(number);
		const stream = new Stream(number, kind, host, thread.worker, () => {
			thread.streams.delete(number);
			this.#streams.delete(number);
		});
		this.#streams.set(number, stream);
		return stream;
	}

	/** Ends the threads. Streams that are still open hear nothing more; another `open` would begin anew. */
	async close(): Promise<void> {
		for (const stream of [...this.#streams.values()]) stream.close();
		await Promise.all(this.#threads.splice(0).map(({ worker }) => worker.terminate()));
	}

	#leastBusy(): Thread {
		const [least] = this.#threads.toSorted((a, b) => a.streams.size - b.streams.size);
		if (least !== undefined && (least.streams.size === 0 || this.#threads.length >= this.#most)) return least;
		const worker = new Worker(this.#script);
		const thread: Thread = { worker, streams: new Set() };
		worker.on('message', ({ stream, parts }: CodecAnswer) => this.#streams.get(stream)?.answered(parts));
		// `exit` follows, and tells the streams.
		worker.on('error', () => undefined);
		worker.on('exit', () => this.#lost(thread));
		this.#threads.push(thread);
		return thread;
	}

	/** The next stream starts another thread. */
	#lost(thread: Thread): void {
		const at = this.#threads.indexOf(thread);
		if (at !== -1) this.#threads.splice(at, 1);
		for (const number of [...thread.streams]) this.#streams.get(number)?.answered(null);
	}
}

class Stream implements CodecStream {
	readonly #number: number;
	readonly #kind: CodecKind;
	readonly #host: CodecHost;
	readonly #worker: Worker;
	readonly #gone: () => void;
	#waiting: Uint8Array<ArrayBuffer>[] = [];
	#waitingBytes = 0;
	#isBusy = false;
	#isOpen = true;

	constructor(number: number, kind: CodecKind, host: CodecHost, worker: Worker, gone: () => void) {
		this.#number = number;
		this.#kind = kind;
		this.#host = host;
		this.#worker = worker;
		this.#gone = gone;
	}

	push(bytes: Uint8Array<ArrayBuffer>): boolean {
		if (!this.#isOpen) return false;
		if (this.#waiting.length >= MOST_WAITING || this.#waitingBytes + bytes.length > MOST_WAITING_BYTES) return false;
		this.#waiting.push(bytes);
		this.#waitingBytes += bytes.length;
		if (!this.#isBusy) this.#next();
		return true;
	}

	close(): void {
		if (!this.#isOpen) return;
		this.#end();
		this.#worker.postMessage({ type: 'close', stream: this.#number } satisfies CodecOrder);
	}

	/** By the thread; null: it failed, or is gone. */
	answered(parts: CodecAnswer['parts']): void {
		if (!this.#isOpen) return;
		if (parts === null) {
			this.close();
			return this.#host.failed();
		}
		this.#isBusy = false;
		this.#next();
		this.#host.done(parts);
	}

	#next(): void {
		const bytes = this.#waiting.shift();
		if (bytes === undefined) return;
		this.#waitingBytes -= bytes.length;
		this.#isBusy = true;
		const order: CodecOrder = { type: 'work', stream: this.#number, kind: this.#kind, bytes };
		this.#worker.postMessage(order, bytes.byteLength === bytes.buffer.byteLength ? [bytes.buffer] : []);
	}

	#end(): void {
		this.#isOpen = false;
		this.#waiting = [];
		this.#waitingBytes = 0;
		this.#gone();
	}
}
