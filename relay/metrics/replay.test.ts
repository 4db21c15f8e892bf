import { afterEach, describe, expect, it } from 'vitest';
import { opusStream } from '../session/testing/opus-stream.ts';
import type { SessionWatcher } from '../session/watcher.ts';
import { Metrics } from './metrics.ts';
import { changes, read } from './testing/readings.ts';

const closers: (() => void)[] = [];
afterEach(() => {
	for (const close of closers.splice(0)) close();
});

describe('ears that are lost', () => {
	const listen = (watcher: SessionWatcher, leg: number): void => {
		watcher.heard({ type: 'listen', stream: leg, head: opusStream().head }, 1);
		watcher.leg({ what: 'connecting', service: 'stt', leg, instance: 'it-1' });
		watcher.leg({ what: 'ready', service: 'stt', leg });
	};

	it.each([
		['given again what they heard, and then what is said', 60, 1],
		['given nothing again', 0, undefined]
	])('are a failover, and others are %s', async (_, replayed, replays) => {
		let nowMs = 0;
		const metrics = new Metrics({ nowMs: () => nowMs });
		closers.push(() => metrics.close());
		const before = await read(metrics);
		const watcher = metrics.session({ id: 's', address: '', bufferedBytes: () => 0 });
		const { page } = opusStream();
		const say = (pages: number): void => {
			for (let i = 0; i < pages; i++) watcher.heard({ type: 'audio', page: page() }, 1);
		};
		listen(watcher, 1);
		// What was said while the first ears were not there yet is no replay.
		say(50);
		watcher.leg({ what: 'failed', service: 'stt', leg: 1, code: 'lost' });
		listen(watcher, 2);
		say(replayed);
		for (let i = 0; i < 40; i++) {
			nowMs += 80;
			say(1);
		}
		const changed = changes(before, await read(metrics));
		expect(changed['parley_failovers_total{leg="stt"}']).toBe(1);
		expect(changed['parley_replays_total']).toBe(replays);
		expect(changed['parley_replayed_pages_total']).toBe(replays === undefined ? undefined : replayed);
	});
});
