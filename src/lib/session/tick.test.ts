import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import { Listens, type TickKind } from './tick.ts';
import { PHASES, type Phase } from './view.ts';

const heeding = () => {
	const listens = new Listens();
	return (phase: Phase, muted = false, lacking = false): TickKind | null => listens.heed({ phase, muted, lacking });
};

describe('the tick', () => {
	it('comes with the first listening and with the end, not with each turn', () => {
		const heed = heeding();
		const phases = ['asking', 'connecting', 'listening', 'hearing', 'thinking', 'listening', 'ended'] as const;
		expect(phases.map((phase) => heed(phase))).toEqual([null, null, 'on', null, null, null, 'off']);
	});

	it('comes with the mute switch, and with the microphone that goes and comes', () => {
		const heed = heeding();
		expect([heed('listening'), heed('listening', true), heed('listening')]).toEqual(['on', 'off', 'on']);
		expect([heed('listening', false, true), heed('listening', true, true), heed('listening')]).toEqual([
			'off',
			null,
			'on'
		]);
	});

	it('does not tell that the relay is away: what is said meanwhile is kept', () => {
		const heed = heeding();
		expect([heed('listening'), heed('reconnecting'), heed('listening')]).toEqual(['on', null, null]);
	});

	it('never falls into somebody’s speech, and never twice the same without the other', () => {
		const moment = fc.record({ phase: fc.constantFrom(...PHASES), muted: fc.boolean(), lacking: fc.boolean() });
		fc.assert(
			fc.property(fc.array(moment), (moments) => {
				const listens = new Listens();
				let on = false;
				for (const each of moments) {
					const tick = listens.heed(each);
					if (each.phase === 'hearing' || each.phase === 'speaking') expect(tick).toBeNull();
					const now =
						['listening', 'hearing', 'thinking', 'speaking', 'reconnecting'].includes(each.phase) &&
						!each.muted &&
						!each.lacking;
					if (tick !== null) expect([tick, now]).toEqual([now ? 'on' : 'off', !on]);
					on = now;
				}
			})
		);
	});
});
