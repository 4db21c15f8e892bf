import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAILURES, PHASES, type Phase } from '../../session/view.ts';
import {
	GOODBYE_MS,
	initialKiosk,
	PAD_MS,
	PEACE_MS,
	stateOf,
	stepKiosk,
	stillThereMs,
	TROUBLE_MS,
	type KioskEffect,
	type KioskEvent,
	type KioskView,
	type Rules
} from './kiosk-state.ts';

const NIGHT_MS = 1e9;
const rules: Rules = { idleMs: 45_000, maxTalkMs: 600_000, reloadAfterTalks: 50, reloadAtMs: NIGHT_MS };
const RULES: KioskEvent = { type: 'rules', rules };
const phase = (of: Phase): KioskEvent => ({ type: 'phase', phase: of, failure: null });

/** A kiosk whose clock a test moves; it wakes when it asked to. */
class Lobby {
	nowMs = 0;
	state: KioskView = initialKiosk(0, { lastError: null, broken: 0 });
	effects: KioskEffect[] = [];
	wakeAtMs: number | null = null;

	do(...events: readonly KioskEvent[]): this {
		for (const event of events) {
			const { state, effects, wakeAtMs } = stepKiosk(this.state, event, this.nowMs);
			this.state = state;
			this.wakeAtMs = wakeAtMs;
			this.effects.push(...effects);
		}
		return this;
	}
	wait(ms: number): this {
		const untilMs = this.nowMs + ms;
		for (let turns = 0; this.wakeAtMs !== null && this.wakeAtMs <= untilMs; turns++) {
			if (turns > 1000) throw new Error('it never sleeps');
			this.nowMs = Math.max(this.nowMs, this.wakeAtMs);
			this.do({ type: 'tick' });
		}
		this.nowMs = untilMs;
		return this;
	}
	taken(): KioskEffect[] {
		return this.effects.splice(0);
	}
	get scene() {
		return this.state.scene;
	}
}
const attracting = (): Lobby => new Lobby().do(RULES);
const talking = (): Lobby => {
	const lobby = attracting().do({ type: 'touch' }, phase('connecting'), phase('listening'));
	lobby.taken();
	return lobby;
};

describe('a kiosk', () => {
	it('does nothing until the relay says what to be, however it is touched', () => {
		const lobby = new Lobby().do({ type: 'touch' }, { type: 'speech' }).wait(1e7);
		expect(lobby.scene).toBe('starting');
		expect(lobby.taken()).toEqual([]);
		expect(lobby.do(RULES).scene).toBe('attract');
	});

	it('begins once, however often it is touched', () => {
		const lobby = attracting().do({ type: 'touch' }, { type: 'touch' }, { type: 'touch' });
		expect(lobby.scene).toBe('talking');
		expect(lobby.taken()).toEqual(['start']);
	});

	it('begins when somebody speaks, but not with the tail of the talk before', () => {
		const lobby = talking().do({ type: 'stop' }).wait(GOODBYE_MS);
		expect(lobby.scene).toBe('attract');
		expect(lobby.do({ type: 'speech' }).scene).toBe('attract');
		expect(lobby.wait(PEACE_MS).do({ type: 'speech' }).scene).toBe('talking');
	});

	it('asks who is silent whether they are there, and then forgets them', () => {
		const lobby = talking().wait(rules.idleMs - 1);
		expect(lobby.state.talking?.asked).toBe(false);
		expect(lobby.wait(1).state.talking?.asked).toBe(true);
		expect(lobby.taken()).toEqual([]);
		lobby.wait(stillThereMs(rules));
		expect(lobby.scene).toBe('goodbye');
		expect(lobby.taken()).toEqual(['forget']);
		expect(lobby.wait(GOODBYE_MS).scene).toBe('attract');
	});

	it.each<KioskEvent>([{ type: 'touch' }, { type: 'said' }])('goes on with who answers the question: %o', (answer) => {
		const lobby = talking()
			.wait(rules.idleMs + 1)
			.do(answer);
		expect(lobby.state.talking).toMatchObject({ asked: false, idleMs: 0 });
		expect(lobby.do(phase('listening')).wait(rules.idleMs - 1).scene).toBe('talking');
	});

	it('leaves out the time in which it is the assistant’s turn, and keeps what was counted before', () => {
		const lobby = talking().wait(40_000).do(phase('thinking')).wait(60_000).do(phase('speaking')).wait(60_000);
		lobby.do(phase('listening'));
		expect(lobby.state.talking?.idleMs).toBe(40_000);
	});

	it('is kept from its question by no assistant that fills the silences', () => {
		const lobby = talking();
		const round = (): void => {
			lobby.wait(7000).do(phase('hearing'), { type: 'silence' }, phase('thinking')).wait(1000);
			lobby.do(phase('speaking')).wait(4000).do(phase('listening'));
		};
		for (let i = 0; i < 3; i++) round();
		expect(lobby.state.talking).toMatchObject({ idleMs: 36_000, asked: false });
		round();
		expect(lobby.state.talking?.asked).toBe(true);
		// Whoever answers it is answered in peace.
		lobby.do(phase('hearing'), { type: 'said' }, phase('speaking')).wait(100_000);
		expect(lobby.state.talking).toMatchObject({ idleMs: 0, asked: false });
	});

	it.each<Phase>(['asking', 'connecting', 'listening', 'reconnecting', 'deaf'])(
		'stays for ever in no phase: %s',
		(stuck) => {
			expect(
				talking()
					.do(phase(stuck))
					.wait(rules.idleMs + stillThereMs(rules)).scene
			).toBe('goodbye');
		}
	);

	it.each<Phase>(['hearing', 'thinking', 'speaking'])('ends when the time is up, whoever speaks: %s', (busy) => {
		const lobby = talking()
			.do(phase(busy))
			.wait(rules.maxTalkMs - 1);
		expect(lobby.scene).toBe('talking');
		expect(lobby.wait(1).scene).toBe('goodbye');
		expect(lobby.taken()).toEqual(['forget']);
	});

	it('forgets when the assistant says goodbye, and when the talk is stopped from elsewhere', () => {
		for (const over of ['ended', 'idle'] as const) {
			const lobby = talking().do(phase(over));
			expect(lobby.scene).toBe('goodbye');
			expect(lobby.taken()).toEqual(['forget']);
			// What the worker still says of it means nothing.
			expect(lobby.do(phase('listening'), phase('failed')).scene).toBe('goodbye');
		}
	});

	it('lets the next person begin before the goodbye is over', () => {
		const lobby = talking().do({ type: 'stop' }, { type: 'touch' });
		expect(lobby.scene).toBe('talking');
		expect(lobby.taken()).toEqual(['forget', 'start']);
	});
});

describe('what fails', () => {
	it('is told for a moment, forgotten, and tried again', () => {
		for (const failure of FAILURES) {
			const lobby = talking().do({ type: 'phase', phase: 'failed', failure });
			expect(lobby.scene, failure).toBe('trouble');
			expect(lobby.taken(), failure).toContain('forget');
			expect(lobby.state.lastError, failure).not.toBeNull();
			expect(lobby.wait(TROUBLE_MS).scene, failure).toBe('attract');
		}
	});

	it('begins nothing while the relay is away, asks it at each touch, and begins again when it is back', () => {
		const lobby = attracting().do({ type: 'relay', is: 'away' }, { type: 'touch' });
		expect(lobby.scene).toBe('attract');
		expect(lobby.taken()).toEqual(['ask']);
		expect(stateOf(lobby.state)).toBe('away');
		expect(lobby.wait(1e8).do(RULES, { type: 'touch' }).scene).toBe('talking');
	});

	it('does not end a talk that has a connection of its own', () => {
		expect(talking().do({ type: 'relay', is: 'away' }).scene).toBe('talking');
	});

	it('opens no door: a relay that has lost its settings is one that is away', () => {
		expect(new Lobby().do({ type: 'relay', is: 'absent' }).scene).toBe('absent');
		expect(new Lobby().do({ type: 'relay', is: 'absent' }, RULES).scene).toBe('attract');
		const lobby = attracting().do({ type: 'relay', is: 'absent' });
		expect(lobby.scene).toBe('attract');
		expect(lobby.state.relay).toBe('away');
	});

	it('is mended by loading the page anew, less and less often', () => {
		const waits: number[] = [];
		for (let broken = 0; broken < 8; broken++) {
			const lobby = new Lobby();
			lobby.state = initialKiosk(0, { lastError: 'broken', broken });
			lobby.do(RULES, { type: 'touch' }, { type: 'phase', phase: 'failed', failure: 'unsupported_browser' });
			lobby.taken();
			lobby.wait(TROUBLE_MS + PEACE_MS - 1);
			expect(lobby.taken()).toEqual([]);
			while (!lobby.taken().includes('reload')) lobby.wait(1000);
			waits.push(lobby.nowMs);
		}
		expect(waits).toEqual([...waits].sort((a, b) => a - b));
		expect(waits.at(-1)).toBeLessThan(700_000);
	});

	it('is forgiven once a talk has begun', () => {
		const lobby = new Lobby();
		lobby.state = initialKiosk(0, { lastError: 'broken', broken: 5 });
		expect(lobby.do(RULES, { type: 'touch' }, phase('listening')).state.broken).toBe(0);
	});

	it('ends and mends a page that is drawn no more', () => {
		const lobby = talking().do({ type: 'stalled' });
		expect(lobby.taken()).toEqual(['forget']);
		expect(lobby.wait(GOODBYE_MS + PEACE_MS).taken()).toEqual(['reload']);
	});
});

describe('a fresh page', () => {
	it('comes at night, when it is newer, and after many talks, and in no talk', () => {
		const due: readonly ((lobby: Lobby) => void)[] = [
			(lobby) => void lobby.do({ type: 'update' }),
			(lobby) => void lobby.do({ type: 'rules', rules: { ...rules, reloadAtMs: lobby.nowMs } }),
			(lobby) => void lobby.do({ type: 'rules', rules: { ...rules, reloadAfterTalks: 1 } })
		];
		for (const [at, make] of due.entries()) {
			const lobby = talking();
			make(lobby);
			lobby.do(phase('hearing')).wait(500_000);
			expect(lobby.taken()).toEqual([]);
			lobby.do({ type: 'stop' }).wait(GOODBYE_MS + PEACE_MS - 1);
			expect(lobby.taken()).toEqual(['forget']);
			expect(lobby.wait(1).taken()).toEqual([at === 0 ? 'update' : 'reload']);
		}
	});

	it('is not asked of a relay that is away: nobody could load it', () => {
		const lobby = attracting().do({ type: 'update' }, { type: 'relay', is: 'away' }).wait(1e7);
		expect(lobby.taken()).toEqual([]);
		expect(lobby.do(RULES).taken()).toEqual(['update']);
	});

	it('is asked for again where it did not come, and by another way', () => {
		const lobby = attracting().do({ type: 'update' }).wait(PEACE_MS);
		expect(lobby.taken()).toEqual(['update']);
		// In that moment nobody begins what would be broken off.
		expect(lobby.do({ type: 'touch' }).taken()).toEqual([]);
		expect(lobby.wait(61_000).taken()).toEqual(['reload']);
	});
});

describe('the pad for the PIN', () => {
	it('keeps talks from beginning, and goes where nobody touches it', () => {
		const lobby = attracting().do({ type: 'pad', open: true }, { type: 'touch' }, { type: 'speech' });
		expect(lobby.scene).toBe('attract');
		expect(stateOf(lobby.state)).toBe('pin');
		lobby
			.wait(PAD_MS - 1)
			.do({ type: 'pad', open: true })
			.wait(PAD_MS - 1);
		expect(lobby.state.padMs).not.toBeNull();
		expect(lobby.wait(1).state.padMs).toBeNull();
	});
});

describe('whatever happens, in whatever order', () => {
	const events: fc.Arbitrary<KioskEvent> = fc.oneof(
		fc.constant(RULES),
		fc.record({ type: fc.constant('relay' as const), is: fc.constantFrom('away', 'refused', 'absent') }),
		fc.constantFrom<KioskEvent>(
			{ type: 'touch' },
			{ type: 'speech' },
			{ type: 'stop' },
			{ type: 'said' },
			{ type: 'silence' },
			{ type: 'update' },
			{ type: 'stalled' },
			{ type: 'tick' }
		),
		fc.record({ type: fc.constant('pad' as const), open: fc.boolean() }),
		fc.record({
			type: fc.constant('phase' as const),
			phase: fc.constantFrom(...PHASES),
			failure: fc.constantFrom(null, ...FAILURES)
		})
	);
	const story = fc.array(fc.tuple(events, fc.integer({ min: 0, max: 200_000 })), { maxLength: 60 });

	it('every talk that was begun is forgotten, and left alone it is ready for the next person', () => {
		fc.assert(
			fc.property(story, (steps) => {
				const lobby = new Lobby();
				for (const [event, ms] of steps) lobby.do(event).wait(ms);
				lobby.wait(rules.maxTalkMs + TROUBLE_MS + GOODBYE_MS + PAD_MS);
				const count = (wanted: KioskEffect): number => lobby.effects.filter((one) => one === wanted).length;
				expect(count('forget')).toBe(count('start'));
				expect(lobby.state.talking).toBeNull();
				expect(lobby.state.padMs).toBeNull();
				expect(['starting', 'absent', 'attract']).toContain(lobby.scene);
				// A page that was loaded anew meanwhile stands there as well.
				lobby.do(RULES);
				if (lobby.state.reloadingMs !== null) lobby.state = initialKiosk(lobby.nowMs, { lastError: null, broken: 0 });
				expect(lobby.do(RULES, { type: 'touch' }).scene).toBe('talking');
			}),
			{ numRuns: 500 }
		);
	});

	it('a talk is there in its scene and nowhere else, begins only with the relay there, and no load breaks one off', () => {
		fc.assert(
			fc.property(story, (steps) => {
				const lobby = new Lobby();
				for (const [event, ms] of steps) {
					const before = lobby.state;
					lobby.do(event);
					expect(lobby.state.talking !== null).toBe(lobby.scene === 'talking');
					const done = lobby.taken();
					if (done.includes('start')) expect(before.relay === 'there' && before.padMs === null).toBe(true);
					if (done.includes('reload') || done.includes('update')) {
						expect([lobby.scene, lobby.state.relay]).toEqual(['attract', 'there']);
					}
					lobby.wait(ms);
					lobby.taken();
				}
			}),
			{ numRuns: 500 }
		);
	});

	it('a timer that comes late, as of a machine that slept, leads where one in time would', () => {
		const lobby = talking();
		lobby.nowMs += 1e7;
		expect(lobby.do({ type: 'tick' }).scene).toBe('goodbye');
		expect(lobby.taken()).toEqual(['forget']);
	});
});
