/** What of a recording a voice is made of: ten seconds of somebody speaking, and whether there is as much. Pure. */
import { SAMPLE_RATE } from '../../audio/frames.ts';

/** The cloning server looks at so much and no more. */
export const SAMPLE_S = 10;
/** Of speech; with less a voice is anybody's. */
export const LEAST_SPEECH_S = 3;

/** Loudness is told for so much at a time: 20 ms. */
const WINDOW = 480;
/** What is softer is a room, in dB to full scale: as the microphone's check has it (loudness.ts). */
const SPEECH_DBFS = -50;
/** What stays of the silence before the first sound. */
const LEAD_WINDOWS = 10;

export const SAMPLE_FAULTS = ['silent', 'short'] as const;
export type SampleFault = (typeof SAMPLE_FAULTS)[number];

export type Sample =
	| { readonly ok: true; readonly samples: Float32Array<ArrayBuffer>; readonly speechS: number }
	| { readonly ok: false; readonly why: SampleFault };

/** From somebody's first sound on, `SAMPLE_S` at most. Samples of one channel at 24 kHz. */
export function sampleOf(sound: Float32Array): Sample {
	const loud = loudWindows(sound);
	const first = loud.indexOf(true);
	if (first === -1) return { ok: false, why: 'silent' };
	const from = Math.max(0, first - LEAD_WINDOWS);
	const windows = (SAMPLE_S * SAMPLE_RATE) / WINDOW;
	const speechS = (loud.slice(from, from + windows).filter(Boolean).length * WINDOW) / SAMPLE_RATE;
	if (speechS < LEAST_SPEECH_S) return { ok: false, why: 'short' };
	return { ok: true, samples: sound.slice(from * WINDOW, (from + windows) * WINDOW), speechS };
}

function loudWindows(sound: Float32Array): boolean[] {
	const least = 10 ** (SPEECH_DBFS / 10);
	const loud: boolean[] = [];
	for (let at = 0; at + WINDOW <= sound.length; at += WINDOW) {
		let power = 0;
		for (let index = at; index < at + WINDOW; index++) power += (sound[index] ?? 0) ** 2 / WINDOW;
		// Said so that NaN is silence.
		loud.push(power > least);
	}
	return loud;
}

/** One channel of several, all of the same length. */
export function mixed(channels: readonly Float32Array[]): Float32Array<ArrayBuffer> {
	const [first] = channels;
	const mix = new Float32Array(first?.length ?? 0);
	for (const channel of channels)
		for (const [at, value] of channel.entries()) mix[at] = (mix[at] ?? 0) + value / channels.length;
	return mix;
}
