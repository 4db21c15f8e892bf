import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { CLOSE } from '../../src/lib/protocol/problems.ts';
import type { ClientMessage, RelayMessage } from '../../src/lib/protocol/session.ts';
import { FakeClock } from '../session/testing/fake-clock.ts';
import { opusStream } from '../session/testing/opus-stream.ts';
import { testDeps, type TestTargets } from '../session/testing/test-deps.ts';
import { NO_WATCHER, type Watch } from '../session/watcher.ts';
import { ownWords } from './errors.ts';
import { createRealtime, type Realtime } from './index.ts';
import { headOf, TestClient, type Coming } from './testing/test-client.ts';

const clients: TestClient[] = [];
afterEach(() => {
	for (const client of clients.splice(0)) client.vanish();
});

interface House {
	readonly realtime: Realtime;
	readonly clock: FakeClock;
	readonly lines: string[];
	join(coming?: Coming): TestClient;
}

function house(targets: TestTargets = {}): House {
	const clock = new FakeClock();
	const { deps, lines } = testDeps({ clock, ...targets });
	const news = { headlines: () => Promise.resolve({ headlines: [], why: 'no_key' as const }) };
	const realtime = createRealtime({ ...deps, policy: 'unmute', news });
	const join = (coming?: Coming): TestClient => {
		const client = new TestClient(realtime, coming);
		clients.push(client);
		return client;
	};
	return { realtime, clock, lines, join };
}

describe('a handshake', () => {
	it('gets the subprotocol that it offers, or none', () => {
		const { realtime } = house();
		const visit = { address: '', enter: () => null, admit: () => null, leave: () => undefined };
		for (const [protocols, subprotocol] of [
			['realtime', 'realtime'],
			['foo, realtime', 'realtime'],
			['realtime, openai-insecure-api-key.abc', 'realtime'],
			['foo', null],
			['', null]
		] as const) {
			expect(realtime.upgrade(headOf({ protocols }), visit)).toMatchObject({ accept: true, subprotocol });
		}
	});

	it('may choose how turns are taken, among the ways that there are', () => {
		const { realtime, join } = house();
		const visit = { address: '', enter: () => null, admit: () => null, leave: () => undefined };
		expect(() => join({ query: 'policy=parley&model=x' })).not.toThrow();
		for (const query of ['policy=other', 'policy=constructor', 'policy=']) {
			expect(realtime.upgrade(headOf({ query }), visit)).toMatchObject({ accept: false, response: { status: 400 } });
		}
	});

	it('where there is no place is told so at once, and closed', async () => {
		const { realtime, join, lines } = house();
		const client = join({ refusal: { code: 'too_many_sessions', retryAfterMs: 5000 } });
		expect(client.of('error')).toMatchObject([
			{
				error: { type: 'fatal', code: 'too_many_sessions', message: expect.stringMatching(/Too many people/) as string }
			}
		]);
		expect(await client.closed()).toEqual({ code: CLOSE.tryAgainLater, reason: ownWords('too_many_sessions') });
		expect([realtime.count(), client.places]).toEqual([0, ['enter']]);
		expect(lines.join('\n')).toMatch(/turned realtime clients away/);
	});

	it("brings its token in a header, or as OpenAI's pages do", async () => {
		const tokens: (string | undefined)[] = [];
		const admit = (token: string | undefined) => {
			tokens.push(token);
			return token === 'right' ? null : { code: 'unauthorized' as const, retryAfterMs: 0 };
		};
		const { join, realtime } = house();
		expect(join({ admit, protocols: 'realtime, openai-insecure-api-key.right' }).received).toEqual([]);
		const wrong = join({ admit });
		expect(wrong.errors).toEqual(['fatal unauthorized']);
		expect((await wrong.closed()).code).toBe(CLOSE.unauthorized);
		expect([tokens, realtime.count(), wrong.places]).toEqual([['right', undefined], 1, ['enter', 'leave']]);
	});

	it('waits for the check of its token, and then does what was said meanwhile', async () => {
		const verdict = Promise.withResolvers<null>();
		const { join } = house();
		const client = join({ admit: () => verdict.promise });
		client.begin();
		client.raw('nonsense');
		expect(client.received.map(({ type }) => type)).toEqual(['error']);
		verdict.resolve(null);
		await client.next('session.updated');
		const flood = join({ admit: () => new Promise(() => undefined) });
		for (let i = 0; i < 100; i++) flood.append(new Uint8Array(30));
		expect((await flood.closed()).code).toBe(CLOSE.tooFast);
	});
});

describe('what a client sends', () => {
	it('is answered with the settings as they were understood', () => {
		const client = house().join();
		client.say({
			type: 'session.update',
			session: { instructions: { type: 'smalltalk' }, voice: 'v', allow_recording: true }
		});
		expect(client.received).toMatchObject([
			{
				type: 'session.updated',
				session: { instructions: { type: 'smalltalk', language: null }, voice: 'v', allow_recording: true }
			}
		]);
	});

	it.each<[string, string | Uint8Array, object]>([
		['no JSON', '{"type":', { code: 'invalid_json' }],
		['binary', Uint8Array.of(0x81, 0xa4), { code: 'invalid_json' }],
		['no object', '[]', { code: 'unknown_type' }],
		['an unknown type', '{"type":"session.destroy"}', { code: 'unknown_type', param: 'type' }],
		['no type', '{"audio":""}', { code: 'unknown_type' }],
		['a name of an object', '{"type":"__proto__"}', { code: 'unknown_type' }],
		['a field that is missing', '{"type":"input_audio_buffer.append"}', { code: 'invalid_field', param: 'audio' }],
		['no base64', '{"type":"input_audio_buffer.append","audio":"%%%%"}', { code: 'invalid_field', param: 'audio' }],
		['a wrong kind', '{"type":"session.update","session":{"instructions":{"type":"x"}}}', { code: 'invalid_field' }],
		['a deep bomb', `{"type":"session.update","session":{"voice":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`, {}],
		['a wide bomb', `{"type":"session.update","session":{${'"a":1,'.repeat(50_000)}"voice":7}}`, {}]
	])('that is %s is told so, with details, and it stays', (_, text, error) => {
		const { join, realtime } = house();
		const client = join();
		client.raw(text);
		expect(client.received).toMatchObject([
			{ type: 'error', error: { type: 'invalid_request_error', message: 'Invalid message', ...error } }
		]);
		client.begin();
		expect([client.of('session.updated').length, client.closedWith, realtime.count()]).toEqual([1, null, 1]);
	});

	it('that is larger than any event is told so', () => {
		const client = house({ limits: { bytesAtOnce: 8 << 20 } }).join();
		client.say({ type: 'input_audio_buffer.append', audio: 'A'.repeat((1 << 20) + 4) });
		expect(client.errors).toEqual(['invalid_request_error too_large']);
	});

	it("may be OpenAI's, in formats that do not change once there is sound", async () => {
		const { join, realtime } = house();
		const client = join();
		client.say({ type: 'response.create' });
		const pcm = { input_audio_format: 'pcm16', output_audio_format: 'pcm16' } as const;
		client.say({ type: 'session.update', session: { turn_detection: null, ...pcm } });
		client.say({ type: 'session.update', session: { input_audio_format: 'opus' } });
		expect(client.errors).toEqual([]);
		expect(client.of('session.updated').map(({ session }) => session)).toMatchObject([
			{ turn_detection: null, ...pcm },
			{ input_audio_format: 'opus' }
		]);
		client.append(opusStream().head);
		client.say({ type: 'session.update', session: { input_audio_format: 'pcm16', turn_detection: null } });
		expect(client.errors).toEqual(['invalid_request_error unsupported']);
		expect(client.of('session.updated')[2]?.session).not.toHaveProperty('input_audio_format');
		client.say({ type: 'input_audio_buffer.clear' });
		expect(client.of('input_audio_buffer.cleared')).toHaveLength(1);
		client.vanish();
		await realtime.close();
	});

	it('as PCM is bounded, and a client that leaves leaves no codec behind', async () => {
		const { join, realtime, clock } = house({ limits: { bytesAtOnce: 1e9, bytesPerS: 1e9 } });
		const client = join();
		client.say({ type: 'session.update', session: { input_audio_format: 'pcm16', turn_detection: null } });
		const speech = new Uint8Array(700_000);
		for (let i = 0; i < 20 && client.closedWith === null; i++) {
			client.append(speech);
			clock.advance(1000);
		}
		expect(await client.closed()).toMatchObject({ code: CLOSE.tooFast });
		expect(realtime.count()).toBe(0);
		await realtime.close();
	});

	it('ten thousand a second of ends it, without much of an answer', async () => {
		const { join, realtime } = house();
		const client = join();
		let sent = 0;
		while (client.closedWith === null && sent < 10_000) {
			client.append(Uint8Array.of(1, 2, 3));
			sent++;
		}
		expect(await client.closed()).toEqual({ code: CLOSE.tooFast, reason: ownWords('too_fast') });
		expect(client.errors.at(-1)).toBe('fatal too_fast');
		expect([sent > 900, client.received.length < 5, realtime.count()]).toEqual([true, true, 0]);
	});

	it('as fast as four microphones does not', () => {
		const { join, clock } = house();
		const client = join();
		const stream = opusStream();
		client.append(stream.head);
		for (let i = 0; i < 2000; i++) {
			client.append(stream.page(1));
			clock.advance(5);
		}
		expect(client.closedWith).toBeNull();
	});

	it('of mistakes ends it sooner', async () => {
		const client = house().join();
		for (let i = 0; i < 200; i++) client.raw('?');
		expect((await client.closed()).code).toBe(CLOSE.tooFast);
		expect(client.received.length).toBeLessThan(120);
	});

	it('of bytes ends it too', async () => {
		const client = house().join();
		for (let i = 0; i < 5; i++) client.say({ type: 'input_audio_buffer.append', audio: 'AAAA'.repeat(250_000) });
		expect((await client.closed()).code).toBe(CLOSE.tooFast);
	});

	it('never makes it throw, whatever it is', () => {
		const { join, lines } = house();
		const events = fc.record(
			{
				type: fc.constantFrom('session.update', 'input_audio_buffer.append', 'response.create', 'x'),
				session: fc.anything(),
				audio: fc.oneof(fc.base64String(), fc.anything())
			},
			{ requiredKeys: [] }
		);
		const text = fc.oneof(
			fc.string(),
			events.map((event) => JSON.stringify(event) ?? ''),
			fc.json()
		);
		fc.assert(
			fc.property(fc.array(fc.oneof(text, fc.uint8Array()), { maxLength: 20 }), (all) => {
				const client = join();
				for (const one of all) client.raw(one);
				client.vanish();
			})
		);
		expect(lines.join('\n')).not.toMatch(/internal error/);
	});
});

describe('sound', () => {
	it('that is none is told once a kind', () => {
		const client = house().join();
		for (let i = 0; i < 60; i++) client.append(Buffer.alloc(3840, 7)); // pcm16
		expect(client.of('error')).toMatchObject([
			{
				error: {
					type: 'invalid_request_error',
					code: 'bad_audio',
					message: expect.stringMatching(/No Ogg-Opus/) as string
				}
			}
		]);
		client.append(opusStream().head);
		for (let i = 0; i < 60; i++) client.append(Buffer.concat([Buffer.alloc(40, 7), opusStream().page()]));
		expect(client.errors).toHaveLength(2);
	});

	it('that is left from another connection is nobody’s mistake', () => {
		const client = house().join();
		const old = opusStream();
		for (let i = 0; i < 8; i++) client.append(old.page());
		client.append(opusStream().head);
		expect(client.received).toEqual([]);
	});
});

describe('a session', () => {
	it('that says nothing for two minutes ends, and gives back everything', async () => {
		const { join, clock, realtime, lines } = house();
		const client = join();
		clock.advance(119_000);
		client.raw('{"type":"x"}');
		clock.advance(119_000);
		expect(client.closedWith).toBeNull();
		clock.advance(1000);
		expect(client.errors.at(-1)).toBe('fatal idle_timeout');
		expect((await client.closed()).code).toBe(CLOSE.timedOut);
		expect([realtime.count(), clock.pending(), client.places]).toEqual([0, 0, ['enter', 'leave']]);
		expect(lines.map((line) => String(JSON.parse(line).message))).toEqual([
			'realtime session opened',
			'realtime session ended',
			'realtime session closed'
		]);
	});

	it('that vanishes leaves nothing behind, at whatever stage', () => {
		const { join, clock, realtime } = house();
		const stream = opusStream();
		for (const stage of [0, 1, 2, 3]) {
			const client = join();
			if (stage > 0) client.begin();
			if (stage > 1) client.append(stream.head);
			if (stage > 2) client.append(stream.page());
			client.vanish();
			client.vanish();
		}
		expect([realtime.count(), clock.pending()]).toEqual([0, 0]);
	});

	it('that reads nothing any more is closed', async () => {
		const { join } = house();
		const client = join();
		client.full = true;
		client.begin();
		expect((await client.closed()).reason).toBe(ownWords('too_slow'));
	});

	it('without any STT is told so in words that its page can show', async () => {
		const { join, clock } = house();
		const client = join();
		const stream = opusStream();
		client.begin();
		client.append(stream.head);
		while (client.closedWith === null) {
			client.append(stream.page());
			clock.advance(80);
			await new Promise((resolve) => setImmediate(resolve));
		}
		expect(await client.closed()).toMatchObject({
			code: CLOSE.internal,
			reason: expect.stringContaining('stt') as string
		});
		expect(client.errors.slice(0, 2)).toEqual(['warning refused', 'warning refused']);
		expect(client.of('error').at(-1)?.error).toMatchObject({
			type: 'fatal',
			code: 'refused',
			message: "Service 'stt' is not available (refused). Please try again later."
		});
	});

	it('between two turns is ended when the relay goes away, and another is not let in', async () => {
		const { join, realtime, clock } = house();
		const client = join();
		const closing = realtime.close();
		expect(client.errors).toEqual(['fatal draining']);
		expect((await client.closed()).code).toBe(CLOSE.goingAway);
		await closing;
		const late = join();
		expect(late.errors).toEqual(['fatal draining']);
		expect([(await late.closed()).code, clock.pending()]).toEqual([CLOSE.goingAway, 0]);
	});

	it('is shown to whoever looks on as one of parley.1, with what the person agreed to', () => {
		const seen: string[] = [];
		const note = (message: ClientMessage | RelayMessage): void => {
			if (message.type === 'hello' || message.type === 'consent') {
				seen.push(`${message.type} ${String(message.recording)}`);
			} else seen.push(message.type);
		};
		const watch: Watch = { session: () => ({ ...NO_WATCHER, heard: note, sent: note }), refused: () => undefined };
		const client = house({ watch, records: true }).join();
		client.begin('x', { allow_recording: true });
		client.begin('x', { allow_recording: true });
		client.begin('x', { allow_recording: false });
		client.begin('x', { allow_recording: true });
		expect(seen).toEqual(['hello true', 'welcome', 'consent false', 'consent true']);
	});

	it('writes nothing into the log that was said or who said it', () => {
		const { join, lines } = house();
		const client = join();
		client.begin('My secret is nightingale.', { voice: 'custom:secret' });
		client.raw('{"type":"nightingale"}');
		client.vanish();
		expect(lines.join('\n')).not.toMatch(/nightingale|secret|192\.0\.2/);
	});
});
