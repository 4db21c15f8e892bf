import { beforeAll, describe, expect, it } from 'vitest';
import { checkAudioPage, checkHeadPages } from '../../audio/ogg/check-page.ts';
import { OggOpusDecoder } from '../../audio/ogg-opus-decoder.ts';
import { createOpusEncoder, type OpusEncoder } from '../../audio/opus.ts';
import { Ears } from './ears.ts';

let encoder: OpusEncoder;
beforeAll(async () => {
	encoder = await createOpusEncoder({ complexity: 0 });
});

/** Ears that hear numbered frames of 80 ms: frame n is captured at n ms, which names it. */
function listening() {
	const sent: (number | null)[] = [];
	const pages: Uint8Array[] = [];
	const room = { left: Number.POSITIVE_INFINITY };
	const ears = new Ears(encoder, {
		hasRoom: () => room.left > 0,
		sendPage: (page, capturedAtMs) => {
			room.left -= 1;
			sent.push(capturedAtMs);
			pages.push(page);
		}
	});
	let frame = 0;
	const hear = (frames: number): void => {
		for (let i = 0; i < frames; i++, frame++) {
			for (let packet = 0; packet < 4; packet++) ears.hear(new Float32Array(480), frame);
		}
	};
	return { ears, sent, pages, room, hear };
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

describe('Ears', () => {
	it('sends one page of exactly 80 ms for every four packets, each fit for the STT', () => {
		const { ears, sent, pages, hear } = listening();
		expect(checkHeadPages(ears.begin(1))).toMatchObject({ ok: true });
		ears.opened();
		hear(5);
		expect(sent).toEqual(range(0, 5));
		for (const page of pages) {
			expect(checkAudioPage(page)).toMatchObject({ ok: true, kind: 'audio', durationSamples48k: 3840 });
		}
	});

	it('keeps what is said before the STT listens, and sends it first', () => {
		const { ears, sent, hear } = listening();
		hear(3);
		ears.begin(1);
		hear(2);
		expect(sent).toEqual([]);
		ears.opened();
		hear(1);
		expect(sent).toEqual(range(0, 6));
	});

	it('keeps ten seconds and no more', () => {
		const { ears, sent, hear } = listening();
		hear(200);
		ears.begin(1);
		ears.opened();
		expect(sent).toEqual(range(75, 200));
	});

	it('sends silence at once, and loses nothing of the voice for it', () => {
		const { ears, sent, hear } = listening();
		ears.begin(1);
		ears.opened();
		hear(2);
		ears.silence(3);
		hear(2);
		expect(sent).toEqual([0, 1, null, null, null, 2, 3]);
	});

	it('says again to a new STT what the lost one had not transcribed', () => {
		const { ears, sent, hear } = listening();
		ears.begin(1);
		ears.opened();
		hear(10);
		ears.lost(7);
		hear(2);
		ears.begin(2);
		ears.opened();
		expect(sent).toEqual([...range(0, 10), ...range(7, 12)]);
	});

	it('counts the silence that it sent itself when it works out what was not transcribed', () => {
		const { ears, sent, hear } = listening();
		ears.begin(1);
		ears.opened();
		hear(4);
		ears.silence(8);
		hear(4);
		ears.lost(10); // frames 0 to 3 and six of silence
		ears.begin(2);
		ears.opened();
		expect(sent.slice(16)).toEqual(range(4, 8));
	});

	it('counts from the right place after minutes on one stream', () => {
		const { ears, sent, hear } = listening();
		ears.begin(1);
		ears.opened();
		hear(300);
		ears.lost(293);
		ears.begin(2);
		ears.opened();
		expect(sent.slice(300)).toEqual(range(293, 300));
	});

	it('says again from where somebody knows better, as far as the ring goes', () => {
		const { ears, sent, hear } = listening();
		ears.begin(1);
		ears.opened();
		hear(10);
		ears.lost(7, (frame) => frame - 2);
		ears.begin(2);
		ears.opened();
		expect(sent.slice(10)).toEqual(range(5, 10));
		ears.lost(2, () => 9);
		ears.begin(3);
		ears.opened();
		expect(sent.slice(15)).toEqual([9]);
		ears.lost(0, () => -5);
		ears.begin(4);
		ears.opened();
		expect(sent.slice(16)).toEqual(range(0, 10));
	});

	it('knows which of its frames were sent when, past silence and minutes', () => {
		const { ears, hear } = listening();
		hear(3);
		ears.begin(1);
		ears.opened();
		ears.silence(2);
		hear(1);
		expect([0, 0.12, 0.24, 0.3, 0.36, 0.4, 0.44].map((s) => Math.round(ears.frameAt(s) * 10) / 10)).toEqual([
			0, 1.5, 3, 3, 3, 3, 3.5
		]);
		expect(ears.frameAt(100)).toBe(4);
		ears.begin(2);
		ears.opened();
		hear(300);
		expect(ears.frameAt(299 * 0.08)).toBeCloseTo(303);
	});

	it('waits while the network has no room, and loses nothing', () => {
		const { ears, sent, room, hear } = listening();
		ears.begin(1);
		ears.opened();
		room.left = 2;
		hear(5);
		expect(sent).toEqual([0, 1]);
		room.left = Number.POSITIVE_INFINITY;
		hear(1);
		expect(sent).toEqual(range(0, 6));
	});

	it('makes a stream that decodes to as much sound as went in', async () => {
		const { ears, pages, hear } = listening();
		const head = ears.begin(9);
		ears.opened();
		hear(25);
		const decoder = await OggOpusDecoder.create();
		const samples = [head, ...pages].flatMap((bytes) => decoder.push(bytes)).reduce((sum, pcm) => sum + pcm.length, 0);
		expect(samples).toBe(25 * 1920 - encoder.lookaheadSamples);
		expect(decoder.faults).toMatchObject({ junkBytes: 0, missingPages: 0, refusedPackets: 0 });
	});
});
