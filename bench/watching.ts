/**
 * What it costs to be watched: nanoseconds and bytes of garbage for each page of the microphone, each step of the STT and
 * each page of a reply. `node --expose-gc bench/watching.ts`
 */
import { Counter, Registry } from 'prom-client';
import { SessionList } from '../relay/debug/session-list.ts';
import { Metrics } from '../relay/metrics/metrics.ts';
import { opusStream } from '../relay/session/testing/opus-stream.ts';
import { watchAll } from '../relay/session/watch-all.ts';
import { NO_WATCHER, type SessionWatcher, type Watch } from '../relay/session/watcher.ts';

const ROUNDS = 2_000_000;
const EVENTS_A_ROUND = 3;

const page = opusStream().page();
const audio = { type: 'audio', page } as const;

function measure(name: string, run: () => void): void {
	for (let i = 0; i < ROUNDS / 10; i++) run();
	globalThis.gc?.();
	const bytesBefore = process.memoryUsage().heapUsed;
	const startMs = performance.now();
	for (let i = 0; i < ROUNDS; i++) run();
	const tookMs = performance.now() - startMs;
	// Only right where nothing was collected meanwhile: a young generation takes some megabytes, and what is below is noise.
	const bytes = Math.max(0, process.memoryUsage().heapUsed - bytesBefore);
	const events = ROUNDS * EVENTS_A_ROUND;
	console.log(
		`${name.padEnd(28)} ${((tookMs * 1e6) / events).toFixed(1).padStart(7)} ns  ${(bytes / events).toFixed(2)} bytes`
	);
}

function watched(watcher: SessionWatcher): () => void {
	watcher.leg({ what: 'connecting', service: 'stt', leg: -1, instance: 'stt-1' });
	watcher.leg({ what: 'ready', service: 'stt', leg: -1 });
	return () => {
		watcher.heard(audio, page.byteLength);
		watcher.sentFrame('step', page);
		watcher.sentFrame('replyAudio', page);
	};
}

const seen = { id: 'bench', address: '', bufferedBytes: () => 0 };
const metrics = new Metrics();
const list = new SessionList();
const of = (...watches: readonly Watch[]): (() => void) => watched(watchAll(watches).session(seen));

measure('nobody', watched(NO_WATCHER));
measure('metrics', of(metrics));
measure('list', of(list));
measure('metrics and list', of(metrics, list));
const plain = new Counter({ name: 'x_total', help: 'x', registers: [new Registry()] });
measure('a counter of prom-client', () => {
	plain.inc();
	plain.inc();
	plain.inc();
});
metrics.close();
