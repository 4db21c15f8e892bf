import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RealtimeQueue, type Timed, type Wait } from './realtime-queue.ts';

/** A clock that moves when it is told to, and the waits that hang on it. */
class FakeTime {
	nowS = 1000;
	readonly waits: { readonly untilS: number; readonly resolve: () => void }[] = [];
	readonly clock = (): number => this.nowS;
	readonly wait: Wait = (ms, signal) =>
		new Promise((resolve, reject) => {
			const entry = { untilS: this.nowS + ms / 1000, resolve };
			this.waits.push(entry);
			signal.addEventListener('abort', () => {
				this.waits.splice(this.waits.indexOf(entry), 1);
				reject(new Error('aborted'));
			});
		});

	/** Lets promises settle, then moves on. */
	async advance(seconds: number): Promise<void> {
		await settled();
		this.nowS += seconds;
		for (const entry of [...this.waits]) if (entry.untilS <= this.nowS + 1e-9) entry.resolve();
		await settled();
	}
}

async function settled(): Promise<void> {
	for (let i = 0; i < 20; i++) await Promise.resolve();
}

function collect<T>(
	queue: RealtimeQueue<T>,
	signal?: AbortSignal
): { readonly got: T[]; readonly ended: Promise<void> } {
	const got: T[] = [];
	const ended = (async () => {
		for await (const [, item] of queue.get(signal)) got.push(item);
	})();
	return { got, ended };
}

const timesArb = fc.array(fc.integer({ min: -3, max: 20 }), { maxLength: 30 });

describe('RealtimeQueue.getNowait', () => {
	it('releases what is due in the order of time, equal times as they came, and keeps the rest', () => {
		fc.assert(
			fc.property(timesArb, fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 8 }), (times, steps) => {
				const time = new FakeTime();
				const queue = new RealtimeQueue<number>(time.clock);
				queue.startIfNotStarted();
				for (const [i, at] of times.entries()) queue.put(i, at);
				const expected = times.map((at, i): Timed<number> => [at, i]).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
				const got: Timed<number>[] = [];
				for (const step of steps) {
					time.nowS += step;
					got.push(...queue.getNowait());
					const due = expected.filter(([at]) => at <= time.nowS - 1000);
					expect(got).toEqual(due);
					expect(queue.size).toBe(times.length - due.length);
					expect(queue.empty()).toBe(due.length === times.length);
				}
			})
		);
	});

	it('keeps the order when items are put while others are taken', () => {
		fc.assert(
			fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 200 }), fc.boolean()), { maxLength: 200 }), (puts) => {
				const time = new FakeTime();
				const queue = new RealtimeQueue<number>(time.clock);
				let taken = 0;
				for (const [at, take] of puts) {
					queue.put(at, at);
					if (!take) continue;
					time.nowS += 1;
					let last = -Infinity;
					for (const [released] of queue.getNowait()) {
						expect(released).toBeGreaterThanOrEqual(last);
						expect(released).toBeLessThanOrEqual(queue.elapsedS);
						last = released;
						taken++;
					}
				}
				expect(taken + queue.size).toBe(puts.length);
			})
		);
	});

	it('starts its clock with the first put, or before it when asked, and only once', () => {
		const time = new FakeTime();
		const queue = new RealtimeQueue<string>(time.clock);
		expect(queue.elapsedS).toBe(0);
		time.nowS += 5;
		queue.put('a', 1);
		expect([...queue.getNowait()]).toEqual([]);
		time.nowS += 1;
		queue.startIfNotStarted();
		expect([...queue.getNowait()]).toEqual([[1, 'a']]);
		const early = new RealtimeQueue<string>(time.clock);
		early.startIfNotStarted();
		time.nowS += 2;
		early.put('b', 1);
		expect([...early.getNowait()]).toEqual([[1, 'b']]);
	});

	it('takes only what the caller takes', () => {
		const queue = new RealtimeQueue<string>(new FakeTime().clock);
		queue.put('a', 0);
		queue.put('b', 0);
		for (const [, item] of queue.getNowait()) {
			expect(item).toBe('a');
			break;
		}
		expect(queue.size).toBe(1);
	});

	it('gives everything out when it is asked to, in order of time, and keeps its clock', () => {
		let nowS = 5;
		const queue = new RealtimeQueue<string>(() => nowS);
		queue.put('late', 9);
		queue.put('soon', 1);
		nowS = 6;
		expect([...queue.getNowait()]).toEqual([[1, 'soon']]);
		queue.put('now', 1);
		expect(queue.takeAll()).toEqual([
			[1, 'now'],
			[9, 'late']
		]);
		expect(queue.empty()).toBe(true);
		expect(queue.elapsedS).toBe(1);
	});

	it('forgets everything on clear, its clock too', () => {
		const time = new FakeTime();
		const queue = new RealtimeQueue<string>(time.clock);
		queue.put('a', 1);
		time.nowS += 10;
		queue.clear();
		expect([...queue.getNowait()]).toEqual([]);
		queue.put('b', 1);
		expect([...queue.getNowait()]).toEqual([]);
		time.nowS += 1;
		expect([...queue.getNowait()]).toEqual([[1, 'b']]);
	});

	it('refuses what is no time, and anything after close', () => {
		const queue = new RealtimeQueue<string>(new FakeTime().clock);
		expect(() => queue.put('a', Number.NaN)).toThrow(RangeError);
		queue.close();
		expect(() => queue.put('a', 0)).toThrow(RangeError);
	});
});

describe('RealtimeQueue.get', () => {
	it('gives each item when its time has come, never before, in order, whatever the order of the puts', async () => {
		await fc.assert(
			fc.asyncProperty(timesArb, async (times) => {
				const time = new FakeTime();
				const queue = new RealtimeQueue<number>(time.clock, time.wait);
				const { got, ended } = collect(queue);
				for (const at of times) queue.put(at, at);
				queue.close();
				for (let second = 0; second <= 20; second++) {
					await settled();
					for (let i = 0; i < times.length; i++) await settled();
					expect(got).toEqual(times.filter((at) => at <= second).sort((a, b) => a - b));
					await time.advance(1);
				}
				await ended;
				expect(time.waits).toEqual([]);
			}),
			{ numRuns: 30 }
		);
	});

	it('wakes when something earlier is put while it waits, and for the first item of an empty queue', async () => {
		const time = new FakeTime();
		const queue = new RealtimeQueue<string>(time.clock, time.wait);
		const { got } = collect(queue);
		await time.advance(3);
		queue.put('late', 10);
		await settled();
		queue.put('soon', 2);
		await settled();
		expect(time.waits).toHaveLength(1);
		await time.advance(2);
		expect(got).toEqual(['soon']);
		await time.advance(8);
		expect(got).toEqual(['soon', 'late']);
		queue.close();
	});

	it('looks at the clock again when a wait ends early', async () => {
		const time = new FakeTime();
		const queue = new RealtimeQueue<string>(time.clock, time.wait);
		const { got } = collect(queue);
		queue.put('a', 1);
		await settled();
		time.waits[0]?.resolve();
		await settled();
		expect(got).toEqual([]);
		await time.advance(1);
		expect(got).toEqual(['a']);
		queue.close();
	});

	it('ends on abort, at once and with no wait left behind, and leaves the items in place', async () => {
		const time = new FakeTime();
		const queue = new RealtimeQueue<string>(time.clock, time.wait);
		const stop = new AbortController();
		const { got, ended } = collect(queue, stop.signal);
		queue.put('a', 5);
		await settled();
		expect(time.waits).toHaveLength(1);
		stop.abort();
		await ended;
		expect(time.waits).toEqual([]);
		expect(got).toEqual([]);
		expect(queue.size).toBe(1);
		await collect(queue, stop.signal).ended;
	});

	it('ends an idle iterator on close, and a busy one after what is queued', async () => {
		const time = new FakeTime();
		const idle = new RealtimeQueue<string>(time.clock, time.wait);
		const first = collect(idle);
		await settled();
		idle.close();
		await first.ended;
		const busy = new RealtimeQueue<string>(time.clock, time.wait);
		const second = collect(busy);
		busy.put('a', 1);
		busy.close();
		await time.advance(1);
		await second.ended;
		expect(second.got).toEqual(['a']);
	});

	it('stops waiting for what was cleared', async () => {
		const time = new FakeTime();
		const queue = new RealtimeQueue<string>(time.clock, time.wait);
		const { got } = collect(queue);
		queue.put('a', 1);
		await settled();
		queue.clear();
		await settled();
		expect(time.waits).toEqual([]);
		await time.advance(5);
		expect(got).toEqual([]);
		queue.put('b', 0);
		await settled();
		expect(got).toEqual(['b']);
		queue.close();
	});

	it('shares items among iterators, each to one of them', async () => {
		const time = new FakeTime();
		const queue = new RealtimeQueue<number>(time.clock, time.wait);
		const [one, two] = [collect(queue), collect(queue)];
		for (let i = 0; i < 10; i++) queue.put(i, i);
		queue.close();
		for (let i = 0; i < 10; i++) await time.advance(1);
		await Promise.all([one.ended, two.ended]);
		expect([...one.got, ...two.got].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
	});

	it('passes a failure of the wait on, and needs a wait', async () => {
		const failing = new RealtimeQueue<string>(new FakeTime().clock, () => Promise.reject(new Error('no timer')));
		failing.put('a', 1);
		await expect(collect(failing).ended).rejects.toThrow('no timer');
		await expect(collect(new RealtimeQueue<string>(new FakeTime().clock)).ended).rejects.toThrow(RangeError);
	});

	it('tells when its first item is due, whatever came first', () => {
		const time = new FakeTime();
		const queue = new RealtimeQueue<string>(time.clock);
		expect(queue.nextS).toBeNull();
		queue.put('late', 3);
		queue.put('early', 1.5);
		expect(queue.nextS).toBe(1.5);
		queue.put('overdue', -1);
		expect([queue.nextS, [...queue.getNowait()].length, queue.nextS]).toEqual([-1, 1, 1.5]);
		queue.takeAll();
		expect(queue.nextS).toBeNull();
	});
});
