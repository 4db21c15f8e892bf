import { describe, expect, it } from 'vitest';
import { SCENARIOS } from '../../bench/turns/command.ts';
import type { Log } from '../../bench/turns/log.ts';
import { measure } from '../../bench/turns/measure/metrics.ts';
import { loadScenarios } from '../../bench/turns/scenario/load.ts';
import { simulate, simulateCore } from '../../bench/turns/simulate.ts';
import type { TurnEffect, TurnEvent } from '../../src/lib/turn/events.ts';
import { UNMUTE } from '../../src/lib/turn/options.ts';
import { scenario, scripted } from './support.ts';

const all = loadScenarios(SCENARIOS);
const PLAIN = scenario([
	{ bot: 'Good morning, what can I do for you on this fine day?' },
	{ say: 'Tell me the time.' },
	{ bot: 'It is a quarter past nine, and the sun has been up for two hours.' }
]);

describe('the simulation', () => {
	it('is the same for the same seed, and another for another', () => {
		const [one] = all;
		if (one === undefined) throw new Error('no dialogue');
		expect(simulate(one, UNMUTE, 7)).toEqual(simulate(one, UNMUTE, 7));
		expect(simulate(one, UNMUTE, 7)).not.toEqual(simulate(one, UNMUTE, 8));
	});

	it('gives two policies the same person: what is said does not depend on who listens', () => {
		const words = (log: Log): string[] => log.said.map(({ text }) => text);
		const patient = { ...UNMUTE, endOfTurnAbove: 0.9 };
		expect(words(simulate(PLAIN, patient, 3))).toEqual(words(simulate(PLAIN, UNMUTE, 3)));
	});

	it('carries the baseline through every dialogue, and leaves a balanced history', () => {
		for (const one of all) {
			const log = simulate(one, UNMUTE, 1);
			expect(log.stoppedMs, one.name).toBeLessThan(120_000);
			expect(log.turns, one.name).toHaveLength(one.script.filter((item) => 'say' in item).length);
			expect(
				log.history.filter(({ open }) => open),
				one.name
			).toEqual([]);
			const heard = log.replies.filter(({ wordsBegun }) => wordsBegun > 0);
			const kept = log.history.filter(({ role }) => role === 'assistant');
			expect(kept.length, one.name).toBe(heard.length);
			for (const { committedMs, cancelledMs, drainedMs } of log.replies)
				expect([committedMs === null, cancelledMs === null, drainedMs === null], one.name).not.toEqual([
					false,
					true,
					true
				]);
		}
	});

	it('shows the hurts that the baseline is known for', () => {
		const of = (subject: string) => {
			const logs = all
				.filter(({ covers }) => covers.some((one) => one === subject))
				.flatMap((one) => [1, 2].map((seed) => simulate(one, UNMUTE, seed)));
			return measure(logs, 2);
		};
		expect(of('digits').cutInPercent).toBeGreaterThan(40);
		expect(of('thinking').cutInPercent).toBeGreaterThan(30);
		expect(of('quick').cutInPercent).toBeLessThan(15);
		expect(of('backchannel').wrongInterruptPercent).toBeGreaterThan(30);
		expect(of('echo').selfInterruptions).toBeGreaterThan(3);
		const clean = of('interruption');
		expect(clean.obeyedPercent).toBeGreaterThan(95);
		// In the first three seconds only a word stops it.
		expect(clean.silenceMsP95).toBeLessThan(900);
	});

	it('answers a plain question soon after its true end, and remembers both sides word for word', () => {
		const figures = measure(
			[1, 2, 3].map((seed) => simulate(PLAIN, UNMUTE, seed)),
			3
		);
		expect(figures.gapMsP50).toBeGreaterThan(300);
		expect(figures.gapMsP50).toBeLessThan(1200);
		expect(figures).toMatchObject({ lostWords: 0, repeatedWords: 0, unansweredPercent: 0, selfInterruptions: 0 });
	});

	it('holds lost time back and lets it arrive in a burst', () => {
		const stalled = scenario([
			{ bot: 'Good morning, what can I do for you on this fine day?' },
			{ stall: 1.5, during: 1 },
			{ say: 'Tell me the time.' },
			{ bot: 'Nine.' }
		]);
		const arrivals = (one: typeof stalled): number[] => {
			const { core, events } = scripted((event) =>
				event.type === 'listening' ? [{ type: 'reply', reply: 1, first: true, speculative: false }] : []
			);
			simulateCore(one, core, 1);
			return events.filter(({ event }) => event.type === 'step').map(({ atMs }) => atMs);
		};
		const gaps = (times: readonly number[]): number[] => times.slice(1).map((at, index) => at - (times[index] ?? 0));
		const longest = gaps(arrivals(stalled));
		expect(Math.max(...longest)).toBeGreaterThan(1300);
		expect(longest.filter((ms) => ms <= 21).length).toBeGreaterThan(10);
		expect(Math.max(...gaps(arrivals(PLAIN)))).toBeLessThan(150);
	});
});

describe('the host', () => {
	/** Greets, and does `then` when the person's first word comes. */
	function greeting(then: (event: TurnEvent) => readonly TurnEffect[]): ReturnType<typeof scripted> {
		return scripted((event) =>
			event.type === 'listening' ? [{ type: 'reply', reply: 1, first: true, speculative: false }] : then(event)
		);
	}

	it('speaks a speculative reply only once it is committed, and then sooner than a new one', () => {
		let asked = false;
		const { core } = greeting((event) => {
			if (event.type !== 'word' || asked) return [];
			asked = true;
			return [{ type: 'reply', reply: 2, first: false, speculative: true }];
		});
		const silent = simulateCore(PLAIN, core, 1);
		expect(silent.replies[1]).toMatchObject({ speculative: true, committedMs: null, startedMs: null });
		expect(measure([silent], 1)).toMatchObject({ wastedCalls: 1 });

		const delay = (speculative: boolean): number => {
			let steps = 0;
			const words: string[] = [];
			const other = greeting((event) => {
				if (event.type === 'word') words.push(event.text);
				if (event.type !== 'step' || words.length === 0) return [];
				steps += 1;
				if (steps === 20 && speculative) return [{ type: 'reply', reply: 2, first: false, speculative }];
				if (steps !== 30) return [];
				return speculative
					? [{ type: 'commit', reply: 2 }]
					: [{ type: 'reply', reply: 2, first: false, speculative: false }];
			});
			const { startedMs, committedMs } = simulateCore(PLAIN, other.core, 1).replies[1] ?? {};
			return (startedMs ?? Number.NaN) - (committedMs ?? Number.NaN);
		};
		expect(delay(true)).toBeLessThan(delay(false) - 50);
	});

	it('notes a commit to words that have changed since', () => {
		let words = 0;
		const { core } = greeting((event) => {
			if (event.type !== 'word') return [];
			words += 1;
			const kept: TurnEffect = { type: 'remember', role: 'user', text: event.text };
			if (words === 1) return [kept, { type: 'reply', reply: 2, first: false, speculative: true }];
			return words === 2 ? [kept, { type: 'commit', reply: 2 }] : [kept];
		});
		expect(simulateCore(PLAIN, core, 1).replies[1]).toMatchObject({ stale: true });
	});

	it('holds the playhead while paused and goes on where it was, without a lost word', () => {
		const told: string[] = [];
		let steps = 0;
		const { core } = greeting((event) => {
			if (event.type === 'heard') told.push(event.text);
			if (event.type !== 'step' || told.length === 0) return [];
			steps += 1;
			return steps === 10 ? [{ type: 'pause' }] : steps === 15 ? [{ type: 'resume' }] : [];
		});
		const [first] = simulateCore(PLAIN, core, 1).replies;
		expect(told.join('')).toBe('Good morning, what can I do for you on this fine day?');
		expect(first?.sounded).toHaveLength(2);
		const [before, after] = first?.sounded ?? [];
		expect((after?.fromMs ?? 0) - (before?.toMs ?? 0)).toBeGreaterThanOrEqual(360);
	});

	it('lets less echo in while the voice is ducked', () => {
		const loud = scenario(PLAIN.script, { echo: 1 });
		const dipped = (gain: number): number => {
			const low: number[] = [];
			const { core } = greeting((event) => {
				if (event.type === 'started') return [{ type: 'duck', gain }];
				if (event.type === 'step') low.push(event.pause);
				return [];
			});
			simulateCore(loud, core, 1);
			return low.slice(12).filter((pause) => pause < 0.4).length;
		};
		expect(dipped(0.1)).toBeLessThan(dipped(1) / 2);
	});

	it('refuses what no host could carry out', () => {
		const commit = greeting((event) => (event.type === 'word' ? [{ type: 'commit', reply: 9 }] : []));
		expect(() => simulateCore(PLAIN, commit.core, 1)).toThrow('never asked for');
		const twice = greeting((event) =>
			event.type === 'word' ? [{ type: 'reply', reply: 1, first: false, speculative: false }] : []
		);
		expect(() => simulateCore(PLAIN, twice.core, 1)).toThrow('asked for twice');
		const sleepless = simulateCore.bind(null, PLAIN, (event, nowMs) => ({
			effects: event.type === 'start' ? [{ type: 'listen' }] : [],
			wakeAtMs: nowMs
		}));
		expect(() => sleepless(1)).toThrow('again and again');
	});
});
