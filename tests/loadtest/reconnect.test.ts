/** A talker on `/v1/session` whose relay goes away, on a clock that does not tick by itself. */
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Outcome } from '../../loadtest/run.ts';
import { problem } from '../../src/lib/protocol/problems.ts';
import type { ReplyRequest } from '../../src/lib/protocol/session.ts';
import { inMemory, type ScriptSocket } from './support/in-memory.ts';
import { tonePacket } from './support/realtime-server.ts';
import { ScriptedRelay, type RelayScript } from './support/session-server.ts';
import { talkInNoTime, type TalkOptions } from './support/talk.ts';

let packet: Uint8Array;
beforeAll(async () => void (packet = await tonePacket()));
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

/** What happened at the relays. */
interface Seen {
	/** When who connected, refused or not. */
	readonly atMs: number[];
	readonly requests: ReplyRequest[];
	readonly understood: string[];
	/** Connections that are open in the end. */
	open: number;
}

interface World extends RelayScript {
	/** Whether the n-th connection finds nobody. */
	readonly refuses?: (nth: number) => boolean;
	/** Called with each relay once it is connected to. */
	readonly connected?: (relay: ScriptedRelay, nth: number) => void;
}

async function talk(world: World, more: Partial<TalkOptions> = {}): Promise<Outcome & { readonly seen: Seen }> {
	const seen: Seen = { atMs: [], requests: [], understood: [], open: 0 };
	const connect = inMemory((socket: ScriptSocket) => {
		const nth = seen.atMs.push(performance.now()) - 1;
		if (world.refuses?.(nth) === true) return false;
		seen.open += 1;
		socket.on('close', () => (seen.open -= 1));
		const relay = new ScriptedRelay(socket, { ...seen, ...world }, packet);
		world.connected?.(relay, nth);
		return true;
	}, 3);
	const outcome = await talkInNoTime({ protocol: 'session', connect, policy: 'unmute', patienceMs: 5000, ...more });
	await vi.advanceTimersByTimeAsync(60_000);
	return { ...outcome, seen };
}

/** Does it the first time that it is called with these. */
function once<A extends unknown[]>(when: (...args: A) => boolean, run: (...args: A) => void): (...args: A) => void {
	let isDone = false;
	return (...args) => {
		if (isDone || !when(...args)) return;
		isDone = true;
		run(...args);
	};
}

describe('a relay that is lost', () => {
	it('while the person speaks is followed by another, which hears all that was said', async () => {
		const { tally, seen } = await talk({
			hears: once(
				(_relay, page) => page === 2,
				(relay) => relay.socket.terminate()
			)
		});
		expect(Object.fromEntries(tally.reasons)).toEqual({});
		expect(tally.counts).toMatchObject({ good: 1, reconnects: 1, messages: 3 });
		// Two pages before it was lost were heard by nobody else: three in a row make a word.
		expect(seen.understood).toEqual(['hello']);
		expect(seen.open).toBe(0);
	});

	it('after a word was understood does not make the person say it twice', async () => {
		const { tally, figures, seen } = await talk({
			hears: once(
				(_relay, page) => page === 6,
				(relay) => relay.socket.terminate()
			)
		});
		expect(tally.counts).toMatchObject({ good: 1, reconnects: 1 });
		const question = seen.requests
			.at(-1)
			?.messages.filter(({ role }) => role === 'user')
			.at(-1);
		expect(question?.content.match(/hello/g)).toHaveLength(1);
		expect(figures.summary('stt')?.n).toBe(1);
	});

	it('in the middle of an answer is asked for the rest of it, and every word is heard once', async () => {
		const words = ['One', ' two', ' three', ' four', ' five.'];
		const { tally, seen } = await talk({
			words,
			frameMs: 80,
			speaks: once(
				(_relay, frame) => frame === 5,
				(relay) => relay.socket.terminate()
			)
		});
		expect(tally.counts).toMatchObject({ good: 1, reconnects: 1, interruptions: 0, messages: 3 });
		const [greeting, rest, question] = seen.requests;
		expect(greeting?.begin).toBeUndefined();
		// Two words had come whole, the third not.
		expect(rest).toMatchObject({ reply: greeting?.reply, begin: ' three four five.', written: true });
		const heard = question?.messages.filter(({ role }) => role === 'assistant').map(({ content }) => content);
		expect(heard).toEqual(['One two three four five.']);
		// A person hears nothing meanwhile.
		expect(tally.counts.gaps).toBe(1);
	});

	it('twice in the middle of one answer loses no word of it', async () => {
		const words = ['One', ' two', ' three', ' four', ' five.'];
		let lost = 0;
		const { tally, seen } = await talk({
			words,
			frameMs: 80,
			speaks: (relay, frame) => {
				if (frame !== 3 || lost === 2) return;
				lost += 1;
				relay.socket.terminate();
			}
		});
		expect(tally.counts).toMatchObject({ good: 1, reconnects: 2 });
		expect(seen.requests.slice(1, 3).map(({ begin }) => begin)).toEqual([' two three four five.', ' three four five.']);
		const heard = seen.requests[3]?.messages.filter(({ role }) => role === 'assistant').map(({ content }) => content);
		expect(heard).toEqual(['One two three four five.']);
	});

	it('with a voice that tells no times ends the answer with what came of it', async () => {
		const { tally } = await talk({
			tellsNoTimes: true,
			speaks: once(
				(_relay, frame) => frame === 3,
				(relay) => relay.socket.terminate()
			)
		});
		expect(tally.counts).toMatchObject({ good: 1, reconnects: 1, messages: 3 });
	});

	it('before an answer sounds is asked once more', async () => {
		const { tally, figures } = await talk({
			ttsMs: 300,
			connected: (relay, nth) => {
				if (nth === 0) setTimeout(() => relay.socket.terminate(), 200);
			}
		});
		expect(tally.counts).toMatchObject({ good: 1, reconnects: 1, messages: 3 });
		expect(figures.summary('ttsStart')?.p99).toBeCloseTo(300);
	});

	it('and restarts is asked again and again, later each time, until it is there', async () => {
		const { tally, seen } = await talk({
			refuses: (nth) => nth >= 1 && nth <= 3,
			hears: once(
				(_relay, page) => page === 2,
				(relay) => relay.socket.close(1001)
			)
		});
		expect(tally.counts).toMatchObject({ good: 1, reconnects: 1 });
		expect(seen.atMs).toHaveLength(5);
		const waits = seen.atMs.slice(2).map((atMs, i) => atMs - (seen.atMs[i + 1] ?? 0));
		expect(waits[2]).toBeGreaterThan(waits[0] ?? Infinity);
	});

	it('for good is why the conversation did not go well, after as long as anybody waits', async () => {
		const { tally, seen } = await talk({
			refuses: (nth) => nth >= 1,
			hears: once(
				(_relay, page) => page === 2,
				(relay) => relay.socket.close(1001)
			)
		});
		expect(Object.fromEntries(tally.reasons)).toEqual({ lost: 1 });
		expect(tally.counts).toMatchObject({ good: 0, bad: 1, reconnects: 0 });
		// Nobody goes on looking for it.
		const attempts = seen.atMs.length;
		await vi.advanceTimersByTimeAsync(60_000);
		expect(seen.atMs).toHaveLength(attempts);
	});

	it('and does not want anybody back is not asked again', async () => {
		const { tally, seen } = await talk({
			hears: once(
				(_relay, page) => page === 2,
				(relay) => {
					relay.say({ type: 'problem', ...problem('client', 'unauthorized') });
					relay.socket.close(4401);
				}
			)
		});
		expect(Object.fromEntries(tally.reasons)).toEqual({ 'closed (code 4401, client unauthorized)': 1 });
		expect(seen.atMs).toHaveLength(1);
	});

	it('again and again does not make a conversation without an end', async () => {
		const { tally } = await talk(
			{ connected: (relay) => setTimeout(() => relay.socket.terminate(), 100), ttsMs: 5000 },
			{ patienceMs: 20_000 }
		);
		expect([...tally.reasons.keys()]).toEqual([expect.stringMatching(/^(no_greeting|lost|never_ready)$/)]);
		expect(tally.counts.reconnects).toBeGreaterThan(2);
	});
});

describe('a relay that goes away in good order', () => {
	it('between two turns is followed by another, and nobody notices', async () => {
		const drains: number[] = [];
		const { tally, figures, seen } = await talk({
			connected: (relay, nth) => {
				if (nth > 0) return;
				relay.socket.on('close', () => drains.push(performance.now()));
				// The greeting is over by then, and the talker speaks.
				setTimeout(() => relay.say({ type: 'drain', withinMs: 10_000 }), 300);
			}
		});
		expect(tally.counts).toMatchObject({ good: 1, reconnects: 1, gaps: 0, messages: 3 });
		expect(tally.troubles.size).toBe(0);
		expect(figures.summary('gap')?.p99).toBe(0);
		// It did not take all the time that it was given.
		expect(drains[0]).toBeLessThan(9000);
		expect(seen.open).toBe(0);
	});

	it('in the middle of a long answer is left shortly before its time is over', async () => {
		const words = Array.from({ length: 40 }, (_, i) => `${i === 0 ? '' : ' '}w${i}`);
		const { tally, seen } = await talk({
			words,
			frameMs: 80,
			connected: (relay, nth) => {
				if (nth > 0) return;
				setTimeout(() => relay.say({ type: 'drain', withinMs: 2000 }), 500);
				setTimeout(() => relay.socket.close(1001), 2500);
			}
		});
		expect(tally.counts).toMatchObject({ good: 1, reconnects: 1, interruptions: 0 });
		const heard = seen.requests[2]?.messages.filter(({ role }) => role === 'assistant').map(({ content }) => content);
		expect(heard).toEqual([words.join('')]);
	});

	it('and lets nobody in meanwhile is asked until it has gone, and its successor after that', async () => {
		const { tally, seen } = await talk(
			{
				refuses: (nth) => nth >= 1 && performance.now() < 5000,
				connected: (relay, nth) => {
					if (nth > 0) return;
					setTimeout(() => relay.say({ type: 'drain', withinMs: 2000 }), 500);
					setTimeout(() => relay.socket.close(1001), 2500);
				}
			},
			{ messages: 6, patienceMs: 15_000 }
		);
		expect(tally.counts).toMatchObject({ good: 1, reconnects: 1 });
		expect(seen.atMs.length).toBeGreaterThan(3);
		expect(seen.open).toBe(0);
	});
});
