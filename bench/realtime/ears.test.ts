import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { OggOpusPager } from '../../src/lib/audio/ogg/pager.ts';
import { encodeAudio, encodeMoshi, encodeOggOpus } from '../../src/lib/protocol/moshi.ts';
import { Ears } from './ears.ts';
import { makeSound, type Frame, type Sound } from './sound.ts';

let sound: Sound;
beforeAll(async () => {
	sound = await makeSound();
});

/** The frames as a relay passes them on: the head, then a page for each. */
function messagesOf(frames: readonly Frame[]): Uint8Array[] {
	const pager = new OggOpusPager({ serial: 7 });
	const head = pager.headPages();
	const pages = frames.flatMap((frame) => frame.flatMap((packet) => pager.push(packet) ?? []));
	return [head, ...pages].map((page) => encodeOggOpus(page));
}
const tone = (length: number): Float32Array => Float32Array.from({ length }, (_, i) => 0.3 * Math.sin(i / 20));

describe('the bench’s ears', () => {
	it('tell speech from silence by the length of a page, and take the head for neither', () => {
		const ears = new Ears(sound.voicedBytes);
		const [head, ...pages] = messagesOf([...sound.speech, ...sound.silence]);
		expect(ears.hear(head!)).toEqual([]);
		const heard = pages.flatMap((page) => ears.hear(page));
		expect(heard).toEqual([...sound.speech.map(() => true), ...sound.silence.map(() => false)]);
	});

	it('make one step of every 1920 samples, whatever the chunking', () => {
		fc.assert(
			fc.property(fc.array(fc.integer({ min: 1, max: 5000 }), { maxLength: 20 }), (lengths) => {
				const ears = new Ears(sound.voicedBytes);
				const steps = lengths.flatMap((length) => ears.hear(encodeAudio(new Float32Array(length)))).length;
				const total = lengths.reduce((sum, length) => sum + length, 0);
				// The few bytes before the samples count for three of them at most.
				expect(steps).toBeGreaterThanOrEqual(Math.floor(total / 1920) - 1);
				expect(steps).toBeLessThanOrEqual(Math.floor((total + 3 * lengths.length) / 1920));
			})
		);
	});

	it('hear samples to the last, and judge a frame by its second half', () => {
		const ears = new Ears(sound.voicedBytes);
		const half = new Float32Array(1920);
		half.set(tone(900));
		expect(ears.hear(encodeAudio(tone(1920)))).toEqual([true]);
		expect(ears.hear(encodeAudio(half))).toEqual([false]);
		expect(ears.hear(encodeAudio(new Float32Array(1920)))).toEqual([false]);
		half.set(tone(900), 1000);
		expect(ears.hear(encodeAudio(half))).toEqual([true]);
	});

	it('keep the pace for an hour of frames', () => {
		const ears = new Ears(sound.voicedBytes);
		const frame = encodeAudio(new Float32Array(1920));
		let steps = 0;
		for (let i = 0; i < 45_000; i++) steps += ears.hear(frame).length;
		expect(steps).toBe(45_000);
	});

	it('hear nothing in what is no sound', () => {
		const ears = new Ears(sound.voicedBytes);
		expect(ears.hear(encodeMoshi({ type: 'Marker', id: 1 }))).toEqual([]);
		expect(ears.hear(new Uint8Array([0xc1]))).toEqual([]);
	});
});
