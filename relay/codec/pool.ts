/**
 * The threads that encode and decode for those who speak PCM, clients and servers alike: a small pool, started with the
 * first such stream. Each stream has one order under way, so that nobody's minute of speech keeps the others waiting.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { StretchEvent } from '../ears/energy.ts';

/** What becomes of the bytes that are pushed. */
export type CodecKind =
	/** `pcm16` into packets of 20 ms. */
	| 'encode'
	/** An Ogg stream, in any chunking, into `pcm16`. */
	| 'decode'
	/** Pages of 80 ms into a `Step` of the energy ears for each, and what those heard. */
	| 'hear'
	/** The same, each step followed by its sound as an `Audio` message, or as float32. */
	| 'hear-moshi'
	| 'hear-float32'
	/** `Audio` messages, or float32 in any chunking, into `OggOpus` messages of 80 ms. No bytes at all are the end. */
	| 'voice-moshi'
	| 'voice-float32';

export type CodecOrder =
	| {
			readonly type: 'work';
			readonly stream: number;
			readonly kind: CodecKind;
			readonly bytes: Uint8Array<ArrayBuffer>;
	  }
	| { readonly type: 'close'; readonly stream: number };
/** `input`: what was pushed is not what it should be. `codec`: the codec failed, or its thread ended. */
export type CodecFault = 'input' | 'codec';

export type CodecAnswer =
	| {
			readonly stream: number;
			readonly parts: readonly Uint8Array<ArrayBuffer>[];
			/** What the ears noticed, in order. */
			readonly events: readonly StretchEvent[];
	  }
	| { readonly stream: number; readonly fault: CodecFault };

export interface CodecHost {
	/** What one `push` has become, in the order of the pushes. */
	done(parts: readonly Uint8Array<ArrayBuffer>[], events: readonly StretchEvent[]): void;
	/** Nothing more comes of this stream. Called once at most, never from within `push`. */
	failed(fault: CodecFault): void;
}

export interface CodecStream {
	/** The bytes are taken away from the caller. False where so much waits already that they were not taken. */
	push(bytes: Uint8Array<ArrayBuffer>): boolean;
	/** Once all that was pushed has come out: now, where it has. False where so much waits already that it never will. */
	after(run: () => void): boolean;
	/** Pushes that have not come out. */
	readonly backlog: number;
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

	/** Starts a thread before anybody waits for it, with its codec. */
	async warm(kind: CodecKind): Promise<void> {
		const { promise, resolve } = Promise.withResolvers<undefined>();
		const stream = this.open(kind, { done: () => resolve(undefined), failed: () => resolve(undefined) });
		stream.push(new Uint8Array(0));
		await promise;
		stream.close();
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
		worker.on('message', (answer: CodecAnswer) => this.#streams.get(answer.stream)?.answered(answer));
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
		for (const number of [...thread.streams]) {
			this.#streams.get(number)?.answered({ stream: number, fault: 'codec' });
		}
	}
}

class Stream implements CodecStream {
	readonly #number: number;
	readonly #kind: CodecKind;
	readonly #host: CodecHost;
	readonly #worker: Worker;
	readonly #gone: () => void;
	#waiting: (Uint8Array<ArrayBuffer> | (() => void))[] = [];
	#waitingBytes = 0;
	#backlog = 0;
	#isBusy = false;
	#isOpen = true;

	constructor(number: number, kind: CodecKind, host: CodecHost, worker: Worker, gone: () => void) {
		this.#number = number;
		this.#kind = kind;
		this.#host = host;
		this.#worker = worker;
		this.#gone = gone;
	}

	get backlog(): number {
		return this.#backlog;
	}

	push(bytes: Uint8Array<ArrayBuffer>): boolean {
		if (!this.#isOpen) return false;
		if (this.#waiting.length >= MOST_WAITING || this.#waitingBytes + bytes.length > MOST_WAITING_BYTES) return false;
		this.#waiting.push(bytes);
		this.#waitingBytes += bytes.length;
		this.#backlog++;
		this.#order();
		return true;
	}

	after(run: () => void): boolean {
		if (!this.#isOpen || this.#waiting.length >= MOST_WAITING) return false;
		this.#waiting.push(run);
		this.#runDue();
		return true;
	}

	close(): void {
		if (!this.#isOpen) return;
		this.#end();
		this.#worker.postMessage({ type: 'close', stream: this.#number } satisfies CodecOrder);
	}

	/** By the thread, or for it where it is gone. */
	answered(answer: CodecAnswer): void {
		if (!this.#isOpen) return;
		if ('fault' in answer) {
			this.close();
			return this.#host.failed(answer.fault);
		}
		this.#isBusy = false;
		this.#backlog--;
		// The thread has its next order while we are still busy with the last one.
		this.#order();
		this.#host.done(answer.parts, answer.events);
		this.#runDue();
	}

	/** Gives the thread what is first, unless something else is to be done before. */
	#order(): void {
		const [bytes] = this.#waiting;
		if (this.#isBusy || bytes === undefined || typeof bytes === 'function') return;
		this.#waiting.shift();
		this.#waitingBytes -= bytes.length;
		this.#isBusy = true;
		const order: CodecOrder = { type: 'work', stream: this.#number, kind: this.#kind, bytes };
		this.#worker.postMessage(order, bytes.byteLength === bytes.buffer.byteLength ? [bytes.buffer] : []);
	}

	#runDue(): void {
		while (!this.#isBusy && this.#isOpen) {
			const [run] = this.#waiting;
			if (typeof run !== 'function') return this.#order();
			this.#waiting.shift();
			run();
		}
	}

	#end(): void {
		this.#isOpen = false;
		this.#waiting = [];
		this.#waitingBytes = 0;
		this.#backlog = 0;
		this.#gone();
	}
}
