import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diagram } from './diagram.ts';
import { ema } from './ema.ts';
import type { TurnEvent } from './events.ts';
import { GUARDS } from './guards.ts';
import { POLICIES } from './options.ts';
import { initialState, STATES } from './state.ts';
import { step } from './step.ts';
import { TABLE } from './table.ts';

const reply = fc.integer({ min: 0, max: 5 });
const retryAfterMs = fc.option(fc.integer({ min: 0, max: 2000 }));
const anyEvent: fc.Arbitrary<TurnEvent> = fc.oneof(
	fc.record({ type: fc.constant('start' as const), sttDelayMs: fc.constantFrom(0, 500, 2500) }),
	fc.constant<TurnEvent>({ type: 'listening' }),
	{
		weight: 6,
		arbitrary: fc.record({ type: fc.constant('step' as const), pause: fc.double({ min: 0, max: 1, noNaN: true }) })
	},
	{
		weight: 3,
		arbitrary: fc.record({ type: fc.constant('word' as const), text: fc.constantFrom('', 'yes', 'bye!', '[speech]') })
	},
	fc.record({ type: fc.constant('recogniser' as const), active: fc.boolean() }),
	fc.record({ type: fc.constant('transcript' as const), text: fc.constantFrom('', 'well') }),
	fc.record({ type: fc.constant('started' as const), reply }),
	fc.record({ type: fc.constant('heard' as const), reply, text: fc.constantFrom(' a', ' Bye!') }),
	fc.record({ type: fc.constant('drained' as const), reply }),
	fc.record({
		type: fc.constant('replyDone' as const),
		reply,
		outcome: fc.constantFrom('complete' as const, 'failed' as const),
		audible: fc.boolean(),
		retryAfterMs
	}),
	fc.record({ type: fc.constant('deaf' as const), retryAfterMs }),
	fc.record({ type: fc.constant('text' as const), text: fc.constantFrom('', 'typed') }),
	fc.record({ type: fc.constant('push' as const), down: fc.boolean() }),
	fc.record({ type: fc.constant('mute' as const), muted: fc.boolean() }),
	fc.record({ type: fc.constant('hold' as const), on: fc.boolean() }),
	fc.constant<TurnEvent>({ type: 'go' }),
	fc.record({ type: fc.constant('patience' as const), factor: fc.constantFrom(0.6, 1, 1.8) }),
	fc.constant<TurnEvent>({ type: 'lost' }),
	fc.constant<TurnEvent>({ type: 'back' }),
	fc.constant<TurnEvent>({ type: 'tick' })
);
/** Events with the milliseconds before each; a conversation begins with `start` so that most of them mean something. */
const anyTalk = fc
	.array(fc.tuple(fc.integer({ min: 0, max: 4000 }), anyEvent), { maxLength: 120 })
	.map((events): [number, TurnEvent][] => [
		[0, { type: 'start', sttDelayMs: 500 }],
		[0, { type: 'listening' }],
		...events
	]);

describe.each(Object.entries(POLICIES))('any order of events, policy %s', (policy, options) => {
	it('leaves a legal state, and the state it was given untouched', () => {
		fc.assert(
			fc.property(anyTalk, (events) => {
				let state = initialState(options);
				let nowMs = 0;
				for (const [afterMs, event] of events) {
					nowMs += afterMs;
					const before = structuredClone(state);
					const next = step(state, event, nowMs);
					expect(state).toEqual(before);
					expect(Object.keys(STATES)).toContain(next.state.name);
					expect(next.state.pause).toBeGreaterThanOrEqual(0);
					expect(next.state.pause).toBeLessThanOrEqual(1);
					state = next.state;
				}
			})
		);
	});

	it('changes nothing where the table names no row for it', () => {
		fc.assert(
			fc.property(anyTalk, anyEvent, (events, last) => {
				let state = initialState(options);
				let nowMs = 0;
				for (const [afterMs, event] of events) state = step(state, event, (nowMs += afterMs)).state;
				fc.pre(TABLE[state.name][last.type] === undefined);
				const next = step(state, last, nowMs);
				expect(next.state).toBe(state);
				expect(next.effects).toEqual([]);
			})
		);
	});

	it('has one reply at a time: each is numbered one more, and an audible one is never left running when the next is asked for', () => {
		fc.assert(
			fc.property(anyTalk, (events) => {
				let state = initialState(options);
				let nowMs = 0;
				let asked = 0;
				let running = false;
				for (const [afterMs, event] of events) {
					nowMs += afterMs;
					if ('reply' in event && event.reply === asked && event.type === 'drained') running = false;
					if (event.type === 'replyDone' && event.reply === asked && !event.audible) running = false;
					const next = step(state, event, nowMs);
					for (const effect of next.effects) {
						if (effect.type === 'cancel' && effect.reply === asked) running = false;
						if (effect.type !== 'reply') continue;
						expect(effect.reply).toBe(asked + 1);
						expect(running).toBe(false);
						asked = effect.reply;
						running = true;
					}
					state = next.state;
				}
			}),
			{ numRuns: 300 }
		);
	});

	it('loses no word of the person’s: each is remembered, once, or known for an echo or a backchannel', () => {
		fc.assert(
			fc.property(anyTalk, (events) => {
				let state = initialState(options);
				let nowMs = 0;
				for (const [afterMs, event] of events) {
					const next = step(state, event, (nowMs += afterMs));
					const listens = !['off', 'leaving', 'over'].includes(state.name);
					if (event.type === 'word' && event.text !== '' && listens) {
						const remembered = next.effects.flatMap((effect) =>
							effect.type === 'remember' && effect.role === 'user' ? [effect.text] : []
						);
						const isKnown = GUARDS.isEcho(state, event, nowMs) || next.state.aside.length > state.aside.length;
						expect(isKnown ? [] : remembered.slice(-1)).toEqual(isKnown ? remembered : [event.text]);
						if (policy === 'unmute') expect(remembered).toEqual([event.text]);
					}
					state = next.state;
				}
			}),
			{ numRuns: 300 }
		);
	});

	it('never leaves the voice ducked or silent: whatever began to overlap comes back, stops or ends', () => {
		fc.assert(
			fc.property(anyTalk, (events) => {
				let state = initialState(options);
				let nowMs = 0;
				let ducked = false;
				for (const [afterMs, event] of [...events, [10_000, { type: 'tick' }] as const]) {
					nowMs += afterMs;
					const next = step(state, event, nowMs);
					for (const effect of next.effects) {
						if (effect.type === 'duck') ducked = true;
						if (effect.type === 'resume' || effect.type === 'cancel') ducked = false;
					}
					if (event.type === 'drained' && next.state.name !== 'overlapping') ducked = false;
					state = next.state;
					expect(ducked).toBe(state.name === 'overlapping');
				}
			}),
			{ numRuns: 300 }
		);
	});

	it('commits only what was speculative, and lets nothing speculative sound', () => {
		fc.assert(
			fc.property(anyTalk, (events) => {
				let state = initialState(options);
				let nowMs = 0;
				let open: number | null = null;
				for (const [afterMs, event] of events) {
					const next = step(state, event, (nowMs += afterMs));
					for (const effect of next.effects) {
						if (effect.type === 'reply') open = effect.speculative ? effect.reply : null;
						if (effect.type === 'commit') {
							expect(effect.reply).toBe(open);
							open = null;
						}
						if (effect.type === 'cancel' && effect.reply === open) open = null;
					}
					state = next.state;
					if (state.name === 'speaking' || state.name === 'overlapping') expect(open).toBeNull();
				}
			}),
			{ numRuns: 300 }
		);
	});

	it('never asks to be woken for nothing', () => {
		fc.assert(
			fc.property(anyTalk, (events) => {
				let state = initialState(options);
				let nowMs = 0;
				for (const [afterMs, event] of events) {
					const next = step(state, event, (nowMs += afterMs));
					state = next.state;
					if (next.wakeAtMs === null) continue;
					nowMs = Math.max(nowMs, next.wakeAtMs);
					const woken = step(state, { type: 'tick' }, nowMs);
					expect(woken.state).not.toBe(state);
					state = woken.state;
				}
			})
		);
	});
});

describe('the table', () => {
	it('is drawn: every state and every move between states is in the diagram', () => {
		const text = diagram();
		for (const [from, row] of Object.entries(TABLE)) {
			expect(text).toContain(`${from}: `);
			for (const rules of Object.values(row))
				for (const rule of rules) if (rule.to) expect(text).toMatch(new RegExp(`${from} --> ${rule.to}: `));
		}
	});
});

describe('the average', () => {
	const probability = fc.double({ min: 0, max: 1, noNaN: true });
	const seconds = fc.double({ min: 0.001, max: 10, noNaN: true });

	it('stays between what it was and what came in', () => {
		fc.assert(
			fc.property(probability, probability, seconds, seconds, seconds, (value, input, dtS, attackS, releaseS) => {
				const next = ema(value, input, dtS, { attackS, releaseS });
				expect(next).toBeGreaterThanOrEqual(Math.min(value, input) - 1e-12);
				expect(next).toBeLessThanOrEqual(Math.max(value, input) + 1e-12);
			})
		);
	});

	it('covers half of the way in the attack time going up, and in the release time going down', () => {
		const options = { attackS: 0.3, releaseS: 0.7 };
		expect(ema(0, 1, 0.3, options)).toBeCloseTo(0.5, 12);
		expect(ema(1, 0, 0.7, options)).toBeCloseTo(0.5, 12);
	});

	it('comes out the same in one long step as in many short ones', () => {
		fc.assert(
			fc.property(probability, probability, fc.integer({ min: 1, max: 50 }), (value, input, parts) => {
				const options = { attackS: 0.2, releaseS: 0.4 };
				let stepped = value;
				for (let i = 0; i < parts; i++) stepped = ema(stepped, input, 1 / parts, options);
				expect(stepped).toBeCloseTo(ema(value, input, 1, options), 9);
			})
		);
	});
});
