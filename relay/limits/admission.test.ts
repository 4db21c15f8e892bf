import { describe, expect, it } from 'vitest';
import { ADMISSION_LIMITS, Admission, type Caller, type Place, type Refusal } from './admission.ts';

const limits = {
	sessions: 5,
	sessionsPerAddress: 2,
	sessionsPerToken: 2,
	handshakesPerMinute: 3,
	requestsPerMinute: 4
};
const at = (key: string, local = false): Caller => ({ key, local });
/** A session's. */
function placed(taken: Place | Refusal): Place {
	if ('code' in taken) throw new Error(taken.code);
	expect(taken.begin()).toBeNull();
	return taken;
}
const stays = (): void => {
	throw new Error('was sent away');
};

describe('places', () => {
	it('are given up to the limit of the process, and again once one is free', () => {
		const admission = new Admission({ ...limits, sessionsPerAddress: 0 });
		const places = Array.from({ length: 5 }, () => placed(admission.enter(at('a'), stays)));
		expect(admission.enter(at('b'), stays)).toEqual({ code: 'too_many_sessions', retryAfterMs: 5000 });
		places[2]!.leave();
		places[2]!.leave();
		expect(admission.count).toBe(4);
		placed(admission.enter(at('b'), stays));
		expect(admission.enter(at('b'), stays)).toHaveProperty('code', 'too_many_sessions');
	});

	it('are given up to the limit of an address, which takes nothing from another', () => {
		const admission = new Admission(limits);
		const first = placed(admission.enter(at('a'), stays));
		placed(admission.enter(at('a'), stays));
		expect(admission.enter(at('a'), stays)).toEqual({ code: 'quota', retryAfterMs: 5000 });
		placed(admission.enter(at('b'), stays));
		first.leave();
		placed(admission.enter(at('a'), stays));
	});

	it('are not counted by address on this machine', () => {
		const admission = new Admission(limits);
		for (let i = 0; i < 5; i++) placed(admission.enter(at('127.0.0.1', true), stays));
		expect(admission.enter(at('127.0.0.1', true), stays)).toHaveProperty('code', 'too_many_sessions');
	});

	it('are claimed by a token up to its limit, wherever it comes from', () => {
		const admission = new Admission(limits);
		const [one, two, three] = ['a', 'b', 'c'].map((key) => placed(admission.enter(at(key), stays)));
		expect([one!.claim('t'), two!.claim('t'), three!.claim('t')]).toEqual([
			null,
			null,
			{ code: 'quota', retryAfterMs: 5000 }
		]);
		one!.leave();
		expect(three!.claim('t')).toBeNull();
		three!.leave();
		two!.leave();
		expect([admission.count, admission.keys]).toEqual([0, 0]);
	});

	it('are not claimed by who has left, so that nothing stays counted', () => {
		const admission = new Admission(limits);
		const place = placed(admission.enter(at('a'), stays));
		place.leave();
		expect(place.claim('t')).toBeNull();
		expect(admission.keys).toBe(0);
	});
});

describe('those who have not begun to talk', () => {
	const come = (admission: Admission, key: string, gone: string[]): Place => {
		const taken = admission.enter(at(key), () => gone.push(key));
		if ('code' in taken) throw new Error(taken.code);
		return taken;
	};

	it('take no session its place, however many they are: the one that waited for longest goes', () => {
		const admission = new Admission(limits);
		const gone: string[] = [];
		const waiting = Array.from({ length: 1000 }, (_, i) => come(admission, `a${i}`, gone));
		expect([admission.count, admission.waiting]).toEqual([0, 50]);
		expect(gone).toEqual(Array.from({ length: 950 }, (_, i) => `a${i}`));
		const guests = Array.from({ length: 5 }, (_, i) => come(admission, `b${i}`, gone));
		expect(guests.map((guest) => guest.begin())).toEqual(guests.map(() => null));
		expect([admission.count, admission.waiting]).toEqual([5, 45]);
		for (const place of [...waiting, ...guests]) place.leave();
		expect([admission.count, admission.waiting, admission.keys]).toEqual([0, 0, 0]);
	});

	it('may not begin once they were sent away, and their address is counted until they have left', () => {
		const admission = new Admission({ ...limits, sessionsPerAddress: 1 });
		const gone: string[] = [];
		const first = come(admission, 'a', gone);
		for (let i = 0; i < 50; i++) come(admission, `b${i}`, gone);
		expect(gone).toEqual(['a']);
		expect(first.begin()).toEqual({ code: 'too_many_sessions', retryAfterMs: 5000 });
		expect(admission.enter(at('a'), stays)).toHaveProperty('code', 'quota');
		first.leave();
		expect(come(admission, 'a', gone).begin()).toBeNull();
	});

	it('are told when the house was filled while they waited', () => {
		const admission = new Admission({ ...limits, sessionsPerAddress: 0 });
		const late = come(admission, 'a', []);
		for (let i = 0; i < 5; i++) placed(admission.enter(at('b'), stays));
		expect(late.begin()).toEqual({ code: 'too_many_sessions', retryAfterMs: 5000 });
		expect([admission.count, admission.waiting]).toEqual([5, 1]);
	});

	it('are as many as there may be sessions: all who lost another relay come at once', () => {
		const admission = new Admission({ ...limits, sessions: 300 });
		for (let i = 0; i < 300; i++) admission.enter(at(`a${i}`), stays);
		expect(admission.waiting).toBe(300);
	});
});

describe('rates', () => {
	it('tell who comes too fast when to come again, and then no more than as often again', () => {
		const admission = new Admission(limits);
		const come = (nowMs: number) => admission.handshake(at('a'), nowMs);
		for (let i = 0; i < 3; i++) expect(come(0)).toEqual({ waitMs: 0, tell: false });
		for (let i = 0; i < 3; i++) expect(come(0)).toEqual({ waitMs: 20_000, tell: true });
		expect(come(0)).toEqual({ waitMs: 20_000, tell: false });
		expect(come(5000)).toEqual({ waitMs: 15_000, tell: false });
		expect(come(20_000)).toEqual({ waitMs: 0, tell: false });
		expect(admission.handshake(at('b'), 0).waitMs).toBe(0);
	});

	it('count requests apart from handshakes, and neither on this machine', () => {
		const admission = new Admission(limits);
		expect([1, 2, 3, 4, 5].map(() => admission.request(at('a'), 0))).toEqual([0, 0, 0, 0, 15_000]);
		expect(admission.handshake(at('a'), 0).waitMs).toBe(0);
		for (let i = 0; i < 100; i++) {
			expect(admission.request(at('127.0.0.1', true), 0)).toBe(0);
			expect(admission.handshake(at('127.0.0.1', true), 0).waitMs).toBe(0);
		}
	});

	it('are off at 0', () => {
		const admission = new Admission({ ...limits, handshakesPerMinute: 0, requestsPerMinute: 0 });
		for (let i = 0; i < 100; i++)
			expect([admission.request(at('a'), 0), admission.handshake(at('a'), 0).waitMs]).toEqual([0, 0]);
		expect(admission.keys).toBe(0);
	});

	it('let a browser that has lost its relay come back, over and over, for all who may be at one address', () => {
		// Ten tries in the first minute (see `backoff.ts`), for half of them at once.
		const { sessionsPerAddress, handshakesPerMinute, sessionsPerToken } = ADMISSION_LIMITS;
		expect(handshakesPerMinute).toBeGreaterThanOrEqual((sessionsPerAddress / 2) * 10);
		expect(sessionsPerToken).toBeGreaterThan(0);
	});
});
