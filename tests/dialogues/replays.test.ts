import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { TurnEffect, TurnEvent } from '../../src/lib/turn/events.ts';
import { POLICIES } from '../../src/lib/turn/options.ts';
import { initialState, type TurnState } from '../../src/lib/turn/state.ts';
import { step } from '../../src/lib/turn/step.ts';

const FOLDER = new URL('recordings/', import.meta.url);
type Line = [nowMs: number, event: TurnEvent, effects: TurnEffect[]];

const recordings = readdirSync(FOLDER).map((name) => {
	const policy = name.split('.')[1] === 'unmute' ? POLICIES.unmute : POLICIES.parley;
	const text = readFileSync(new URL(name, FOLDER), 'utf8');
	return {
		name,
		policy,
		lines: text
			.trim()
			.split('\n')
			.map((line) => JSON.parse(line) as Line)
	};
});

it('there are recordings of both policies', () => {
	expect(recordings.filter(({ policy }) => policy === POLICIES.parley).length).toBeGreaterThanOrEqual(4);
	expect(recordings.filter(({ policy }) => policy === POLICIES.unmute).length).toBeGreaterThanOrEqual(1);
});

describe.each(recordings)('$name', ({ policy, lines }) => {
	it('has the same effects when it is replayed, event by event', () => {
		let state: TurnState = initialState(policy);
		for (const [nowMs, event, effects] of lines) {
			const next = step(state, event, nowMs);
			expect(next.effects, `${nowMs} ms: ${JSON.stringify(event)}`).toEqual(effects);
			state = next.state;
		}
		expect(state.name).toBe('over');
	});

	it('goes on from any moment of it: the state is all that there is', () => {
		const middle = Math.floor(lines.length / 2);
		let state: TurnState = initialState(policy);
		for (const [nowMs, event] of lines.slice(0, middle)) state = step(state, event, nowMs).state;
		// As it would come back from storage or another thread.
		state = { ...structuredClone(state), options: policy };
		for (const [nowMs, event, effects] of lines.slice(middle)) {
			const next = step(state, event, nowMs);
			expect(next.effects).toEqual(effects);
			state = next.state;
		}
	});

	it('with every event told twice leaves a legal state, and asks for no reply twice', () => {
		let state: TurnState = initialState(policy);
		const asked: number[] = [];
		for (const [nowMs, event] of lines) {
			for (const once of [event, event]) {
				const next = step(state, once, nowMs);
				for (const effect of next.effects) if (effect.type === 'reply') asked.push(effect.reply);
				state = next.state;
			}
		}
		expect(new Set(asked).size).toBe(asked.length);
	});
});
