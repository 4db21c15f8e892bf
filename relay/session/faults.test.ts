/** Every fault of the embedded engines, by name, seen from the browser; and that nothing is left behind by any of them. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OggUnpager } from '../../src/lib/audio/ogg/unpager.ts';
import { DEFAULT_API_KEY, decodeSttOut, decodeTtsOut } from '../../src/lib/protocol/moshi.ts';
import { Context } from '../../src/lib/chat/context.ts';
import type { Engine, FaultName } from '../embedded/engine.ts';
import { startLlmEngine } from '../embedded/llm/engine.ts';
import { startSttEngine } from '../embedded/stt/engine.ts';
import { startTtsEngine } from '../embedded/tts/engine.ts';
import type { Synthesiser } from '../embedded/tts/synthesiser.ts';
import { createSessions, type Sessions } from './index.ts';
import { opusStream } from './testing/opus-stream.ts';
import { request, story } from './testing/reply-house.ts';
import { TestBrowser } from './testing/test-browser.ts';
import { testDeps } from './testing/test-deps.ts';

/** A tenth of a second of a tone for every word: no process to start, and the rest of the engine is the real one. */
const hum: Synthesiser = {
	name: 'hum',
	voices: () => [],
	speak(text) {
		const words = text.split(/\s+/).filter((word) => word !== '');
		const pcm = Float32Array.from({ length: words.length * 2400 }, (_, i) => 0.3 * Math.sin(i / 10));
		const times = words.map((word, i) => ({ text: word, startS: i * 0.1, stopS: (i + 1) * 0.1 }));
		return Promise.resolve({ pcm, words: times });
	}
};

const SECRETS = ['a', 'secret', 'of', 'seven', 'words', 'or', 'so'].map((text, i) => ({ at: i * 0.2, text }));
const SPOKEN = 'One two three four five six seven eight.';
/** The fault `never` has to be waited out; everything else comes of itself and waits for as long as a busy machine needs. */
const IMPATIENT = { sttTimeoutMs: 300, ttsTimeoutMs: 300, llmFirstTokenMs: 300 };

const startLlm = (): Promise<Engine> => startLlmEngine({ script: { replies: [SPOKEN] }, tokenDelayMs: 0 });

let stt: Engine;
let tts: Engine;
let llm: Engine;
let sessions: Sessions;
let browser: TestBrowser;
let lines: string[];

beforeAll(async () => {
	[stt, tts, llm] = await Promise.all([
		startSttEngine({ log: () => undefined, script: { words: SECRETS } }),
		startTtsEngine({ synthesiser: hum, speed: 50 }),
		startLlm()
	]);
});
afterAll(async () => {
	await Promise.all([stt.close(), tts.close(), llm.close()]);
});
beforeEach(() => open());
afterEach(async () => {
	browser.vanish();
	for (const engine of [stt, tts, llm]) engine.setFault(null);
	await free();
	expect(lines.join('\n')).not.toMatch(/secret|nightingale|seven|public_token|127\.0\.0/i);
});

function open(limits: Partial<typeof IMPATIENT> = {}): void {
	browser?.vanish();
	const keys = { stt: DEFAULT_API_KEY, tts: DEFAULT_API_KEY, llm: 'any' };
	const made = testDeps({ stt: stt.url, tts: tts.url, llm: llm.url, limits, keys });
	lines = made.lines;
	sessions = createSessions(made.deps);
	browser = new TestBrowser(sessions);
	browser.hello();
}

/** Resolves when every slot of every engine is free; the test's own time-out is the judge of never. */
async function free(): Promise<void> {
	while (stt.usedSlots() + tts.usedSlots() + llm.usedSlots() > 0)
		await new Promise((resolve) => setTimeout(resolve, 2));
	expect(sessions.count()).toBe(0);
}

const ends = (): string[] => story(browser.received).filter((line) => /^(problem|done)/.test(line));

describe('a healthy conversation', () => {
	it('listens: a step for every page sent', async () => {
		const stream = opusStream();
		browser.say({ type: 'listen', stream: 1, head: stream.head });
		await browser.next('listening');
		for (let i = 0; i < 30; i++) browser.say({ type: 'audio', page: stream.page() });
		await browser.next('step', 30);
		const steps = browser.of('step').map(({ frame }) => decodeSttOut(frame));
		expect(steps.every((step) => step.ok && step.value.type === 'Step' && step.value.prs.length === 4)).toBe(true);
		expect(browser.of('word').map(({ text }) => text)).toEqual(SECRETS.map(({ text }) => text));
		expect(browser.of('problem')).toEqual([]);
		expect(stt.usedSlots()).toBe(1);
	});

	it('answers: every word written, every word spoken, and sound that is one whole Ogg stream', async () => {
		browser.say(request(1));
		expect((await browser.next('replyDone')).outcome).toBe('complete');
		const written = browser.of('replyWord').map(({ text }) => text);
		expect(written.join('')).toBe(SPOKEN);
		expect(browser.of('replyText').map(({ text }) => text)).toEqual(written.map((word) => word.trim()));
		const unpager = new OggUnpager();
		const events = browser.of('replyAudio').flatMap(({ frame }) => {
			const decoded = decodeTtsOut(frame);
			return decoded.ok && decoded.value.type === 'OggOpus' ? unpager.push(decoded.value.data) : [];
		});
		expect(events.slice(0, 2).map(({ type }) => type)).toEqual(['head', 'tags']);
		expect(events.filter(({ type }) => type === 'packet').length).toBeGreaterThan(10);
		expect(events.some(({ type }) => type === 'junk')).toBe(false);
	});

	it('is interrupted: every slot of the reply is free though the browser stays', async () => {
		browser.say(request(1));
		await browser.next('replyAudio');
		browser.say({ type: 'cancel', reply: 1 });
		while (tts.usedSlots() + llm.usedSlots() > 0) await new Promise((resolve) => setTimeout(resolve, 2));
		expect(ends()).toEqual(['done 1 cancelled']);
	});
});

describe('the STT with the fault', () => {
	it.each([
		['refuse', 'refused'],
		['full', 'at_capacity'],
		['unauthorized', 'unauthorized_upstream'],
		['never', 'timed_out']
	] as const satisfies readonly (readonly [FaultName, string])[])('%s is a problem stt %s', async (fault, code) => {
		if (fault === 'never') open(IMPATIENT);
		stt.setFault(fault);
		browser.say({ type: 'listen', stream: 1, head: opusStream().head });
		expect(await browser.next('problem')).toMatchObject({ fault: 'stt', code });
		stt.setFault(null);
		browser.say({ type: 'listen', stream: 2, head: opusStream().head });
		if (fault !== 'never') await browser.next('listening');
		expect(browser.closedWith).toBeNull();
	});

	it.each([
		['diesMidStream', 'lost'],
		['garbage', 'protocol']
	] as const satisfies readonly (readonly [FaultName, string])[])(
		'%s is a problem stt %s in mid-stream',
		async (fault, code) => {
			stt.setFault(fault);
			const stream = opusStream();
			browser.say({ type: 'listen', stream: 1, head: stream.head });
			await browser.next('listening');
			for (let i = 0; i < 30; i++) browser.say({ type: 'audio', page: stream.page() });
			expect(await browser.next('problem')).toMatchObject({ fault: 'stt', code });
			expect(browser.of('word')[0]?.text).toBe('a');
			stt.setFault(null);
			browser.say({ type: 'listen', stream: 2, head: stream.head });
			await browser.next('listening', 2);
			expect(browser.of('problem').length).toBe(1);
		}
	);

	it('slow is no problem, only slow', async () => {
		stt.setFault('slow');
		const stream = opusStream();
		browser.say({ type: 'listen', stream: 1, head: stream.head });
		await browser.next('listening');
		browser.say({ type: 'audio', page: stream.page() });
		await browser.next('step');
		expect(browser.of('problem')).toEqual([]);
	});
});

describe('the TTS with the fault', () => {
	it.each([
		['refuse', 'refused'],
		['full', 'at_capacity'],
		['unauthorized', 'unauthorized_upstream'],
		['never', 'timed_out'],
		['diesMidStream', 'lost'],
		['garbage', 'protocol']
	] as const satisfies readonly (readonly [FaultName, string])[])('%s is a problem tts %s', async (fault, code) => {
		if (fault === 'never') open(IMPATIENT);
		tts.setFault(fault);
		browser.say(request(1));
		await browser.next('replyDone');
		// Where a try may heal it, the person is told after the first one.
		const warned = fault === 'refuse' || fault === 'full' ? [`problem 1 tts ${code}`] : [];
		expect(ends()).toEqual([...warned, `problem 1 tts ${code}`, 'done 1 failed']);
		expect(browser.closedWith).toBeNull();
	});

	it('slow is no problem, only slow', async () => {
		tts.setFault('slow');
		browser.say(request(1));
		await browser.next('replyDone');
		expect(ends()).toEqual(['done 1 complete']);
	});
});

describe('the LLM with the fault', () => {
	it.each([
		['refuse', 'refused', 'failed'],
		['full', 'at_capacity', 'failed'],
		['unauthorized', 'unauthorized_upstream', 'failed'],
		['never', 'timed_out', 'failed'],
		['diesMidStream', 'lost', 'complete'],
		['garbage', 'protocol', 'complete']
	] as const satisfies readonly (readonly [FaultName, string, string])[])(
		'%s is a problem llm %s, and the reply %s',
		async (fault, code, outcome) => {
			await llm.close(); // with the connections that earlier requests left open: a fault concerns new ones
			llm = await startLlm();
			open(fault === 'never' ? IMPATIENT : {});
			llm.setFault(fault);
			browser.say(request(1));
			await browser.next('replyDone');
			expect(ends()).toEqual([`problem 1 llm ${code}`, `done 1 ${outcome}`]);
			// What was written is what was spoken, to the word.
			const spoken = browser.of('replyText').map(({ text }) => text);
			expect(spoken).toEqual(browser.of('replyWord').map(({ text }) => text.trim()));
			expect(spoken.length > 0).toBe(outcome === 'complete');
		}
	);

	it('slow is no problem, only slow', async () => {
		llm.setFault('slow');
		browser.say(request(1));
		await browser.next('replyDone');
		expect(ends()).toEqual(['done 1 complete']);
	});

	it('a conversation too long for it is a problem llm context_overflow', async () => {
		const content = 'word '.repeat(15_000);
		browser.say(request(1, { messages: Array.from({ length: 4 }, () => ({ role: 'user' as const, content })) }));
		await browser.next('replyDone');
		expect(ends()).toEqual(['problem 1 llm context_overflow', 'done 1 failed']);
	});

	it('a model that reads less than anybody knew is asked with less until it answers', async () => {
		await llm.close();
		llm = await startLlmEngine({ script: { replies: [SPOKEN] }, tokenDelayMs: 0, maxModelLen: 1000 });
		open();
		const content = 'and so on and on '.repeat(20);
		const messages = Array.from(
			{ length: 41 },
			(_, i) => ({ role: i % 2 === 0 ? 'user' : 'assistant', content }) as const
		);
		const context = new Context();
		let reply = 0;
		do browser.say(request(++reply, context.question([{ role: 'system', content: 'Be kind.' }, ...messages])));
		while ((await browser.next('replyDone', reply)).outcome === 'failed' && context.refused());
		expect(ends().slice(0, 2)).toEqual(['problem 1 llm context_overflow', 'done 1 failed']);
		expect(ends().at(-1)).toBe(`done ${reply} complete`);
		expect(reply).toBeLessThanOrEqual(3);
		expect(
			browser
				.of('replyWord')
				.map(({ text }) => text)
				.join('')
		).toBe(SPOKEN);
		await llm.close();
		llm = await startLlm();
	});
});

describe('a browser that vanishes', () => {
	it('frees every slot, whatever was going on', async () => {
		for (let moment = 0; moment < 12; moment++) {
			open();
			const stream = opusStream();
			browser.say({ type: 'listen', stream: 1, head: stream.head });
			browser.say(request(1, { speculative: moment % 3 === 0 }));
			for (let i = 0; i < moment; i++) await new Promise(setImmediate);
			if (moment > 8) await browser.next('listening');
			if (moment > 10) await browser.next('replyAudio', 2);
			browser.vanish();
			await free();
		}
	});
});
