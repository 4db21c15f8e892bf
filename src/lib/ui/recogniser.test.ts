import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PHASES } from '../session/view.ts';
import {
	decide,
	finalWords,
	isActive,
	MAX_SHORT_RUNS,
	restartDelayMs,
	shouldRun,
	troubleOf
} from './recogniser-policy.ts';
import { availabilityOf, findRecogniser, Recogniser, type SpeechRecogniser } from './recogniser.ts';

class FakeRecogniser extends EventTarget implements SpeechRecogniser {
	lang = '';
	continuous = false;
	interimResults = false;
	calls: string[] = [];
	start(): void {
		this.calls.push('start');
	}
	stop(): void {
		this.calls.push('stop');
	}
	abort(): void {
		this.calls.push('abort');
	}
	say(results: [string, boolean][], resultIndex = 0): void {
		const list = results.map(([transcript, isFinal]) => ({ 0: { transcript }, length: 1, isFinal }));
		this.dispatchEvent(Object.assign(new Event('result'), { results: list, resultIndex }));
	}
	fail(error: string): void {
		this.dispatchEvent(Object.assign(new Event('error'), { error }));
	}
	end(): void {
		this.dispatchEvent(new Event('end'));
	}
}

function setUp() {
	const made: FakeRecogniser[] = [];
	const heard: string[] = [];
	const troubles: string[] = [];
	let nowMs = 0;
	const recogniser = new Recogniser({
		create: () => {
			const fake = new FakeRecogniser();
			made.push(fake);
			return fake;
		},
		onWords: (text) => heard.push(text),
		onTrouble: (trouble) => troubles.push(trouble),
		now: () => nowMs
	});
	return { recogniser, made, heard, troubles, pass: (ms: number) => void (nowMs += ms) };
}

describe('decide', () => {
	const some = { sttRecognises: false, availability: 'remote', consent: null } as const;
	it('leaves the browser out where the STT recognises, or where nobody knows yet', () => {
		expect(decide({ ...some, sttRecognises: true, consent: 'yes' })).toBe('off');
		expect(decide({ ...some, sttRecognises: null, availability: 'local' })).toBe('off');
		expect(decide({ ...some, availability: 'none', consent: 'yes' })).toBe('off');
	});
	it('uses the device at once, and asks before any sound may leave it', () => {
		expect(decide({ ...some, availability: 'local' })).toBe('local');
		expect(decide({ ...some, availability: 'local', consent: 'no' })).toBe('local');
		expect(decide(some)).toBe('ask');
		expect(decide({ ...some, consent: 'yes' })).toBe('remote');
		expect(decide({ ...some, consent: 'no' })).toBe('off');
	});
});

describe('shouldRun', () => {
	it('never runs while muted, while the assistant speaks, unasked, or outside a talk', () => {
		for (const phase of PHASES) {
			expect(shouldRun('local', phase, true)).toBe(false);
			expect(shouldRun('ask', phase, false)).toBe(false);
			expect(shouldRun('off', phase, false)).toBe(false);
		}
		for (const phase of ['idle', 'asking', 'connecting', 'speaking', 'failed', 'ended'] as const) {
			expect(shouldRun('remote', phase, false)).toBe(false);
		}
		expect(shouldRun('remote', 'listening', false)).toBe(true);
		expect(isActive('remote', 'speaking', false)).toBe(true);
		expect(isActive('remote', 'connecting', false)).toBe(false);
	});
});

describe('finalWords', () => {
	it('takes what will not change any more, from the index on', () => {
		const results = [
			{ isFinal: true, transcript: ' old ' },
			{ isFinal: true, transcript: ' hello there ' },
			{ isFinal: true, transcript: '  ' },
			{ isFinal: false, transcript: 'hel' }
		];
		expect(finalWords(results, 1)).toBe('hello there');
		expect(finalWords(results, -3)).toBe('old hello there');
		expect(finalWords([], 5)).toBe('');
	});
});

describe('Recogniser', () => {
	beforeEach(() => void vi.useFakeTimers());
	afterEach(() => void vi.useRealTimers());

	it('passes final words on and interim ones not', () => {
		const { recogniser, made, heard } = setUp();
		recogniser.want(true);
		made[0]!.say([['good mor', false]]);
		made[0]!.say([['good morning', true]]);
		made[0]!.dispatchEvent(new Event('result'));
		expect(heard).toEqual(['good morning']);
	});

	it('starts again when the browser ends it, and not when it was asked to stop', () => {
		const { recogniser, made, pass } = setUp();
		recogniser.want(true);
		pass(60_000);
		made[0]!.end();
		vi.runAllTimers();
		expect(made.length).toBe(2);
		recogniser.want(false);
		expect(made[1]!.calls).toEqual(['start', 'stop']);
		made[1]!.end();
		vi.runAllTimers();
		expect(made.length).toBe(2);
	});

	it('waits for the old run to end before it begins another', () => {
		const { recogniser, made } = setUp();
		recogniser.want(true);
		recogniser.want(false);
		recogniser.want(true);
		expect(made.length).toBe(1);
		made[0]!.end();
		vi.runAllTimers();
		expect(made.length).toBe(2);
	});

	it('gives up after a row of runs that ended at once, rather than spin', () => {
		const { recogniser, made, troubles } = setUp();
		recogniser.want(true);
		for (let i = 0; i < MAX_SHORT_RUNS + 3; i++) {
			made.at(-1)!.end();
			vi.runAllTimers();
		}
		expect(made.length).toBe(MAX_SHORT_RUNS);
		expect(troubles).toEqual(['unavailable']);
		expect(restartDelayMs(0)).toBe(0);
	});

	it('ends quietly, once, on an error that will not pass', () => {
		const { recogniser, made, troubles } = setUp();
		recogniser.want(true);
		made[0]!.fail('no-speech');
		expect(troubles).toEqual([]);
		made[0]!.fail('network');
		made[0]!.fail('not-allowed');
		made[0]!.end();
		vi.runAllTimers();
		expect(troubles).toEqual(['away']);
		expect(made.length).toBe(1);
		expect([troubleOf('aborted'), troubleOf('not-allowed'), troubleOf('undefined')]).toEqual([
			null,
			'refused',
			'unavailable'
		]);
	});

	it('delivers nothing after close', () => {
		const { recogniser, made, heard } = setUp();
		recogniser.want(true);
		recogniser.close();
		made[0]!.say([['too late', true]]);
		made[0]!.end();
		vi.runAllTimers();
		expect(heard).toEqual([]);
		expect(made[0]!.calls).toEqual(['start', 'abort']);
		expect(made.length).toBe(1);
	});
});

describe('availabilityOf', () => {
	it('says local only where the browser says so itself', async () => {
		const withAnswer = (answer: () => Promise<unknown>) => Object.assign(FakeRecogniser, { available: answer });
		expect(await availabilityOf(null, 'en-US')).toBe('none');
		expect(
			await availabilityOf(
				withAnswer(async () => 'available'),
				'en-US'
			)
		).toBe('local');
		expect(
			await availabilityOf(
				withAnswer(async () => 'downloadable'),
				'en-US'
			)
		).toBe('remote');
		expect(
			await availabilityOf(
				withAnswer(() => Promise.reject(new Error('no'))),
				'en-US'
			)
		).toBe('remote');
	});
	it('finds the class under either name and nothing that is none', () => {
		expect(findRecogniser({ webkitSpeechRecognition: FakeRecogniser })).toBe(FakeRecogniser);
		expect(findRecogniser({ SpeechRecognition: 'no' })).toBe(null);
	});
});
