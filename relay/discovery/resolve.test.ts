import { afterEach, describe, expect, it, vi } from 'vitest';
import { UpstreamError } from '../upstream/failure.ts';
import { directory } from './directory.ts';
import { DNS_TIMEOUT_MS, SILENCE_MS, STALE_MS, createResolve, systemLookup, type Lookup } from './resolve.ts';

afterEach(() => {
	vi.useRealTimers();
});

const dnsError = (code: string): Error => Object.assign(new Error(`query ${code} secret.host`), { code });

interface House {
	readonly resolve: (host: string) => Promise<readonly string[]>;
	readonly asked: string[];
	readonly lines: string[];
	answer: readonly string[] | Error;
	pass(ms: number): void;
}
function house(): House {
	let now = 0;
	const it: House = {
		resolve: createResolve({
			lookup(host) {
				it.asked.push(host);
				return Array.isArray(it.answer) ? Promise.resolve(it.answer) : Promise.reject(it.answer as Error);
			},
			log: { debug: () => undefined, warn: (_fields, message) => void it.lines.push(message) },
			nowMs: () => now
		}),
		asked: [],
		lines: [],
		answer: ['192.0.2.1', '2001:db8::1'],
		pass: (ms) => (now += ms)
	};
	return it;
}

describe('the addresses of a name', () => {
	it('are all it has, asked for once in half a second', async () => {
		const it = house();
		expect(await it.resolve('tts')).toEqual(['192.0.2.1', '2001:db8::1']);
		await it.resolve('tts');
		it.answer = ['192.0.2.2'];
		it.pass(500);
		expect(await it.resolve('tts')).toEqual(['192.0.2.2']);
		expect(it.asked).toEqual(['tts', 'tts']);
	});

	it.each(['ENOTFOUND', 'ENODATA'])('are none where the name server says so (%s), whatever they were', async (code) => {
		const it = house();
		await it.resolve('tts');
		it.pass(500);
		it.answer = dnsError(code);
		await expect(it.resolve('tts')).rejects.toMatchObject({ code: 'unresolved', message: 'the host has no address' });
		it.answer = [];
		await expect(it.resolve('tts')).rejects.toMatchObject({ code: 'unresolved' });
	});

	it.each(['ETIMEOUT', 'ESERVFAIL', 'ECONNREFUSED', 'EAI_AGAIN'])(
		'are the last known while the name server is silent (%s), which is told once and asked seldom',
		async (code) => {
			const it = house();
			await it.resolve('tts');
			it.answer = dnsError(code);
			for (let i = 0; i < 20; i++) {
				it.pass(SILENCE_MS / 10);
				expect(await it.resolve('tts')).toEqual(['192.0.2.1', '2001:db8::1']);
			}
			expect(it.asked).toHaveLength(3);
			it.answer = ['192.0.2.9'];
			it.pass(SILENCE_MS);
			expect(await it.resolve('tts')).toEqual(['192.0.2.9']);
			expect(it.lines).toEqual([
				'the name server does not answer: the last known addresses serve',
				'the name server answers again'
			]);
		}
	);

	it('are not the last known for ever, and are unresolved, not refused, where there never were any', async () => {
		const it = house();
		await it.resolve('tts');
		it.answer = dnsError('ECONNREFUSED');
		it.pass(STALE_MS);
		const silent = { code: 'unresolved', message: 'the name server did not answer' };
		await expect(it.resolve('tts')).rejects.toMatchObject(silent);
		await expect(it.resolve('stt')).rejects.toMatchObject(silent);
	});

	it('are waited for a second, with one lookup at a time however often they are asked for', async () => {
		vi.useFakeTimers();
		let lookups = 0;
		const held = Promise.withResolvers<readonly string[]>();
		const lookup: Lookup = () => {
			lookups++;
			return held.promise;
		};
		const resolve = createResolve({ lookup });
		for (let i = 0; i < 3; i++) {
			const ended = expect(resolve('tts')).rejects.toMatchObject({ code: 'unresolved' });
			await vi.advanceTimersByTimeAsync(DNS_TIMEOUT_MS);
			await ended;
		}
		expect(lookups).toBe(1);
		held.resolve(['192.0.2.1']);
		expect(await resolve('tts')).toEqual(['192.0.2.1']);
		await vi.advanceTimersByTimeAsync(DNS_TIMEOUT_MS);
		expect(vi.getTimerCount()).toBe(0);
	});

	it('of this machine come from the system', async () => {
		const addresses = await systemLookup('localhost');
		expect(addresses.length).toBeGreaterThan(0);
		for (const address of addresses) expect(['127.0.0.1', '::1']).toContain(address);
	});
});

describe('the instances of several addresses', () => {
	const lines: string[] = [];
	const log = {
		debug: () => undefined,
		warn: (fields: object, message: string) => void lines.push(`${message} ${JSON.stringify(fields)}`)
	};

	it('are every address of every name, those of a literal address itself, and those left to the name', async () => {
		const instances = directory({
			name: 'tts',
			urls: () => Promise.resolve(['ws://tts:1/base', 'ws://192.0.2.7:1', 'ws://[2001:db8::7]', 'wss://far.example']),
			resolve: (host) => Promise.resolve(host === 'tts' ? ['192.0.2.1', '192.0.2.2'] : []),
			byName: (url) => url.startsWith('wss:')
		});
		expect(await instances()).toEqual([
			{ url: 'ws://tts:1/base', address: '192.0.2.1' },
			{ url: 'ws://tts:1/base', address: '192.0.2.2' },
			{ url: 'ws://192.0.2.7:1', address: '192.0.2.7' },
			{ url: 'ws://[2001:db8::7]', address: '2001:db8::7' },
			{ url: 'wss://far.example', address: null }
		]);
	});

	it('do without a name that has no address, which the operator is told when it begins and when it ends', async () => {
		let isGone = true;
		const instances = directory({
			name: 'stt',
			urls: () => Promise.resolve(['ws://gone', 'ws://there']),
			resolve: (host) =>
				host === 'gone' && isGone
					? Promise.reject(new UpstreamError('unresolved', 'the host has no address'))
					: Promise.resolve(['192.0.2.1']),
			log
		});
		for (let i = 0; i < 3; i++) expect(await instances()).toHaveLength(1);
		isGone = false;
		expect(await instances()).toHaveLength(2);
		expect(lines).toEqual([
			'the name of this server has no address {"service":"stt","server":1,"of":2}',
			'the name of this server has an address again {"service":"stt","server":1,"of":2}'
		]);
	});

	it('are unresolved where no name has an address', async () => {
		const why = new UpstreamError('unresolved', 'the name server did not answer');
		const of = (resolve: (host: string) => Promise<readonly string[]>, ...urls: string[]) =>
			directory({ name: 'llm', urls: () => Promise.resolve(urls), resolve })();
		await expect(of(() => Promise.reject(why), 'http://a', 'http://b')).rejects.toBe(why);
		await expect(of(() => Promise.reject(new Error('x')), 'http://a')).rejects.toMatchObject({ code: 'unresolved' });
		await expect(of(() => Promise.resolve([]))).rejects.toMatchObject({ code: 'unresolved' });
	});
});
