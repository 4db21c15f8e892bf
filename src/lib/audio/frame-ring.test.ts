import { describe, expect, it } from 'vitest';
import { FrameRing, RING_FRAMES } from './frame-ring.ts';
import { checkAudioPage, checkHeadPages } from './ogg/check-page.ts';
import { plainPacket } from './testing/streams.ts';

/** 80 ms in packets of 20 or of 10 ms. */
const frame = (packets: 4 | 8): Uint8Array[] =>
	Array.from({ length: packets }, (_, i) => plainPacket(packets === 4 ? 19 : 18, Uint8Array.of(i)));

// What every ring does is tested with the worker's ears, which are one.
describe('a ring of frames', () => {
	it('makes one page of each frame, however many packets it has', () => {
		const pages: Uint8Array[] = [];
		const ring = new FrameRing({ hasRoom: () => true, sendPage: (page) => pages.push(page), silence: () => frame(4) });
		expect(checkHeadPages(ring.begin(3))).toMatchObject({ ok: true, head: { serial: 3 } });
		ring.opened();
		ring.add(frame(4), 0);
		ring.add(frame(8), 80);
		ring.silence(2);
		expect(pages.map((page) => checkAudioPage(page))).toEqual(
			Array(4).fill({ ok: true, kind: 'audio', durationSamples48k: 3840 })
		);
	});

	it('loses no frame where sending one finds out that the stream is gone', () => {
		const sent: (number | null)[] = [];
		let isBroken = false;
		const ring: FrameRing = new FrameRing({
			hasRoom: () => true,
			sendPage: (_, atMs) => {
				if (isBroken) ring.lost(0);
				else sent.push(atMs);
				isBroken = false;
			},
			silence: () => frame(4)
		});
		ring.begin(1);
		ring.opened();
		ring.add(frame(4), 1);
		isBroken = true;
		ring.add(frame(4), 2);
		ring.add(frame(4), 3);
		expect(sent).toEqual([1]);
		ring.begin(2);
		ring.opened();
		expect(sent).toEqual([1, 1, 2, 3]);
		isBroken = true;
		ring.silence(3);
		ring.begin(3);
		ring.opened();
		expect(sent).toEqual([1, 1, 2, 3, 1, 2, 3]);
	});

	it('keeps what waits to be sent as long as it is told to, and of what was sent the last seconds', () => {
		const sent: (number | null)[] = [];
		let most = 300;
		const ring = new FrameRing({
			mostWaiting: () => most,
			hasRoom: () => true,
			sendPage: (_, atMs) => sent.push(atMs),
			silence: () => frame(4)
		});
		ring.begin(1);
		for (let atMs = 0; atMs < 400; atMs++) ring.add(frame(4), atMs);
		ring.opened();
		expect([sent.length, sent[0]]).toEqual([300, 100]);
		// The first of them was sent at the stream's beginning.
		expect(ring.frameAt(0.8)).toBeCloseTo(110);
		ring.add(frame(4), 400);
		ring.lost(0);
		sent.length = 0;
		ring.begin(2);
		ring.opened();
		expect([sent.length, sent.at(-1)]).toEqual([RING_FRAMES, 400]);
		most = RING_FRAMES;
		ring.lost(RING_FRAMES);
		for (let atMs = 0; atMs < 400; atMs++) ring.add(frame(4), atMs);
		sent.length = 0;
		ring.begin(3);
		ring.opened();
		expect(sent).toHaveLength(RING_FRAMES);
	});
});
