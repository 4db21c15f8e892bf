/** Whether the load tester's figures are true: servers that know their own times, on a clock that does not tick by itself. */
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FigureName, Summary } from '../../loadtest/figures.ts';
import type { Outcome } from '../../loadtest/run.ts';
import { Diary, type Page } from './support/diary.ts';
import { inMemory } from './support/in-memory.ts';
import { followScript, tonePacket, type ScriptOptions } from './support/realtime-server.ts';
import { ScriptedRelay, type RelayScript } from './support/session-server.ts';
import { reasons, SPEECH_MS, talkInNoTime, type TalkOptions } from './support/talk.ts';

/** One way. */
const DELAY_MS = 7;

let packet: Uint8Array;
beforeAll(async () => void (packet = await tonePacket()));
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

interface Told extends Outcome {
	readonly pages: readonly Page[];
}

async function realtime(options: ScriptOptions, more: Partial<TalkOptions> = {}): Promise<Told> {
	const diary = new Diary();
	const connect = inMemory((socket) => followScript(socket, { ...options, diary }, packet), DELAY_MS);
	return { ...(await talkInNoTime({ protocol: 'realtime', connect, ...more })), pages: diary.pages };
}

async function session(script: RelayScript, more: Partial<TalkOptions> = {}): Promise<Told> {
	const diary = new Diary();
	const connect = inMemory((socket) => void new ScriptedRelay(socket, { ...script, diary }, packet), DELAY_MS);
	return { ...(await talkInNoTime({ protocol: 'session', connect, ...more })), pages: diary.pages };
}

const summary = ({ figures }: Outcome, name: FigureName): Summary => {
	const found = figures.summary(name);
	if (found === null) throw new Error(`${name} was not measured`);
	return found;
};
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** What the server knows: from the first page of the voice, and the way to it and back. */
function sinceVoice({ pages }: Told, to: (page: Page) => number | null | undefined): number {
	const answers = pages.filter(({ voiceMs }) => voiceMs !== null);
	return mean(answers.map((page) => (to(page) ?? Number.NaN) - (page.voiceMs ?? Number.NaN))) + 2 * DELAY_MS;
}

describe('on /v1/realtime', () => {
	it('every latency is the server’s own, and the way there and back', async () => {
		const told = await realtime(
			{ llmMs: (n) => 100 + 37 * n, ttsMs: (n) => 200 + 53 * n, frames: 10, frameMs: 40 },
			{ messages: 6, conversations: 3, talkers: 2 }
		);
		expect(told.tally.counts).toMatchObject({ good: 3, bad: 0, messages: 21, interruptions: 0, cutIns: 0 });
		expect(summary(told, 'wait').n).toBe(9);
		expect(summary(told, 'stt').mean).toBeCloseTo(sinceVoice(told, ({ wordMs }) => wordMs));
		expect(summary(told, 'vad').mean).toBeCloseTo(sinceVoice(told, ({ pausedMs }) => pausedMs) - SPEECH_MS);
		expect(summary(told, 'turn').mean).toBeCloseTo(sinceVoice(told, ({ askedMs }) => askedMs) - SPEECH_MS);
		expect(summary(told, 'wait').mean).toBeCloseTo(sinceVoice(told, ({ frameMs }) => frameMs[0]) - SPEECH_MS);
		expect(summary(told, 'llm').mean).toBeCloseTo(100 + 37 * 1.5);
		expect(summary(told, 'ttsStart').mean).toBeCloseTo(200 + 53 * 1.5);
		// 80 ms every 40.
		expect(summary(told, 'ttsFactor').mean).toBeCloseTo(2);
		expect(summary(told, 'gap')).toMatchObject({ n: 12, mean: 0, p99: 0 });
	});

	it('a hundred talkers make the distribution that was scripted', async () => {
		// 1 to 200 ms, in an order that has nothing to do with it.
		let next = 0;
		const told = await realtime(
			{ llmMs: () => 1 + ((next++ * 77) % 200), frames: 2 },
			{ talkers: 100, conversations: 100, messages: 3, staggerMs: 2000 }
		);
		expect(told.tally.counts).toMatchObject({ good: 100, bad: 0 });
		const { n, ...rest } = summary(told, 'llm');
		expect(n).toBe(200);
		const expected = { mean: 100.5, p50: 100.5, p90: 180.1, p95: 190.05, p99: 198.01 };
		for (const [name, value] of Object.entries(expected))
			expect(rest, name).toHaveProperty(name, expect.closeTo(value));
	});

	it('a gap is as long as the silence in it', async () => {
		// Three frames in 40 ms, which sound for 240; the next 500 ms after that is 520 after the third.
		const told = await realtime({ frames: 6, frameMs: 20, stallMs: (frame) => (frame === 3 ? 500 : 0) });
		expect(told.tally.counts.gaps).toBe(2);
		// The first answer's sound begins with the codec's delay, which is not heard.
		expect(summary(told, 'gap').p50).toBeGreaterThanOrEqual(320);
		expect(summary(told, 'gap').mean).toBeLessThan(327);
	});

	it('a question that nobody answers is a wait as long as the patience, not none', async () => {
		const told = await realtime({ ttsMs: (n) => (n === 1 ? 1e6 : 0) }, { patienceMs: 4000, conversations: 2 });
		expect(reasons(told)).toEqual({ no_answer: 2 });
		expect(summary(told, 'wait').n).toBe(2);
		expect(summary(told, 'wait').mean).toBeGreaterThan(4000);
		expect(summary(told, 'wait').mean).toBeLessThan(4200);
	});

	it('a server that never stops talking is a failure, and says why', async () => {
		const told = await realtime({ babbles: true, frameMs: 80 }, { limitMs: 20_000 });
		expect(reasons(told)).toEqual({ no_end: 1 });
		expect(told.tally.counts).toMatchObject({ good: 0, bad: 1, unfinished: 0 });
	});

	it('one that is slow but never silent for long is one too', async () => {
		const told = await realtime({ frames: 40, frameMs: 80 }, { messages: 1000, limitMs: 30_000 });
		expect(Object.keys(reasons(told))).toEqual([expect.stringMatching(/^(too_long|no_end)$/)]);
	});

	it('an answer that is broken off for nothing is counted, and the talker goes on', async () => {
		const { tally } = await realtime({ interrupts: 0 });
		expect(tally.counts).toMatchObject({ good: 1, interruptions: 1, messages: 3 });
	});

	it('an answer to half a sentence is counted, and does not look quick for it', async () => {
		const { tally, figures } = await realtime({ cutsInAfter: 4, frames: 20, frameMs: 40 });
		expect(tally.counts).toMatchObject({ good: 1, cutIns: 1 });
		expect([figures.summary('turn'), figures.summary('vad'), figures.summary('wait')]).toEqual([null, null, null]);
	});

	it('a goodbye is a good end', async () => {
		const { tally } = await realtime({ goodbyeAfter: 1 }, { messages: 100 });
		expect(tally.counts).toMatchObject({ good: 1, bad: 0 });
	});

	it.each<[string, ScriptOptions, string]>([
		['says nothing', { mute: true }, 'no_greeting'],
		['never ends an answer', { endless: true }, 'no_end'],
		['answers what it has not heard', { deaf: true }, 'unheard']
	])('a server that %s is given up', async (_name, options, reason) => {
		expect(reasons(await realtime(options))).toEqual({ [reason]: 1 });
	});
});

describe('on /v1/session', () => {
	it('every latency is the relay’s own, and the way there and back', async () => {
		const told = await session(
			{ llmMs: 150, ttsMs: 250, frameMs: 40 },
			{ messages: 6, conversations: 3, talkers: 2, policy: 'unmute' }
		);
		expect(reasons(told)).toEqual({});
		expect(told.tally.counts).toMatchObject({ good: 3, bad: 0, messages: 21, interruptions: 0, cutIns: 0 });
		expect(summary(told, 'stt').mean).toBeCloseTo(sinceVoice(told, ({ wordMs }) => wordMs));
		expect(summary(told, 'vad').mean).toBeCloseTo(sinceVoice(told, ({ pausedMs }) => pausedMs) - SPEECH_MS);
		// The decision is the talker's own: it was made one way before the relay was asked.
		expect(summary(told, 'turn').mean).toBeCloseTo(
			sinceVoice(told, ({ askedMs }) => askedMs) - SPEECH_MS - 2 * DELAY_MS
		);
		expect(summary(told, 'wait').mean).toBeCloseTo(sinceVoice(told, ({ frameMs }) => frameMs[0]) - SPEECH_MS);
		expect(summary(told, 'llm').mean).toBeCloseTo(150 + 2 * DELAY_MS);
		expect(summary(told, 'ttsStart').mean).toBeCloseTo(250);
		expect(summary(told, 'ttsFactor').mean).toBeCloseTo(2);
	});

	it('an answer that fails and is asked for again counts for the LLM from then on, and for the wait in all', async () => {
		const told = await session(
			{ llmMs: 100, ttsMs: 50, requests: [], fails: { request: 2, afterMs: 900, retryAfterMs: 600 } },
			{ policy: 'unmute' }
		);
		expect(told.tally.counts).toMatchObject({ good: 1, bad: 0 });
		expect(told.tally.troubles.get('llm timed_out')).toBe(1);
		expect(summary(told, 'llm').p99).toBeCloseTo(100 + 2 * DELAY_MS);
		expect(summary(told, 'wait').mean - summary(told, 'turn').mean).toBeGreaterThan(900 + 600 + 150);
	});
});
