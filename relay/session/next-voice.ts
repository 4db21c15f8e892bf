/**
 * Where a reply gets its voice from. A browser may have it connected while the person still speaks, so that the answer
 * need not wait for it: at most one such leg a session, freed where no reply wants it in time.
 */
import type { QuestManager } from '../lifecycle/quest-manager.ts';
import { Quest } from '../lifecycle/quest.ts';
import { UNWANTED } from '../lifecycle/stackless.ts';
import type { UpstreamError } from '../upstream/failure.ts';
import { findTts, type TtsUpstream } from '../upstream/tts-service.ts';
import type { TtsLeg } from '../upstream/tts.ts';
import { isCustomName } from '../voices/name.ts';
import type { Clock } from './clock.ts';
import { seeLegs, type SessionWatcher } from './watcher.ts';

/** `relay/voices`. */
export interface CustomVoices {
	/** The `Voice` message of a cloned voice; null where there is none, or none any more. Never rejects, and soon answers. */
	lookup(name: string): Promise<Uint8Array | null>;
}

export interface NextVoiceDeps {
	readonly upstream: TtsUpstream;
	/** Speaks for a cloned voice that is gone; '' leaves it to the server. */
	readonly fallback: string;
	/** null: nobody keeps cloned voices. */
	readonly custom: CustomVoices | null;
	/** For each of a connection's tries. */
	readonly timeoutMs: number;
	/** How long a prepared leg waits for its reply. */
	readonly preparedMs: number;
	readonly clock: Clock;
	readonly watcher: SessionWatcher;
	/** Holds what is prepared, as the quest `voice`. */
	readonly quests: QuestManager;
}

export interface VoiceNews {
	/** A try of a new connection failed, and is not the last. */
	trying?(cause: UpstreamError): void;
	/** The voice that was asked for is gone; another one speaks. */
	gone?(): void;
}

export class NextVoice {
	readonly #deps: NextVoiceDeps;
	#prepared: PreparedVoice | null = null;
	/** Legs that speak for a voice that is gone. */
	readonly #substitutes = new WeakSet<TtsLeg>();

	constructor(deps: NextVoiceDeps) {
		this.#deps = deps;
	}

	/** Connects ahead of the next reply, in place of another voice. Nobody is told of a failure: the reply tries itself. */
	prepare(voice: string): void {
		const { clock, preparedMs, quests } = this.#deps;
		if (this.#prepared?.isFor(voice) !== true) {
			const connect = (signal: AbortSignal): Promise<TtsLeg> => this.#connect(voice, signal);
			this.#prepared = new PreparedVoice(voice, clock, connect);
			quests.add(this.#prepared.quest);
		}
		this.#prepared.keepFor(preparedMs);
	}

	/**
	 * The voice for one reply: what was prepared, where that is of this voice and alive, else a new connection. Aborting
	 * `signal` frees it, whichever it is. Rejects with UpstreamError only.
	 */
	async connect(voice: string, signal: AbortSignal, news: VoiceNews = {}): Promise<TtsLeg> {
		const leg = await this.#take(voice, signal, news);
		if (this.#substitutes.has(leg)) news.gone?.();
		return leg;
	}

	async #take(voice: string, signal: AbortSignal, news: VoiceNews): Promise<TtsLeg> {
		const prepared = this.#prepared;
		this.#prepared = null;
		if (prepared?.isFor(voice) === true) {
			const leg = await prepared.take(signal);
			if (leg?.isOpen === true) return leg;
		} else {
			// Of no use any more, and its slot may be the one that this reply needs.
			void prepared?.quest.remove();
		}
		return this.#connect(voice, signal, news);
	}

	async #connect(voice: string, signal: AbortSignal, news: VoiceNews = {}): Promise<TtsLeg> {
		const { upstream, timeoutMs, watcher, custom, fallback } = this.#deps;
		const options = {
			signal,
			timeoutMs,
			see: seeLegs(watcher, 'tts'),
			retrying: (_number: number, cause: UpstreamError) => news.trying?.(cause)
		};
		if (!isCustomName(voice)) return findTts(upstream, { ...options, voice });
		const found = (await custom?.lookup(voice)) ?? null;
		if (found !== null) return findTts(upstream, { ...options, voice: '', custom: found });
		const leg = await findTts(upstream, { ...options, voice: isCustomName(fallback) ? '' : fallback });
		this.#substitutes.add(leg);
		return leg;
	}
}

/** A leg that waits for its reply, or is on its way. Its quest lasts until it is taken, has failed or is removed. */
class PreparedVoice {
	readonly quest: Quest<unknown>;
	readonly #voice: string;
	readonly #clock: Clock;
	/** Ends the leg. Outlives the quest where a reply has taken it over. */
	readonly #connection = new AbortController();
	readonly #ended = Promise.withResolvers<undefined>();
	/** null where it could not be had. Never rejects. */
	readonly #connected: Promise<TtsLeg | null>;
	/** Once it is there. */
	#leg: TtsLeg | null = null;
	#isOver = false;
	#cancelTimer: () => void = () => undefined;

	constructor(voice: string, clock: Clock, connect: (signal: AbortSignal) => Promise<TtsLeg>) {
		this.#voice = voice;
		this.#clock = clock;
		const connected = Promise.withResolvers<TtsLeg | null>();
		this.#connected = connected.promise;
		let begun = false;
		this.quest = new Quest<unknown>('voice', {
			init: (signal) => {
				begun = true;
				signal.addEventListener('abort', () => this.#drop(), { once: true });
				connect(this.#connection.signal).then(
					(leg) => {
						this.#leg = leg;
						connected.resolve(leg);
					},
					() => {
						connected.resolve(null);
						this.#end();
					}
				);
			},
			run: () => this.#ended.promise
		});
		void this.quest.ended.then(() => {
			if (begun) return;
			this.#drop();
			connected.resolve(null);
		});
	}

	/** Whether it will do for a reply in this voice, as far as is known. */
	isFor(voice: string): boolean {
		return this.#voice === voice && !this.#isOver && this.#leg?.isOpen !== false;
	}

	keepFor(ms: number): void {
		this.#cancelTimer();
		this.#cancelTimer = this.#isOver ? () => undefined : this.#clock.after(ms, () => void this.quest.remove());
	}

	/** It is that reply's from now on: aborting `signal` frees it. null where it could not be had. */
	take(signal: AbortSignal): Promise<TtsLeg | null> {
		this.#end();
		if (signal.aborted) this.#connection.abort(UNWANTED);
		else signal.addEventListener('abort', () => this.#connection.abort(UNWANTED), { once: true });
		return this.#connected;
	}

	#drop(): void {
		if (this.#isOver) return;
		this.#connection.abort(UNWANTED);
		this.#end();
	}

	#end(): void {
		this.#isOver = true;
		this.#cancelTimer();
		this.#ended.resolve(undefined);
	}
}
