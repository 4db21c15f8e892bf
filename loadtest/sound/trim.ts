/** Where somebody speaks in a recording: latencies count from there, not from where the file begins and ends. */
import { SAMPLE_RATE } from '../../src/lib/audio/frames.ts';

const FRAME = SAMPLE_RATE / 100;
/** A frame of 10 ms this much softer than the loudest is no speech: 35 dB. */
const BELOW_LOUDEST = 10 ** (-35 / 20);
/** Softer than this is none at all: -54 dB of full scale. */
const LEAST = 0.002;

/** The recording from its first to its last sound of speech; empty where there is none. 24 kHz. */
export function trimToSpeech(pcm: Float32Array): Float32Array {
	const levels: number[] = [];
	for (let at = 0; at < pcm.length; at += FRAME) levels.push(rms(pcm.subarray(at, at + FRAME)));
	const loudest = levels.reduce((most, level) => Math.max(most, level), 0);
	const speaks = (level: number): boolean => level >= Math.max(LEAST, loudest * BELOW_LOUDEST);
	const first = levels.findIndex(speaks);
	if (first === -1) return new Float32Array(0);
	return pcm.slice(first * FRAME, (levels.findLastIndex(speaks) + 1) * FRAME);
}

function rms(pcm: Float32Array): number {
	return Math.sqrt(pcm.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, pcm.length));
}
