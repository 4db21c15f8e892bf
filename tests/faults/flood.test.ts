/** Floods of every kind against a relay in a process of its own: who floods is told and let go, everybody else talks on. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { opusStream } from '../../relay/session/testing/opus-stream.ts';
import { MAX_MESSAGE_BYTES } from '../../src/lib/protocol/msgpack.ts';
import { CLOSE } from '../../src/lib/protocol/problems.ts';
import { REALTIME_PATH } from '../../src/lib/protocol/realtime.ts';
import { encodeSession, SESSION_PATH, SESSION_SUBPROTOCOL } from '../../src/lib/protocol/session.ts';
import {
	isImpossible,
	killRelays,
	sessionsDownTo,
	startRelay,
	TRANSPORTS,
	type RelayProcess
} from './support/relay-process.ts';
import { Talker } from './support/talker.ts';
import { startUpstreams, type Upstreams } from './support/upstreams.ts';

const PER_ADDRESS = 5;
const HANDSHAKES = 20;
const REQUESTS = 50;

describe.each(TRANSPORTS)('on %s', (transport) => {
	const impossible = isImpossible(transport);
	if (impossible !== null) return it.skip(`cannot be tried: ${impossible}`);
	let upstreams: Upstreams;
	let relay: RelayProcess;
	beforeAll(async () => {
		upstreams = await startUpstreams({ replies: ['One two three.'] });
		relay = await startRelay(
			{
				...upstreams.env,
				ACCESS: 'open',
				MAX_SESSIONS: '40',
				MAX_SESSIONS_PER_ADDRESS: String(PER_ADDRESS),
				HANDSHAKES_PER_MINUTE: String(HANDSHAKES),
				REQUESTS_PER_MINUTE: String(REQUESTS)
			},
			transport
		);
	});
	afterAll(async () => {
		killRelays();
		await relay.ended;
		await upstreams.close();
	});

	/** The proxy on this machine is believed, so a test can come from anywhere; a new place each time. */
	let place = 0;
	const somewhere = (): Record<string, string> => ({ 'x-forwarded-for': `203.0.113.${++place}` });

	/** Nobody is left, at the relay or at any server. */
	afterEach(async () => {
		await sessionsDownTo(relay, 0);
		await upstreams.free();
		expect(relay.said()).not.toContain('internal');
	});

	/** A conversation that goes on as if nothing were: answers whole, with sound. */
	async function talks(): Promise<void> {
		const talker = await Talker.welcome(relay.url);
		talker.say({ type: 'listen', stream: 1, head: opusStream().head });
		talker.say({
			type: 'reply',
			reply: 1,
			messages: [{ role: 'user', content: 'Count.' }],
			temperature: 0,
			speculative: false
		});
		const [done] = await Promise.all([talker.next('replyDone'), talker.next('listening')]);
		expect(done.outcome).toBe('complete');
		expect(talker.codes()).toEqual([]);
		talker.close();
	}

	describe('a flood over one session', () => {
		it('of ten thousand messages is told too_fast within its first thousand, while others talk on', async () => {
			const flooder = await Talker.welcome(relay.url);
			const report = encodeSession({ type: 'commit', reply: 1 });
			for (let i = 0; i < 10_000; i++) flooder.raw(report);
			const [ended] = await Promise.all([flooder.closed(), talks()]);
			expect([ended, flooder.codes()]).toEqual([{ code: CLOSE.tooFast, reason: 'too_fast' }, ['too_fast']]);
			expect(flooder.of('problem')[0]?.retryAfterMs).toBeGreaterThan(0);
		});

		it('of what costs the servers is told too_fast before it costs them much', async () => {
			const flooder = await Talker.welcome(relay.url);
			const { head } = opusStream();
			for (let i = 0; i < 200; i++) flooder.say({ type: 'listen', stream: i, head });
			expect((await flooder.closed()).code).toBe(CLOSE.tooFast);
		});

		it.each([
			['a message larger than any may be', MAX_MESSAGE_BYTES + 1, [CLOSE.tooBig, 1006]],
			['the largest message, of nonsense', MAX_MESSAGE_BYTES, [CLOSE.badMessage]]
		])('of %s ends it, while others talk on', async (_name, size, codes) => {
			const flooder = await Talker.welcome(relay.url);
			for (let i = 0; i < 20; i++) flooder.raw(new Uint8Array(size).fill(0xc1));
			const [ended] = await Promise.all([flooder.closed(), talks()]);
			expect(codes).toContain(ended.code);
		});

		it('of problems, each a line in the log, leaves a log of bounded length', async () => {
			const before = relay.said().length;
			const flooder = await Talker.welcome(relay.url);
			const bad = encodeSession({ type: 'hello', version: 1, client: 'again', language: 'en' });
			for (let i = 0; i < 400; i++) flooder.raw(bad);
			await flooder.next('problem', 399);
			flooder.close();
			await flooder.closed();
			expect(relay.said().length - before).toBeLessThan(60 * 300);
		});
	});

	describe('a flood of sockets from one address', () => {
		it('gets its share and no more, each told at once; another address is let in, and so is this one when there is room', async () => {
			const headers = somewhere();
			const inside = await Promise.all(
				Array.from({ length: PER_ADDRESS }, () => Talker.welcome(relay.url, { headers }))
			);
			const outside = await Promise.all(Array.from({ length: 10 }, () => Talker.connect(relay.url, { headers })));
			for (const talker of outside) {
				expect(await talker.next('problem')).toMatchObject({
					fault: 'relay',
					code: 'quota',
					retry: 'soon',
					retryAfterMs: 5000
				});
				expect((await talker.closed()).code).toBe(CLOSE.tryAgainLater);
			}
			const other = await Talker.welcome(relay.url, { headers: somewhere() });
			inside[0]!.close();
			await sessionsDownTo(relay, PER_ADDRESS);
			const again = await Talker.welcome(relay.url, { headers });
			for (const talker of [...inside, other, again]) talker.close();
		});

		it('is told to slow down with a time, then refused with a 429, while others talk on', async () => {
			const headers = somewhere();
			const results: string[] = [];
			async function knock(): Promise<void> {
				const socket = new WebSocket(relay.url.replace('http', 'ws') + SESSION_PATH, SESSION_SUBPROTOCOL, { headers });
				socket.on('error', () => undefined);
				socket.on('unexpected-response', (_request, response) => {
					results.push(`${response.statusCode} ${Number(response.headers['retry-after']) > 0}`);
					response.resume();
					socket.emit('close');
				});
				socket.on('close', (code?: number) => code !== undefined && results.push(`closed ${code}`));
				socket.on('open', () => setTimeout(() => socket.terminate(), 200));
				await once(socket, 'close');
			}
			const before = relay.said().length;
			for (let batch = 0; batch < 10; batch++) await Promise.all(Array.from({ length: 10 }, knock));
			await talks();
			const times = (result: string): number => results.filter((it) => it === result).length;
			// A bucket refills while it is being emptied, so there may be one or two more.
			expect(times(`closed ${CLOSE.tooFast}`)).toBeGreaterThanOrEqual(HANDSHAKES);
			expect(times('429 true')).toBeGreaterThanOrEqual(100 - 2 * HANDSHAKES - 4);
			expect(relay.said().slice(before)).not.toContain('203.0.113');
		});

		it('stops at the number of sessions that one process takes, wherever they come from', async () => {
			const inside = await Promise.all(
				Array.from({ length: 40 }, () => Talker.welcome(relay.url, { headers: somewhere() }))
			);
			const late = await Talker.connect(relay.url, { headers: somewhere() });
			expect(await late.next('problem')).toMatchObject({ fault: 'relay', code: 'too_many_sessions', retry: 'soon' });
			expect((await late.closed()).code).toBe(CLOSE.tryAgainLater);
			for (const talker of inside) talker.close();
		});
	});

	describe('a flood of sockets that say nothing, from everywhere', () => {
		it('takes nobody a place: the oldest of them have to go, told why, and who says hello is welcome', async () => {
			const mute = await Promise.all(
				Array.from({ length: 60 }, () => Talker.connect(relay.url, { headers: somewhere() }))
			);
			// Of 40 sessions and 60 that wait, none is in the way of these.
			const talkers = await Promise.all(
				Array.from({ length: 40 }, () => Talker.welcome(relay.url, { headers: somewhere() }))
			);
			for (const talker of talkers) expect(talker.codes()).toEqual([]);
			const ends = await Promise.all(mute.map((talker) => talker.closed()));
			const evicted = ends.filter(({ code }) => code === CLOSE.tryAgainLater);
			expect(evicted.length).toBeGreaterThanOrEqual(10);
			for (const talker of mute) {
				expect(['too_many_sessions', 'hello_timeout']).toEqual(expect.arrayContaining(talker.codes()));
			}
			for (const talker of talkers) talker.close();
		});

		it('neither where they speak the other protocol, in which the first event is the beginning', async () => {
			const url = relay.url.replace('http', 'ws') + REALTIME_PATH;
			const mute = await Promise.all(
				Array.from({ length: 60 }, async () => {
					const socket = new WebSocket(url, 'realtime', { headers: somewhere() });
					const closed = once(socket, 'close');
					await once(socket, 'open');
					return { socket, closed };
				})
			);
			const talkers = await Promise.all(
				Array.from({ length: 40 }, () => Talker.welcome(relay.url, { headers: somewhere() }))
			);
			expect(talkers.flatMap((talker) => talker.codes())).toEqual([]);
			const late = mute.at(-1)!;
			late.socket.send(JSON.stringify({ type: 'input_audio_buffer.append', audio: '' }));
			expect((await late.closed)[0]).toBe(CLOSE.tryAgainLater);
			for (const { socket } of mute) socket.terminate();
			for (const talker of talkers) talker.close();
		});
	});

	describe('a flood of requests from one address', () => {
		it('is answered 429 with a time, while others are served', async () => {
			const headers = somewhere();
			const answers = await Promise.all(Array.from({ length: 120 }, () => fetch(`${relay.url}/v1/build`, { headers })));
			const refused = answers.filter(({ status }) => status === 429);
			expect(refused.length).toBeGreaterThanOrEqual(120 - REQUESTS - 5);
			for (const answer of refused) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
			expect((await fetch(`${relay.url}/v1/build`, { headers: somewhere() })).status).toBe(200);
			await talks();
		});
	});
});
