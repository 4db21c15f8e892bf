/** One stream of the browser's microphone: from `listen` until a newer one, a failure or the end of the session. */
import { problem } from '../../src/lib/protocol/problems.ts';
import { wrapStep } from '../../src/lib/protocol/session.ts';
import { Quest } from '../lifecycle/quest.ts';
import { UpstreamError, asUpstreamError, type LegCode } from '../upstream/failure.ts';
import { findStt, type SttUpstream } from '../upstream/stt-service.ts';
import type { SttLeg } from '../upstream/stt.ts';
import type { Clock } from './clock.ts';
import { ListenWatch } from './listen-watch.ts';
import type { Out } from './outbox.ts';
import { seeLegs, type SessionWatcher } from './watcher.ts';

export interface ListenDeps {
	readonly upstream: SttUpstream;
	/** How far the model's words trail the audio, in milliseconds. */
	readonly delayMs: number;
	/** For `Ready`, of each instance. */
	readonly timeoutMs: number;
	/** How long pages may stay without an answer. */
	readonly stallMs: number;
	readonly clock: Clock;
	readonly outbox: Out;
	readonly watcher: SessionWatcher;
}

/** What ends a stream that went well: the browser comes back at once and is given another instance. */
const IS_SUDDEN: ReadonlySet<LegCode> = new Set<LegCode>(['lost', 'timed_out', 'protocol']);
const AT_ONCE_MS = 50;
/** One that is lost sooner may be lost again and again: then the table's own wait holds, four tries a second at most. */
const WENT_WELL_MS = 1000;

export class ListenLeg {
	/** Its whole life: removing it frees the slot, or gives up connecting, and tells the browser nothing. */
	readonly quest: Quest<unknown>;
	readonly #deps: ListenDeps;
	readonly #stream: number;
	/** A copy: the message it came in is gone by the time the STT is ready. */
	readonly #head: Uint8Array;
	readonly #watch: ListenWatch;
	readonly #ended = Promise.withResolvers<undefined>();
	#leg: SttLeg | null = null;
	#sinceMs = 0;
	#over = false;

	constructor(stream: number, head: Uint8Array, deps: ListenDeps) {
		const { clock, stallMs, delayMs } = deps;
		this.#stream = stream;
		this.#head = head.slice();
		this.#deps = deps;
		this.#watch = new ListenWatch({
			clock,
			stallMs,
			delayMs,
			probe: () => this.#leg?.sendMarker(),
			stuck: () => this.#leg?.fail(new UpstreamError('timed_out', 'the server transcribes nothing any more'))
		});
		this.quest = new Quest<unknown>('listen', {
			init: (signal) => this.#open(signal),
			run: () => this.#ended.promise
		});
	}

	/** True where the STT has a slot: pages are welcome. */
	get listening(): boolean {
		return this.#leg !== null;
	}

	/** It failed, or was removed: nothing more comes of it. */
	get over(): boolean {
		return this.#over;
	}

	/** Hot. A checked page of exactly 80 ms. */
	page(page: Uint8Array): void {
		if (this.#leg === null) return;
		this.#watch.page();
		this.#leg.sendPage(page);
	}

	/** Connects; whatever comes of it is told through the outbox. Never rejects. */
	async #open(signal: AbortSignal): Promise<void> {
		signal.addEventListener('abort', () => this.#end(), { once: true });
		const { upstream, timeoutMs, outbox, watcher, clock } = this.#deps;
		try {
			const leg = await findStt(upstream, { signal, timeoutMs, see: seeLegs(watcher, 'stt') });
			if (signal.aborted) return;
			this.#leg = leg;
			this.#sinceMs = clock.now();
			leg.sendHead(this.#head);
			outbox.send({ type: 'listening', stream: this.#stream });
			leg.start({
				step: (frame) => {
					this.#watch.step();
					outbox.frame('step', wrapStep(frame, Buffer.allocUnsafe));
				},
				word: (text, startS) => {
					this.#watch.answer();
					outbox.send({ type: 'word', text, startS });
				},
				endWord: (stopS) => outbox.send({ type: 'endWord', stopS }),
				marker: () => this.#watch.answer(),
				ended: (cause) => this.#fail(cause)
			});
		} catch (error) {
			this.#fail(asUpstreamError(error, 'the STT leg failed'));
		}
	}

	#fail(cause: UpstreamError): void {
		if (this.#over) return;
		const { clock, outbox } = this.#deps;
		const wentWell = this.#leg !== null && clock.now() - this.#sinceMs >= WENT_WELL_MS;
		this.#end();
		const retryAfterMs = wentWell && IS_SUDDEN.has(cause.code) ? AT_ONCE_MS : cause.retryAfterMs;
		outbox.problem(problem('stt', cause.code, cause.message, retryAfterMs));
	}

	#end(): void {
		this.#over = true;
		this.#leg = null;
		this.#watch.stop();
		this.#ended.resolve(undefined);
	}
}
