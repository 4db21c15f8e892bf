import { describe, expect, it } from 'vitest';
import { Flow, HIGH_BYTES, SLOW_MS, type Source } from './flow.ts';
import { FakeClock } from './testing/fake-clock.ts';

function begin() {
	const clock = new FakeClock();
	const state = { buffered: 0, slow: 0 };
	const flow = new Flow({ bufferedBytes: () => state.buffered, clock, tooSlow: () => state.slow++ });
	const source = (): Source & { paused: boolean } => ({
		paused: false,
		pause() {
			this.paused = true;
		},
		resume() {
			this.paused = false;
		}
	});
	return { clock, state, flow, source };
}

describe('the flow', () => {
	it('lets a source wait while the browser has enough to read, and go on when it has read it', () => {
		const { clock, state, flow, source } = begin();
		const voice = source();
		flow.join(voice, new AbortController().signal);
		state.buffered = HIGH_BYTES;
		flow.sent();
		expect(voice.paused).toBe(false);
		state.buffered++;
		flow.sent();
		flow.sent();
		expect(voice.paused).toBe(true);
		const late = source();
		flow.join(late, new AbortController().signal);
		expect(late.paused).toBe(true);
		flow.drained();
		expect([voice.paused, late.paused, clock.pending()]).toEqual([false, false, 0]);
		flow.drained();
	});

	it('gives up a browser that does not read it in time, once', () => {
		const { clock, state, flow } = begin();
		state.buffered = HIGH_BYTES + 1;
		flow.sent();
		clock.advance(SLOW_MS - 1);
		flow.sent();
		expect(state.slow).toBe(0);
		clock.advance(1);
		flow.sent();
		expect([state.slow, clock.pending()]).toEqual([1, 0]);
	});

	it('holds no source whose signal has aborted, and no timer once it is closed', () => {
		const { clock, state, flow, source } = begin();
		const [ended, never] = [source(), source()];
		const controller = new AbortController();
		flow.join(ended, controller.signal);
		controller.abort();
		flow.join(never, controller.signal);
		state.buffered = HIGH_BYTES + 1;
		flow.sent();
		expect([ended.paused, never.paused, clock.pending()]).toEqual([false, false, 1]);
		flow.close();
		expect(clock.pending()).toBe(0);
	});

	it('begins nothing any more once it is closed: the frame that did not fit is counted after its session has ended', () => {
		const { clock, state, flow, source } = begin();
		state.buffered = HIGH_BYTES + 1;
		flow.close();
		flow.sent();
		const late = source();
		flow.join(late, new AbortController().signal);
		expect([late.paused, clock.pending()]).toEqual([false, 0]);
	});

	it('is over before the TTS takes us for dead', () => {
		expect(SLOW_MS).toBeLessThan(30_000);
	});
});
