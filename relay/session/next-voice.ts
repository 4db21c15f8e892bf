/**
 * Where a reply gets its voice from. A browser may have it connected while the person still speaks, so that the answer
 * need not wait for it: at most one such leg a session, freed where no reply wants it in time.
 */
import { findTts, type TtsUpstream } from '../upstream/tts-service.ts';
import type { TtsLeg } from '../upstream/tts.ts';
import type { Clock } from './clock.ts';
import { seeLeg, type SessionWatcher } from './watcher.ts';

export interface NextVoiceDeps {
	readonly endpoint: TtsUpstream;
	/** For each of a connection's tries. */
	readonly timeoutMs: number;
	/** How long a prepared leg waits for its reply. */
	readonly preparedMs: number;
	readonly clock: Clock;
	readonly watcher: SessionWatcher;
}

interface Prepared {
	readonly voice: string;
	readonly controller: AbortController;
	/** null where it could not be had. Never rejects. */
	readonly connected: Promise<TtsLeg | null>;
	/** Once it is there. */
	leg: TtsLeg | null;
}

export class NextVoice {
	readonly #deps: NextVoiceDeps;
	#prepared: Prepared | null = null;
	#cancelTimer: () => void = () => undefined;

	constructor(deps: NextVoiceDeps) {
		this.#deps = deps;
	}

	/** Connects ahead of the next reply, in place of another voice. Nobody is told of a failure: the reply tries itself. */
	prepare(voice: string): void {
		const { clock, preparedMs } = this.#deps;
		const isThere = this.#prepared?.voice === voice && this.#prepared.leg?.isOpen !== false;
		if (!isThere) {
			this.release();
			this.#prepared = this.#connectAhead(voice);
		}
		this.#cancelTimer();
		this.#cancelTimer = clock.after(preparedMs, () => this.release());
	}

	/**
	 * The voice for one reply: what was prepared, where that is of this voice and alive, else a new connection. Aborting
	 * `signal` frees it, whichever it is. Rejects with UpstreamError only.
	 */
	async connect(voice: string, signal: AbortSignal): Promise<TtsLeg> {
		const prepared = this.#prepared;
		if (prepared?.voice === voice && !signal.aborted) {
			this.#prepared = null;
			this.#cancelTimer();
			signal.addEventListener('abort', () => prepared.controller.abort(), { once: true });
			const leg = await prepared.connected;
			if (leg?.isOpen === true) return leg;
		} else {
			// Of no use any more, and its slot may be the one that this reply needs.
			this.release();
		}
		return this.#connect(voice, signal);
	}

	/** Frees what no reply has taken over; harmless twice. */
	release(): void {
		this.#cancelTimer();
		this.#prepared?.controller.abort();
		this.#prepared = null;
	}

	#connect(voice: string, signal: AbortSignal): Promise<TtsLeg> {
		const { endpoint, timeoutMs, watcher } = this.#deps;
		return findTts(endpoint, { voice, signal, timeoutMs, see: () => seeLeg(watcher, 'tts') });
	}

	#connectAhead(voice: string): Prepared {
		const controller = new AbortController();
		const connected = this.#connect(voice, controller.signal).then(
			(leg) => (prepared.leg = leg),
			() => {
				if (this.#prepared === prepared) this.release();
				return null;
			}
		);
		const prepared: Prepared = { voice, controller, connected, leg: null };
		return prepared;
	}
}
