/** The limits of one session that concern what it asks for, and of who may have one. */
import { describe, expect, it } from 'vitest';
import type { Refusal, Visit } from '../access/door.ts';
import { CLOSE } from '../../src/lib/protocol/problems.ts';
import { createSessions } from './index.ts';
import { FakeClock } from './testing/fake-clock.ts';
import { replyHouse, request, stream } from './testing/reply-house.ts';
import { TestBrowser } from './testing/test-browser.ts';
import { testDeps } from './testing/test-deps.ts';
import { NO_WATCHER, type Watch } from './watcher.ts';

describe('the history of a reply', () => {
	it('that is longer than the relay takes is answered as too long for the model, and a shorter one is answered', async () => {
		const house = await replyHouse(
			(response) => stream(response).end('data: {"choices":[{"delta":{"content":"Yes."}}]}\n\ndata: [DONE]\n\n'),
			undefined,
			{ limits: { historyChars: 1000 } }
		);
		const ask = (reply: number, contents: string[], begin?: string): void =>
			house.browser.say(
				request(reply, {
					messages: contents.map((content) => ({ role: 'user' as const, content })),
					...(begin === undefined ? {} : { begin })
				})
			);
		ask(1, ['x'.repeat(500), 'y'.repeat(501)]);
		ask(2, ['x'.repeat(500)], 'z'.repeat(501));
		expect(house.browser.of('problem')).toMatchObject(
			[1, 2].map((reply) => ({ fault: 'llm', code: 'context_overflow', reply }))
		);
		expect(house.browser.of('replyDone')).toMatchObject([1, 2].map((reply) => ({ reply, outcome: 'failed' })));
		expect([house.llm.open(), house.tts.attempts(), house.browser.closedWith]).toEqual([0, 0, null]);
		ask(3, ['x'.repeat(500), 'y'.repeat(500)]);
		expect(await house.browser.next('replyDone', 3)).toMatchObject({ reply: 3, outcome: 'complete' });
		await house.close();
	});

	it('ends the reply before all the same', async () => {
		const house = await replyHouse((response) => stream(response).write(': thinking\n\n'), undefined, {
			limits: { historyChars: 100 }
		});
		house.browser.say(request(1));
		house.browser.say(request(2, { messages: [{ role: 'user', content: 'x'.repeat(200) }] }));
		expect(house.browser.of('replyDone')).toMatchObject([
			{ reply: 1, outcome: 'cancelled' },
			{ reply: 2, outcome: 'failed' }
		]);
		await house.freed();
		await house.close();
	});
});

describe('who may have a session', () => {
	type Answer = Refusal | null | Promise<Refusal | null>;
	function come(answers: { enter?: Refusal | null; admit?: (token: string | undefined) => Answer }) {
		const clock = new FakeClock();
		const { deps, lines } = testDeps({ clock });
		const sessions = createSessions(deps);
		const state = { left: 0 };
		const visit: Visit = {
			address: '203.0.113.7',
			enter: () => answers.enter ?? null,
			begin: () => null,
			admit: (token) => answers.admit?.(token) ?? null,
			leave: () => state.left++
		};
		const browser = new TestBrowser({ ...sessions, upgrade: (head) => sessions.upgrade(head, visit) });
		return { browser, sessions, clock, lines, state };
	}
	const hello = (token?: string) =>
		({ type: 'hello', version: 1, client: 'x', language: 'en', ...(token === undefined ? {} : { token }) }) as const;
	const UNAUTHORIZED: Refusal = { code: 'unauthorized', retryAfterMs: 0 };

	it('is said at once to whom there is no room for, with the time to come again', async () => {
		const { browser, sessions, state } = come({ enter: { code: 'too_fast', retryAfterMs: 1234 } });
		expect(browser.of('problem')).toMatchObject([
			{ fault: 'client', code: 'too_fast', retry: 'soon', retryAfterMs: 1234 }
		]);
		expect(await browser.closed()).toEqual({ code: CLOSE.tooFast, reason: 'too_fast' });
		expect([sessions.count(), state.left]).toEqual([0, 0]);
	});

	it('is welcome with a good token, and its place is free when it leaves', () => {
		const tokens: (string | undefined)[] = [];
		const { browser, sessions, state, lines } = come({
			admit: (token) => {
				tokens.push(token);
				return null;
			}
		});
		browser.say(hello('s3cr3t-token'));
		expect([browser.of('welcome').length, tokens]).toEqual([1, ['s3cr3t-token']]);
		browser.vanish();
		expect([sessions.count(), state.left]).toEqual([0, 1]);
		expect(lines.join()).not.toContain('s3cr3t');
	});

	it('learns nothing without one: the same for none and for a wrong one', async () => {
		const seen = [];
		for (const token of [undefined, 'wrong']) {
			const { browser, state, clock, lines } = come({ admit: () => UNAUTHORIZED });
			browser.say(hello(token));
			expect(await browser.closed()).toEqual({ code: CLOSE.unauthorized, reason: 'unauthorized' });
			expect([state.left, clock.pending()]).toEqual([1, 0]);
			expect(lines.join()).not.toContain('wrong');
			seen.push(browser.received);
		}
		expect(seen[0]).toEqual([
			{ type: 'problem', fault: 'client', code: 'unauthorized', retry: 'never', retryAfterMs: 0, detail: '' }
		]);
		expect(seen[1]).toEqual(seen[0]);
	});

	it('waits for welcome while its token is checked: nothing that it asks meanwhile is done', async () => {
		const checked = Promise.withResolvers<Refusal | null>();
		const { browser } = come({ admit: () => checked.promise });
		browser.say(hello('t'));
		browser.say({ type: 'prepare' });
		browser.say(hello('t'));
		expect(browser.of('problem').map(({ code }) => code)).toEqual(['out_of_order', 'out_of_order']);
		expect(browser.of('welcome')).toEqual([]);
		checked.resolve(null);
		await browser.next('welcome');
		expect(browser.of('welcome').length).toBe(1);
	});

	it('may leave while its token is checked', async () => {
		const checked = Promise.withResolvers<Refusal | null>();
		const { browser, sessions, state, clock } = come({ admit: () => checked.promise });
		browser.say(hello('t'));
		browser.vanish();
		checked.resolve(null);
		await checked.promise;
		expect([browser.received, sessions.count(), state.left, clock.pending()]).toEqual([[], 0, 1, 0]);
	});

	it('is known to whoever looks on by where it comes from, not by the proxy that brings it', () => {
		const seen: string[] = [];
		const watch: Watch = {
			refused: () => undefined,
			session: ({ address }) => {
				seen.push(address);
				return NO_WATCHER;
			}
		};
		const sessions = createSessions({ ...testDeps().deps, watch });
		const visit: Visit = {
			address: '203.0.113.7',
			enter: () => null,
			begin: () => null,
			admit: () => null,
			leave: () => undefined
		};
		const through = new TestBrowser({ ...sessions, upgrade: (head) => sessions.upgrade(head, visit) });
		const direct = new TestBrowser(sessions);
		expect(seen).toEqual(['203.0.113.7', direct.remoteAddress]);
		through.vanish();
		direct.vanish();
	});

	it('leaves no place taken where the session could not even begin', () => {
		const sessions = createSessions({
			...testDeps().deps,
			watch: {
				refused: () => undefined,
				session: () => {
					throw new Error('on purpose');
				}
			}
		});
		let left = 0;
		const visit: Visit = { address: '', enter: () => null, begin: () => null, admit: () => null, leave: () => left++ };
		expect(() => new TestBrowser({ ...sessions, upgrade: (head) => sessions.upgrade(head, visit) })).toThrow(
			'on purpose'
		);
		expect([left, sessions.count()]).toEqual([1, 0]);
	});

	it('is told when tokens cannot be checked, and when to come again', async () => {
		const { browser } = come({ admit: () => Promise.resolve({ code: 'internal', retryAfterMs: 5000 }) });
		browser.say(hello('t'));
		expect((await browser.closed()).code).toBe(CLOSE.internal);
		expect(browser.of('problem')).toMatchObject([
			{ fault: 'relay', code: 'internal', retry: 'soon', retryAfterMs: 5000 }
		]);
	});
});
