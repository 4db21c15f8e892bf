/**
 * The assistant's sound on its way to the client: packets as the TTS sent them, in one Ogg stream for as long as the
 * connection, some way ahead of real time; and its words, each at its time. Nothing is decoded. What has not left yet can
 * be taken back.
 */
import { samplesToS } from '../../src/lib/audio/frames.ts';
import { OggOpusRemuxer, type RemuxPacket } from '../../src/lib/audio/ogg/remuxer.ts';
import { RealtimeQueue } from '../../src/lib/audio/realtime-queue.ts';
import type { Clock } from '../session/clock.ts';
import type { Source } from '../session/flow.ts';

/** Unmute's four frames: enough for a network's unrest, and all that an interruption cannot take back. */
export const AHEAD_S = 0.32;
/** A TTS is several times faster than real time: where so much waits here, it waits too, until there is room again. */
const MOST_WAITING_S = 20;
const RESUME_WAITING_S = 10;
const SAMPLES_48K_PER_S = 48_000;
/** A timer fires at whole milliseconds: what is due at one must not miss it by a rounding. */
const ROUNDING_S = 1e-6;

interface Sound {
	readonly packets: readonly RemuxPacket[];
	/** On the reply's play time: seconds of its sound. */
	readonly startS: number;
	readonly endS: number;
}
interface Word {
	readonly text: string;
	readonly startS: number;
}

export interface PlayoutDeps {
	/** Of the walls. */
	readonly clock: Clock;
	/** Of the client's stream. */
	readonly serial: number;
	/** Whole Ogg pages. */
	audio(pages: Uint8Array): void;
	/** The first sound of the reply has left. */
	started(): void;
	/** A word begins to be heard. */
	word(text: string): void;
	/** Everything of the reply has left. */
	drained(): void;
}

export class Playout {
	readonly #deps: PlayoutDeps;
	readonly #remuxer: OggOpusRemuxer;
	readonly #queue: RealtimeQueue<Sound | Word>;
	readonly #sources = new Set<Source>();
	#phase: 'idle' | 'open' | 'ending' = 'idle';
	#hasStarted = false;
	/** Where the sound that has come ends, and that which has left. */
	#endS = 0;
	#leftS = 0;
	/** What play time is ahead of the TTS's clock: gaps, and streams that were lost. */
	#shiftS = 0;
	/** A stream was lost, and goes on at this second of the TTS's clock. */
	#spliceAtS: number | null = null;
	/** How long the sound was made to stand still, in milliseconds, and since when it is. */
	#heldMs = 0;
	#pausedAtMs: number | null = null;
	#said: Word[] = [];
	#cancelTimer: () => void = () => undefined;
	#isFull = false;

	constructor(deps: PlayoutDeps) {
		this.#deps = deps;
		this.#remuxer = new OggOpusRemuxer({ serial: deps.serial });
		this.#queue = new RealtimeQueue(() => ((this.#pausedAtMs ?? deps.clock.now()) - this.#heldMs) / 1000);
	}

	/** Whether anything of the reply can be heard, now or before. */
	get hasSound(): boolean {
		return this.#endS > 0;
	}

	/** How much of what has left is not heard yet. */
	get aheadMs(): number {
		return Math.max(0, this.#leftS - this.#queue.elapsedS) * 1000;
	}

	/** How much of the reply has left. */
	get leftMs(): number {
		return Math.round(this.#leftS * 1000);
	}

	/** Where in the reply's sound the last word begins; how much was heard, where the voice reports no words. */
	get wordMs(): number {
		return (this.#said.at(-1)?.startS ?? this.#queue.elapsedS) * 1000;
	}

	/** A new reply; what was left of another is dropped. */
	begin(): void {
		this.stop();
		this.#phase = 'open';
	}

	/** The TTS's bytes, in any chunking. */
	sound(bytes: Uint8Array): void {
		if (this.#phase !== 'open') return;
		const packets = this.#remuxer.read(bytes);
		if (packets.length === 0) return;
		this.#goOn();
		// Where it comes later than it should have been heard, everything from here on is heard later.
		const startS = Math.max(this.#endS, this.#queue.elapsedS);
		this.#shiftS += startS - this.#endS;
		this.#endS =
			startS + packets.reduce((sum, { durationSamples48k }) => sum + durationSamples48k, 0) / SAMPLES_48K_PER_S;
		this.#queue.put({ packets, startS, endS: this.#endS }, startS - AHEAD_S - ROUNDING_S);
		this.#weigh();
		this.#release();
	}

	/** A word, at its time on the TTS's clock. */
	say(text: string, spokenAtS: number): void {
		if (this.#phase !== 'open') return;
		this.#goOn();
		const startS = spokenAtS + this.#shiftS;
		this.#queue.put({ text, startS }, startS - ROUNDING_S);
		this.#release();
	}

	/**
	 * The TTS was lost: what it said from `atS` of its clock on does not count, and another goes on from there. Answers the
	 * words that were heard already and will be said again.
	 */
	splice(atS: number): string[] {
		if (this.#phase !== 'open') return [];
		const fromS = atS + this.#shiftS - ROUNDING_S;
		const kept = this.#queue.takeAll().filter(([, { startS }]) => startS < fromS);
		this.#endS = this.#leftS;
		for (const [dueS, item] of kept) {
			this.#queue.put(item, dueS);
			if ('packets' in item) this.#endS = item.endS;
		}
		this.#spliceAtS = atS;
		this.#remuxer.nextInput();
		const again = this.#said.filter(({ startS }) => startS >= fromS);
		this.#said = this.#said.filter(({ startS }) => startS < fromS);
		return again.map(({ text }) => text);
	}

	/** No more of the reply comes. */
	end(): void {
		if (this.#phase !== 'open') return;
		this.#phase = 'ending';
		this.#release();
	}

	/** Nothing of it leaves any more. */
	stop(): void {
		this.#phase = 'idle';
		this.#cancelTimer();
		this.#queue.clear();
		this.#remuxer.nextInput();
		this.#hasStarted = false;
		this.#endS = this.#leftS = this.#shiftS = this.#heldMs = 0;
		this.#spliceAtS = this.#pausedAtMs = null;
		this.#said = [];
		this.#weigh();
	}

	/** Stands still and keeps its place. */
	pause(): void {
		this.#pausedAtMs ??= this.#deps.clock.now();
		this.#cancelTimer();
	}

	resume(): void {
		if (this.#pausedAtMs === null) return;
		this.#heldMs += this.#deps.clock.now() - this.#pausedAtMs;
		this.#pausedAtMs = null;
		this.#release();
	}

	/** `source` waits while there is more than enough to be heard, until `signal` aborts. */
	join(source: Source, signal: AbortSignal): void {
		if (signal.aborted) return;
		this.#sources.add(source);
		signal.addEventListener('abort', () => this.#sources.delete(source), { once: true });
		if (this.#isFull) source.pause();
	}

	/** The first of the next stream: its own clock began a pre-skip earlier, as the first stream's did. */
	#goOn(): void {
		if (this.#spliceAtS === null) return;
		this.#shiftS = this.#endS - this.#spliceAtS + samplesToS(this.#remuxer.inputPreSkip48k / 2);
		this.#spliceAtS = null;
	}

	#release(): void {
		this.#cancelTimer();
		if (this.#pausedAtMs !== null) return;
		for (const [, item] of this.#queue.getNowait()) {
			if ('packets' in item) this.#leave(item);
			else {
				this.#said.push(item);
				this.#deps.word(item.text);
			}
			// Whoever was told may have taken the rest back.
			if (this.#phase === 'idle') return;
		}
		this.#weigh();
		const { nextS, elapsedS } = this.#queue;
		if (nextS !== null) {
			const ms = Math.max(1, Math.ceil((nextS - elapsedS) * 1000));
			this.#cancelTimer = this.#deps.clock.after(ms, () => this.#release());
		} else if (this.#phase === 'ending') {
			this.#phase = 'idle';
			this.#deps.drained();
		}
	}

	#leave({ packets, endS }: Sound): void {
		this.#leftS = endS;
		this.#deps.audio(this.#remuxer.write(packets));
		if (this.#hasStarted) return;
		this.#hasStarted = true;
		this.#deps.started();
	}

	#weigh(): void {
		const waitingS = this.#endS - this.#leftS;
		const isFull = waitingS > (this.#isFull ? RESUME_WAITING_S : MOST_WAITING_S);
		if (isFull === this.#isFull) return;
		this.#isFull = isFull;
		for (const source of this.#sources) {
			if (isFull) source.pause();
			else source.resume();
		}
	}
}
