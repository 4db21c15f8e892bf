import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problem } from '../../protocol/problems.ts';
import { backoffMs, RECONNECT } from './backoff.ts';
import { Link } from './link.ts';
import { FakeRelay, WELCOME } from './testing/fake-relay.ts';
import { FakeTime } from './testing/fake-time.ts';

function linked() {
	const relay = new FakeRelay();
	const time = new FakeTime();
	const log: string[] = [];
	const turn = { isQuiet: false };
	const link = new Link({
		url: 'ws://relay/v1/session',
		language: 'fr',
		client: 'test',
		connect: relay.connect,
		nowMs: time.now,
		later: time.later,
		chance: () => 0,
		host: {
			up: () => log.push('up'),
			message: (message) => log.push(message.type),
			down: (moves) => log.push(moves ? 'moves' : 'down'),
			isQuiet: () => turn.isQuiet,
			failed: (why, cause) => log.push(`failed ${why} ${cause?.code ?? ''}`.trim())
		}
	});
	return { relay, time, log, link, turn };
}

describe('Link', () => {
	it('offers the subprotocol, says hello, and is up at the welcome', () => {
		const { relay, log, link } = linked();
		expect(relay.urls).toEqual(['parley.1 ws://relay/v1/session']);
		relay.last.open();
		expect(relay.last.received).toMatchObject([{ type: 'hello', version: 1, language: 'fr' }]);
		expect(link.isUp).toBe(false);
		expect(link.send({ type: 'cancel', reply: 1 })).toBe(false);
		relay.last.say(WELCOME);
		expect(log).toEqual(['up']);
		expect(link.send({ type: 'cancel', reply: 1 })).toBe(true);
	});

	it('gives up on a relay that never answers, after a bounded number of attempts', () => {
		const { relay, time, log } = linked();
		for (let i = 0; i < 20; i++) {
			relay.last.vanish();
			time.advance(10_000);
		}
		expect(relay.sockets).toHaveLength(5);
		expect(log).toEqual(['failed relay_away']);
		expect(time.pending).toBe(0);
	});

	it('does not wait for ever for a welcome', () => {
		const { relay, time } = linked();
		relay.last.open();
		time.advance(5000);
		expect(relay.last.closedWith).toBe(1000);
		time.advance(10_000);
		expect(relay.sockets.length).toBeGreaterThan(1);
	});

	it('looks for a relay that was once there for as long as it takes, and begins within half a second', () => {
		const { relay, time, log, link } = linked();
		relay.last.welcome();
		relay.last.vanish();
		expect(log).toEqual(['up', 'down']);
		time.advance(500);
		expect(relay.sockets).toHaveLength(2);
		for (let i = 0; i < 50; i++) {
			relay.last.vanish();
			link.hurry();
		}
		expect(relay.sockets).toHaveLength(52);
		relay.last.welcome();
		expect(log).toEqual(['up', 'down', 'up']);
	});

	it('does not wait when it is told to hurry', () => {
		const { relay, link } = linked();
		relay.last.welcome();
		relay.last.vanish();
		link.hurry();
		expect(relay.sockets).toHaveLength(2);
		link.hurry();
		expect(relay.sockets).toHaveLength(2);
	});

	it('stops where the relay says that trying again would not help', () => {
		const { relay, time, log } = linked();
		relay.last.open();
		relay.last.say({ type: 'problem', ...problem('client', 'unsupported_version') });
		relay.last.vanish(4409);
		time.advance(60_000);
		expect(log).toEqual(['problem', 'failed relay_refused unsupported_version']);
		expect(relay.sockets).toHaveLength(1);
	});

	it('waits as long as the relay asks', () => {
		const { relay, time } = linked();
		relay.last.open();
		relay.last.say({ type: 'problem', ...problem('relay', 'too_many_sessions') });
		relay.last.vanish(1013);
		time.advance(4999);
		expect(relay.sockets).toHaveLength(1);
		time.advance(1);
		expect(relay.sockets).toHaveLength(2);
	});

	it('leaves a relay that talks nonsense', () => {
		const { relay, time, log } = linked();
		relay.last.welcome();
		relay.last.sayBytes(Uint8Array.of(0xc1));
		expect(log).toContain('down');
		time.advance(1000);
		expect(relay.sockets).toHaveLength(2);
	});

	it('holds no problem against a relay that goes on in spite of it', () => {
		for (const code of ['bad_audio', 'out_of_order'] as const) {
			const { relay, time, log } = linked();
			relay.last.welcome();
			relay.last.say({ type: 'problem', ...problem('client', code) });
			relay.last.vanish();
			time.advance(1000);
			expect(log).toEqual(['up', 'problem', 'down']);
			expect(relay.sockets).toHaveLength(2);
		}
	});

	it('backs off from a relay that welcomes and is gone again, until one has held', () => {
		const { relay, time } = linked();
		const waitMs = (): number => {
			const before = relay.sockets.length;
			const fromMs = time.nowMs;
			while (relay.sockets.length === before) time.advance(1);
			return time.nowMs - fromMs;
		};
		const waits = Array.from({ length: 7 }, () => {
			relay.last.welcome();
			relay.last.vanish();
			return waitMs();
		});
		expect(waits).toEqual([125, 250, 500, 1000, 2000, 4000, 4000]);
		relay.last.welcome();
		time.advance(10_000);
		relay.last.vanish();
		expect(waitMs()).toBe(125);
	});

	it('does not take our own silence for the relay’s', () => {
		const { relay, time, log, link } = linked();
		relay.last.welcome();
		time.advance(60_000); // the microphone was asleep
		link.send({ type: 'cancel', reply: 1 });
		link.checkAlive();
		expect(log).toEqual(['up']);
	});

	it('drops a connection that is open but silent while answers are owed', () => {
		const { relay, time, log, link } = linked();
		relay.last.welcome();
		link.send({ type: 'cancel', reply: 1 });
		time.advance(7000);
		link.send({ type: 'cancel', reply: 1 });
		link.checkAlive();
		expect(log).toEqual(['up']);
		time.advance(2000);
		link.checkAlive();
		expect(log).toEqual(['up', 'down']);
	});

	it('hears nothing more of a socket that it let go, and nothing at all after close', () => {
		const { relay, time, log, link } = linked();
		const [first] = relay.sockets;
		relay.last.welcome();
		relay.last.vanish();
		time.advance(1000);
		first?.say(WELCOME);
		first?.vanish();
		expect(log).toEqual(['up', 'down']);
		link.close();
		relay.last.welcome();
		time.advance(60_000);
		expect(log).toEqual(['up', 'down']);
		expect(relay.sockets).toHaveLength(2);
		expect(time.pending).toBe(0);
	});

	it('has no room where the network is slower than a voice', () => {
		const { relay, link } = linked();
		relay.last.welcome();
		expect(link.hasRoom).toBe(true);
		relay.last.bufferedAmount = 70_000;
		expect(link.hasRoom).toBe(false);
	});
});

describe('a relay that goes away', () => {
	function leaving(withinMs = 10_000) {
		const all = linked();
		all.relay.last.welcome();
		const [old] = all.relay.sockets;
		if (old === undefined) throw new Error('nobody connected');
		old.say({ type: 'drain', withinMs });
		return { ...all, old };
	}

	it('is not left before another is there and nothing is cut', () => {
		const { relay, log, link, turn, old } = leaving();
		expect(relay.sockets).toHaveLength(2);
		turn.isQuiet = true;
		link.settle();
		expect(log).toEqual(['up']);
		turn.isQuiet = false;
		relay.last.welcome();
		link.settle();
		expect(log).toEqual(['up']);
		expect(link.send({ type: 'cancel', reply: 1 })).toBe(true);
		expect(old.of('cancel')).toHaveLength(1);
		turn.isQuiet = true;
		link.settle();
		expect(log).toEqual(['up', 'moves', 'up']);
		expect(old.closedWith).toBe(1000);
		link.send({ type: 'cancel', reply: 2 });
		expect(relay.last.of('cancel')).toEqual([{ type: 'cancel', reply: 2 }]);
	});

	it('is left at once where nothing is cut when the other answers', () => {
		const { relay, log, turn } = leaving();
		turn.isQuiet = true;
		relay.last.welcome();
		expect(log).toEqual(['up', 'moves', 'up']);
	});

	it('is left in the middle shortly before its time is over', () => {
		for (const [withinMs, leftAfterMs] of [
			[10_000, 9500],
			[600, 300],
			[0, 0]
		] as const) {
			const { relay, log, time } = leaving(withinMs);
			relay.last.welcome();
			time.advance(leftAfterMs - 1);
			expect(log).toEqual(withinMs === 0 ? ['up', 'moves', 'up'] : ['up']);
			time.advance(1);
			expect(log).toEqual(['up', 'moves', 'up']);
			expect(time.pending).toBe(0);
		}
	});

	it('is asked for again and again where it answers itself, and not beyond its time', () => {
		const { relay, log, time, old } = leaving(5000);
		for (let passed = 0; passed < 5000; passed += 50) {
			const [next] = relay.sockets.slice(-1);
			if (next !== undefined && next !== old && next.onopen !== null) {
				next.open();
				next.say({ type: 'problem', ...problem('relay', 'draining') });
				next.vanish(1001);
			}
			time.advance(50);
		}
		expect(relay.sockets.length).toBeGreaterThan(3);
		expect(relay.sockets.length).toBeLessThan(12);
		expect(log).toEqual(['up']);
		expect(time.pending).toBe(0);
		old.vanish(1001);
		expect(log).toEqual(['up', 'down']);
		time.advance(500);
		relay.last.welcome();
		expect(log).toEqual(['up', 'down', 'up']);
	});

	it('is not left for one that goes away as well', () => {
		const { relay, time, log, turn } = leaving();
		relay.last.welcome();
		const next = relay.last;
		next.say({ type: 'drain', withinMs: 10_000 });
		expect(next.closedWith).toBe(1000);
		time.advance(300);
		expect(relay.sockets).toHaveLength(3);
		relay.last.welcome();
		turn.isQuiet = true;
		time.advance(60_000);
		expect(log).toEqual(['up', 'moves', 'up']);
		expect(relay.sockets).toHaveLength(3);
	});

	it('that is gone early leaves us to whoever was found', () => {
		const { relay, log, old } = leaving();
		relay.last.welcome();
		old.vanish();
		expect(log).toEqual(['up', 'moves', 'up']);
		expect(relay.sockets).toHaveLength(2);
	});

	it('that is gone early leaves us to whoever is being asked', () => {
		const { relay, log, old } = leaving();
		old.vanish();
		expect(log).toEqual(['up', 'down']);
		relay.last.welcome();
		expect(log).toEqual(['up', 'down', 'up']);
		expect(relay.sockets).toHaveLength(2);
	});

	it('keeps nobody who was found when all is over', () => {
		const { relay, link, time, log } = leaving();
		relay.last.welcome();
		link.close();
		expect(relay.sockets.map(({ closedWith }) => closedWith)).toEqual([1000, 1000]);
		time.advance(20_000);
		expect(log).toEqual(['up']);
		expect(time.pending).toBe(0);
	});

	it('may say so twice, and the next may go away too', () => {
		const { relay, log, old, turn } = leaving();
		old.say({ type: 'drain', withinMs: 3000 });
		expect(relay.sockets).toHaveLength(2);
		turn.isQuiet = true;
		relay.last.welcome();
		relay.last.say({ type: 'drain', withinMs: 3000 });
		relay.last.welcome();
		expect(log).toEqual(['up', 'moves', 'up', 'moves', 'up']);
	});
});

it('backs off: never beyond the limit, never below half of it, longer each time', () => {
	fc.assert(
		fc.property(fc.nat({ max: 100 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (attempt, chance) => {
			const full = Math.min(RECONNECT.maxMs, RECONNECT.firstMs * 2 ** attempt);
			expect(backoffMs(attempt, chance)).toBeGreaterThanOrEqual(full / 2);
			expect(backoffMs(attempt, chance)).toBeLessThanOrEqual(full);
		})
	);
});
