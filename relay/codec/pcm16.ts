/** `pcm16`, OpenAI's: 24 kHz mono, 16 bits a sample, little-endian. */
import { SAMPLE_RATE } from '../../src/lib/audio/frames.ts';

export const BYTES_PER_SAMPLE = 2;
export const PCM_BYTES_PER_MS = (SAMPLE_RATE / 1000) * BYTES_PER_SAMPLE;
const FULL_SCALE = 32_768;

/** To −1 … 1. Half a sample at the end is left out. */
export function samplesOf(pcm: Uint8Array): Float32Array<ArrayBuffer> {
	const view = new DataView(pcm.buffer, pcm.byteOffset, pcm.byteLength);
	const samples = new Float32Array(Math.floor(pcm.length / BYTES_PER_SAMPLE));
	for (let i = 0; i < samples.length; i++) samples[i] = view.getInt16(i * BYTES_PER_SAMPLE, true) / FULL_SCALE;
	return samples;
}

/** All of it in a row; what is too loud is cut to full scale. */
export function pcmOf(parts: readonly Float32Array[]): Uint8Array<ArrayBuffer> {
	const pcm = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0) * BYTES_PER_SAMPLE);
	const view = new DataView(pcm.buffer);
	let at = 0;
	for (const part of parts) {
		for (const sample of part) {
			const value = Math.round(sample * FULL_SCALE);
			view.setInt16(at, Math.max(-FULL_SCALE, Math.min(FULL_SCALE - 1, value)), true);
			at += BYTES_PER_SAMPLE;
		}
	}
	return pcm;
}
