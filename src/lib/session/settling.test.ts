import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Settling } from './settling.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Attempts that the test ends when it likes. */
function setUp() {
	const attempts: PromiseWithResolvers<undefined>[] = [];
	const settling = new Settling(async () => {
		const attempt = Promise.withResolvers<undefined>();
		attempts.push(attempt);
		await attempt.promise;
	});
	const end = async (): Promise<void> => {
		attempts.at(-1)?.resolve(undefined);
		await vi.advanceTimersByTimeAsync(0);
	};
	return { settling, attempts, end };
}

it('makes one attempt at a time, and one more for whatever came meanwhile', async () => {
	const { settling, attempts, end } = setUp();
	for (let i = 0; i < 5; i++) settling.now();
	expect(attempts).toHaveLength(1);
	await end();
	expect(attempts).toHaveLength(2);
	await end();
	expect(attempts).toHaveLength(2);
});

it('takes a storm together, and is not put off by it for ever', async () => {
	const { settling, attempts } = setUp();
	for (let ms = 0; ms < 290; ms += 10) {
		settling.soon();
		await vi.advanceTimersByTimeAsync(10);
	}
	expect(attempts).toHaveLength(0);
	await vi.advanceTimersByTimeAsync(20);
	expect(attempts).toHaveLength(1);
});

it('is not kept waiting by a later attempt that was planned, and makes that one needless', async () => {
	const { settling, attempts, end } = setUp();
	settling.later(5_000);
	settling.soon();
	await vi.advanceTimersByTimeAsync(400);
	expect(attempts).toHaveLength(1);
	await end();
	await vi.advanceTimersByTimeAsync(10_000);
	expect(attempts).toHaveLength(1);
});

it('begins nothing once it is closed', async () => {
	const { settling, attempts, end } = setUp();
	settling.now();
	settling.now();
	settling.soon();
	settling.later(1_000);
	settling.close();
	await end();
	settling.now();
	settling.soon();
	await vi.advanceTimersByTimeAsync(10_000);
	expect(attempts).toHaveLength(1);
});
