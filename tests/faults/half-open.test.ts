/** Servers that are gone without a goodbye, while nobody has anything to say to them: found out all the same, and soon. */
import { expect, it } from 'vitest';
import { createService } from '../../relay/discovery/service.ts';
import { startLlmEngine } from '../../relay/embedded/llm/engine.ts';
import { startSttEngine } from '../../relay/embedded/stt/engine.ts';
import { startTtsEngine } from '../../relay/embedded/tts/engine.ts';
import { NO_WATCHER, type Service } from '../../relay/session/watcher.ts';
import { testDeps } from '../../relay/session/testing/test-deps.ts';
import { opusStream } from '../../relay/session/testing/opus-stream.ts';
import { HEARTBEAT_MS } from '../../relay/upstream/heartbeat.ts';
import { DEFAULT_API_KEY } from '../../src/lib/protocol/moshi.ts';
import { startFreezer } from './support/freezer.ts';
import { expectHandlesBack } from './support/handles.ts';
import { REPLY, ends, heardWords } from './support/house.ts';
import { serveSessions } from './support/relay-in-process.ts';
import { Talker } from './support/talker.ts';
import { hum } from './support/upstreams.ts';

expectHandlesBack();

/** A voice and an ear behind a freezer each, and a second of both beside them; the frozen ones are asked first. */
async function house() {
	const left: (() => Promise<unknown>)[] = [];
	const kept = async <T extends { close(): Promise<unknown> }>(started: Promise<T>): Promise<T> => {
		const it = await started;
		left.push(() => it.close());
		return it;
	};
	const quick = { quietMs: 1000, pingEveryMs: 60_000 };
	const tts = await Promise.all([1, 2].map(() => kept(startTtsEngine({ synthesiser: hum, speed: 50, ...quick }))));
	const stt = await Promise.all(
		[1, 2].map(() => kept(startSttEngine({ log: () => undefined, script: { words: [] }, ...quick })))
	);
	const llm = await kept(startLlmEngine({ script: { replies: [REPLY] } }));
	const freezers = await Promise.all([stt[0]!, tts[0]!].map(({ port }) => kept(startFreezer(port))));
	const [ear, voice] = freezers;
	const ready: Service[] = [];
	const { deps, lines } = testDeps({
		watch: {
			refused: () => undefined,
			session: () => ({
				...NO_WATCHER,
				leg: ({ what, service }) => {
					if (what === 'ready') ready.push(service);
				}
			})
		},
		llm: llm.url,
		keys: { stt: DEFAULT_API_KEY, tts: DEFAULT_API_KEY, llm: '' }
	});
	const service = (name: 'stt' | 'tts', ports: readonly number[]) =>
		createService({
			name,
			choice: 'failover',
			log: { debug: () => undefined, warn: (fields, message) => deps.log.warn(fields, message) },
			instances: () => Promise.resolve(ports.map((port) => ({ url: `ws://127.0.0.1:${port}`, address: '127.0.0.1' })))
		});
	const relay = await kept(
		serveSessions({
			...deps,
			stt: { ...deps.stt, service: service('stt', [ear!.port, stt[1]!.port]) },
			tts: { ...deps.tts, service: service('tts', [voice!.port, tts[1]!.port]) }
		})
	);
	const browser = await Talker.welcome(relay.url);
	const close = async (): Promise<void> => {
		browser.vanish();
		for (const one of left.reverse()) await one();
	};
	return { browser, stt, ear: ear!, voice: voice!, lines, ready, close };
}
/** As `Heartbeat` has it, and a little for a busy machine. */
const BOUND_MS = 3 * HEARTBEAT_MS + 1000;

async function until(condition: () => boolean): Promise<number> {
	const sinceMs = performance.now();
	while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
	return performance.now() - sinceMs;
}

it.concurrent(
	'a voice that waits for its reply: known before it is needed, and the answer comes from another at once',
	async () => {
		const { browser, voice, lines, ready, close } = await house();
		browser.say({ type: 'prepare' });
		await until(() => ready.includes('tts'));
		voice.freeze();
		expect(await until(() => voice.open() === 0)).toBeLessThan(BOUND_MS);
		expect(lines.filter((line) => line.includes('instance failed')).join()).toContain('timed_out');
		const askedMs = performance.now();
		browser.say({
			type: 'reply',
			reply: 1,
			messages: [{ role: 'user', content: 'Count.' }],
			temperature: 0,
			speculative: false
		});
		await browser.next('replyAudio');
		expect(performance.now() - askedMs).toBeLessThan(1000);
		await browser.next('replyDone');
		expect([heardWords(browser).words.join(' '), ends(browser)]).toEqual([REPLY, ['done complete']]);
		await close();
	},
	20_000
);

it.concurrent(
	'an ear that nobody talks to: the browser is told, and the next one listens',
	async () => {
		const { browser, stt, ear, close } = await house();
		const { head } = opusStream();
		browser.say({ type: 'listen', stream: 1, head });
		await browser.next('listening');
		ear.freeze();
		await browser.next('problem');
		expect(browser.of('problem')).toMatchObject([{ fault: 'stt', code: 'timed_out', retry: 'soon' }]);
		expect(await until(() => ear.open() === 0)).toBeLessThan(1000);
		browser.say({ type: 'listen', stream: 2, head });
		await browser.next('listening', 2);
		expect(stt[1]!.usedSlots()).toBe(1);
		await close();
	},
	20_000
);
