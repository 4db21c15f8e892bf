/** The two things we need of RIFF WAVE: reading what espeak-ng writes, writing what people and tests can play. */

export interface Wave {
	readonly sampleRate: number;
	/** Mono in [-1, 1]. */
	readonly pcm: Float32Array;
}

/**
 * Reads a 16-bit mono WAV. Lengths in the header are not believed where they go past the end: espeak-ng, writing to a
 * pipe, cannot know them. Throws on anything else.
 */
export function readWave(bytes: Uint8Array): Wave {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const tag = (at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));
	if (bytes.length < 12 || tag(0) !== 'RIFF' || tag(8) !== 'WAVE') throw new Error('not a WAV file');
	let sampleRate = 0;
	for (let at = 12; at + 8 <= bytes.length;) {
		const length = view.getUint32(at + 4, true);
		const body = at + 8;
		if (tag(at) === 'fmt ' && body + 16 <= bytes.length) {
			const kind = [view.getUint16(body, true), view.getUint16(body + 2, true), view.getUint16(body + 14, true)];
			if (kind.join() !== '1,1,16') throw new Error('not 16-bit mono PCM');
			sampleRate = view.getUint32(body + 4, true);
		}
		if (tag(at) === 'data') {
			if (sampleRate === 0) throw new Error('a WAV file without a format');
			const count = Math.min(length, bytes.length - body) >> 1;
			const pcm = new Float32Array(count);
			for (let i = 0; i < count; i++) pcm[i] = view.getInt16(body + 2 * i, true) / 32768;
			return { sampleRate, pcm };
		}
		at = body + length + (length & 1);
	}
	throw new Error('a WAV file without samples');
}

/** A 16-bit mono WAV of samples in [-1, 1]; what is beyond is clipped. */
export function writeWave(pcm: Float32Array, sampleRate: number): Uint8Array<ArrayBuffer> {
	const out = new Uint8Array(44 + 2 * pcm.length);
	const view = new DataView(out.buffer);
	const write = (at: number, text: string): void => out.set(new TextEncoder().encode(text), at);
	write(0, 'RIFF');
	view.setUint32(4, 36 + 2 * pcm.length, true);
	write(8, 'WAVEfmt ');
	view.setUint32(16, 16, true);
	view.setUint16(20, 1, true);
	view.setUint16(22, 1, true);
	view.setUint32(24, sampleRate, true);
	view.setUint32(28, 2 * sampleRate, true);
	view.setUint16(32, 2, true);
	view.setUint16(34, 16, true);
	write(36, 'data');
	view.setUint32(40, 2 * pcm.length, true);
	for (const [i, sample] of pcm.entries()) {
		view.setInt16(44 + 2 * i, Math.max(-32768, Math.min(32767, Math.round(sample * 32767))), true);
	}
	return out;
}
