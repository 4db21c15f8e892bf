/** Sound as the plainest file there is: WAV, one channel, 16 bits. Pure. */

const HEAD_BYTES = 44;

/** Samples in [-1, 1]; what is louder is cut off. */
export function wavOf(samples: Float32Array, sampleRate: number): Uint8Array<ArrayBuffer> {
	const bytes = new Uint8Array(HEAD_BYTES + 2 * samples.length);
	const view = new DataView(bytes.buffer);
	const text = (at: number, it: string): void => bytes.set(new TextEncoder().encode(it), at);
	text(0, 'RIFF');
	view.setUint32(4, bytes.length - 8, true);
	text(8, 'WAVEfmt ');
	view.setUint32(16, 16, true); // the size of what follows up to `data`
	view.setUint16(20, 1, true); // PCM
	view.setUint16(22, 1, true); // channels
	view.setUint32(24, sampleRate, true);
	view.setUint32(28, 2 * sampleRate, true);
	view.setUint16(32, 2, true);
	view.setUint16(34, 16, true);
	text(36, 'data');
	view.setUint32(40, 2 * samples.length, true);
	for (const [index, sample] of samples.entries()) {
		const clipped = Math.min(1, Math.max(-1, sample));
		view.setInt16(HEAD_BYTES + 2 * index, Math.round(clipped * 32_767), true);
	}
	return bytes;
}
