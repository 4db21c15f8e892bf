import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UpstreamError } from '../upstream/failure.ts';
import { BUSY_MS, FORGIVEN_MS, PAUSE } from './aside.ts';
import { instanceKey, type Instance } from './instance.ts';
import type { Slots } from './load.ts';
import { createService, fixedService, type Service, type ServiceOptions } from './service.ts';

const at = (n: number, url = 'ws://tts:1'): Instance => ({ url, address: `192.0.2.${n}` });
const refused = new UpstreamError('refused', 'nothing listens there');
const full = new UpstreamError('at_capacity', 'no free channels');
const NONE: ReadonlySet<string> = new Set();

interface House {
	readonly service: Service;
	readonly lines: string[];
	pass(ms: number): void;
}
function house(instances: readonly Instance[], options: Partial<ServiceOptions> = {}): House {
	let now = 1_000_000;
	const lines: string[] = [];
	const write =
		(level: string) =>
		(fields: object, message: string): void =>
			void lines.push(`${level} ${message} ${JSON.stringify(fields)}`);
	const service = createService({
		name: 'tts',
		instances: () => Promise.resolve(instances),
		random: () => 0,
		nowMs: () => now,
		log: { debug: write('debug'), warn: write('warn') },
		...options
	});
	return { service, lines, pass: (ms) => (now += ms) };
}
/** Every instance in the order in which they are tried. */
async function order(service: Service): Promise<string[]> {
	const tried = new Set<string>();
	const all: string[] = [];
	for (let next = await service.next(tried); next !== null; next = await service.next(tried)) {
		tried.add(instanceKey(next));
		all.push(next.address?.split('.').at(-1) ?? '');
	}
	return all;
}

describe('the choice of an instance', () => {
	it('tries each once, and knows when there is none left', async () => {
		const { service } = house([at(1), at(2), at(3), at(1)]);
		expect((await order(service)).sort()).toEqual(['1', '2', '3']);
		expect(await house([]).service.next(NONE)).toBeNull();
	});

	it('takes the one with more free slots of two drawn at random', async () => {
		const slots: Record<string, Slots | UpstreamError | null> = {
			...{ '192.0.2.1': { used: 7, total: 8 }, '192.0.2.2': { used: 3, total: 8 } },
			...{ '192.0.2.3': null, '192.0.2.4': refused }
		};
		const askSlots = (it: Instance): Promise<Slots | UpstreamError | null> =>
			Promise.resolve(slots[it.address ?? ''] ?? null);
		// `random` of 0 draws the first two.
		const better = async (...two: Instance[]): Promise<string | null | undefined> =>
			(await house(two, { askSlots }).service.next(NONE))?.address;
		expect(await better(at(1), at(2), at(3))).toBe('192.0.2.2');
		expect(await better(at(2), at(1))).toBe('192.0.2.2');
		// What is not told counts as less than any free slot, silence as less than that.
		expect(await better(at(3), at(1))).toBe('192.0.2.1');
		expect(await better(at(4), at(3))).toBe('192.0.2.3');
	});

	it('spreads a crowd that sees the same numbers', async () => {
		const askSlots = (): Promise<Slots> => Promise.resolve({ used: 0, total: 8 });
		const { service } = house([at(1), at(2)], { askSlots });
		const taken = await Promise.all(Array.from({ length: 8 }, () => service.next(NONE)));
		expect(taken.filter((it) => it?.address === '192.0.2.1')).toHaveLength(4);
	});

	it('sets aside the one that does not say how busy it is, so that nobody waits for it again', async () => {
		let asked = 0;
		const askSlots = (it: Instance): Promise<Slots | UpstreamError> => {
			if (it.address === '192.0.2.1') asked++;
			return Promise.resolve(it.address === '192.0.2.1' ? refused : { used: 0, total: 1 });
		};
		const { service, lines, pass } = house([at(1), at(2), at(3)], { askSlots });
		expect((await service.next(NONE))?.address).toBe('192.0.2.2');
		pass(PAUSE.firstMs - 1);
		for (let i = 0; i < 5; i++) expect((await service.next(NONE))?.address).not.toBe('192.0.2.1');
		expect(asked).toBe(1);
		expect(lines.filter((line) => line.startsWith('warn'))).toHaveLength(1);
		pass(1);
		await service.next(NONE);
		expect(asked).toBe(2);
	});

	it('asks nobody where there is no choice, and each once in half a second', async () => {
		const asked: string[] = [];
		const askSlots = (it: Instance): Promise<null> => {
			asked.push(it.address ?? '');
			return Promise.resolve(null);
		};
		await house([at(1)], { askSlots }).service.next(NONE);
		expect(asked).toEqual([]);
		const { service, pass } = house([at(1), at(2)], { askSlots });
		for (let i = 0; i < 5; i++) await service.next(NONE);
		expect(asked).toHaveLength(2);
		pass(500);
		await service.next(NONE);
		expect(asked).toHaveLength(4);
	});

	it('of a failover list goes down the list', async () => {
		const list = [at(1, 'http://a'), at(2, 'http://a'), at(3, 'http://b')];
		for (const random of [(): number => 0, (): number => 0.99]) {
			expect((await order(house(list, { choice: 'failover', random }).service)).at(-1)).toBe('3');
		}
		const { service, pass } = house(list, { choice: 'failover' });
		for (const instance of list.slice(0, 2)) service.failed(instance, refused);
		expect((await service.next(NONE))?.address).toBe('192.0.2.3');
		pass(PAUSE.firstMs);
		expect((await service.next(NONE))?.url).toBe('http://a');
	});

	it('rejects as the search for instances does', async () => {
		const gone = new UpstreamError('unresolved', 'gone');
		const { service } = house([], { instances: () => Promise.reject(gone) });
		await expect(service.next(NONE)).rejects.toBe(gone);
	});
});

describe('an instance that fails', () => {
	it('is tried last, until its pause is over', async () => {
		const { service, pass } = house([at(1), at(2)]);
		service.failed(at(1), refused);
		expect(await order(service)).toEqual(['2', '1']);
		pass(PAUSE.firstMs - 1);
		expect(await order(service)).toEqual(['2', '1']);
		pass(1);
		expect(await order(service)).toEqual(['1', '2']);
	});

	it('is tried all the same where it is the only one, or all fail: the first whose pause ends', async () => {
		const { service, pass } = house([at(1), at(2)]);
		service.failed(at(2), refused);
		pass(100);
		service.failed(at(1), refused);
		expect((await service.next(NONE))?.address).toBe('192.0.2.2');
	});

	it('waits longer each time, up to half a minute, with chance; one death counts once', async () => {
		const pauses: number[] = [];
		const { service, lines, pass } = house([at(1), at(2)]);
		for (let i = 0; i < 8; i++) {
			for (let talker = 0; talker < 50; talker++) service.failed(at(1), refused);
			let ms = 0;
			for (; (await order(service))[0] !== '1'; ms += 100) pass(100);
			pauses.push(ms);
		}
		expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
		expect(lines.filter((line) => line.startsWith('warn'))).toHaveLength(8);
		const lucky = house([at(1), at(2)], { random: () => 0.999 });
		lucky.service.failed(at(1), refused);
		lucky.pass(PAUSE.firstMs * PAUSE.jitter + 1);
		expect((await order(lucky.service)).sort()).toEqual(['1', '2']);
		lucky.service.failed(at(1), refused);
		expect(lucky.lines.filter((line) => line.startsWith('warn'))).toHaveLength(2);
	});

	it('is back at once when it succeeds, and forgiven when it has not failed for a minute', async () => {
		const { service, lines, pass } = house([at(1), at(2)]);
		const lastPause = (): unknown =>
			/"asideMs":(\d+)/.exec(lines.findLast((line) => line.startsWith('warn')) ?? '')?.[1];
		for (let i = 0; i < 3; i++) {
			service.failed(at(1), refused);
			service.succeeded(at(1));
			expect((await order(service))[0]).toBe('1');
		}
		// It connects and dies, again and again: each success does not make it a good one.
		expect(lastPause()).toBe('2000');
		pass(FORGIVEN_MS + 1);
		service.failed(at(1), refused);
		expect(lastPause()).toBe('500');
	});

	it('being full is set aside for a moment or for as long as it asks, without growing', async () => {
		const { service, pass } = house([at(1), at(2)]);
		for (let i = 0; i < 3; i++) {
			service.failed(at(1), full);
			expect((await order(service))[0]).toBe('2');
			pass(BUSY_MS);
			expect((await order(service))[0]).toBe('1');
		}
		service.failed(at(1), new UpstreamError('at_capacity', 'HTTP 503', 3000));
		pass(2999);
		expect((await order(service))[0]).toBe('2');
	});

	it('because a conversation is too long, is none', async () => {
		const { service, lines } = house([at(1), at(2)]);
		service.failed(at(1), new UpstreamError('context_overflow', 'too long'));
		expect((await order(service))[0]).toBe('1');
		expect(lines.filter((line) => line.startsWith('warn'))).toEqual([]);
	});

	it('is told to the operator by number and code, without its address', () => {
		const { service, lines } = house([at(7)]);
		service.failed(at(7), refused);
		expect(lines).toHaveLength(1);
		expect(lines[0]).toMatch(
			/^warn instance failed \{"service":"tts","instance":"tts-\d+","code":"refused","why":"nothing listens there","asideMs":500\}$/
		);
	});

	it('leaves nothing behind for ever, however many there are', async () => {
		const { service, lines } = house([at(1)]);
		await service.next(NONE);
		for (let i = 0; i < 5000; i++) service.failed({ url: 'ws://x', address: `host-${i}` }, refused);
		await service.next(NONE);
		expect(lines.filter((line) => line.startsWith('debug instance found'))).toHaveLength(2);
	});
});

describe('whatever fails and succeeds', () => {
	it('an instance is always found, and each is tried exactly once', async () => {
		const event = fc.record({
			which: fc.nat({ max: 4 }),
			what: fc.constantFrom('failed', 'full', 'succeeded', 'pass'),
			ms: fc.nat({ max: 40_000 })
		});
		await fc.assert(
			fc.asyncProperty(
				fc.array(event, { maxLength: 40 }),
				fc.double({ min: 0, max: 0.999, noNaN: true }),
				async (events, chance) => {
					const all = Array.from({ length: 5 }, (_, i) => at(i));
					const { service, pass } = house(all, { random: () => chance });
					for (const { which, what, ms } of events) {
						if (what === 'pass') pass(ms);
						else if (what === 'succeeded') service.succeeded(at(which));
						else service.failed(at(which), what === 'full' ? full : refused);
						expect(await service.next(NONE)).not.toBeNull();
					}
					expect((await order(service)).sort()).toEqual(['0', '1', '2', '3', '4']);
				}
			)
		);
	});
});

describe('a service of one server', () => {
	it('is that server, by its address where the URL holds one', async () => {
		const only = async (url: string): Promise<Instance | null> => fixedService('stt', url).next(NONE);
		expect(await only('ws://127.0.0.1:1')).toEqual({ url: 'ws://127.0.0.1:1', address: '127.0.0.1' });
		expect(await only('ws://[::1]:1')).toEqual({ url: 'ws://[::1]:1', address: '::1' });
		expect(await only('ws://stt:1')).toEqual({ url: 'ws://stt:1', address: null });
	});
});
