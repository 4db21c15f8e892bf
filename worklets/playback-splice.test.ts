import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FADE_SAMPLES } from './fade.ts';
import { largestStep, Recorder, speech } from './recorder.ts';

const CLICK_FREE = 0.0098 + (0.81 * Math.PI) / (2 * FADE_SAMPLES) + 1e-4;

/** 4 s of a first voice; a second one, upside down, will follow. */
function speaking(quanta: number, rate = 24_000, queueSamples?: number): Recorder {
	const player = new Recorder(rate, queueSamples);
	player.core.begin(1);
	player.core.pcm(1, speech(96_000));
	player.render(quanta);
	return player;
}
const second = (count: number): Float32Array<ArrayBuffer> => speech(count).map((sample) => -sample);

describe('splice', () => {
	it('keeps what lies before it and lets what comes next follow there, faded, without a gap', () => {
		const player = speaking(10);
		player.core.splice(1, 5000);
		player.core.pcm(1, second(4000));
		player.core.end(1);
		player.render(80);
		expect(player.of('spliced')).toEqual([{ type: 'spliced', reply: 1, shiftSamples: 0 }]);
		expect(player.out.slice(0, 5000 - FADE_SAMPLES)).toEqual([...speech(96_000)].slice(0, 5000 - FADE_SAMPLES));
		expect(player.out.slice(5000 + FADE_SAMPLES, 9000)).toEqual([...second(4000)].slice(FADE_SAMPLES));
		expect(largestStep(player.out.slice(0, 8900))).toBeLessThan(CLICK_FREE);
		expect(player.of('drained')).toEqual([{ type: 'drained', reply: 1, playedSamples: 9000 }]);
		expect(player.of('playhead').at(-1)).toMatchObject({ gaps: 0 });
	});

	it('waits there for what comes next, however long that takes, and then goes on', () => {
		const player = speaking(10);
		player.core.splice(1, 2000);
		player.render(200);
		expect(player.out.slice(2000 + FADE_SAMPLES).every((sample) => sample === 0)).toBe(true);
		expect(player.of('drained')).toEqual([]);
		player.core.pcm(1, second(8000));
		player.core.end(1);
		player.render(100);
		expect(largestStep(player.out)).toBeLessThan(CLICK_FREE);
		expect(player.of('drained')).toEqual([{ type: 'drained', reply: 1, playedSamples: 10_000 }]);
		expect(player.of('playhead').at(-1)).toMatchObject({ gaps: 1 });
	});

	it('drops the words behind it and announces the new ones where they sound', () => {
		const player = speaking(10);
		for (const [index, at] of [1000, 2900, 3000, 5000].entries()) player.core.word(1, index, at);
		player.core.splice(1, 3000);
		player.core.word(1, 7, 3500);
		player.core.pcm(1, second(2000));
		player.core.end(1);
		player.render(60);
		expect(player.of('word').map(({ index, atSample }) => [index, atSample])).toEqual([
			[0, 1000],
			[1, 2900],
			[7, 3500]
		]);
	});

	it('goes on at the playhead where that has passed it, and says by how much everything is later', () => {
		const player = speaking(10);
		player.core.splice(1, 1000);
		expect(player.of('spliced')).toEqual([{ type: 'spliced', reply: 1, shiftSamples: 280 }]);
		player.core.pcm(1, second(4000));
		player.core.word(1, 0, 1500);
		player.core.splice(1, 3000);
		player.core.pcm(1, second(4000));
		player.core.end(1);
		player.render(80);
		expect(player.of('spliced').at(-1)).toEqual({ type: 'spliced', reply: 1, shiftSamples: 280 });
		expect(player.of('word')).toMatchObject([{ index: 0, atSample: 1780 }]);
		expect(player.of('drained')).toEqual([{ type: 'drained', reply: 1, playedSamples: 3280 + 4000 }]);
		expect(largestStep(player.out.slice(0, 7200))).toBeLessThan(CLICK_FREE);
	});

	it('clicks nowhere, wherever the playhead is', () => {
		for (let quanta = 5; quanta < 30; quanta++) {
			for (const at of [1000, 1281, 1300, 2000]) {
				const player = speaking(quanta);
				player.core.splice(1, at);
				if (quanta % 2 === 0) player.render(3);
				player.core.pcm(1, second(9000));
				player.render(60);
				expect(largestStep(player.out)).toBeLessThan(CLICK_FREE);
			}
		}
	});

	it('behind what has come drops the words there, and the rest of the sound before it follows', () => {
		const player = new Recorder();
		player.core.begin(1);
		player.core.pcm(1, speech(4000).slice(0, 2000));
		for (const [index, at] of [1000, 2600, 5000, 7000, 9000].entries()) player.core.word(1, index, at);
		player.core.splice(1, 4000);
		expect(player.of('spliced')).toEqual([{ type: 'spliced', reply: 1, shiftSamples: 0 }]);
		player.core.pcm(1, speech(4000).slice(2000));
		player.core.word(1, 5, 4500);
		player.core.word(1, 6, 6500);
		player.core.pcm(1, second(4000));
		player.core.end(1);
		player.render(80);
		expect(player.out.slice(0, 4000)).toEqual([...speech(4000)]);
		expect(player.of('word').map(({ index, atSample }) => [index, atSample])).toEqual([
			[0, 1000],
			[1, 2600],
			[5, 4500],
			[6, 6500]
		]);
		expect(player.of('drained')).toEqual([{ type: 'drained', reply: 1, playedSamples: 8000 }]);
	});

	it('is a little earlier where too little waits for a fade', () => {
		const player = speaking(10);
		player.core.splice(1, 1300);
		expect(player.of('spliced')).toEqual([{ type: 'spliced', reply: 1, shiftSamples: -20 }]);
	});

	it('concerns the reply under way alone, begins anew with the next, and comes too late after the end', () => {
		const player = speaking(10);
		player.core.splice(2, 0);
		player.core.splice(1, 0);
		player.core.begin(2);
		player.core.pcm(2, speech(4000));
		player.core.word(2, 0, 500);
		player.core.end(2);
		player.core.splice(2, 100);
		player.render(60);
		expect(player.of('spliced')).toHaveLength(1);
		expect(player.of('word')).toMatchObject([{ atSample: 500 }]);
		expect(player.of('drained')).toEqual([{ type: 'drained', reply: 2, playedSamples: 4000 }]);
	});

	it('sends home every buffer, the ones without room in the ring too', () => {
		const player = new Recorder(24_000, 1000);
		player.core.begin(1);
		const buffers = [speech(900), speech(900), speech(900)];
		for (const pcm of buffers) player.core.pcm(1, pcm);
		player.core.splice(1, 500);
		expect(new Set(player.of('recycle').map(({ pcm }) => pcm))).toEqual(new Set(buffers));
		player.core.pcm(1, second(300));
		player.core.end(1);
		player.render(10);
		expect(player.of('drained')).toEqual([{ type: 'drained', reply: 1, playedSamples: 800 }]);
	});

	it('never loses count, whatever was played, sent and spliced before, at any rate', () => {
		const place = fc.integer({ min: 0, max: 12_000 });
		fc.assert(
			fc.property(
				fc.constantFrom(24_000, 44_100, 48_000),
				fc.array(fc.record({ at: place, sends: place, renders: fc.integer({ min: 0, max: 40 }) }), { maxLength: 8 }),
				(rate, moves) => {
					const player = new Recorder(rate, 8000);
					player.core.begin(1);
					let sent = 0;
					for (const { at, sends, renders } of moves) {
						player.core.pcm(1, speech(sends));
						sent += sends;
						player.render(renders);
						player.core.splice(1, at);
						sent = Math.min(sent, at);
					}
					const shift = player.of('spliced').at(-1)?.shiftSamples ?? 0;
					player.core.pcm(1, second(5000));
					player.core.word(1, 0, sent + 100);
					player.core.end(1);
					player.render(400);
					expect(player.of('drained')).toEqual([{ type: 'drained', reply: 1, playedSamples: sent + shift + 5000 }]);
					expect(player.of('word')).toMatchObject([{ atSample: sent + shift + 100 }]);
					expect(player.of('recycle')).toHaveLength(moves.length + 1);
				}
			),
			{ numRuns: 80 }
		);
	});
});
