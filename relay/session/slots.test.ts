/**
 * Whatever a browser does, in whatever order, and whatever fails meanwhile: each reply ends once, and when the browser is
 * gone, every slot and timer is back.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DEFAULT_API_KEY } from '../../src/lib/protocol/moshi.ts';
import type { RelayMessage } from '../../src/lib/protocol/session.ts';
import type { Engine, FaultName } from '../embedded/engine.ts';
import { startLlmEngine } from '../embedded/llm/engine.ts';
import { startSttEngine } from '../embedded/stt/engine.ts';
import { toneSynthesiser } from '../embedded/testing/tone-synthesiser.ts';
import { startTtsEngine } from '../embedded/tts/engine.ts';
import { createSessions } from './index.ts';
import { FakeClock } from './testing/fake-clock.ts';
import { opusStream } from './testing/opus-stream.ts';
import { request } from './testing/reply-house.ts';
import { TestBrowser } from './testing/test-browser.ts';
import { testDeps } from './testing/test-deps.ts';

let stt: Engine;
let tts: Engine;
let llm: Engine;
beforeAll(async () => {
	// A client that is gone without a goodbye is dropped soon: the faults of silence leave such ones behind.
	const quick = { slots: 3, quietMs: 400, pingEveryMs: 100 };
	[stt, tts, llm] = await Promise.all([
		startSttEngine({ ...quick, log: () => undefined, script: { words: [{ at: 0, text: 'well' }] } }),
		startTtsEngine({ ...quick, synthesiser: toneSynthesiser(), speed: 20 }),
		startLlmEngine({ script: { replies: ['One two three four five six.'] }, tokenDelayMs: 1, slots: 3 })
	]);
});
afterAll(async () => {
	await Promise.all([stt.close(), tts.close(), llm.close()]);
});

type Act =
	| { readonly do: 'prepare'; readonly voice: string }
	| { readonly do: 'reply'; readonly speculative: boolean; readonly voice: string; readonly written: boolean }
	| { readonly do: 'commit' | 'cancel' | 'listen' | 'page' }
	| { readonly do: 'wait'; readonly turns: number }
	| { readonly do: 'pass'; readonly ms: number }
	| { readonly do: 'fail'; readonly fault: FaultName | null; readonly which: 0 | 1 | 2 };

const voice = fc.constantFrom('a', 'b');
const fault = fc.constantFrom<FaultName | null>(
	null,
	null,
	'full',
	'refuse',
	'diesMidStream',
	'leaves',
	'garbage',
	'hangs',
	'never'
);
const act: fc.Arbitrary<Act> = fc.oneof(
	fc.record({ do: fc.constant('prepare' as const), voice }),
	fc.record({ do: fc.constant('reply' as const), speculative: fc.boolean(), voice, written: fc.boolean() }),
	fc.record({ do: fc.constantFrom('commit' as const, 'cancel' as const, 'listen' as const, 'page' as const) }),
	fc.record({ do: fc.constant('wait' as const), turns: fc.nat(30) }),
	fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(100, 6000, 21_000) }),
	fc.record({ do: fc.constant('fail' as const), fault, which: fc.constantFrom(0 as const, 1 as const, 2 as const) })
);

/** Every reply but the last is over, once, and nothing comes of it afterwards; none was told of that was not asked for. */
function expectInOrder(received: readonly RelayMessage[], last: number): void {
	const done = new Set<number>();
	for (const message of received) {
		if (!('reply' in message) || message.reply === undefined) continue;
		expect(message.reply).toBeGreaterThan(0);
		expect(message.reply).toBeLessThanOrEqual(last);
		expect(done, message.type).not.toContain(message.reply);
		if (message.type === 'replyDone') done.add(message.reply);
	}
	for (let reply = 1; reply < last; reply++) expect(done).toContain(reply);
}

it('holds for any order of what a browser may do', async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 12 }), async (acts) => {
			const clock = new FakeClock();
			const keys = { stt: DEFAULT_API_KEY, tts: DEFAULT_API_KEY, llm: '' };
			const { deps } = testDeps({ stt: stt.url, tts: tts.url, llm: llm.url, keys, clock });
			const sessions = createSessions(deps);
			const browser = new TestBrowser(sessions);
			browser.hello();
			const stream = opusStream();
			let reply = 0;
			for (const it of acts) {
				if (browser.closedWith !== null) break;
				switch (it.do) {
					case 'prepare':
						browser.say({ type: 'prepare', voice: it.voice });
						break;
					case 'reply': {
						const { speculative, voice, written } = it;
						browser.say(request(++reply, { speculative, voice, ...(written ? { begin: 'so be it', written } : {}) }));
						break;
					}
					case 'commit':
					case 'cancel':
						browser.say({ type: it.do, reply });
						break;
					case 'listen':
						browser.say({ type: 'listen', stream: 1, head: stream.head });
						break;
					case 'page':
						for (let i = 0; i < 10; i++) browser.say({ type: 'audio', page: stream.page() });
						break;
					case 'wait':
						for (let i = 0; i < it.turns; i++) await new Promise(setImmediate);
						break;
					case 'pass':
						clock.advance(it.ms);
						break;
					case 'fail':
						[stt, tts, llm][it.which]!.setFault(it.fault);
				}
			}
			const before = browser.received.length;
			browser.vanish();
			expectInOrder(browser.received, reply);
			for (const engine of [stt, tts, llm]) engine.setFault(null);
			expect(sessions.count()).toBe(0);
			while (stt.usedSlots() + tts.usedSlots() + llm.usedSlots() > 0) {
				await new Promise((resolve) => setTimeout(resolve, 2));
			}
			await new Promise(setImmediate);
			expect(clock.pending()).toBe(0);
			expect(browser.received.length).toBe(before);
		}),
		{ numRuns: 150, endOnFailure: true }
	);
});

it('leaves no connection behind, whatever it was at', async () => {
	const connections = (): number => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
	const before = connections();
	for (let turns = 0; turns < 30; turns++) {
		const keys = { stt: DEFAULT_API_KEY, tts: DEFAULT_API_KEY, llm: '' };
		const browser = new TestBrowser(createSessions(testDeps({ stt: stt.url, tts: tts.url, keys }).deps));
		browser.hello();
		browser.say({ type: 'listen', stream: 1, head: opusStream().head });
		browser.say(request(1, { begin: 'One two three.', written: true, speculative: turns % 2 === 0 }));
		browser.say({ type: 'prepare', voice: 'b' });
		for (let i = 0; i < turns; i++) await new Promise(setImmediate);
		browser.vanish();
	}
	while (connections() > before) await new Promise((resolve) => setTimeout(resolve, 2));
	expect(stt.usedSlots() + tts.usedSlots()).toBe(0);
});
