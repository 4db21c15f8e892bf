/** A relay that is told to stop: nobody new comes in, who talks may end the turn, and the process goes when all are gone. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CLOSE } from '../../src/lib/protocol/problems.ts';
import { ECHO_MS } from '../../relay/stopping.ts';
import { isImpossible, killRelays, startRelay, TRANSPORTS, type RelayProcess } from './support/relay-process.ts';
import { Talker } from './support/talker.ts';
import { startUpstreams, type Upstreams } from './support/upstreams.ts';

const SPOKEN = 'One two three four five six seven eight nine ten.';
let upstreams: Upstreams;
beforeAll(async () => {
	// As fast as people talk: a reply is under way for two seconds.
	upstreams = await startUpstreams({ replies: [SPOKEN], speed: 1 });
});
afterAll(() => upstreams.close());
afterEach(killRelays);

const status = async (url: string): Promise<number> => (await fetch(url)).status;

describe.each(TRANSPORTS)('a relay on %s that gets SIGTERM', (transport) => {
	const impossible = isImpossible(transport);
	if (impossible !== null) return it.skip(`cannot be tried: ${impossible}`);
	const start = (env: Readonly<Record<string, string>>): Promise<RelayProcess> => startRelay(env, transport);

	it('goes at once, with 0, where nobody is there', async () => {
		const relay = await start(upstreams.env);
		expect(await status(`${relay.url}/readyz`)).toBe(200);
		relay.kill('SIGTERM');
		expect(await relay.ended).toBe(0);
		await expect(fetch(relay.url)).rejects.toThrow();
	});

	it('lets the turn end, lets nobody in, and goes with 0 once the last one has left', async () => {
		const relay = await start({ ...upstreams.env, DRAIN_S: '30' });
		const talker = await Talker.welcome(relay.url);
		talker.say({
			type: 'reply',
			reply: 1,
			messages: [{ role: 'user', content: 'Count.' }],
			temperature: 0,
			speculative: false
		});
		await talker.next('replyAudio');
		relay.kill('SIGTERM');
		expect(await talker.next('drain')).toEqual({ type: 'drain', withinMs: 30_000 });
		// A balancer sends nobody any more, and does not restart what is about to go by itself.
		expect([await status(`${relay.url}/readyz`), await status(`${relay.url}/healthz`)]).toEqual([503, 200]);
		const late = await Talker.connect(relay.url);
		expect(await late.next('problem')).toMatchObject({ fault: 'relay', code: 'draining', retry: 'soon' });
		expect((await late.closed()).code).toBe(CLOSE.goingAway);
		expect((await talker.next('replyDone')).outcome).toBe('complete');
		expect(
			talker
				.of('replyText')
				.map(({ text }) => text)
				.join(' ')
		).toBe(SPOKEN);
		expect(talker.codes()).toEqual([]);
		talker.close();
		expect(await relay.ended).toBe(0);
		await upstreams.free();
	});

	it('sends away who stays longer than it may, in mid-word if need be, and goes with 0', async () => {
		const relay = await start({ ...upstreams.env, DRAIN_S: '1' });
		const talker = await Talker.welcome(relay.url);
		talker.say({
			type: 'reply',
			reply: 1,
			messages: [{ role: 'user', content: 'Count.' }],
			temperature: 0,
			speculative: false
		});
		await talker.next('replyAudio');
		relay.kill('SIGTERM');
		expect(await talker.closed()).toEqual({ code: CLOSE.goingAway, reason: 'draining' });
		expect(talker.codes()).toEqual(['draining']);
		expect(await relay.ended).toBe(0);
		await upstreams.free();
	});

	it('goes at once for who asks twice', async () => {
		const relay = await start({ ...upstreams.env, DRAIN_S: '600' });
		const talker = await Talker.welcome(relay.url);
		relay.kill('SIGTERM');
		await talker.next('drain');
		await new Promise((resolve) => setTimeout(resolve, ECHO_MS + 50)); // sooner, it would be taken for the first one's echo
		relay.kill('SIGTERM');
		expect(await relay.ended).toBe(1);
		expect((await talker.closed()).code).toBe(1006);
		await upstreams.free();
	});
});
