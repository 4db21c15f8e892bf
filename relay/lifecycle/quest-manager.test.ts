import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { QuestFailed, QuestManager } from './quest-manager.ts';
import { QuestRemoved } from './quest.ts';
import { FAILURE, puppet, settle, type Puppet } from './testing/puppet.ts';

afterEach(() => {
	vi.useRealTimers();
});

describe('the manager of quests', () => {
	it('starts a quest, and forgets it when it is over', async () => {
		const manager = new QuestManager();
		const one = puppet('one');
		expect(manager.add(one.quest)).toBe(one.quest);
		expect(manager.get('one')).toBe(one.quest);
		for (let i = 0; i < 3; i++) {
			one.let(true);
			await settle();
		}
		expect(manager.names()).toEqual([]);
		await manager.close();
		await manager.wait();
	});

	it('lets a successor begin when the one before is closed, and no sooner', async () => {
		const manager = new QuestManager();
		const [old, young] = [puppet('leg'), puppet('leg')];
		manager.add(old.quest);
		old.let(true);
		await settle();
		manager.add(young.quest);
		manager.add(young.quest);
		expect(manager.get('leg')).toBe(young.quest);
		await settle();
		expect(young.begun).toEqual([]);
		old.let(true);
		await settle();
		expect(old.begun).toEqual(['init', 'run', 'close']);
		expect(young.begun).toEqual([]);
		old.let(true);
		await settle();
		expect(young.begun).toEqual(['init']);
		expect(manager.names()).toEqual(['leg']);
		const closed = manager.close();
		young.let(false);
		await closed;
	});

	it('does not wait for ever for one that minds no signal', async () => {
		vi.useFakeTimers();
		const manager = new QuestManager();
		const [stuck, young] = [puppet('leg'), puppet('leg')];
		manager.add(stuck.quest);
		manager.add(young.quest);
		await vi.advanceTimersByTimeAsync(999);
		expect(young.begun).toEqual([]);
		await vi.advanceTimersByTimeAsync(1);
		expect(young.begun).toEqual(['init']);
		expect(vi.getTimerCount()).toBe(0);
	});

	it('drops a successor that is itself replaced before its turn', async () => {
		const manager = new QuestManager();
		const [first, second, third] = [puppet('leg'), puppet('leg'), puppet('leg')];
		for (const { quest } of [first, second, third]) manager.add(quest);
		await expect(second.quest.get()).rejects.toBeInstanceOf(QuestRemoved);
		first.let(false);
		await settle();
		expect(second.begun).toEqual([]);
		expect(third.begun).toEqual(['init']);
		const closed = manager.close();
		third.let(false);
		await closed;
	});

	it('tells the first failure, to whoever waits already and to whoever comes later', async () => {
		const manager = new QuestManager();
		const [one, two] = [puppet('one'), puppet('two')];
		manager.add(one.quest);
		manager.add(two.quest);
		const waiting = manager.wait();
		two.let(false);
		await expect(waiting).rejects.toMatchObject({ name: 'QuestFailed', quest: 'two', step: 'init', cause: FAILURE });
		one.let(false);
		await settle();
		await expect(manager.wait()).rejects.toMatchObject({ quest: 'two' });
		await manager.close();
		await expect(manager.wait()).rejects.toBeInstanceOf(QuestFailed);
	});

	it('takes no failure from what it removed, and waits until that is closed', async () => {
		const manager = new QuestManager();
		const one = puppet('one', { mindsSignal: true });
		manager.add(one.quest);
		one.let(true);
		await settle();
		let isRemoved = false;
		const removed = manager.remove('one').then(() => (isRemoved = true));
		await settle();
		expect(one.begun).toEqual(['init', 'run', 'close']);
		expect(isRemoved).toBe(false);
		one.let(true);
		await removed;
		await manager.remove('nobody');
		await manager.close();
		await manager.wait();
	});

	it('closes with its signal, lets go of it, and takes nothing in any more', async () => {
		const controller = new AbortController();
		const manager = new QuestManager(controller.signal);
		const [one, late] = [puppet('one', { mindsSignal: true }), puppet('late')];
		manager.add(one.quest);
		controller.abort();
		await manager.wait();
		manager.add(late.quest);
		await expect(late.quest.get()).rejects.toBeInstanceOf(QuestRemoved);
		expect([manager.names(), late.begun]).toEqual([[], []]);
		const calm = new AbortController();
		await new QuestManager(calm.signal).close();
		expect(getEventListeners(calm.signal, 'abort')).toEqual([]);
		await new QuestManager(controller.signal).wait();
	});

	it('closes what was made exactly once and keeps namesakes apart, in any order of events', async () => {
		const NAMES = ['a', 'b'];
		const action = fc.record({
			what: fc.constantFrom('add', 'remove', 'well', 'badly', 'settle', 'abort'),
			which: fc.nat({ max: 7 })
		});
		await fc.assert(
			fc.asyncProperty(fc.array(action, { maxLength: 25 }), async (actions) => {
				const controller = new AbortController();
				const manager = new QuestManager(controller.signal, 1_000_000);
				const puppets: Puppet[] = [];
				const apart = (): void => {
					for (const name of NAMES) {
						const holding = puppets.filter(
							({ quest, begun, ended }) =>
								quest.name === name && begun.length > 0 && (begun.length > ended.length || ended.at(-1) === 'init')
						);
						const failed = holding.filter(({ ended, isMade }) => ended.at(-1) === 'init' && !isMade());
						expect(holding.length - failed.length).toBeLessThanOrEqual(1);
					}
				};
				for (const { what, which } of actions) {
					if (what === 'add') {
						const added = puppet(NAMES[which % 2]!, { mindsSignal: which > 3 });
						puppets.push(added);
						manager.add(added.quest);
					} else if (what === 'remove') void manager.remove(NAMES[which % 2]!);
					else if (what === 'settle') await settle();
					else if (what === 'abort') {
						if (which === 0) controller.abort();
					} else puppets[which % puppets.length]?.let(what === 'well');
					apart();
				}
				const closed = manager.close();
				let isClosed = false;
				void closed.then(() => (isClosed = true));
				while (!isClosed) {
					for (const it of puppets) it.let(true);
					await settle();
					apart();
				}
				for (const it of puppets) {
					const closes = it.begun.filter((step) => step === 'close').length;
					expect(closes).toBe(it.isMade() ? 1 : 0);
					expect(it.ended).toEqual(it.begun);
				}
				expect(manager.names()).toEqual([]);
				expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
			}),
			{ numRuns: 100 }
		);
	});
});
