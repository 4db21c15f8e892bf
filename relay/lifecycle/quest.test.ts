import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Quest, QuestRemoved } from './quest.ts';
import { FAILURE, puppet, settle } from './testing/puppet.ts';

describe('a quest', () => {
	it('is made, lives and is closed, in this order', async () => {
		const { quest, made, begun, let: go } = puppet('q');
		expect(quest.getNowait()).toBeUndefined();
		quest.start();
		quest.start();
		const got = quest.get();
		go(true);
		expect(await got).toBe(made);
		expect(quest.getNowait()).toBe(made);
		await settle();
		go(true);
		await settle();
		expect(quest.getNowait()).toBeUndefined();
		go(true);
		expect(await quest.ended).toEqual({ failure: null });
		expect(begun).toEqual(['init', 'run', 'close']);
		expect(await quest.get()).toBe(made);
	});

	it('without a run lives until it is removed', async () => {
		let closed = 0;
		let signal: AbortSignal | undefined;
		const quest = new Quest('q', {
			init: (its) => ((signal = its), 7),
			close: () => void closed++
		});
		quest.start();
		expect(await quest.get()).toBe(7);
		await settle();
		expect(closed).toBe(0);
		expect(await quest.remove()).toEqual({ failure: null });
		expect(await quest.remove()).toEqual({ failure: null });
		expect(closed).toBe(1);
		expect(getEventListeners(signal!, 'abort')).toEqual([]);
	});

	it('that cannot be made is not closed, and says why', async () => {
		const { quest, begun, let: go } = puppet('q');
		quest.start();
		go(false);
		await expect(quest.get()).rejects.toBe(FAILURE);
		expect(await quest.ended).toEqual({ failure: { step: 'init', error: FAILURE } });
		expect(begun).toEqual(['init']);
	});

	it('whose making throws at once is told like any other', async () => {
		const quest = new Quest('q', {
			init() {
				throw FAILURE;
			}
		});
		quest.start();
		expect(await quest.ended).toEqual({ failure: { step: 'init', error: FAILURE } });
	});

	it('that is removed while it is made, and made all the same, is closed and never runs', async () => {
		const { quest, begun, let: go } = puppet('q');
		quest.start();
		const got = quest.get();
		const removed = quest.remove();
		await expect(got).rejects.toBeInstanceOf(QuestRemoved);
		go(true);
		await settle();
		expect(quest.getNowait()).toBeUndefined();
		go(true);
		expect(await removed).toEqual({ failure: null });
		expect(begun).toEqual(['init', 'close']);
	});

	it('that is removed before it began never begins', async () => {
		const { quest, begun } = puppet('q');
		expect(await quest.remove()).toEqual({ failure: null });
		quest.start();
		await settle();
		expect(begun).toEqual([]);
		await expect(quest.get()).rejects.toBeInstanceOf(QuestRemoved);
	});

	it('that fails in its run is closed, and the first failure is the one told', async () => {
		const { quest, begun, let: go } = puppet('q');
		quest.start();
		for (const well of [true, false, false]) {
			go(well);
			await settle();
		}
		expect(await quest.ended).toEqual({ failure: { step: 'run', error: FAILURE } });
		expect(begun).toEqual(['init', 'run', 'close']);
	});

	it('is closed exactly once where it was made, whatever fails and whenever it is removed', async () => {
		const action = fc.constantFrom('start', 'well', 'badly', 'remove', 'get', 'settle');
		await fc.assert(
			fc.asyncProperty(fc.array(action, { maxLength: 12 }), fc.boolean(), async (actions, mindsSignal) => {
				const it = puppet('q', { mindsSignal });
				for (const name of actions) {
					if (name === 'start') it.quest.start();
					else if (name === 'well') it.let(true);
					else if (name === 'badly') it.let(false);
					else if (name === 'remove') void it.quest.remove();
					else if (name === 'get') it.quest.get().catch(() => undefined);
					else await settle();
				}
				const removed = it.quest.remove();
				for (let i = 0; i < 3; i++) {
					await settle();
					it.let(true);
				}
				await removed;
				const count = (step: string): number => it.begun.filter((begun) => begun === step).length;
				expect(count('close')).toBe(it.isMade() ? 1 : 0);
				expect(it.ended).toEqual(it.begun);
				expect(['', 'init', 'init,close', 'init,run,close']).toContain(it.begun.join());
				expect(it.quest.getNowait()).toBeUndefined();
			}),
			{ numRuns: 200 }
		);
	});
});
