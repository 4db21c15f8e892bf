/** Looks at a talk for the dev view, while that wants it. Nothing is remembered or computed otherwise. */
import { SAMPLE_RATE } from '../../audio/frames.ts';
import type { TurnState } from '../../turn/state.ts';
import type { Probe } from '../probe.ts';
import type { Link } from './link.ts';
import type { Listening } from './listening.ts';
import type { Voice } from './voice.ts';

/** Of the 25 signals a second: 12.5 probes, as many as the STT makes steps. */
const SIGNALS_PER_PROBE = 2;

export class Probes {
	/** The dev view is open, in this talk and the next. */
	on = false;
	readonly #send: (probe: Omit<Probe, 'atMs'>) => void;
	#signals = 0;

	constructor(send: (probe: Omit<Probe, 'atMs'>) => void) {
		this.#send = send;
	}

	/** Call it at every signal. */
	take(
		{ name, pause, options, listening, steps }: TurnState,
		voice: Pick<Voice, 'reply' | 'bufferedS' | 'gain' | 'playout'>,
		link: Pick<Link, 'isUp' | 'unsentBytes' | 'owedMs' | 'attempts'>,
		ears: Pick<Listening, 'pause'>
	): void {
		this.#signals = (this.#signals + 1) % SIGNALS_PER_PROBE;
		if (!this.on || this.#signals !== 0) return;
		const { playout } = voice;
		this.#send({
			state: name,
			pause: ears.pause,
			average: pause,
			endAbove: options.endOfTurnAbove,
			stopBelow: options.bargeInBelow,
			listening,
			steps,
			linked: link.isUp,
			unsentBytes: link.unsentBytes,
			owedMs: link.owedMs,
			attempts: link.attempts,
			reply: voice.reply,
			bufferedMs: Math.max(0, voice.bufferedS * 1000),
			jitterMs: msOf(playout?.bufferedSamples),
			targetMs: msOf(playout?.targetSamples),
			gapMs: msOf(playout?.gapSamples),
			gaps: playout?.gaps ?? 0,
			gain: voice.gain
		});
	}
}

const msOf = (samples = 0): number => (samples / SAMPLE_RATE) * 1000;
