/** What the dev view knows of a talk: the last seconds as series, the last turns, and a log. Bounded. Pure. */
import type { Probe } from '../../session/probe.ts';
import type { ViewMessage } from '../../session/view.ts';
import { STATES, type StateName } from '../../turn/state.ts';
import { EventLog } from './event-log.ts';
import { Series } from './series.ts';
import { Turns } from './turns.ts';

type Signal = Extract<ViewMessage, { type: 'signal' }>;
type Message = Exclude<ViewMessage, Signal>;

/** How much of the past is plotted, in milliseconds. */
export const WINDOW_MS = 15_000;
/** 25 signals and 12.5 probes a second, and a few more for clocks that are not quite right. */
const SIGNALS = 400;
const PROBES = 200;
const MAX_TURNS = 20;
const MAX_EVENTS = 500;

/** Of the levels: below it is silence. */
export const FLOOR_DBFS = -60;

export const STATE_NAMES = Object.keys(STATES).filter((name): name is StateName => Object.hasOwn(STATES, name));

export class Watch {
	/** 0 to 1; NaN while the pause head says nothing. */
	readonly pause = new Series(PROBES);
	readonly average = new Series(PROBES);
	/** The turn core's states, as places in `STATE_NAMES`. */
	readonly states = new Series(PROBES);
	/** dBFS, from `FLOOR_DBFS` to 0. */
	readonly user = new Series(SIGNALS);
	readonly assistant = new Series(SIGNALS);
	/** Milliseconds of sound. */
	readonly buffered = new Series(PROBES);
	readonly jitter = new Series(PROBES);
	readonly target = new Series(PROBES);
	/** How long the voice had been missing for when it came back, in milliseconds. */
	readonly gaps = new Series(PROBES);
	readonly turns = new Turns(MAX_TURNS);
	readonly log = new EventLog(MAX_EVENTS);
	#probe: Probe | null = null;
	#nowMs = 0;

	/** The last one; null before the first of this talk. */
	get probe(): Probe | null {
		return this.#probe;
	}

	/** The moment that the plots end at: nothing is known of what came after. */
	get nowMs(): number {
		return this.#nowMs;
	}

	/** Times are `performance.timeOrigin + now()`. */
	hear({ user, assistant, duck }: Pick<Signal, 'user' | 'assistant' | 'duck'>, atMs: number): void {
		this.user.push(atMs, levelOf(user));
		this.assistant.push(atMs, levelOf(assistant, duck));
		this.#nowMs = Math.max(this.#nowMs, atMs);
	}

	/** True where turns or log have grown. */
	take(message: Message, atMs: number): boolean {
		if (message.type === 'probe') this.#plot(message.probe);
		else if (message.type === 'phase' && message.phase === 'asking') this.#probe = null;
		const [turn, event] = [message.type === 'mark' && this.turns.take(message.mark), this.log.take(message, atMs)];
		return turn || event;
	}

	#plot(probe: Probe): void {
		const { atMs } = probe;
		// A reply counts its own gaps.
		const before = this.#probe?.reply === probe.reply ? this.#probe.gapMs : 0;
		if (probe.gapMs > before) this.gaps.push(atMs, probe.gapMs - before);
		this.pause.push(atMs, probe.pause ?? Number.NaN);
		this.average.push(atMs, probe.average);
		this.states.push(atMs, STATE_NAMES.indexOf(probe.state));
		this.buffered.push(atMs, probe.bufferedMs);
		this.jitter.push(atMs, probe.jitterMs);
		this.target.push(atMs, probe.targetMs);
		this.#probe = probe;
		this.#nowMs = Math.max(this.#nowMs, atMs);
	}
}

/** The level of samples in [-1, 1], played at `gain`: dBFS of a sine that is as strong, from `FLOOR_DBFS` to 0. */
export function levelOf(samples: Float32Array, gain = 1): number {
	let sum = 0;
	for (const sample of samples) sum += sample * sample;
	const power = samples.length === 0 ? 0 : (2 * gain * gain * sum) / samples.length;
	return Math.min(0, Math.max(FLOOR_DBFS, 10 * Math.log10(power)));
}
