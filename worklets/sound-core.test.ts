import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SoundCore } from './sound-core.ts';

/** What comes out, both voices each in a row, and when each pair ended. */
function through(rate: number, blocks: readonly number[], user: Float32Array | null, assistant: Float32Array | null) {
	const heard = { user: [] as number[], assistant: [] as number[], endS: [] as number[] };
	const core = new SoundCore(rate, (one, other, contextTimeS) => {
		heard.user.push(...one);
		heard.assistant.push(...other);
		heard.endS.push(contextTimeS);
		core.recycle(one, other);
	});
	let at = 0;
	for (const count of blocks) {
		const part = (voice: Float32Array | null) => (voice === null ? [] : [voice.subarray(at, at + count)]);
		core.process(part(user), part(assistant), count, at / rate);
		at += count;
	}
	return heard;
}

it('keeps the voices in step to the sample, whatever the blocks', () => {
	fc.assert(
		fc.property(fc.array(fc.constantFrom(32, 128, 500, 2048), { minLength: 1, maxLength: 60 }), (blocks) => {
			const total = blocks.reduce((sum, count) => sum + count, 0);
			const user = Float32Array.from({ length: total }, (_, i) => ((i % 997) + 1) / 1000);
			const assistant = user.map((sample) => -sample);
			const heard = through(24_000, blocks, user, assistant);
			expect(heard.user).toEqual([...user.subarray(0, total - (total % 480))]);
			expect(heard.assistant).toEqual(heard.user.map((sample) => -sample));
			for (const [nth, endS] of heard.endS.entries()) expect(endS).toBeCloseTo(((nth + 1) * 480 - 1) / 24_000, 9);
		}),
		{ numRuns: 40 }
	);
});

it('goes on with silence where one of them is not there', () => {
	const voice = new Float32Array(24_000).fill(0.5);
	const blocks = new Array<number>(187).fill(128);
	const alone = through(24_000, blocks, null, voice);
	expect(new Set(alone.user)).toEqual(new Set([0]));
	expect(new Set(alone.assistant)).toEqual(new Set([0.5]));
	expect(through(24_000, blocks, null, null).user).toHaveLength(alone.user.length);
});

it('keeps them in step at other rates, too', () => {
	for (const rate of [44_100, 48_000]) {
		const click = new Float32Array(rate);
		click[rate / 2] = 1;
		const heard = through(rate, new Array<number>(Math.floor(rate / 128)).fill(128), click, click);
		expect(heard.user).toEqual(heard.assistant);
		const loudest = heard.user.indexOf(Math.max(...heard.user));
		expect(Math.abs(loudest - 12_000)).toBeLessThan(48);
	}
});
