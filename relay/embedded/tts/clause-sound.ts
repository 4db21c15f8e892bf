/** Makes a comfortable clause of what espeak-ng said: trimmed, at one loudness, at 24 kHz. */
import { Resampler } from '../../../src/lib/audio/resample.ts';
import { SAMPLE_RATE } from '../../../src/lib/audio/frames.ts';
import { endsClause, endsSentence } from '../../../src/lib/chat/punctuation.ts';

/** A comfortable level for speech beside other sounds; the ear's own, not a standard. */
const TARGET_RMS = 10 ** (-20 / 20);
/** Leaves room for what a lossy codec adds. */
const MAX_PEAK = 10 ** (-1.5 / 20);
/** Silence counts neither for loudness nor as sound. */
const SOUND_THRESHOLD = 0.004;
const LEAD_S = 0.01;
/** How long it stays quiet after a clause: a breath after a sentence, less inside one. */
const PAUSE_AFTER_SENTENCE_S = 0.28;
const PAUSE_AFTER_CLAUSE_S = 0.12;
const PAUSE_AFTER_WORD_S = 0.04;
/** Long enough that a cut between two words does not click, too short to be heard as a fade. */
const FADE_S = 0.005;

export interface Stretch {
	readonly fromSample: number;
	readonly toSample: number;
}

/** The part worth playing: from just before the first sound to the pause that `lastWord`'s punctuation calls for. */
export function trimmedStretch(pcm: Float32Array, sampleRate: number, lastWord: string): Stretch {
	let first = 0;
	while (first < pcm.length && Math.abs(pcm[first] ?? 0) < SOUND_THRESHOLD) first++;
	let last = pcm.length;
	while (last > first && Math.abs(pcm[last - 1] ?? 0) < SOUND_THRESHOLD) last--;
	if (first === pcm.length) return { fromSample: 0, toSample: 0 };
	return {
		fromSample: Math.max(0, first - Math.round(LEAD_S * sampleRate)),
		toSample: last + Math.round(pauseAfter(lastWord) * sampleRate)
	};
}

function pauseAfter(word: string): number {
	if (endsSentence(word)) return PAUSE_AFTER_SENTENCE_S;
	return endsClause(word) ? PAUSE_AFTER_CLAUSE_S : PAUSE_AFTER_WORD_S;
}

/** `stretch` of `pcm` at 24 kHz and at the target loudness; past the end of `pcm` it is silence. */
export function finishedSound(pcm: Float32Array, sampleRate: number, stretch: Stretch): Float32Array {
	const length = Math.max(0, stretch.toSample - stretch.fromSample);
	const resampler = new Resampler(sampleRate, SAMPLE_RATE);
	const input = new Float32Array(length + resampler.latencySamples);
	input.set(pcm.subarray(stretch.fromSample, Math.min(stretch.toSample, pcm.length)));
	const output = new Float32Array(resampler.maxOutput(input.length));
	const wanted = Math.floor((length * SAMPLE_RATE) / sampleRate);
	const out = output.slice(0, Math.min(wanted, resampler.process(input, output)));
	const gain = comfortableGain(out);
	for (let i = 0; i < out.length; i++) out[i] = (out[i] ?? 0) * gain;
	return out;
}

/** 24 kHz samples whose end was cut between two words, faded in place so that the cut does not click. */
export function fadedOut(pcm: Float32Array): Float32Array {
	const fade = Math.min(Math.round(FADE_S * SAMPLE_RATE), pcm.length);
	for (let i = 0; i < fade; i++) {
		const at = pcm.length - 1 - i;
		pcm[at] = ((pcm[at] ?? 0) * i) / fade;
	}
	return pcm;
}

function comfortableGain(pcm: Float32Array): number {
	let power = 0;
	let sounding = 0;
	let peak = 0;
	for (const sample of pcm) {
		const size = Math.abs(sample);
		if (size > peak) peak = size;
		if (size < SOUND_THRESHOLD) continue;
		power += sample * sample;
		sounding++;
	}
	return sounding === 0 ? 1 : Math.min(TARGET_RMS / Math.sqrt(power / sounding), MAX_PEAK / peak);
}
