import { afterEach, describe, expect, it } from 'vitest';
import { CLOSE } from '../../src/lib/protocol/problems.ts';
import type { ClientMessage, RelayMessage } from '../../src/lib/protocol/session.ts';
import type { Visit } from '../access/door.ts';
import { CodecPool } from '../codec/pool.ts';
import { FakeClock } from '../session/testing/fake-clock.ts';
import { opusStream } from '../session/testing/opus-stream.ts';
import { testDeps } from '../session/testing/test-deps.ts';
import { NO_WATCHER, type Watch } from '../session/watcher.ts';
import { ownWords } from './errors.ts';
import { RealtimeSession } from './session.ts';
import { emptyHouses, house } from './testing/house.ts';
import { headOf } from './testing/test-client.ts';

afterEach(emptyHouses);

describe('a handshake', () => {
	it('gets the subprotocol that it offers, or none', () => {
		const { realtime } = house();
		const visit = { address: '', enter: () => null, begin: () => null, admit: () => null, leave: () => undefined };
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
		const visit = { address: '', enter: () => null, begin: () => null, admit: () => null, leave: () => undefined };
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

	it('that is over before it was known who it is does nothing of what it was told then', async () => {
		const verdict = Promise.withResolvers<null>();
		const codecs = new CodecPool();
		const { deps } = testDeps({ clock: new FakeClock() });
		const news = { headlines: () => Promise.resolve({ headlines: [], why: 'no_key' as const }) };
		const visit: Visit = {
			address: '',
			enter: () => null,
			begin: () => null,
			admit: () => verdict.promise,
			leave: () => undefined
		};
		const closed: number[] = [];
		const socket = {
			remoteAddress: '',
			send: () => 'sent' as const,
			bufferedBytes: () => 0,
			close: (code: number) => void closed.push(code)
		};
		const coming = { visit, policy: 'unmute' as const, token: undefined, codecs };
		const session = new RealtimeSession('1', socket, { ...deps, policy: 'unmute', news }, () => undefined, coming);
		const stream = opusStream();
		const hours = [stream.head, ...Array.from({ length: 4000 }, () => stream.page())];
		const say = (event: object): void => session.message(Buffer.from(JSON.stringify(event)), true);
		say({ type: 'input_audio_buffer.append', audio: Buffer.concat(hours).toString('base64') });
		say({ type: 'session.update', session: { output_audio_format: 'pcm16' } });
		verdict.resolve(null);
		await verdict.promise;
		await new Promise((resolve) => setImmediate(resolve));
		expect(closed).toEqual([CLOSE.tooFast]);
		expect(codecs.streams).toBe(0);
		await codecs.close();
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
