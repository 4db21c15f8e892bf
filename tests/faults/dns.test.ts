/**
 * Servers known by names that have several addresses, as a Swarm's `tasks.stt` has them: a real DNS server, engines on
 * several addresses of this machine, and a relay that is not restarted while both change.
 */
import { networkInterfaces } from 'node:os';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Engine } from '../../relay/embedded/engine.ts';
import { startLlmEngine } from '../../relay/embedded/llm/engine.ts';
import { startSttEngine } from '../../relay/embedded/stt/engine.ts';
import { opusStream } from '../../relay/session/testing/opus-stream.ts';
import { NameServer } from './support/name-server.ts';
import { killRelays, startRelay, type RelayProcess } from './support/relay-process.ts';
import { Talker } from './support/talker.ts';
import { startUpstreams, type Upstreams } from './support/upstreams.ts';

const HOSTS = ['127.0.0.2', '127.0.0.3', '127.0.0.4', '::1'] as const;
type Host = (typeof HOSTS)[number];
/** Longer than the relay remembers an answer, and than an instance that was full is set aside. */
const FORGOTTEN_MS = 600;
const PATIENCE = { timeout: 20_000 } as const;

const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));

let names: NameServer;
let others: Upstreams;
const ears = new Map<Host, Engine>();
let port = 0;
let relay: RelayProcess;
const talkers: Talker[] = [];

/** Engines of the same port on several addresses: the port that the first one got is nearly always free on the others. */
async function listenOn(host: Host): Promise<Engine> {
	const engine = await startSttEngine({ host, port, slots: 4, log: () => undefined });
	port = engine.port;
	ears.set(host, engine);
	return engine;
}
async function close(host: Host): Promise<void> {
	await ears.get(host)?.close();
	ears.delete(host);
}
/** Somebody who listens, or was told why not. */
async function talker(): Promise<Talker> {
	const one = await Talker.welcome(relay.url);
	talkers.push(one);
	one.say({ type: 'listen', stream: 1, head: opusStream().head });
	await one.until(() => one.of('listening').length + one.of('problem').length > 0);
	return one;
}
const used = (): Partial<Record<Host, number>> =>
	Object.fromEntries([...ears].map(([host, engine]) => [host, engine.usedSlots()]));
/**
 * An engine that this machine let wait for longer than the relay does is set aside for a moment, and then the next one goes
 * to the other, however full that is.
 */
const stalled = (): boolean => relay.said().includes('instance failed');
const forgotten = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, FORGOTTEN_MS));

beforeAll(async () => {
	names = await NameServer.start();
	others = await startUpstreams({ replies: ['Hello there.'] });
});
afterAll(async () => {
	await Promise.all([names.stop(), others.close()]);
});
beforeEach(async () => {
	await listenOn('127.0.0.2');
	await listenOn('127.0.0.3');
	await names.set('stt', '127.0.0.2', '127.0.0.3');
	relay = await startRelay({
		...others.env,
		STT_URL: `ws://stt.parley.test:${port}`,
		LLM_MODEL: 'any',
		DNS_SERVERS: names.address
	});
});
afterEach(async () => {
	for (const one of talkers.splice(0)) one.close();
	killRelays();
	await relay.ended;
	for (const host of HOSTS) await close(host);
	await names.set('stt');
});

describe('a name with several addresses', () => {
	it('is several instances, and a crowd goes to the emptier one', async () => {
		for (let i = 0; i < 6; i++) await talker();
		if (!stalled()) expect(used()).toEqual({ '127.0.0.2': 3, '127.0.0.3': 3 });
		const health = async (): Promise<unknown> => (await fetch(`${relay.url}/v1/health`)).json();
		await expect
			.poll(health, PATIENCE)
			.toMatchObject({ ok: true, instances: { stt: { up: 2, of: 2 } }, free_slots: { stt: 2 } });
	});

	it.skipIf(!hasIpv6)('may have them of both families', async () => {
		await listenOn('::1');
		await names.set('stt', '127.0.0.2', '::1');
		await forgotten();
		for (let i = 0; i < 4; i++) expect((await talker()).codes()).toEqual([]);
		expect(used()).toMatchObject({ '127.0.0.3': 0 });
		if (!stalled()) expect(used()).toMatchObject({ '127.0.0.2': 2, '::1': 2 });
	});

	it('lets nobody notice that one of them is dead, or that one is full', async () => {
		await close('127.0.0.2');
		const first = [await talker(), await talker(), await talker(), await talker()];
		expect(first.flatMap((one) => one.codes())).toEqual([]);
		expect(used()).toEqual({ '127.0.0.3': 4 });
		expect((await talker()).codes()).toEqual(['at_capacity']);
		await forgotten();
		await listenOn('127.0.0.2');
		await forgotten();
		expect((await talker()).codes()).toEqual([]);
		expect(used()).toEqual({ '127.0.0.2': 1, '127.0.0.3': 4 });
	});

	it('is asked anew: who comes goes to the new address, who was there stays', async () => {
		const old = await talker();
		await listenOn('127.0.0.4');
		await names.set('stt', '127.0.0.4');
		await forgotten();
		for (let i = 0; i < 3; i++) await talker();
		expect(ears.get('127.0.0.4')?.usedSlots()).toBe(3);
		const stream = opusStream();
		for (let i = 0; i < 20; i++) old.say({ type: 'audio', page: stream.page() });
		await old.next('step', 15);
		expect(old.codes()).toEqual([]);
	});

	it('lets a conversation go on elsewhere when its instance dies and its address goes', async () => {
		await names.set('stt', '127.0.0.2');
		await forgotten();
		const one = await talker();
		expect(used()).toMatchObject({ '127.0.0.2': 1 });
		await names.set('stt', '127.0.0.3');
		await close('127.0.0.2');
		await one.next('problem');
		expect(one.codes()).toEqual(['lost']);
		await forgotten();
		// What the browser does at once, with its ring of the last seconds.
		one.say({ type: 'listen', stream: 2, head: opusStream().head });
		expect((await one.next('listening', 2)).stream).toBe(2);
		expect(used()).toEqual({ '127.0.0.3': 1 });
	});
});

describe('a name server that dies', () => {
	it('costs nobody anything while its last answers still serve', async () => {
		await talker();
		await names.kill();
		await forgotten();
		const startedMs = performance.now();
		expect((await talker()).codes()).toEqual([]);
		expect((await talker()).codes()).toEqual([]);
		expect(performance.now() - startedMs).toBeLessThan(5000);
		expect(relay.said()).toContain('the name server does not answer: the last known addresses serve');
		await names.revive();
		expect((await talker()).codes()).toEqual([]);
	});
});

describe('a name that is gone', () => {
	it('is told as what it is, and found again when it is back', async () => {
		await names.set('stt');
		await forgotten();
		const unlucky = await talker();
		expect(unlucky.of('problem')).toMatchObject([
			{ fault: 'stt', code: 'unresolved', retry: 'soon', detail: 'the host has no address' }
		]);
		await names.set('stt', '127.0.0.3');
		await forgotten();
		unlucky.say({ type: 'listen', stream: 2, head: opusStream().head });
		await unlucky.next('listening');
		expect(used()).toEqual({ '127.0.0.2': 0, '127.0.0.3': 1 });
	});
});

describe('a model with several addresses', () => {
	it('answers from the one that is there, asked under its own name', async () => {
		const llm = await startLlmEngine({ host: '127.0.0.3', script: { replies: ['From the third.'] } });
		await names.set('llm', '127.0.0.2', '127.0.0.3', '127.0.0.4');
		killRelays();
		await relay.ended;
		relay = await startRelay({
			...others.env,
			LLM_URL: `http://llm.parley.test:${llm.port}`,
			DNS_SERVERS: names.address
		});
		const one = await Talker.welcome(relay.url);
		talkers.push(one);
		const messages = [{ role: 'user' as const, content: 'Hello.' }];
		one.say({ type: 'reply', reply: 1, messages, temperature: 0, speculative: false });
		expect((await one.next('replyDone')).outcome).toBe('complete');
		expect(one.of('replyWord').map(({ text }) => text.trim())).toEqual(['From', 'the', 'third.']);
		expect(one.codes()).toEqual([]);
		one.close();
		await llm.close();
		await names.set('llm');
	});
});

describe('the log of all this', () => {
	it('names no address', async () => {
		await talker();
		await close('127.0.0.2');
		await close('127.0.0.3');
		await talker();
		await names.set('stt');
		await forgotten();
		await talker();
		expect(relay.said()).toContain('instance failed');
		for (const host of HOSTS) expect(relay.said()).not.toContain(host);
	});
});
