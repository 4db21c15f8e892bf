import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { WakeLock } from './wake-lock.ts';

class FakeLock extends EventTarget {
	released = false;
	release(): Promise<void> {
		this.released = true;
		this.dispatchEvent(new Event('release'));
		return Promise.resolve();
	}
}

let given: FakeLock[] = [];
let answer: () => Promise<FakeLock>;
const held = (): number => given.filter(({ released }) => !released).length;
const settled = async (): Promise<void> => {
	for (let i = 0; i < 8; i++) await Promise.resolve();
};
const look = async (state: 'visible' | 'hidden'): Promise<void> => {
	Object.assign(document, { visibilityState: state });
	// The browser lets go first.
	if (state === 'hidden') for (const lock of given) if (!lock.released) await lock.release();
	document.dispatchEvent(new Event('visibilitychange'));
	await settled();
};

beforeEach(() => {
	given = [];
	answer = () => {
		const lock = new FakeLock();
		given.push(lock);
		return Promise.resolve(lock);
	};
	vi.stubGlobal('document', Object.assign(new EventTarget(), { visibilityState: 'visible' }));
	vi.stubGlobal('navigator', { wakeLock: { request: () => answer() } });
});
afterEach(() => void vi.unstubAllGlobals());

it('holds one lock while it is wanted, and takes another when the page is seen again', async () => {
	const lock = new WakeLock();
	lock.want(true);
	lock.want(true);
	await settled();
	expect([given.length, held()]).toEqual([1, 1]);
	await look('hidden');
	expect(held()).toBe(0);
	await look('visible');
	expect([given.length, held()]).toEqual([2, 1]);
	lock.want(false);
	await settled();
	expect(held()).toBe(0);
	await look('visible');
	expect(given).toHaveLength(2);
});

it('lets go of a lock that came after it was no longer wanted', async () => {
	const late = Promise.withResolvers<FakeLock>();
	answer = () => late.promise;
	const lock = new WakeLock();
	lock.want(true);
	lock.want(false);
	const came = new FakeLock();
	late.resolve(came);
	await settled();
	expect(came.released).toBe(true);
});

it('holds one for a talk that begins while the last one’s is still being given back', async () => {
	const back = Promise.withResolvers<undefined>();
	const lock = new WakeLock();
	lock.want(true);
	await settled();
	given[0]!.release = async () => {
		given[0]!.released = true;
		await back.promise;
	};
	lock.want(false);
	lock.want(true);
	back.resolve(undefined);
	await settled();
	expect(held()).toBe(1);
	lock.want(false);
	await settled();
	expect(held()).toBe(0);
});

it('asks once more where the page was hidden and seen again before the browser refused', async () => {
	const refusal = Promise.withResolvers<FakeLock>();
	const give = answer;
	answer = () => refusal.promise;
	const lock = new WakeLock();
	lock.want(true);
	await look('hidden');
	answer = give;
	await look('visible');
	refusal.reject(new DOMException('', 'NotAllowedError'));
	await settled();
	expect(held()).toBe(1);
	lock.want(false);
	await settled();
});

it('asks again when the page is seen where it was refused, as with a low battery', async () => {
	const give = answer;
	answer = () => Promise.reject(new DOMException('', 'NotAllowedError'));
	const lock = new WakeLock();
	lock.want(true);
	await settled();
	answer = give;
	await look('visible');
	expect(held()).toBe(1);
	lock.want(false);
	await settled();
});

it('does without where the browser has none', () => {
	vi.stubGlobal('navigator', {});
	expect(() => new WakeLock().want(true)).not.toThrow();
});
