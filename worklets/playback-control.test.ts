import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FADE_SAMPLES } from './fade.ts';
import { largestStep, Recorder, speech } from './recorder.ts';

/** The largest step of `speech`, its amplitude times the steepest point of a raised cosine, and a little for rounding. */
const CLICK_FREE = 0.0098 + (0.81 * Math.PI) / (2 * FADE_SAMPLES) + 1e-4;
const rates = [24_000, 44_100, 48_000];

function speaking(rate: number, quanta: number): Recorder {
	const player = new Recorder(rate);
	player.core.begin(1);
	player.core.pcm(1, speech(96_000));
	player.render(quanta);
	return player;
}

describe('stop', () => {
	it.each(rates)('fades within the next quantum and is silent from then on, at %i Hz', (rate) => {
		for (let quanta = 1; quanta < 40; quanta++) {
			const player = speaking(rate, quanta);
			player.core.stop(1);
			player.render(1);
			const after = player.render(5);
			expect(after).toEqual(new Array(after.length).fill(0));
			expect(largestStep(player.out.slice(quanta * 128 - 1))).toBeLessThan(CLICK_FREE);
			const [stopped] = player.of('stopped');
			expect(player.indexAt(stopped!.contextTimeS)).toBe((quanta + 1) * 128);
			const played = ((quanta + 1) * 128 * 24_000) / rate;
			expect(Math.abs(stopped!.playedSamples - played)).toBeLessThanOrEqual(rate === 24_000 ? 0 : 50);
			expect(player.of('playhead').at(-1)!.playedSamples).toBe(stopped!.playedSamples);
		}
	});

	it('is answered at once when nothing sounds, and only once, and not for another reply', () => {
		const player = new Recorder();
		player.core.stop(1);
		player.core.begin(1);
		player.core.stop(2);
		expect(player.of('stopped')).toEqual([]);
		player.core.stop(1);
		player.core.stop(1);
		expect(player.of('stopped')).toEqual([{ type: 'stopped', reply: 1, playedSamples: 0, contextTimeS: 0 }]);
		player.core.pcm(1, speech(4000));
		expect(player.render(10).every((sample) => sample === 0)).toBe(true);
		expect(player.of('recycle')).toHaveLength(1);
	});

	it('announces no word that begins in the fade', () => {
		const player = new Recorder();
		player.core.begin(1);
		player.core.pcm(1, speech(4800));
		player.core.word(1, 0, 1279);
		player.core.word(1, 1, 1280);
		player.render(10);
		player.core.stop(1);
		player.render(3);
		expect(player.of('word').map((word) => word.index)).toEqual([0]);
	});

	it('also ends a gap, without starting what has arrived in it', () => {
		const player = new Recorder();
		player.core.begin(1);
		player.core.pcm(1, speech(4000));
		player.render(32);
		player.core.pcm(1, speech(9000));
		player.core.stop(1);
		const tail = player.render(2);
		expect(largestStep(player.out.slice(31 * 128))).toBeLessThan(CLICK_FREE);
		expect(tail.slice(128)).toEqual(new Array(128).fill(0));
		expect(player.of('stopped')).toMatchObject([{ playedSamples: 4000 }]);
	});
});

describe('begin', () => {
	it('fades the reply under way and starts the new one from its first sample', () => {
		const player = speaking(24_000, 9);
		player.core.begin(2);
		player.core.pcm(1, speech(4000));
		player.render(1);
		player.core.pcm(2, speech(4000));
		player.render(40);
		expect(largestStep(player.out.slice(8 * 128, 10 * 128))).toBeLessThan(CLICK_FREE);
		expect(player.out.slice(1280, 1280 + 4000)).toEqual([...speech(4000)]);
		expect(player.of('stopped')).toMatchObject([{ reply: 1, playedSamples: 1280 }]);
		expect(player.of('started').map((event) => event.reply)).toEqual([1, 2]);
	});

	it('may follow itself before a quantum has passed', () => {
		const player = speaking(24_000, 9);
		for (const reply of [2, 3, 4]) {
			player.core.begin(reply);
			player.core.pcm(reply, speech(4000));
		}
		player.render(3, 32);
		player.core.begin(5);
		player.render(4);
		expect(
			player
				.of('stopped')
				.map((event) => event.reply)
				.toSorted()
		).toEqual([1, 2, 3, 4]);
		expect(player.out.slice(-128)).toEqual(new Array(128).fill(0));
	});

	it('ends a pause', () => {
		const player = speaking(24_000, 9);
		player.core.pause();
		player.render(2);
		player.core.begin(2);
		player.core.pcm(2, speech(4000));
		expect(player.render(3)).toEqual([...speech(4000)].slice(0, 384));
	});
});

describe('pause', () => {
	it.each(rates)('says once when it is silent, within a quantum, and where it holds, at %i Hz', (rate) => {
		for (let quanta = 1; quanta < 40; quanta++) {
			const player = speaking(rate, quanta);
			player.core.pause();
			player.core.pause();
			player.render(1);
			player.render(5);
			const [paused, ...more] = player.of('paused');
			expect(more).toEqual([]);
			expect(player.indexAt(paused!.contextTimeS)).toBe((quanta + 1) * 128);
			expect(player.out.slice((quanta + 1) * 128).every((sample) => sample === 0)).toBe(true);
		}
	});

	it('that was taken back at once is not reported', () => {
		const player = speaking(24_000, 5);
		player.core.pause();
		player.core.resume();
		player.render(5);
		expect(player.of('paused')).toEqual([]);
	});
});

describe('pause and resume', () => {
	it('hold and release the voice without losing, repeating or clicking', () => {
		fc.assert(
			fc.property(fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 30 }), (rests) => {
				const player = new Recorder();
				const count = 8000;
				const sent = speech(count);
				player.core.begin(1);
				for (let i = 0; i < count; i++) player.core.word(1, i, i);
				player.core.pcm(1, sent.slice());
				player.core.end(1);
				for (const [turn, rest] of rests.entries()) {
					if (turn % 2 === 0) player.core.pause();
					else player.core.resume();
					player.render(rest, turn % 3 === 0 ? 50 : 128);
				}
				player.core.resume();
				player.render(70);
				const heardAt = player.of('word').map((word) => player.indexAt(word.contextTimeS));
				expect(heardAt).toHaveLength(count);
				expect(new Set(heardAt).size).toBe(count);
				expect(heardAt).toEqual(heardAt.toSorted((a, b) => a - b));
				expect(largestStep(player.out.slice(heardAt[0]))).toBeLessThan(CLICK_FREE);
				expect(player.out[heardAt[count - 200]!]).toBe(sent[count - 200]);
				expect(player.of('playhead').at(-1)).toMatchObject({ gaps: 0, gapSamples: 0 });
				expect(player.of('drained')).toHaveLength(1);
			}),
			{ numRuns: 60 }
		);
	});

	it.each(rates)('is silent one quantum after, and goes on at the next sample, at %i Hz', (rate) => {
		const player = speaking(rate, 20);
		player.core.pause();
		player.render(1);
		expect(player.render(50)).toEqual(new Array(50 * 128).fill(0));
		player.core.resume();
		player.render(21);
		const whole = speaking(rate, 60);
		const resumed = player.out.slice(-20 * 128);
		expect(resumed).toEqual(whole.out.slice(22 * 128, 42 * 128));
	});

	it('hold a reply that has not begun to sound', () => {
		const player = new Recorder();
		player.core.begin(1);
		player.core.pause();
		player.core.pcm(1, speech(4000));
		expect(player.render(30).every((sample) => sample === 0)).toBe(true);
		player.core.resume();
		expect(player.render(2)).toEqual([...speech(256)]);
	});
});

describe('gain', () => {
	it('glides within 20 ms, arrives exactly, and leaves a full voice untouched', () => {
		const player = new Recorder();
		player.core.begin(1);
		player.core.pcm(1, speech(24_000));
		player.render(10);
		player.core.gain(0.25);
		player.render(4);
		expect(largestStep(player.out)).toBeLessThan(CLICK_FREE);
		const ducked = player.render(1);
		expect(ducked).toEqual([...speech(24_000).slice(14 * 128, 15 * 128)].map((sample) => Math.fround(sample * 0.25)));
		player.core.gain(1);
		player.render(4);
		expect(player.render(1)).toEqual([...speech(24_000).slice(19 * 128, 20 * 128)]);
	});
});

describe('messages in any order', () => {
	const reply = fc.integer({ min: 0, max: 3 });
	const command = fc.oneof(
		fc.record({ type: fc.constant('begin' as const), reply }),
		fc.record({ type: fc.constant('stop' as const), reply }),
		fc.record({ type: fc.constant('end' as const), reply }),
		fc.record({ type: fc.constant('pcm' as const), reply, length: fc.integer({ min: 0, max: 6000 }) }),
		fc.record({ type: fc.constant('word' as const), reply, at: fc.integer({ min: 0, max: 9000 }) }),
		fc.record({ type: fc.constant('pause' as const) }),
		fc.record({ type: fc.constant('resume' as const) }),
		fc.record({ type: fc.constant('gain' as const), gain: fc.double({ min: 0, max: 1, noNaN: true }) }),
		fc.record({ type: fc.constant('render' as const), quanta: fc.integer({ min: 1, max: 12 }) })
	);

	it('never break it: every buffer comes home once, every reply ends once, every sample is sound', () => {
		fc.assert(
			fc.property(fc.array(command, { maxLength: 120 }), fc.constantFrom(...rates), (commands, rate) => {
				const player = new Recorder(rate, 8000);
				const buffers: Float32Array[] = [];
				let begun = 0;
				for (const c of commands) {
					if (c.type === 'render') player.render(c.quanta);
					else if (c.type === 'pcm') {
						const pcm = speech(c.length);
						buffers.push(pcm);
						player.core.pcm(c.reply, pcm);
					} else if (c.type === 'word') player.core.word(c.reply, 0, c.at);
					else if (c.type === 'gain') player.core.gain(c.gain);
					else if (c.type === 'pause') player.core.pause();
					else if (c.type === 'resume') player.core.resume();
					else {
						if (c.type === 'begin') begun++;
						player.core[c.type](c.reply);
					}
				}
				player.core.begin(9);
				player.core.stop(9);
				player.render(3);
				expect(player.out.slice(-128).every((sample) => sample === 0)).toBe(true);
				expect(player.out.every((sample) => Math.abs(sample) <= 2)).toBe(true);
				const home = player.of('recycle').map((event) => event.pcm);
				expect(home).toHaveLength(buffers.length);
				expect(new Set(home)).toEqual(new Set(buffers));
				expect(player.of('drained').length + player.of('stopped').length).toBe(begun + 1);
				expect(player.of('started').length).toBeLessThanOrEqual(begun);
			}),
			{ numRuns: 150 }
		);
	});
});
