import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterContextOverflow, FRAME_TOKENS, fitMessages, MESSAGE_TOKENS, type BudgetLimits } from './budget.ts';
import type { PreparedMessage } from './prepare.ts';
import { estimateTokens } from './token-estimate.ts';

const system = (content: string): PreparedMessage => ({ role: 'system', content });
const user = (content: string): PreparedMessage => ({ role: 'user', content });
const assistant = (content: string): PreparedMessage => ({ role: 'assistant', content });

/** One token per unit: arithmetic by hand. */
const estimate = (text: string): number => text.length;
const limits = (contextTokens: number, reserveTokens = 0) => ({ contextTokens, reserveTokens, estimate });

/** Turn n, of 2 × (10 + 8) tokens. */
const turn = (n: number): PreparedMessage[] => [
	user(`question ${String(n)}`),
	assistant(`answering ${String(n)}`.slice(0, 10))
];
const TURN = 2 * (10 + MESSAGE_TOKENS);
const SYSTEM = system('rules');
const FIXED = FRAME_TOKENS + 5 + MESSAGE_TOKENS;

const contents = (messages: readonly PreparedMessage[]): string[] => messages.map(({ content }) => content);

describe('fitMessages', () => {
	it('leaves alone what fits, to the token', () => {
		const messages = [SYSTEM, ...turn(1), ...turn(2)];
		const fitted = fitMessages(messages, limits(FIXED + 2 * TURN));
		expect(fitted).toEqual({ messages, tokens: FIXED + 2 * TURN, droppedTurns: 0, fits: true });
		expect(fitMessages(messages, limits(FIXED + 2 * TURN - 1)).droppedTurns).toBe(1);
	});

	it('keeps room for the answer', () => {
		const messages = [SYSTEM, ...turn(1), ...turn(2)];
		expect(fitMessages(messages, limits(FIXED + 2 * TURN + 100, 101)).droppedTurns).toBe(1);
	});

	it('drops the oldest turns whole, and keeps the instructions', () => {
		const messages = [SYSTEM, ...turn(1), ...turn(2), ...turn(3), user('question 4')];
		const fitted = fitMessages(messages, limits(110));
		expect(contents(fitted.messages)).toEqual(['rules', 'question 3', 'answering ', 'question 4']);
		expect(fitted.droppedTurns).toBe(2);
	});

	it('leaves an extract of what was dropped, with what people said of themselves first', () => {
		const chatter = Array.from({ length: 20 }, (_, n) => [
			user(`Tell me about number ${String(n)}.`),
			assistant('Certainly. Well…')
		]);
		const messages = [
			system('S'),
			user('Hi! My name is Zoé. How are you?'),
			assistant('Fine.'),
			...chatter.flat(),
			user('Who am I?')
		];
		const fitted = fitMessages(messages, { contextTokens: 600, reserveTokens: 100 });
		expect(fitted.fits).toBe(true);
		expect(fitted.messages[0]?.content).toMatch(/^S\n\nEarlier: the person said "My name is Zoé\."; /);
		expect(fitted.messages.at(-1)).toEqual(user('Who am I?'));
		expect(fitted.messages.filter(({ role }) => role === 'system').length).toBe(1);
	});

	it('says nothing of silences, and needs no instructions', () => {
		const messages = [user('...'), assistant('Still there?'), user('x'.repeat(50))];
		const fitted = fitMessages(messages, limits(80));
		expect(contents(fitted.messages)).toEqual(['x'.repeat(50)]);
	});

	it('keeps the instructions and the last turn even where these do not fit, and says so', () => {
		const messages = [SYSTEM, ...turn(1), user('x'.repeat(1000))];
		const fitted = fitMessages(messages, limits(100, 200));
		expect(contents(fitted.messages)).toEqual(['rules', 'x'.repeat(1000)]);
		expect(fitted.fits).toBe(false);
	});

	it('shortens a last turn that is too long by itself to its newest words', () => {
		const long = Array.from({ length: 300 }, (_, n) => `word${String(n)}`).join(' ');
		const messages = [SYSTEM, ...turn(1), user(`${long} and what do you think?`)];
		const fitted = fitMessages(messages, limits(300, 50));
		expect(fitted.fits).toBe(true);
		expect(fitted.tokens).toBeLessThanOrEqual(250);
		expect(fitted.tokens).toBeGreaterThan(230);
		expect(fitted.messages.at(-1)?.content).toMatch(/^… word\d+ .* and what do you think\?$/);
	});

	it('shortens the longest part of a last turn, never to half a character', () => {
		const messages = [SYSTEM, user('😀'.repeat(400)), assistant('Oh!')];
		for (let tokens = 100; tokens < 110; tokens++) {
			const fitted = fitMessages(messages, limits(tokens));
			expect(fitted.fits).toBe(true);
			expect(contents(fitted.messages).at(-1)).toBe('Oh!');
			expect(fitted.messages[1]?.content).toMatch(/^… (?:😀)+$/u);
			expect(fitted.messages[1]?.content.isWellFormed()).toBe(true);
		}
	});

	it('answers nothing for nothing', () => {
		expect(fitMessages([], limits(100))).toEqual({ messages: [], tokens: FRAME_TOKENS, droppedTurns: 0, fits: true });
	});

	it('keeps what one side said in a row in one turn', () => {
		const messages = [SYSTEM, ...turn(1), user('one'), user('two'), assistant('three'), assistant('four')];
		expect(contents(fitMessages(messages, limits(80)).messages)).toEqual(['rules', 'one', 'two', 'three', 'four']);
	});
});

const text = fc.oneof(
	fc.lorem({ maxCount: 30 }),
	fc.string({ maxLength: 60 }),
	fc.constantFrom('My name is Ada. I like tea.', "Je m'appelle Zoé.", '...', '', '漢字かな交じり文', '👍🏽 ok')
);
const conversation = fc
	.tuple(
		fc.array(text, { maxLength: 1 }),
		fc.array(fc.tuple(fc.constantFrom('user', 'assistant'), text), { maxLength: 30 })
	)
	.map(([head, said]): PreparedMessage[] => [
		...head.map(system),
		...said.map(([role, content]) => (role === 'user' ? user(content) : assistant(content)))
	]);
const anyLimits = fc.record({ contextTokens: fc.nat(3000), reserveTokens: fc.nat(400) });

describe('any conversation', () => {
	it('fits, or is down to the instructions and the last turn', () => {
		fc.assert(
			fc.property(conversation, anyLimits, (messages, budget) => {
				const fitted = fitMessages(messages, budget);
				const tokens = fitted.messages.reduce(
					(sum, { content }) => sum + estimateTokens(content) + MESSAGE_TOKENS,
					FRAME_TOKENS
				);
				expect(fitted.tokens).toBe(tokens);
				expect(fitted.fits).toBe(tokens <= Math.max(0, budget.contextTokens - budget.reserveTokens));
				if (fitted.fits) return;
				const said = fitted.messages.filter(({ role }) => role !== 'system');
				expect(
					said.filter(({ role }, at) => role === 'user' && said[at - 1]?.role !== 'user').length
				).toBeLessThanOrEqual(1);
				expect(contents(fitted.messages.filter(({ role }) => role === 'system'))).toEqual(
					contents(messages.filter(({ role }) => role === 'system'))
				);
			})
		);
	});

	it('keeps its order, its last turn and whole turns', () => {
		fc.assert(
			fc.property(conversation, anyLimits, (messages, budget) => {
				const said = messages.filter(({ role }) => role !== 'system');
				const kept = fitMessages(messages, budget).messages.filter(({ role }) => role !== 'system');
				const newest = kept.length === 0 ? [] : said.slice(-kept.length);
				expect(kept.map(({ role }) => role)).toEqual(newest.map(({ role }) => role));
				kept.forEach(({ content }, at) => {
					const whole = newest[at]?.content ?? '';
					expect(content === whole || whole.endsWith(content.replace(/^… /, ''))).toBe(true);
				});
				const lastUser = said.findLastIndex(({ role }) => role === 'user');
				if (said.length > 0)
					expect(kept.length).toBeGreaterThanOrEqual(Math.max(1, lastUser < 0 ? 1 : said.length - lastUser));
				if (kept.length === said.length || kept.length === 0) return;
				// The first that is kept begins a turn: the person's, after something that was not.
				expect(kept[0]?.role).toBe('user');
				expect(said[said.length - kept.length - 1]?.role).toBe('assistant');
			})
		);
	});

	it('leaves no longer extract than a tenth of the room, and the same one every time', () => {
		fc.assert(
			fc.property(conversation, anyLimits, (messages, budget) => {
				const fitted = fitMessages(messages, budget);
				expect(fitMessages(messages, budget)).toEqual(fitted);
				const before = messages
					.filter(({ role }) => role === 'system')
					.map(({ content }) => content)
					.join('');
				const after = fitted.messages
					.filter(({ role }) => role === 'system')
					.map(({ content }) => content)
					.join('');
				expect(after.startsWith(before)).toBe(true);
				const room = Math.max(0, budget.contextTokens - budget.reserveTokens);
				expect(estimateTokens(after.slice(before.length).trim())).toBeLessThanOrEqual(room / 10);
			})
		);
	});
});

describe('afterContextOverflow', () => {
	it('shrinks below what was refused, and keeps some of it for the answer', () => {
		expect(afterContextOverflow({ contextTokens: 8192, reserveTokens: 512 }, 3000)).toEqual({
			contextTokens: Math.floor(3512 * 0.6),
			reserveTokens: 512
		});
		expect(afterContextOverflow({ contextTokens: 1536, reserveTokens: 512 }, 1400)?.reserveTokens).toBe(230);
	});

	it('comes to an end from anywhere', () => {
		fc.assert(
			fc.property(fc.nat(10_000_000), fc.nat(10_000), fc.nat(10_000_000), (contextTokens, reserveTokens, sent) => {
				let current: BudgetLimits | null = { contextTokens, reserveTokens };
				let tries = 0;
				while (current !== null) {
					const next = afterContextOverflow(current, sent);
					if (next !== null) expect(next.contextTokens).toBeLessThan(current.contextTokens);
					current = next;
					expect(++tries).toBeLessThan(30);
				}
			})
		);
	});
});
