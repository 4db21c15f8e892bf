/** The soft tick with which Parley begins to listen and stops: which of the two, when, and how it sounds. */
import type { Phase } from './view.ts';

export type TickKind = 'on' | 'off';

/** Up for on, down for off; in Hz. Far above a voice's ground tone, well within a telephone's loudspeaker. */
const GLIDES: Readonly<Record<TickKind, readonly [number, number]>> = { on: [660, 990], off: [880, 590] };
const TICK_S = 0.09;
/** Peak amplitude: a soft sound beside a voice. */
const LOUDNESS = 0.07;

/** Plays it now through `to`; answers when it is over, on the context's clock in seconds. */
export function playTick(context: BaseAudioContext, to: AudioNode, kind: TickKind): number {
	const [from, until] = GLIDES[kind];
	const startS = context.currentTime;
	const endS = startS + TICK_S;
	const tone = new OscillatorNode(context, { type: 'sine', frequency: from });
	const shape = new GainNode(context, { gain: 0 });
	tone.frequency.exponentialRampToValueAtTime(until, endS);
	// A rise of 8 ms and a longer fall: neither begins nor ends with a click.
	shape.gain.setValueAtTime(0, startS);
	shape.gain.linearRampToValueAtTime(LOUDNESS, startS + 0.008);
	shape.gain.exponentialRampToValueAtTime(LOUDNESS / 300, endS);
	tone.connect(shape).connect(to);
	tone.onended = () => {
		shape.disconnect();
	};
	tone.start(startS);
	tone.stop(endS);
	return endS;
}

export interface Heeded {
	readonly phase: Phase;
	readonly muted: boolean;
	/** There is no sound from the person to be had. */
	readonly lacking: boolean;
}

/** While the relay is away the microphone is kept, and nothing said is lost: that is listening. */
const LISTENS: ReadonlySet<Phase> = new Set<Phase>(['listening', 'hearing', 'thinking', 'speaking', 'reconnecting']);

/** Somebody speaks: no tick falls in there. */
const SPEAKS: ReadonlySet<Phase> = new Set<Phase>(['hearing', 'speaking']);

/** Whether Parley listens, and the tick that is due when that changes. */
export class Listens {
	#on = false;

	/** The tick for what is so now, or null. */
	heed({ phase, muted, lacking }: Heeded): TickKind | null {
		const on = LISTENS.has(phase) && !muted && !lacking;
		if (on === this.#on) return null;
		this.#on = on;
		return SPEAKS.has(phase) ? null : on ? 'on' : 'off';
	}
}
