/** Trying again what may work the next time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { backoffMs, type Backoff } from './backoff.ts';

export interface RetryOptions extends Backoff {
	/** Tries in all, the first included. */
	readonly tries: number;
	/** Ends the waiting: what the last try threw is thrown. */
	readonly signal: AbortSignal;
	/** Whether another try can heal this. */
	again(error: unknown): boolean;
	/** Before each wait: try `number` (from 1) failed, and another will follow after `waitMs`. */
	failed?(number: number, error: unknown, waitMs: number): void;
	readonly random?: () => number;
	/** Tests bring their own. Rejects where `signal` aborts. */
	readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Runs `attempt(number)` until it resolves; throws what the last one threw. */
export async function retrying<T>(attempt: (number: number) => Promise<T>, options: RetryOptions): Promise<T> {
	const wait = options.wait ?? ((ms, signal) => sleep(ms, undefined, { signal }));
	for (let number = 1; ; number++) {
		try {
			return await attempt(number);
		} catch (error) {
			if (number >= options.tries || options.signal.aborted || !options.again(error)) throw error;
			const waitMs = backoffMs(number, options, options.random);
			options.failed?.(number, error, waitMs);
			const isOver = await wait(waitMs, options.signal).then(
				() => options.signal.aborted,
				() => true
			);
			if (isOver) throw error;
		}
	}
}
