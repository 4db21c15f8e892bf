import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { UpstreamError, type LegCode } from '../upstream/failure.ts';
import { findFastest, type FastestOptions } from './find-fastest.ts';
import { FIRST_HEDGES } from './hedge-budget.ts';
import type { Instance } from './instance.ts';
import { createService, type Service } from './service.ts';

beforeEach(() => {
	vi.useFakeTimers();
});
afterEach(() => {
	expect(vi.getTimerCount()).toBe(0);
	vi.useRealTimers();
});

interface Ask {
	readonly address: string;
	readonly signal: AbortSignal;
	readonly answer: (text: string) => void;
	readonly fail: (code: LegCode) => void;
	readonly alive: () => void;
}

/** A service of so many instances, asked in their order. */
function serviceOf(count: number): Service {
	const all = Array.from({ length: count }, (_, i): Instance => ({ url: 'http://h', address: `192.0.2.${i + 1}` }));
	return createService({ name: 'llm', instances: () => Promise.resolve(all), random: () => 0 });
}

/** A search among so many instances, each of which does what the test tells it. */
function house(count: number, options: Partial<FastestOptions> = {}, plain = serviceOf(count)) {
	const told: string[] = [];
	const asked: Ask[] = [];
	const service = {
		...plain,
		failed: (instance: Instance, cause: UpstreamError) => {
			told.push(`${instance.address} ${cause.code}`);
			plain.failed(instance, cause);
		}
	};
	const outer = new AbortController();
	const found = findFastest<string>(
		service,
		(instance, signal, connected, alive) => {
			connected();
			const { promise, resolve, reject } = Promise.withResolvers<string>();
			const fail = (code: LegCode): void => reject(new UpstreamError(code, code));
			asked.push({ address: instance.address ?? '', signal, answer: resolve, fail, alive });
			return promise;
		},
		{
			signal: outer.signal,
			hedgeMs: 3000,
			slow: () => told.push('slow'),
			hedged: () => told.push('hedged'),
			...options
		}
	);
	const result = found.then(
		({ connection }) => connection,
		(error: unknown) => (error instanceof UpstreamError ? error.code : error)
	);
	return { told, asked, outer, result, pass: (ms: number) => vi.advanceTimersByTimeAsync(ms), service };
}

describe('the search for the first answer', () => {
	it('asks one instance, where it answers in time', async () => {
		const { asked, told, result, pass } = house(3);
		await pass(2999);
		asked[0]!.answer('yes');
		expect(await result).toBe('yes');
		await pass(10_000);
		expect([asked.length, told, asked[0]!.signal.aborted]).toEqual([1, [], false]);
	});

	it('asks another beside one that says nothing, takes the first answer, and lets go of the other as failed', async () => {
		const { asked, told, result, pass, service } = house(3);
		await pass(3000);
		expect(asked.map(({ address }) => address)).toEqual(['192.0.2.1', '192.0.2.2']);
		asked[1]!.answer('second');
		expect(await result).toBe('second');
		expect(told).toEqual(['slow', 'hedged', '192.0.2.1 timed_out']);
		expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, false]);
		// For the connecting side, so that the metrics count it as failed.
		expect(asked[0]!.signal.reason).toMatchObject({ code: 'timed_out' });
		expect((await service.next(new Set()))?.address).not.toBe('192.0.2.1');
	});

	it('takes the first one after all, where it is faster, and blames nobody', async () => {
		const { asked, told, result, pass } = house(2);
		await pass(3000);
		asked[0]!.answer('first');
		expect(await result).toBe('first');
		expect(told).toEqual(['slow', 'hedged']);
		expect(asked.map(({ signal }) => signal.aborted)).toEqual([false, true]);
		expect(asked[1]!.signal.reason).not.toBeInstanceOf(UpstreamError);
	});

	it('asks nobody twice, where there is only one, and waits for it', async () => {
		const { asked, told, result, pass } = house(1);
		await pass(15_000);
		expect([asked.length, told]).toEqual([1, ['slow']]);
		asked[0]!.answer('at last');
		expect(await result).toBe('at last');
	});

	it('asks no other where the first gives a sign of life, however long it thinks', async () => {
		const { asked, told, result, pass } = house(2);
		await pass(2000);
		asked[0]!.alive();
		await pass(60_000);
		asked[0]!.answer('thought about it');
		expect([await result, asked.length, told]).toEqual(['thought about it', 1, []]);
	});

	it('does not blame one that gave a sign of life while another was faster', async () => {
		const { asked, told, result, pass } = house(2);
		await pass(3000);
		asked[0]!.alive();
		asked[1]!.answer('quick');
		expect([await result, told]).toEqual(['quick', ['slow', 'hedged']]);
	});

	it('gives each instance its time: one that was asked instead of a failed one begins anew', async () => {
		const { asked, told, result, pass } = house(3);
		await pass(2000);
		asked[0]!.fail('refused');
		await pass(2999);
		expect(told).toEqual(['192.0.2.1 refused']);
		await pass(1);
		expect(asked.map(({ address }) => address)).toEqual(['192.0.2.1', '192.0.2.2', '192.0.2.3']);
		asked[1]!.answer('yes');
		expect(await result).toBe('yes');
	});

	it('goes on with either where the other fails, and tells the most telling failure where both do', async () => {
		for (const [failing, left] of [
			[0, 1],
			[1, 0]
		] as const) {
			const { asked, result, pass } = house(2);
			await pass(3000);
			asked[failing]!.fail('refused');
			await pass(5000);
			asked[left]!.answer('left');
			expect(await result).toBe('left');
		}
		const { asked, result, pass } = house(2);
		await pass(3000);
		asked[0]!.fail('refused');
		asked[1]!.fail('at_capacity');
		expect(await result).toBe('at_capacity');
	});

	it('asks three in all, whichever search asks', async () => {
		const { asked, result, pass } = house(5);
		await pass(3000);
		for (let i = 0; i < 3; i++) {
			asked[i]!.fail('refused');
			await pass(0);
		}
		expect([await result, asked.length]).toEqual(['refused', 3]);
	});

	it('is off at 0', async () => {
		const { asked, told, result, pass } = house(2, { hedgeMs: 0 });
		await pass(60_000);
		expect([asked.length, told]).toEqual([1, []]);
		asked[0]!.answer('late');
		await result;
	});

	it('lets go of both when nobody wants an answer any more', async () => {
		const { asked, told, outer, result, pass } = house(2);
		await pass(3000);
		outer.abort();
		expect(await result).toBe('lost');
		expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, true]);
		expect(told).toEqual(['slow', 'hedged']);
	});

	it('asks a tenth of the questions twice where every instance is slow, and each gets its answer all the same', async () => {
		const service = serviceOf(2);
		const questions = 300;
		let asked = 0;
		for (let i = 0; i < questions; i++) {
			const one = house(2, {}, service);
			await vi.advanceTimersByTimeAsync(3000);
			expect(one.told[0]).toBe('slow');
			asked += one.asked.length;
			one.asked[0]!.answer('slowly');
			expect(await one.result).toBe('slowly');
		}
		expect(asked).toBe(questions + FIRST_HEDGES + questions / 10);
	});

	it('uses up nothing where there is nobody else to ask', async () => {
		const service = serviceOf(1);
		for (let i = 0; i < 2 * FIRST_HEDGES; i++) {
			const { asked, result, pass } = house(1, {}, service);
			await pass(3000);
			asked[0]!.answer('at last');
			await result;
		}
		let left = 0;
		while (service.hedges.take()) left++;
		expect(left).toBe(FIRST_HEDGES + 2);
	});
});
