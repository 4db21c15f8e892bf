/** A sound that costs an encoder what a voice costs: vowels that glide, with some breath. 24 kHz, mono. */
import { PACKET_SAMPLES, SAMPLE_RATE } from '../src/lib/audio/frames.ts';
import { createOpusEncoder } from '../src/lib/audio/opus.ts';

/** `count` packets of 20 ms, as samples. */
export function voiceLike(count: number): Float32Array[] {
	const packets: Float32Array[] = [];
	let phase = 0;
	let noise = 1;
	for (let nth = 0; nth < count; nth++) {
		const pcm = new Float32Array(PACKET_SAMPLES);
		for (let i = 0; i < PACKET_SAMPLES; i++) {
			const t = (nth * PACKET_SAMPLES + i) / SAMPLE_RATE;
			phase += (2 * Math.PI * (140 + 40 * Math.sin(2 * Math.PI * 1.7 * t))) / SAMPLE_RATE;
			noise = (Math.imul(noise, 1_664_525) + 1_013_904_223) >>> 0;
			const loudness = 0.5 + 0.5 * Math.sin(2 * Math.PI * 3.1 * t);
			const voiced =
				Math.sin(phase) + 0.6 * Math.sin(2 * phase) + 0.4 * Math.sin(5 * phase) + 0.2 * Math.sin(9 * phase);
			pcm[i] = 0.2 * loudness * voiced + 0.02 * (noise / 2 ** 31 - 1);
		}
		packets.push(pcm);
	}
	return packets;
}

/** As Opus packets. */
export async function encoded(packets: readonly Float32Array[]): Promise<Uint8Array[]> {
	const encoder = await createOpusEncoder();
	const opus = packets.map((pcm) => encoder.encode(pcm));
	encoder.free();
	return opus;
}
