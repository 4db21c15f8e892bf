import { beforeEach, describe, expect, it } from 'vitest';
import { initialState } from '../../turn/state.ts';
import { POLICIES } from '../../turn/options.ts';
import type { Probe } from '../probe.ts';
import { Probes } from './probes.ts';
import { Stage } from './testing/stage.ts';

const link = { isUp: true, unsentBytes: 12, owedMs: 3, attempts: 0 };
const playout = {
	type: 'playhead',
	reply: 2,
	playedSamples: 0,
	bufferedSamples: 2400,
	gaps: 1,
	gapSamples: 240,
	targetSamples: 4800
} as const;

describe('Probes', () => {
	let sent: Omit<Probe, 'atMs'>[];
	let probes: Probes;
	beforeEach(() => {
		sent = [];
		probes = new Probes((probe) => sent.push(probe));
	});
	const take = (times: number, voice: Parameters<Probes['take']>[1]): void => {
		const state = { ...initialState(POLICIES.parley), name: 'speaking', pause: 0.25, steps: 7 } as const;
		for (let signal = 0; signal < times; signal++) probes.take(state, voice, link, { pause: 0.5 });
	};

	it('are sent while somebody wants them, at every other signal, and otherwise nothing is even read', () => {
		const closed = new Proxy({} as Parameters<Probes['take']>[1], {
			get: () => {
				throw new Error('nobody looks');
			}
		});
		take(20, closed);
		expect(sent).toEqual([]);
		probes.on = true;
		take(10, { reply: 2, bufferedS: 1.5, gain: 1, playout });
		expect(sent).toHaveLength(5);
		probes.on = false;
		take(20, closed);
		expect(sent).toHaveLength(5);
	});

	it('tell milliseconds, and zeros where nothing sounds', () => {
		probes.on = true;
		take(2, { reply: 2, bufferedS: 1.5, gain: 0.3, playout });
		expect(sent[0]).toMatchObject({
			...{ state: 'speaking', pause: 0.5, average: 0.25, steps: 7, linked: true, unsentBytes: 12, reply: 2 },
			...{ bufferedMs: 1500, jitterMs: 100, targetMs: 200, gaps: 1, gapMs: 10, gain: 0.3 }
		});
		expect(sent[0]?.endAbove).toBeGreaterThan(sent[0]?.stopBelow ?? 1);
		take(2, { reply: 3, bufferedS: -0.2, gain: 1, playout: null });
		expect(sent[1]).toMatchObject({ bufferedMs: 0, jitterMs: 0, targetMs: 0, gaps: 0, gapMs: 0 });
	});
});

it('a talk tells the pause head’s last word beside the average, and forgets it with its stream', async () => {
	const sent: Omit<Probe, 'atMs'>[] = [];
	const probes = new Probes((probe) => sent.push(probe));
	probes.on = true;
	const stage = await Stage.open('parley', [], probes);
	stage.relay.last.welcome();
	stage.hear(1);
	expect(sent.at(-1)).toMatchObject({ pause: null, linked: true });
	stage.relay.last.say({ type: 'listening', stream: 1 });
	stage.hear(13);
	stage.step(0.25, 20);
	stage.hear(1);
	expect(sent.at(-1)).toMatchObject({ pause: 0.25, listening: true, steps: 20 });
	expect(sent.at(-1)?.average).toBeCloseTo(0.25, 1);
	stage.relay.last.vanish();
	stage.hear(1);
	expect(sent.at(-1)).toMatchObject({ linked: false, listening: false, attempts: 1 });
});
