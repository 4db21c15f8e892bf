/** Looking at recordings: what should have been heard, where it is, and where it is silent. */
import { OggOpusDecoder } from '../../../src/lib/audio/ogg-opus-decoder.ts';
import { decodeTtsOut } from '../../../src/lib/protocol/moshi.ts';
import type { Tapped } from './tap.ts';

/** What a listener should hear of one connection to the TTS: 24 kHz. */
export async function soundOf(connection: Tapped): Promise<Float32Array> {
	const decoder = await OggOpusDecoder.create();
	const parts: Float32Array[] = [];
	for (const bytes of connection.fromEngine) {
		const message = decodeTtsOut(bytes);
		if (message.ok && message.value.type === 'OggOpus') parts.push(...decoder.push(message.value.data));
	}
	decoder.free();
	return joined(parts);
}

export function joined(parts: readonly Float32Array[]): Float32Array {
	const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
	let at = 0;
	for (const part of parts) {
		all.set(part, at);
		at += part.length;
	}
	return all;
}

/**
 * Where `sound` begins in `recording`, found by its first loud stretch, which must be there sample for sample.
 * Null where it is not.
 */
export function locate(sound: Float32Array, recording: Float32Array): number | null {
	const LENGTH = 512;
	const loud = sound.findIndex((sample, i) => Math.abs(sample) > 0.05 && i + LENGTH < sound.length);
	if (loud < 0) return null;
	const probe = sound.subarray(loud, loud + LENGTH);
	for (let at = loud; at + LENGTH <= recording.length; at++) {
		if (probe.every((sample, i) => Math.abs(sample - (recording[at + i] ?? 0)) < 1e-4)) return at - loud;
	}
	return null;
}

/** The largest difference between the sound and what was recorded from `at` on. */
export function largestDifference(sound: Float32Array, recording: Float32Array, at: number): number {
	return sound.reduce((most, sample, i) => Math.max(most, Math.abs(sample - (recording[at + i] ?? 0))), 0);
}

/** Index of the last sample that is not silence; -1 where all is. */
export function lastSound(recording: Float32Array): number {
	return recording.findLastIndex((sample) => Math.abs(sample) > 1e-6);
}

/** The largest step from one sample to the next in a stretch: a click is a large one. */
export function largestStep(recording: Float32Array, from: number, to: number): number {
	let most = 0;
	for (let i = Math.max(1, from); i < to; i++)
		most = Math.max(most, Math.abs((recording[i] ?? 0) - (recording[i - 1] ?? 0)));
	return most;
}
