import { describe, expect, it } from 'vitest';
import { POLICIES } from './options.ts';
import { greeted } from './testing/talk.ts';

const types = (effects: readonly { type: string }[]): string[] => effects.map(({ type }) => type);
const prepared = (effects: readonly { type: string }[]): number =>
	types(effects).filter((type) => type === 'prepare').length;

describe('what the answer needs is got ready', () => {
	it('with the first word of a turn, and with none of those after it', () => {
		const talk = greeted(POLICIES.parley);
		expect(prepared(talk.effects)).toBe(0);
		talk.words('Well', 'then', 'listen');
		expect(prepared(talk.effects)).toBe(1);
	});

	it('when the talk key goes down, not when it comes up', () => {
		const talk = greeted(POLICIES.parley);
		expect(prepared(talk.send({ type: 'push', down: true }))).toBe(1);
		talk.words('Go');
		talk.send({ type: 'push', down: false });
		expect(prepared(talk.effects)).toBe(1);
	});

	it('when the answer is interrupted, after it let go of its own', () => {
		const talk = greeted(POLICIES.parley);
		talk.send({ type: 'text', text: 'Why?' });
		talk.send({ type: 'started', reply: talk.reply });
		const effects = types(talk.send({ type: 'push', down: true }));
		expect(effects.indexOf('cancel')).toBeGreaterThanOrEqual(0);
		expect(effects.indexOf('prepare')).toBeGreaterThan(effects.indexOf('cancel'));
	});

	it('again when the person goes on: the question that was withdrawn had taken it', () => {
		const talk = greeted(POLICIES.parley);
		talk.words('I', 'like', 'it');
		talk.steps(9, 1);
		talk.flushed(9);
		expect(talk.name).toBe('holding');
		const effects = types(talk.steps(4, 0));
		expect(effects).toEqual(['cancel', 'prepare']);
	});

	it('not for what is typed, which is asked for at once', () => {
		const talk = greeted(POLICIES.parley);
		talk.send({ type: 'text', text: 'Why?' });
		expect(prepared(talk.effects)).toBe(0);
	});

	it('not while nobody is there to do it', () => {
		const talk = greeted(POLICIES.parley);
		talk.send({ type: 'lost' });
		talk.words('What?');
		expect(talk.name).toBe('hearing');
		expect(prepared(talk.effects)).toBe(0);
	});

	it('not under unmute, whose effects are Unmute’s', () => {
		const talk = greeted(POLICIES.unmute);
		talk.words('Well', 'then');
		talk.send({ type: 'push', down: true });
		expect(prepared(talk.effects)).toBe(0);
	});
});
