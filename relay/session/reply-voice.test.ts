import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entriesOf } from '../embedded/tts/words.ts';
import { UpstreamError } from '../upstream/failure.ts';
import type { Source } from './flow.ts';
import { ReplyVoice } from './reply-voice.ts';
import { FakeClock } from './testing/fake-clock.ts';
import { FRAME_S, MortalVoice, type SoundedWord } from './testing/mortal-voice.ts';

/** What the first sample of a further stream is late by on its own clock. */
const PRE_SKIP_S = 0.08;
const STALL_MS = 5000;

const tick = (): Promise<void> => new Promise(setImmediate);

class Stage {
	readonly voices: MortalVoice[] = [];
	readonly clock = new FakeClock();
	readonly events: string[] = [];
	readonly signals: AbortSignal[] = [];
	readonly controller = new AbortController();
	/** Where each stream of sound begins, on the reply's clock. */
	readonly cuts: number[] = [];
	readonly reported: SoundedWord[] = [];
	end: { readonly cause: UpstreamError | null } | null = null;
	refuse: UpstreamError | null = null;
	/** What the browser's slowness makes wait. */
	source: Source | null = null;
	readonly voice: ReplyVoice;

	constructor() {
		const { clock, events, voices, signals } = this;
		this.voice = new ReplyVoice(
			{
				clock,
				flow: { join: (source) => (this.source = source) },
				stallMs: STALL_MS,
				connect: (signal) => {
					if (this.refuse !== null) return Promise.reject(this.refuse);
					const voice = new MortalVoice();
					voices.push(voice);
					signals.push(signal);
					return Promise.resolve(voice);
				},
				host: {
					audio: () => undefined,
					text: (text, startS, stopS) => this.reported.push({ text, startS, stopS }),
					splice: (atS) => this.cuts.push(atS),
					lost: (cause) => events.push(`lost ${cause.code}`),
					trying: (cause) => events.push(`trying ${cause.code}`),
					gone: () => events.push('gone'),
					connected: () => events.push('connected'),
					said: () => undefined,
					ended: (cause) => {
						expect(this.end).toBeNull();
						this.end = { cause };
					}
				}
			},
			this.controller.signal
		);
	}

	async open(): Promise<MortalVoice> {
		this.voice.open();
		await tick();
		return this.last;
	}

	get last(): MortalVoice {
		return this.voices.at(-1)!;
	}

	/** What a listener hears who drops everything after each cut, and never half a word. */
	heard(): string[] {
		let heard: SoundedWord[] = [];
		this.voices.forEach((voice, index) => {
			const atS = index === 0 ? 0 : (this.cuts[index - 1] ?? 0);
			const zeroS = index === 0 ? 0 : atS - PRE_SKIP_S;
			if (index > 0) {
				heard = heard.filter(({ startS }) => startS < atS - 1e-9);
				for (const { stopS } of heard) expect(stopS).toBeLessThanOrEqual(atS + 1e-9);
			}
			for (const { text, startS, stopS } of voice.sounded) {
				heard.push({ text, startS: zeroS + startS, stopS: zeroS + stopS });
			}
		});
		return heard.map(({ text }) => text);
	}
}

const wordsOf = (texts: readonly string[]): string[] =>
	texts.flatMap((text) => entriesOf(text).flatMap((entry) => (entry.kind === 'word' ? [entry.text] : [])));

describe('a reply’s voice', () => {
	it('says nothing before it may, and then everything, in order', async () => {
		const stage = new Stage();
		stage.voice.say('One');
		const voice = await stage.open();
		stage.voice.say('two');
		expect(voice.told).toEqual([]);
		stage.voice.allow();
		stage.voice.finish();
		expect(voice.told).toEqual(['One', ' two', 'Eos']);
		while (voice.step());
		expect(stage.end).toEqual({ cause: null });
		expect(stage.clock.pending()).toBe(0);
		expect(stage.signals[0]!.aborted).toBe(true);
	});

	it('goes on with another voice at any frame at which one dies: no word is lost and none is heard twice', async () => {
		const word = fc.constantFrom('one', 'two', '(three)', '10 km', 'so –', "l'été :", '14:30', 'I’m', 'one', 'end.');
		const deaths = fc.array(fc.nat(40), { maxLength: 3 });
		const givenEarly = fc.nat(12);
		await fc.assert(
			fc.asyncProperty(
				fc.array(word, { minLength: 1, maxLength: 12 }),
				deaths,
				givenEarly,
				async (texts, ends, early) => {
					const stage = new Stage();
					stage.voice.allow();
					const waiting = [...texts];
					for (let i = 0; i < early && waiting.length > 0; i++) stage.voice.say(waiting.shift()!);
					await stage.open();
					let life = 0;
					let frames = 0;
					for (let turns = 0; stage.end === null; turns++) {
						expect(turns).toBeLessThan(1000);
						const voice = stage.last;
						if (frames === ends[life]) {
							voice.die();
							life++;
							frames = 0;
							await tick();
							continue;
						}
						frames++;
						if (voice.step()) continue;
						const next = waiting.shift();
						if (next === undefined) stage.voice.finish();
						else stage.voice.say(next);
					}
					expect(stage.end).toEqual({ cause: null });
					expect(stage.heard()).toEqual(wordsOf(texts));
					expect(stage.voices.length).toBe(life + 1);
					expect(stage.clock.pending()).toBe(0);
					expect(stage.signals.every(({ aborted }) => aborted)).toBe(true);
				}
			),
			{ numRuns: 300 }
		);
	});

	it('tells the times of every stream’s words on the one clock, in order', async () => {
		const stage = new Stage();
		for (const word of ['one', 'two', 'three', 'four']) stage.voice.say(word);
		stage.voice.allow();
		stage.voice.finish();
		const first = await stage.open();
		while (stage.reported.length < 2) first.step();
		first.die();
		await tick();
		expect(stage.cuts).toEqual([stage.reported[1]!.stopS]);
		while (stage.last.step());
		expect(stage.reported.map(({ text }) => text)).toEqual(['one', 'two', 'three', 'four']);
		for (const [index, { startS }] of stage.reported.entries()) {
			if (index > 0) expect(startS).toBeGreaterThanOrEqual(stage.reported[index - 1]!.stopS - 1e-9);
		}
	});

	it('cuts at the beginning where no word was sure, and not at all where nothing came', async () => {
		const stage = new Stage();
		stage.voice.say('one');
		stage.voice.allow();
		(await stage.open()).die(); // its head had come
		await tick();
		expect(stage.cuts).toEqual([0]);
		expect(stage.last.told).toEqual(['one']);
	});

	it('looks for another before anything was said, too', async () => {
		const stage = new Stage();
		(await stage.open()).die();
		await tick();
		expect(stage.events).toEqual(['connected', 'lost lost', 'connected']);
		stage.voice.say('one');
		stage.voice.finish();
		stage.voice.allow();
		while (stage.last.step());
		expect(stage.heard()).toEqual(['one']);
	});

	it('ends where the last voice left nothing but its goodbye to say', async () => {
		const stage = new Stage();
		stage.voice.say('one');
		stage.voice.finish();
		stage.voice.allow();
		const voice = await stage.open();
		voice.leave = () => voice.die();
		while (voice.step());
		expect(voice.ended).toBe(true);
		expect(stage.end).toEqual({ cause: null });
	});

	it('goes on where a server says goodbye in mid-reply, as one that is shut down does', async () => {
		const stage = new Stage();
		for (const word of ['one', 'two', 'three', 'four', 'five']) stage.voice.say(word);
		stage.voice.finish();
		stage.voice.allow();
		const voice = await stage.open();
		while (stage.reported.length < 1) voice.step();
		voice.leave();
		await tick();
		expect(stage.events).toContain('lost lost');
		expect(voice.blamed?.code).toBe('lost');
		while (stage.last.step());
		expect(stage.heard()).toEqual(['one', 'two', 'three', 'four', 'five']);
	});

	it('gives up after three others, with the last reason, and frees them', async () => {
		const stage = new Stage();
		await stage.open();
		for (let i = 0; i < 4; i++) {
			stage.last.fail(new UpstreamError(i === 3 ? 'protocol' : 'lost', 'died'));
			await tick();
		}
		expect(stage.voices.length).toBe(4);
		expect(stage.end?.cause?.code).toBe('protocol');
		expect(stage.clock.pending()).toBe(0);
		expect(stage.signals.every(({ aborted }) => aborted)).toBe(true);
	});

	it('gives up where no other can be had', async () => {
		const stage = new Stage();
		await stage.open();
		stage.refuse = new UpstreamError('refused', 'nothing listens there');
		stage.last.die();
		await tick();
		expect(stage.end?.cause?.code).toBe('refused');
	});

	it('is silent once its signal has aborted, whatever comes', async () => {
		const stage = new Stage();
		stage.voice.allow();
		stage.voice.say('one');
		const voice = await stage.open();
		stage.controller.abort();
		voice.step();
		voice.die();
		stage.voice.say('two');
		stage.voice.finish();
		await tick();
		expect(stage.voices.length).toBe(1);
		expect([stage.end, stage.clock.pending(), stage.signals[0]!.aborted]).toEqual([null, 0, true]);
	});
});

describe('a voice that stops', () => {
	const many = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'];

	it('is another’s turn after a while without sound, in mid-text and at its end', async () => {
		for (const finished of [false, true]) {
			const stage = new Stage();
			stage.voice.allow();
			const voice = await stage.open();
			for (const word of many) stage.voice.say(word);
			if (finished) stage.voice.finish();
			stage.clock.advance(STALL_MS - 1);
			voice.step();
			stage.clock.advance(STALL_MS - 1);
			expect(stage.voices.length).toBe(1);
			stage.clock.advance(1);
			expect(stage.events).toContain('lost timed_out');
			await tick();
			expect(stage.last.told.length).toBe(many.length + (finished ? 1 : 0));
		}
	});

	it('is not blamed while it waits for words: a model thinks for longer than that', async () => {
		const stage = new Stage();
		stage.voice.allow();
		const voice = await stage.open();
		for (const word of many.slice(0, 4)) stage.voice.say(word);
		while (voice.step());
		stage.clock.advance(60_000);
		expect(stage.voices.length).toBe(1);
		for (const word of many) stage.voice.say(word);
		stage.clock.advance(STALL_MS - 1);
		expect(stage.events).toEqual(['connected']);
		stage.clock.advance(1);
		expect(stage.events).toContain('lost timed_out');
	});

	it('is not blamed for what a sound a moment ago settled', async () => {
		const stage = new Stage();
		stage.voice.allow();
		const voice = await stage.open();
		for (const word of many) stage.voice.say(word);
		stage.clock.advance(100);
		while (voice.step());
		stage.clock.advance(STALL_MS - 1000);
		for (const word of many) stage.voice.say(word); // owed from now on
		stage.clock.advance(STALL_MS - 1);
		expect(stage.events).toEqual(['connected']);
	});

	it('is not blamed while the browser does not keep up, nor at once afterwards', async () => {
		const stage = new Stage();
		stage.voice.allow();
		const voice = await stage.open();
		for (const word of many) stage.voice.say(word);
		stage.source!.pause();
		expect(voice.isPaused).toBe(true);
		stage.clock.advance(3 * STALL_MS - 1);
		stage.source!.resume();
		stage.clock.advance(STALL_MS - 1);
		expect(stage.events).toEqual(['connected']);
		stage.clock.advance(1);
		expect(stage.events).toContain('lost timed_out');
	});
});

describe('a voice that', () => {
	const many = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'];

	it('reports no words is not blamed while it waits for more of them', async () => {
		const stage = new Stage();
		stage.voice.allow();
		const voice = await stage.open();
		voice.tellsNothing = true;
		for (const word of many) stage.voice.say(word);
		while (voice.step());
		stage.clock.advance(60_000); // the model thinks
		expect(stage.events).toEqual(['connected']);
		stage.voice.finish();
		while (voice.step());
		expect([stage.end, stage.heard()]).toEqual([{ cause: null }, many]);
	});

	it('finds no end after its last word is done soon after it, and blamed', async () => {
		const stage = new Stage();
		stage.voice.allow();
		const voice = await stage.open();
		for (const word of many) stage.voice.say(word);
		stage.voice.finish();
		let isAtItsEnd = false;
		voice.leave = () => (isAtItsEnd = true);
		while (!isAtItsEnd) voice.step();
		let frames = 0;
		for (; stage.end === null && frames < 10_000; frames++) voice.babble();
		expect(stage.end).toEqual({ cause: null });
		expect(frames * FRAME_S).toBeGreaterThan(10);
		expect(frames * FRAME_S).toBeLessThan(30);
		expect(voice.blamed?.code).toBe('protocol');
		expect([stage.voices.length, stage.signals[0]!.aborted, stage.clock.pending()]).toEqual([1, true, 0]);
	});

	it('sounds on and on without its words gives way to another, which says them', async () => {
		const stage = new Stage();
		stage.voice.allow();
		const voice = await stage.open();
		for (const word of many) stage.voice.say(word);
		stage.voice.finish();
		for (let frames = 0; stage.events.length < 2 && frames < 10_000; frames++) voice.babble();
		expect(stage.events).toContain('lost protocol');
		await tick();
		while (stage.last.step());
		expect([stage.end, stage.heard()]).toEqual([{ cause: null }, many]);
	});

	it('sounded long before its text was complete has its time from then on', async () => {
		const stage = new Stage();
		stage.voice.allow();
		const voice = await stage.open();
		stage.voice.say('Well');
		for (let frames = 0; frames * FRAME_S < 60; frames++) voice.babble(); // while the model writes the rest
		stage.voice.finish();
		for (let frames = 0; frames * FRAME_S < 10; frames++) voice.babble();
		expect([stage.end, stage.voices.length]).toEqual([null, 1]);
	});
});
