import fc from 'fast-check';
import { expect, describe, it } from 'vitest';
import { ENDED_MS } from '../../ears/energy.ts';
import { PROBE_MARKER } from '../stt.ts';
import { FRAMES_PER_MARKER, Steps } from './steps.ts';

const DELAY_FRAMES = 6;

/** A recogniser that has processed so many frames so far: each marker comes back a delay behind its frame. */
function stage(delayMs = DELAY_FRAMES * 80) {
	const passed: number[] = [];
	const marks: { readonly id: number; readonly frame: number }[] = [];
	let sent = 0;
	const steps = new Steps(delayMs, {
		step: (frame) => passed.push(frame[0]! + 256 * frame[1]!),
		mark: (id) => marks.push({ id, frame: sent })
	});
	return {
		steps,
		passed,
		marks,
		send(frames: number): void {
			for (let i = 0; i < frames; i++) {
				steps.heard(Uint8Array.of(sent % 256, sent >> 8));
				sent++;
				steps.sent();
			}
		},
		processed(frames: number): void {
			while (marks[0] !== undefined && marks[0].frame + DELAY_FRAMES <= frames) {
				expect(steps.marked(marks.shift()!.id)).toBe(true);
			}
		}
	};
}

describe('the steps of our own ears', () => {
	it('come with their frames while the recogniser keeps up', () => {
		const { passed, send, processed } = stage();
		for (let frame = 1; frame <= 300; frame++) {
			send(1);
			expect(passed.length).toBe(frame);
			processed(frame);
		}
		expect(passed).toEqual(Array.from({ length: 300 }, (_, i) => i));
	});

	it('wait for a recogniser that has silence to go through, until it has heard all but the last moment before it', () => {
		const { passed, send, processed } = stage();
		for (let frame = 1; frame <= 100; frame++) {
			send(1);
			processed(frame);
		}
		// The pause: the delay's worth of silence at once. Whoever takes turns waits for all of its steps.
		send(DELAY_FRAMES + 1);
		const before = 100 - ENDED_MS / 80;
		for (let frame = 101; passed.length < 100 + DELAY_FRAMES + 1; frame++) {
			expect(frame).toBeLessThanOrEqual(100 + DELAY_FRAMES + 1);
			processed(frame);
			// What was said before the pause was heard has its words by now.
			if (passed.length === 100 + DELAY_FRAMES + 1) expect(frame - DELAY_FRAMES).toBeGreaterThanOrEqual(before - 1);
		}
	});

	it('stop where the recogniser does', () => {
		const { passed, send } = stage();
		send(100);
		expect(passed.length).toBe(DELAY_FRAMES + FRAMES_PER_MARKER + 1);
	});

	it('leave other markers to others, and believe none that was never sent', () => {
		const { steps, passed, send } = stage();
		expect(steps.marked(PROBE_MARKER)).toBe(false);
		send(40);
		const before = passed.length;
		expect(steps.marked(1 << 30)).toBe(true);
		expect(before).toBeLessThan(40);
		expect(passed.length).toBe(40);
		send(100);
		expect(passed.length).toBeLessThan(140);
	});

	it('keep their order and lose none, whatever comes when', () => {
		const moves = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 })), {
			maxLength: 40
		});
		fc.assert(
			fc.property(moves, (turns) => {
				const { passed, send, processed } = stage();
				let sent = 0;
				let done = 0;
				for (const [more, worked] of turns) {
					send(more);
					sent += more;
					done = Math.min(sent, done + worked);
					processed(done);
					expect(passed.length).toBeGreaterThanOrEqual(Math.min(sent, done));
				}
				processed(sent);
				expect(passed).toEqual(Array.from({ length: sent }, (_, i) => i));
			})
		);
	});
});
