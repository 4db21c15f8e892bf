import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readWave, writeWave } from './wave-file.ts';

describe('WAV files', () => {
	it('reads back what it wrote, to the last bit but one', () => {
		const samples = fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { maxLength: 200 });
		fc.assert(
			fc.property(samples, (list) => {
				const wave = readWave(writeWave(Float32Array.from(list), 24_000));
				expect(wave.sampleRate).toBe(24_000);
				expect(wave.pcm).toHaveLength(list.length);
				for (const [i, x] of list.entries()) expect(Math.abs(wave.pcm[i]! - x)).toBeLessThan(2 / 32_768);
			})
		);
	});

	it('clips what is too loud instead of wrapping it round', () => {
		const { pcm } = readWave(writeWave(Float32Array.of(3, -3), 24_000));
		expect(pcm[0]).toBeGreaterThan(0.99);
		expect(pcm[1]).toBeLessThan(-0.99);
	});

	it('believes the bytes rather than the header about the length, as pipes need', () => {
		const bytes = writeWave(new Float32Array(10), 22_050);
		new DataView(bytes.buffer).setUint32(40, 0x7fff_0000, true);
		expect(readWave(bytes).pcm).toHaveLength(10);
	});

	it('rejects every file cut off before its samples, and anything else', () => {
		const bytes = writeWave(new Float32Array(4), 24_000);
		for (let end = 0; end < 44; end++) expect(() => readWave(bytes.slice(0, end))).toThrow();
		expect(() => readWave(new Uint8Array(100))).toThrow('not a WAV file');
		bytes[22] = 2;
		expect(() => readWave(bytes)).toThrow('mono');
	});
});
