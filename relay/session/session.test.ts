import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { encodeMoshi, encodeOggOpus, type SttOut } from '../../src/lib/protocol/moshi.ts';
import { CLOSE } from '../../src/lib/protocol/problems.ts';
import { encodeSession, type ReplyRequest } from '../../src/lib/protocol/session.ts';
import { serveMoshi, type MoshiServer } from '../upstream/testing/moshi-server.ts';
import { createSessions, type Sessions } from './index.ts';
import { FakeClock } from './testing/fake-clock.ts';
import { opusStream } from './testing/opus-stream.ts';
import { TestBrowser } from './testing/test-browser.ts';
import { testDeps, type TestTargets } from './testing/test-deps.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
	await Promise.all(closers.splice(0).map((close) => close()));
});

interface House {
	readonly sessions: Sessions;
	readonly browser: TestBrowser;
	readonly clock: FakeClock;
	readonly lines: string[];
}

/** One browser that has said nothing yet. */
function house(targets: TestTargets = {}): House {
	const clock = new FakeClock();
	const { deps, lines } = testDeps({ clock, ...targets });
	const sessions = createSessions(deps);
	const browser = new TestBrowser(sessions);
	closers.push(() => {
		browser.vanish();
		return Promise.resolve();
	});
	return { sessions, browser, clock, lines };
}

async function serveStt(...script: Parameters<typeof serveMoshi>): Promise<MoshiServer> {
	const server = await serveMoshi(...script);
	closers.push(() => server.close());
	return server;
}

const READY: SttOut = { type: 'Ready' };
const step = (index: number): SttOut => ({ type: 'Step', step_idx: index, prs: [0.5, 0.25, 0, 1], buffered_pcm: 0 });

describe('hello', () => {
	it('is answered with what stands behind the relay', () => {
		const { browser, sessions } = house();
		browser.hello();
		expect(browser.received).toEqual([
			{
				type: 'welcome',
				session: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
				version: 1,
				relay: 'relay',
				stt: { name: 'an ear', embedded: true, recognises: false, delayS: 0.5 },
				llm: { name: 'a mind', embedded: false },
				tts: { name: 'a voice', embedded: false }
			}
		]);
		expect(sessions.count()).toBe(1);
		const knowing = house({ contextTokens: 8192 });
		knowing.browser.hello();
		expect(knowing.browser.of('welcome')[0]?.llm).toEqual({ name: 'a mind', embedded: false, contextTokens: 8192 });
	});

	it('of another version closes with unsupported_version', async () => {
		const { browser, sessions, clock } = house();
		browser.say({ type: 'hello', version: 2, client: 'test' });
		expect(browser.of('problem')).toMatchObject([{ fault: 'client', code: 'unsupported_version', retry: 'never' }]);
		expect(await browser.closed()).toEqual({ code: CLOSE.unsupportedVersion, reason: 'unsupported_version' });
		expect([sessions.count(), clock.pending()]).toEqual([0, 0]);
	});

	it('that does not come in time closes with hello_timeout, and not a moment earlier', async () => {
		const { browser, clock } = house();
		clock.advance(4999);
		expect(browser.received).toEqual([]);
		clock.advance(1);
		expect(browser.of('problem')).toMatchObject([{ code: 'hello_timeout', retry: 'soon' }]);
		expect((await browser.closed()).code).toBe(CLOSE.timedOut);
	});

	it('comes first: anything else is out_of_order, does nothing, and does not stop the clock', () => {
		const { browser, clock } = house();
		const { head, page } = opusStream();
		browser.say({ type: 'listen', stream: 1, head });
		browser.say({ type: 'audio', page: page() });
		expect(browser.of('problem').map(({ code }) => code)).toEqual(['out_of_order', 'out_of_order']);
		clock.advance(5000);
		expect(browser.closedWith?.reason).toBe('hello_timeout');
	});

	it('comes once', () => {
		const { browser } = house();
		browser.hello();
		browser.hello();
		expect(browser.of('problem')).toMatchObject([{ code: 'out_of_order' }]);
		expect(browser.of('welcome').length).toBe(1);
		expect(browser.closedWith).toBeNull();
	});
});

describe('a session', () => {
	it('closes with bad_message at anything that is no message', async () => {
		const reply = { type: 'reply', reply: 1, messages: [], temperature: 0, speculative: false } as ReplyRequest;
		const bad: [Uint8Array, boolean][] = [
			[new Uint8Array(), false],
			[Uint8Array.of(0xc1), false],
			[encodeSession({ type: 'drain', withinMs: 1 }), false],
			[encodeSession(reply), false],
			[encodeSession({ type: 'audio', page: new Uint8Array(9000) }), false],
			[new TextEncoder().encode('{"type":"hello"}'), true]
		];
		for (const [bytes, isText] of bad) {
			const { browser } = house();
			browser.hello();
			browser.raw(bytes, isText);
			expect(browser.of('problem')).toMatchObject([{ fault: 'client', code: 'bad_message', retry: 'never' }]);
			expect(await browser.closed()).toEqual({ code: CLOSE.badMessage, reason: 'bad_message' });
		}
	});

	it('survives any bytes at all: each gets a problem and a close, never an exception', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
				const { browser, lines } = house();
				browser.hello();
				browser.raw(bytes);
				expect(browser.closedWith?.reason ?? 'bad_message').toBe('bad_message');
				expect(lines.join()).not.toContain('internal');
			})
		);
	});

	it('closes with idle_timeout after two minutes without a message; every message starts them over', () => {
		const { browser, clock } = house();
		browser.hello();
		clock.advance(119_000);
		browser.say({ type: 'report', gaps: 0 });
		clock.advance(119_999);
		expect(browser.closedWith).toBeNull();
		clock.advance(1);
		expect(browser.closedWith).toEqual({ code: CLOSE.timedOut, reason: 'idle_timeout' });
		expect(clock.pending()).toBe(0);
	});

	it('lets a ring of ten seconds pass at once, and real time for ever', async () => {
		const server = await serveStt((client) => client.send(READY));
		const { browser, clock } = house({ stt: server.url, limits: { sttStallMs: 1_000_000 } });
		const stream = opusStream();
		browser.hello();
		browser.say({ type: 'listen', stream: 1, head: stream.head });
		await browser.next('listening');
		for (let i = 0; i < 125; i++) browser.say({ type: 'audio', page: stream.page() });
		for (let i = 0; i < 2000; i++) {
			clock.advance(80);
			browser.say({ type: 'audio', page: stream.page() });
		}
		expect(browser.of('problem')).toEqual([]);
		await server.clients[0]!.messages(2126);
	});

	it('closes with too_fast at a flood of messages, and at a flood of bytes', async () => {
		const many = house();
		many.browser.hello();
		for (let i = 0; i < 1000 && many.browser.closedWith === null; i++) many.browser.say({ type: 'report' });
		expect(many.browser.of('problem')).toMatchObject([{ code: 'too_fast', retry: 'soon', retryAfterMs: 5000 }]);
		expect((await many.browser.closed()).code).toBe(CLOSE.tooFast);
		const big = house({ limits: { bytesAtOnce: 50_000 } });
		big.browser.hello();
		const page = new Uint8Array(8000);
		for (let i = 0; i < 20 && big.browser.closedWith === null; i++) big.browser.say({ type: 'audio', page });
		expect(big.browser.closedWith?.reason).toBe('too_fast');
	});

	it('closes with too_fast at a flood of what costs the upstreams, long before one of mere pages', async () => {
		const server = await serveStt((client) => client.send(READY));
		const { browser, clock } = house({ stt: server.url });
		const stream = opusStream();
		browser.hello();
		const listen = (): void => browser.say({ type: 'listen', stream: 1, head: stream.head });
		for (let i = 0; i < 19; i++) listen();
		clock.advance(1000);
		for (let i = 0; i < 4; i++) listen();
		expect(browser.of('problem')).toEqual([]);
		listen();
		expect((await browser.closed()).reason).toBe('too_fast');
	});

	it('closes with too_slow when the browser does not read', async () => {
		const server = await serveStt((client) => client.send(READY));
		const { browser, sessions, clock } = house({ stt: server.url });
		browser.hello();
		browser.say({ type: 'listen', stream: 1, head: opusStream().head });
		await browser.next('listening');
		browser.full = true;
		server.clients[0]!.send(step(1), step(2), step(3));
		expect(await browser.closed()).toEqual({ code: CLOSE.tryAgainLater, reason: 'too_slow' });
		expect(browser.of('problem')).toMatchObject([
			{ fault: 'client', code: 'too_slow', retry: 'soon', retryAfterMs: 250 }
		]);
		expect(await server.clients[0]!.gone).toBe(1000);
		expect([sessions.count(), clock.pending()]).toEqual([0, 0]);
	});

	it('logs what the browser measured', () => {
		const { browser, lines } = house();
		browser.hello();
		browser.say({ type: 'report', heardLatencyMs: 412.4000000005588, firstTokenMs: 99.6, gaps: 2 });
		expect(JSON.parse(lines.at(-1)!)).toMatchObject({ heardLatencyMs: 412, firstTokenMs: 100, gaps: 2 });
	});
});

describe('listen', () => {
	it('forwards the head and every page as they are, and steps and words back', async () => {
		const server = await serveStt((client) => client.send(READY));
		const { browser } = house({ stt: server.url });
		const stream = opusStream();
		const pages = [stream.page(), stream.page()];
		browser.hello();
		browser.say({ type: 'listen', stream: 5, head: stream.head });
		expect(await browser.next('listening')).toEqual({ type: 'listening', stream: 5 });
		for (const page of pages) browser.say({ type: 'audio', page });
		const [client] = server.clients;
		const forwarded = await client!.messages(3);
		expect(forwarded.map((bytes) => Uint8Array.from(bytes))).toEqual(
			[stream.head, ...pages].map((page) => encodeOggOpus(page))
		);
		client!.send(step(1), { type: 'Word', text: 'hello', start_time: 0.5 }, { type: 'EndWord', stop_time: 0.75 });
		await browser.next('endWord');
		expect(browser.received.slice(2)).toEqual([
			{ type: 'step', frame: encodeMoshi(step(1)) },
			{ type: 'word', text: 'hello', startS: 0.5 },
			{ type: 'endWord', stopS: 0.75 }
		]);
	});

	it('drops pages quietly while nobody listens, and says out_of_order once when they do not end', async () => {
		const server = await serveStt(() => undefined);
		const { browser } = house({ stt: server.url });
		const stream = opusStream();
		browser.hello();
		browser.say({ type: 'listen', stream: 1, head: stream.head });
		for (let i = 0; i < 124; i++) browser.say({ type: 'audio', page: stream.page() });
		expect(browser.of('problem')).toEqual([]);
		for (let i = 0; i < 200; i++) browser.say({ type: 'audio', page: stream.page() });
		expect(browser.of('problem')).toMatchObject([{ fault: 'client', code: 'out_of_order' }]);
		expect(browser.closedWith).toBeNull();
	});

	it('forwards no page that is not exactly one sound page of 80 ms, and goes on with the next good one', async () => {
		const server = await serveStt((client) => client.send(READY));
		const { browser } = house({ stt: server.url });
		const stream = opusStream();
		browser.hello();
		browser.say({ type: 'listen', stream: 1, head: stream.head });
		await browser.next('listening');
		const good = stream.page();
		const corrupt = Uint8Array.from(good);
		corrupt[corrupt.length - 1]! ^= 1;
		const two = new Uint8Array([...stream.page(), ...stream.page()]);
		const bad = [stream.page(1), stream.page(3), stream.page(5), corrupt, two, good.subarray(1), good.subarray(0, -1)];
		bad.push(stream.head, new Uint8Array(), new Uint8Array(300));
		for (const page of bad) browser.say({ type: 'audio', page });
		browser.say({ type: 'audio', page: good });
		expect(browser.of('problem').map(({ fault, code }) => [fault, code])).toEqual(
			bad.map(() => ['client', 'bad_audio'])
		);
		const forwarded = await server.clients[0]!.messages(2);
		expect(forwarded.map((bytes) => Uint8Array.from(bytes))).toEqual(
			[stream.head, good].map((page) => encodeOggOpus(page))
		);
		expect(server.clients[0]!.received.length).toBe(2);
	});

	it('opens no stream whose head is not OpusHead and OpusTags', async () => {
		const server = await serveStt((client) => client.send(READY));
		const { browser } = house({ stt: server.url });
		const { head, page } = opusStream();
		browser.hello();
		const bad = [new Uint8Array(), page(), head.subarray(0, 47), head.subarray(0, -1), head.subarray(47)];
		for (const wrong of bad) browser.say({ type: 'listen', stream: 1, head: wrong });
		expect(browser.of('problem').map(({ code }) => code)).toEqual(bad.map(() => 'bad_audio'));
		expect(server.attempts()).toBe(0);
	});

	it('replaces the stream before, whether that one listens or still waits', async () => {
		const server = await serveStt((client, number) => (number === 2 ? undefined : client.send(READY)));
		const { browser } = house({ stt: server.url });
		browser.hello();
		browser.say({ type: 'listen', stream: 1, head: opusStream().head });
		await browser.next('listening');
		browser.say({ type: 'listen', stream: 2, head: opusStream().head });
		await server.clients[0]!.gone;
		while (server.clients.length < 2) await new Promise(setImmediate);
		browser.say({ type: 'listen', stream: 3, head: opusStream().head });
		expect((await browser.next('listening', 2)).stream).toBe(3);
		await server.clients[1]!.gone;
		expect(browser.of('problem')).toEqual([]);
	});

	it('tells that the STT is lost, and listens again when asked', async () => {
		const server = await serveStt((client) => client.send(READY));
		const { browser } = house({ stt: server.url });
		const stream = opusStream();
		browser.hello();
		browser.say({ type: 'listen', stream: 1, head: stream.head });
		await browser.next('listening');
		server.clients[0]!.socket.terminate();
		expect(await browser.next('problem')).toMatchObject({
			fault: 'stt',
			code: 'lost',
			retry: 'soon',
			retryAfterMs: 250
		});
		browser.say({ type: 'audio', page: stream.page() }); // was on its way
		browser.say({ type: 'listen', stream: 2, head: stream.head });
		expect((await browser.next('listening', 2)).stream).toBe(2);
		expect(browser.of('problem').length).toBe(1);
	});

	it('frees the slot when the browser vanishes: waiting for it, and holding it', async () => {
		for (const ready of [false, true]) {
			const server = await serveStt((client) => (ready ? client.send(READY) : undefined));
			const { browser, sessions, clock } = house({ stt: server.url });
			browser.hello();
			browser.say({ type: 'listen', stream: 1, head: opusStream().head });
			if (ready) await browser.next('listening');
			else while (server.clients.length === 0) await new Promise(setImmediate);
			browser.vanish();
			await server.clients[0]!.gone;
			expect([sessions.count(), clock.pending()]).toEqual([0, 0]);
		}
	});
});
