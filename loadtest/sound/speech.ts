/** Recordings as Opus packets, encoded once and said by everybody. */
import { FRAME_SAMPLES, PACKET_SAMPLES, PACKETS_PER_PAGE, samplesToS } from '../../src/lib/audio/frames.ts';
import { createOpusEncoder, type OpusEncoder } from '../../src/lib/audio/opus.ts';
import type { Recording } from './recordings.ts';

/** 80 ms: four packets of 20 ms. */
export type Frame = readonly Uint8Array[];

export interface Utterance {
	readonly name: string;
	readonly frames: readonly Frame[];
	/** From its first sample to the last one of speech, in milliseconds. */
	readonly speechMs: number;
}

export interface Speech {
	readonly utterances: readonly Utterance[];
	/** What a microphone sends while nobody speaks; they repeat. */
	readonly silence: readonly Frame[];
}

const SILENT_FRAMES = 25;

export async function encodeSpeech(recordings: readonly Recording[]): Promise<Speech> {
	const encoder = await createOpusEncoder();
	try {
		const utterances = recordings.map(({ name, pcm }) => ({
			name,
			frames: encode(encoder, pcm),
			speechMs: samplesToS(pcm.length) * 1000
		}));
		return { utterances, silence: encode(encoder, new Float32Array(SILENT_FRAMES * FRAME_SAMPLES)) };
	} finally {
		encoder.free();
	}
}

function encode(encoder: OpusEncoder, pcm: Float32Array): Frame[] {
	// The codec holds back its look-ahead: room for it, so that the last sound is all there.
	const count = Math.ceil((pcm.length + encoder.lookaheadSamples) / FRAME_SAMPLES);
	const padded = new Float32Array(count * FRAME_SAMPLES);
	padded.set(pcm);
	return Array.from({ length: count }, (_, frame) =>
		Array.from({ length: PACKETS_PER_PAGE }, (_, packet) => {
			const at = frame * FRAME_SAMPLES + packet * PACKET_SAMPLES;
			return encoder.encode(padded.subarray(at, at + PACKET_SAMPLES));
		})
	);
}
