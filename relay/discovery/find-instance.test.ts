import { getEventListeners } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { PROBLEMS } from '../../src/lib/protocol/problems.ts';
import { LEG_CODES, UpstreamError, rankOf, type LegCode } from '../upstream/failure.ts';
import { findInstance, type Connect } from './find-instance.ts';
import type { Instance } from './instance.ts';
import { createService, type Service } from './service.ts';

afterEach(() => {
	vi.useRealTimers();
});

const failure = (code: LegCode): UpstreamError => new UpstreamError(code, code);

interface Watched {
	readonly service: Service;
	readonly told: string[];
}
function serviceOf(count: number): Watched {
	const told: string[] = [];
	const all = Array.from({ length: count }, (_, i): Instance => ({ url: 'ws://h', address: `192.0.2.${i + 1}` }));
	const service = createService({ name: 'stt', instances: () => Promise.resolve(all), random: () => 0 });
	return {
		told,
		service: {
			...service,
			failed(instance, cause) {
				told.push(`${instance.address} ${cause.code}`);
				service.failed(instance, cause);
			},
			succeeded(instance) {
				told.push(`${instance.address} well`);
				service.succeeded(instance);
			}
		}
	};
}
const signal = (): AbortSignal => new AbortController().signal;
/** Fails with each code in turn, then succeeds. */
function inTurn(...codes: readonly LegCode[]): Connect<string> {
	let trial = 0;
	return (instance) => {
		const code = codes[trial++];
		return code === undefined ? Promise.resolve(instance.address ?? '') : Promise.reject(failure(code));
	};
}

describe('the search for an instance', () => {
	it('goes on to the next where one fails, and says what became of each', async () => {
		const { service, told } = serviceOf(3);
		const found = await findInstance(service, inTurn('refused', 'at_capacity'), { signal: signal() });
		expect(found).toEqual({ instance: { url: 'ws://h', address: '192.0.2.3' }, connection: '192.0.2.3' });
		expect(told).toEqual(['192.0.2.1 refused', '192.0.2.2 at_capacity', '192.0.2.3 well']);
	});

	it('tries three, and no instance twice', async () => {
		const many = serviceOf(5);
		const all = inTurn('refused', 'refused', 'refused', 'refused', 'refused');
		await expect(findInstance(many.service, all, { signal: signal() })).rejects.toMatchObject({ code: 'refused' });
		expect(many.told).toHaveLength(3);
		const one = serviceOf(1);
		await expect(findInstance(one.service, inTurn('lost', 'lost'), { signal: signal() })).rejects.toMatchObject({
			code: 'lost'
		});
		expect(one.told).toHaveLength(1);
	});

	it.each([
		[['refused', 'at_capacity', 'timed_out'], 'at_capacity'],
		[['unauthorized_upstream', 'refused', 'refused'], 'refused'],
		[['unauthorized_upstream', 'unauthorized_upstream', 'unauthorized_upstream'], 'unauthorized_upstream'],
		[['timed_out', 'protocol', 'refused'], 'protocol'],
		[['no_model', 'unauthorized_upstream', 'no_model'], 'no_model'],
		[['unresolved', 'refused', 'timed_out'], 'timed_out']
	] satisfies [LegCode[], LegCode][])('of %j tells %s', async (codes, told) => {
		const search = findInstance(serviceOf(3).service, inTurn(...codes), { signal: signal() });
		await expect(search).rejects.toMatchObject({ code: told });
	});

	it('tells what heals by waiting before what does not, so that the browser goes on asking', () => {
		const ordered = LEG_CODES.toSorted((a, b) => rankOf(a) - rankOf(b));
		expect(new Set(ordered.map(rankOf)).size).toBe(ordered.length);
		expect(ordered[0]).toBe('context_overflow');
		const retries = ordered.slice(1).map((code) => PROBLEMS[code].retry);
		expect(retries).toEqual(retries.toSorted().reverse());
	});

	it('stops at a conversation that is too long: elsewhere it is no shorter', async () => {
		const { service, told } = serviceOf(3);
		await expect(findInstance(service, inTurn('context_overflow'), { signal: signal() })).rejects.toMatchObject({
			code: 'context_overflow'
		});
		expect(told).toHaveLength(1);
	});

	it('takes whatever else is thrown for a failure of the instance', async () => {
		const thrown: Connect<string> = () => {
			throw new Error('at once');
		};
		const search = findInstance(serviceOf(1).service, thrown, { signal: signal() });
		await expect(search).rejects.toMatchObject({ name: 'UpstreamError', code: 'protocol' });
		const reset: Connect<string> = () => Promise.reject(Object.assign(new Error('x'), { code: 'ECONNREFUSED' }));
		await expect(findInstance(serviceOf(1).service, reset, { signal: signal() })).rejects.toMatchObject({
			code: 'refused'
		});
	});

	it('is unresolved where nobody knows an instance, whoever says so', async () => {
		const { service } = serviceOf(0);
		await expect(findInstance(service, inTurn(), { signal: signal() })).rejects.toMatchObject({ code: 'unresolved' });
		for (const error of [failure('unresolved'), new Error('x')]) {
			const lost: Service = { ...service, next: () => Promise.reject(error) };
			await expect(findInstance(lost, inTurn(), { signal: signal() })).rejects.toMatchObject({ code: 'unresolved' });
		}
	});

	it('gives each half a second to connect, and none to mind its signal', async () => {
		vi.useFakeTimers();
		const { service, told } = serviceOf(3);
		const signals: AbortSignal[] = [];
		const search = findInstance(
			service,
			(_instance, its) => {
				signals.push(its);
				return new Promise<string>(() => undefined);
			},
			{ signal: signal() }
		);
		const ended = expect(search).rejects.toMatchObject({ code: 'timed_out' });
		await vi.advanceTimersByTimeAsync(499);
		expect(signals).toHaveLength(1);
		await vi.advanceTimersByTimeAsync(1);
		expect(signals).toHaveLength(2);
		await vi.advanceTimersByTimeAsync(1000);
		await ended;
		expect(signals.map((its) => its.aborted && its.reason instanceof UpstreamError)).toEqual([true, true, true]);
		expect(told.map((line) => line.split(' ')[1])).toEqual(Array(3).fill('timed_out'));
		expect(vi.getTimerCount()).toBe(0);
	});

	it('stops the clock when it is connected: the slot has its own limit', async () => {
		vi.useFakeTimers();
		const { service } = serviceOf(2);
		const search = findInstance(
			service,
			async (_instance, _its, connected) => {
				connected();
				await new Promise((resolve) => setTimeout(resolve, 4000));
				return 'ready';
			},
			{ signal: signal(), timeoutMs: 20 }
		);
		await vi.advanceTimersByTimeAsync(4000);
		expect(await search).toMatchObject({ connection: 'ready' });
	});

	it('ends what it found when the caller’s signal aborts, and what failed before leaves it alone', async () => {
		const controller = new AbortController();
		const { service } = serviceOf(2);
		const signals: AbortSignal[] = [];
		const connect = inTurn('refused');
		await findInstance(
			service,
			(instance, its, connected) => {
				signals.push(its);
				return connect(instance, its, connected);
			},
			{ signal: controller.signal }
		);
		expect(signals.map((its) => its.aborted)).toEqual([true, false]);
		expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1);
		controller.abort();
		expect(signals[1]!.aborted).toBe(true);
	});

	it('ends whatever it connected, though the caller gives up between any two steps', async () => {
		for (let steps = 0; steps < 30; steps++) {
			const given: AbortSignal[] = [];
			const controller = new AbortController();
			const connect: Connect<string> = (_instance, signal) => {
				given.push(signal);
				return Promise.resolve('there');
			};
			const search = findInstance(serviceOf(1).service, connect, { signal: controller.signal }).catch(() => null);
			for (let i = 0; i < steps; i++) await Promise.resolve();
			controller.abort();
			await search;
			expect([steps, given.every(({ aborted }) => aborted)]).toEqual([steps, true]);
		}
	});

	it('is given up at any stage, and blames nobody', async () => {
		const controller = new AbortController();
		const { service, told } = serviceOf(3);
		const hanging = findInstance(service, () => new Promise<string>(() => undefined), { signal: controller.signal });
		await new Promise(setImmediate);
		controller.abort();
		await expect(hanging).rejects.toMatchObject({ code: 'lost', message: 'given up' });
		await expect(findInstance(service, inTurn(), { signal: controller.signal })).rejects.toMatchObject({
			code: 'lost'
		});
		const later = new AbortController();
		const slow: Service = { ...service, next: () => new Promise(() => undefined) };
		const lookingUp = findInstance(slow, inTurn(), { signal: later.signal });
		later.abort();
		await expect(lookingUp).rejects.toMatchObject({ message: 'given up' });
		expect(told).toEqual([]);
		expect(getEventListeners(later.signal, 'abort')).toEqual([]);
	});
});
