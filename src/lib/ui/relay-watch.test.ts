import { describe, expect, it } from 'vitest';
import { FakeTime } from '../session/worker/testing/fake-time.ts';
import { RELAY_WATCH, RelayWatch } from './relay-watch.ts';

/** Whoever is asked answers when the test says so. */
function setUp(chance = 0) {
	const time = new FakeTime();
	const asked: { atMs: number; answer: (isBack: boolean) => void; signal: AbortSignal }[] = [];
	let back = 0;
	const watch = new RelayWatch({
		ask: (signal) =>
			new Promise((resolve) => {
				asked.push({ atMs: time.nowMs, answer: resolve, signal });
			}),
		later: time.later,
		chance: () => chance,
		onBack: () => (back += 1)
	});
	const settled = async (): Promise<void> => {
		for (let i = 0; i < 5; i++) await Promise.resolve();
	};
	return { time, asked, watch, settled, backs: () => back };
}

describe('a watch for a relay', () => {
	it('asks after a while, then more and more seldom, and never more seldom than twice a minute', async () => {
		const { time, asked, settled } = setUp(0.999_999);
		for (let at = 0; at < 8; at++) {
			while (asked.length === at) time.advance(10);
			asked[at]?.answer(false);
			await settled();
		}
		const waits = asked.map(({ atMs }, at) => atMs - (asked[at - 1]?.atMs ?? 0));
		expect(waits.map((ms) => Math.round(ms / 100) / 10)).toEqual([2, 4, 8, 16, 30, 30, 30, 30]);
	});

	it('says once that it is back, and asks no more', async () => {
		const { time, asked, settled, backs } = setUp();
		time.advance(RELAY_WATCH.firstMs);
		asked[0]?.answer(true);
		await settled();
		expect(backs()).toBe(1);
		time.advance(10 * RELAY_WATCH.maxMs);
		expect(asked).toHaveLength(1);
	});

	it('does not wait where the network is back, and asks one at a time', async () => {
		const { asked, watch, settled, backs } = setUp();
		watch.hurry();
		watch.hurry();
		watch.hurry();
		expect(asked).toHaveLength(1);
		// Asked before there was a network: it is asked once more at once.
		asked[0]?.answer(false);
		await settled();
		expect(asked).toHaveLength(2);
		asked[1]?.answer(false);
		await settled();
		expect(asked).toHaveLength(2);
		watch.hurry();
		asked[2]?.answer(true);
		await settled();
		expect(backs()).toBe(1);
	});

	it('that is closed asks nobody, gives up what it asked, and says nothing', async () => {
		const { time, asked, watch, settled, backs } = setUp();
		watch.hurry();
		watch.close();
		expect(asked[0]?.signal.aborted).toBe(true);
		asked[0]?.answer(true);
		await settled();
		watch.hurry();
		time.advance(10 * RELAY_WATCH.maxMs);
		expect(asked).toHaveLength(1);
		expect(backs()).toBe(0);
	});
});
