import { describe, expect, it } from 'vitest';
import { CLOSE } from '../../src/lib/protocol/problems.ts';
import { createSessions } from './index.ts';
import { FakeClock } from './testing/fake-clock.ts';
import { TestBrowser } from './testing/test-browser.ts';
import { testDeps } from './testing/test-deps.ts';

const head = (subprotocols?: string): Parameters<ReturnType<typeof createSessions>['upgrade']>[0] => ({
	method: 'GET',
	path: '/v1/session',
	query: '',
	headers: subprotocols === undefined ? {} : { 'sec-websocket-protocol': subprotocols },
	remoteAddress: ''
});

describe('createSessions', () => {
	it('lets in who speaks parley.1, and nobody else', () => {
		const sessions = createSessions(testDeps().deps);
		for (const offer of ['parley.1', 'x, parley.1', 'parley.2,parley.1']) {
			expect(sessions.upgrade(head(offer))).toMatchObject({ accept: true, subprotocol: 'parley.1' });
		}
		for (const offer of [undefined, '', 'parley.2', 'realtime', 'parley.10', 'PARLEY.1']) {
			expect(sessions.upgrade(head(offer))).toMatchObject({ accept: false, response: { status: 400 } });
		}
		expect(sessions.count()).toBe(0);
	});

	it('tells one browser too many that the relay is full, and lets it in once there is room', async () => {
		const sessions = createSessions(testDeps({ limits: { sessions: 2 } }).deps);
		const [first, second] = [new TestBrowser(sessions), new TestBrowser(sessions)];
		for (const browser of [first, second]) browser.hello();
		const third = new TestBrowser(sessions);
		expect(third.of('problem')).toMatchObject([{ fault: 'relay', code: 'too_many_sessions', retry: 'soon' }]);
		expect(await third.closed()).toEqual({ code: CLOSE.tryAgainLater, reason: 'too_many_sessions' });
		expect(sessions.count()).toBe(2);
		first.vanish();
		const fourth = new TestBrowser(sessions);
		fourth.hello();
		expect(fourth.of('welcome').length).toBe(1);
		fourth.vanish();
		second.vanish();
		expect(sessions.count()).toBe(0);
	});

	it('gives nobody a place for being there: who says no hello is sent away for who comes and does', async () => {
		const sessions = createSessions(testDeps({ limits: { sessions: 2 } }).deps);
		const mute = Array.from({ length: 60 }, () => new TestBrowser(sessions));
		const guests = [new TestBrowser(sessions), new TestBrowser(sessions)];
		for (const guest of guests) guest.hello();
		expect(guests.map((guest) => guest.of('welcome').length)).toEqual([1, 1]);
		expect(mute.map(({ closedWith }) => closedWith?.code ?? 0)).toEqual([
			...Array.from({ length: 12 }, () => CLOSE.tryAgainLater),
			...Array.from({ length: 48 }, () => 0)
		]);
		expect(mute[0]!.of('problem')).toMatchObject([{ fault: 'relay', code: 'too_many_sessions', retry: 'soon' }]);
		// There is no room any more for one who was let in before it was full.
		mute[59]!.hello();
		expect(await mute[59]!.closed()).toEqual({ code: CLOSE.tryAgainLater, reason: 'too_many_sessions' });
		for (const browser of [...mute.slice(12, 59), ...guests]) browser.vanish();
		await mute[0]!.closed();
		await mute[11]!.closed();
		expect(sessions.count()).toBe(0);
	});

	it('closes at once where nobody is there, and lets nobody in afterwards', async () => {
		const sessions = createSessions(testDeps().deps);
		await sessions.close();
		const late = new TestBrowser(sessions);
		expect(late.of('problem')).toMatchObject([{ fault: 'relay', code: 'draining' }]);
		expect((await late.closed()).code).toBe(CLOSE.goingAway);
		expect(sessions.count()).toBe(0);
	});

	it('asks everyone to move away, waits for those who do, and ends the rest', async () => {
		const clock = new FakeClock();
		const sessions = createSessions(testDeps({ clock, limits: { drainMs: 700 } }).deps);
		const [polite, stuck, mute] = [new TestBrowser(sessions), new TestBrowser(sessions), new TestBrowser(sessions)];
		polite.hello();
		stuck.hello();
		const closing = sessions.close();
		expect(polite.of('drain')).toEqual([{ type: 'drain', withinMs: 700 }]);
		polite.vanish();
		expect(sessions.count()).toBe(2);
		clock.advance(699);
		expect(stuck.closedWith).toBeNull();
		clock.advance(1);
		await closing;
		for (const browser of [stuck, mute]) {
			expect(browser.of('problem')).toMatchObject([{ fault: 'relay', code: 'draining', retry: 'soon' }]);
			expect(await browser.closed()).toEqual({ code: CLOSE.goingAway, reason: 'draining' });
		}
		expect([sessions.count(), clock.pending()]).toEqual([0, 0]);
	});

	it('is closed as soon as the last browser has left', async () => {
		const clock = new FakeClock();
		const sessions = createSessions(testDeps({ clock }).deps);
		const browser = new TestBrowser(sessions);
		const closing = sessions.close();
		expect(sessions.close()).toBe(closing);
		browser.vanish();
		await closing;
		expect(clock.pending()).toBe(0);
	});
});
