/** One stream of the browser's microphone: from `listen` until a newer one, a failure or the end of the session. */
import { wrapStep } from '../../src/lib/protocol/session.ts';
import { problem } from '../../src/lib/protocol/problems.ts';
import { UpstreamError } from '../upstream/failure.ts';
import { findStt, type SttUpstream } from '../upstream/stt-service.ts';
import type { SttLeg } from '../upstream/stt.ts';
import type { Outbox } from './outbox.ts';
import { seeLeg, type SessionWatcher } from './watcher.ts';

export interface ListenDeps {
	readonly endpoint: SttUpstream;
	readonly timeoutMs: number;
	readonly outbox: Outbox;
	readonly watcher: SessionWatcher;
	/** Once, where it failed; the browser has been told. Not called after `close`. */
	failed(cause: UpstreamError): void;
}

export class ListenLeg {
	readonly #deps: ListenDeps;
	readonly #stream: number;
	/** A copy: the message it came in is gone by the time the STT is ready. */
	readonly #head: Uint8Array;
	readonly #controller = new AbortController();
	#leg: SttLeg | null = null;

	constructor(stream: number, head: Uint8Array, deps: ListenDeps) {
		this.#stream = stream;
		this.#head = head.slice();
		this.#deps = deps;
	}

	/** Connects; whatever comes of it is told through the outbox. Never rejects. */
	async open(): Promise<void> {
		const { endpoint, timeoutMs, outbox, watcher } = this.#deps;
		try {
			const leg = await findStt(endpoint, {
				signal: this.#controller.signal,
				timeoutMs,
				see: () => seeLeg(watcher, 'stt')
			});
			this.#leg = leg;
			leg.sendHead(this.#head);
			outbox.send({ type: 'listening', stream: this.#stream });
			leg.start({
				step: (frame) => outbox.frame('step', wrapStep(frame)),
				word: (text, startS) => outbox.send({ type: 'word', text, startS }),
				endWord: (stopS) => outbox.send({ type: 'endWord', stopS }),
				ended: (cause) => this.#fail(cause)
			});
		} catch (error) {
			this.#fail(error instanceof UpstreamError ? error : new UpstreamError('protocol', 'the STT leg failed'));
		}
	}

	/** True where the STT has a slot: pages are welcome. */
	get listening(): boolean {
		return this.#leg !== null;
	}

	/** A checked page of exactly 80 ms. */
	page(page: Uint8Array): void {
		this.#leg?.sendPage(page);
	}

	/** Frees the slot, or gives up connecting. The browser is told nothing. */
	close(): void {
		this.#controller.abort();
		this.#leg = null;
	}

	#fail(cause: UpstreamError): void {
		if (this.#controller.signal.aborted) return;
		this.close();
		this.#deps.outbox.problem(problem('stt', cause.code, cause.message, cause.retryAfterMs));
		this.#deps.failed(cause);
	}
}
