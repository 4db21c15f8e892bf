import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Conversation, type ConversationOptions, type Talked } from './conversation.ts';
import { FIGURES, Figures, type FigureName } from './figures.ts';
import type { Line, LineEvent } from './line.ts';
import type { Frame } from './sound/speech.ts';

const SPEECH_MS = 200;
const VOICE: Frame = [Uint8Array.of(1)];
const SILENCE: Frame = [Uint8Array.of(0)];
/** 0.2 s, and as long again, and 80 ms until the next frame: by then the talker speaks. */
const REACTED_MS = 480;

/** A talker and its server on a clock of their own. */
class Stage {
	nowMs = 0;
	readonly figures = new Figures();
	readonly sent: { readonly atMs: number; readonly voice: boolean }[] = [];
	readonly heard: { readonly seconds: number; readonly isAll: boolean }[] = [];
	readonly conversation: Conversation;
	isClosed = false;
	talked: Talked | null = null;
	#tell: (event: LineEvent) => void = () => undefined;
	#dueMs: number | null = 0;

	constructor(options: Partial<ConversationOptions> = {}) {
		const line: Line = {
			send: (frame) => this.sent.push({ atMs: this.nowMs, voice: frame === VOICE }),
			heard: (seconds, isAll) => this.heard.push({ seconds, isAll }),
			close: () => (this.isClosed = true)
		};
		this.conversation = new Conversation({
			open: ({ tell }) => {
				this.#tell = tell;
				return line;
			},
			speech: { utterances: [{ name: 'u', frames: [VOICE, VOICE, VOICE], speechMs: SPEECH_MS }], silence: [SILENCE] },
			messages: 3,
			patienceMs: 5000,
			limitMs: 100_000,
			figures: this.figures,
			nowMs: () => this.nowMs,
			chance: () => 0.5,
			...options
		});
	}

	async pass(ms: number): Promise<void> {
		const untilMs = this.nowMs + ms;
		while (this.#dueMs !== null && this.#dueMs <= untilMs) {
			this.nowMs = Math.max(this.nowMs, this.#dueMs);
			this.#dueMs = this.conversation.tick();
		}
		this.nowMs = untilMs;
		await this.#look();
	}

	async tell(...events: (LineEvent | LineEvent['type'])[]): Promise<void> {
		for (const event of events) this.#tell(typeof event === 'string' ? whole(event) : event);
		await this.#look();
	}

	/** The greeting, 160 ms of sound, and the talker begins to speak; answers when. */
	async greet(): Promise<number> {
		await this.tell('ready', 'asked', 'written', sound(0.16), 'said');
		await this.pass(160 + REACTED_MS + 80);
		const first = this.sent.find(({ voice }) => voice);
		if (first === undefined) throw new Error('nobody speaks');
		return first.atMs;
	}

	async #look(): Promise<void> {
		await Promise.race([this.conversation.done.then((talked) => (this.talked = talked)), Promise.resolve()]);
		await Promise.resolve();
	}

	mean(name: FigureName): number | null {
		return this.figures.summary(name)?.mean ?? null;
	}
}

const sound = (seconds: number): LineEvent => ({ type: 'sound', seconds });
function whole(type: LineEvent['type']): LineEvent {
	switch (type) {
		case 'sound':
		case 'cut':
			return { type, seconds: 0.08 };
		case 'trouble':
			return { type, code: 'x' };
		case 'ended':
			return { type, end: { why: 'refused' } };
		default:
			return { type };
	}
}

describe('a conversation', () => {
	it('measures what the README says, to the millisecond', async () => {
		const stage = new Stage();
		const startMs = await stage.greet();
		await stage.pass(startMs + 150 - stage.nowMs);
		await stage.tell('word');
		await stage.pass(300);
		await stage.tell('paused');
		await stage.pass(100);
		await stage.tell('asked');
		await stage.pass(70);
		await stage.tell('written');
		await stage.pass(130);
		await stage.tell(sound(0.4));
		await stage.pass(500);
		await stage.tell(sound(0.4), 'said');
		await stage.pass(1000);
		expect(stage.talked).toMatchObject({
			ending: { name: 'complete' },
			messages: 3,
			gaps: 1,
			interruptions: 0,
			cutIns: 0
		});
		expect([stage.mean('stt'), stage.mean('vad'), stage.mean('turn'), stage.mean('wait')]).toEqual([
			150, 250, 350, 550
		]);
		// The greeting's were 0.
		expect([stage.mean('llm'), stage.mean('ttsStart'), stage.mean('gap')]).toEqual([35, 65, 50]);
		// The first piece was there at once; 0.4 s took half a second.
		expect(stage.mean('ttsFactor')).toBe(0.8);
		expect(stage.isClosed).toBe(true);
	});

	it('sends a frame every 80 ms from the first to the last, and nothing twice after a stall', async () => {
		const stage = new Stage();
		await stage.greet();
		const times = stage.sent.map(({ atMs }) => atMs);
		expect(times).toEqual(times.map((_, i) => i * 80));
		const { length } = stage.sent;
		stage.nowMs += 800;
		stage.conversation.tick();
		expect(stage.sent.length - length).toBe(10);
		stage.nowMs += 60_000;
		stage.conversation.tick();
		expect(stage.sent.length - length).toBeLessThanOrEqual(10 + 26);
	});

	it('hears an answer as long as it sounds, and takes a while to react', async () => {
		const stage = new Stage();
		await stage.tell('ready', 'asked', 'written', sound(1), 'said');
		await stage.pass(990);
		expect(stage.heard.some(({ isAll }) => isAll)).toBe(false);
		await stage.pass(90);
		expect(stage.heard.at(-1)).toEqual({ seconds: 1, isAll: true });
		await stage.pass(300);
		expect(stage.sent.some(({ voice }) => voice)).toBe(false);
		await stage.pass(200);
		expect(stage.sent.filter(({ voice }) => voice).length).toBeGreaterThan(0);
	});

	it('counts an answer to half a sentence as begun too early, and measures the one that counts', async () => {
		const stage = new Stage();
		const startMs = await stage.greet();
		await stage.pass(startMs + 100 - stage.nowMs);
		await stage.tell('word', 'paused', 'asked', 'written', sound(0.08), 'interrupted');
		await stage.pass(400);
		await stage.tell('paused', 'asked', 'written', sound(0.08), 'said');
		await stage.pass(200);
		expect(stage.talked).toMatchObject({ ending: { name: 'complete' }, cutIns: 1, interruptions: 0 });
		expect([stage.mean('vad'), stage.mean('turn'), stage.mean('wait')]).toEqual([300, 300, 300]);
	});

	it('takes an answer that failed and was asked for again for no late decision, but for a long wait', async () => {
		const stage = new Stage();
		const startMs = await stage.greet();
		await stage.pass(startMs + 300 - stage.nowMs);
		await stage.tell('word', 'paused', 'asked', 'written');
		await stage.pass(2000);
		await stage.tell('paused', 'asked');
		await stage.pass(100);
		await stage.tell('written', sound(0.08), 'said');
		await stage.pass(200);
		expect([stage.mean('vad'), stage.mean('turn'), stage.mean('wait'), stage.mean('llm')]).toEqual([
			100, 100, 2200, 50
		]);
	});

	it('counts an answer that is broken off while nobody speaks, and goes on', async () => {
		const stage = new Stage();
		await stage.tell('ready', 'asked', 'written', sound(2));
		await stage.pass(500);
		await stage.tell('interrupted');
		await stage.pass(REACTED_MS + 80);
		expect(stage.sent.some(({ voice }) => voice)).toBe(true);
		stage.conversation.stop();
		await stage.pass(0);
		expect(stage.talked).toMatchObject({ ending: { name: 'unfinished' }, interruptions: 1, messages: 1 });
	});

	it('is not impatient with a long answer that came quickly', async () => {
		const stage = new Stage();
		await stage.tell('ready', 'asked', 'written', sound(30));
		await stage.pass(29_000);
		await stage.tell('said');
		expect(stage.talked).toBeNull();
		await stage.pass(1000);
		expect(stage.heard.at(-1)?.isAll).toBe(true);
	});

	it.each<[string, (stage: Stage) => Promise<unknown>, string]>([
		['is never ready', () => Promise.resolve(), 'never_ready'],
		['does not greet', (stage) => stage.tell('ready', 'asked', 'written'), 'no_greeting'],
		['greets without a sound', (stage) => stage.tell('ready', 'asked', 'said'), 'no_greeting'],
		['does not answer', (stage) => stage.greet(), 'no_answer'],
		['never ends its greeting', (stage) => stage.tell('ready', 'asked', sound(0.08)), 'no_end'],
		['holds its voice for ever', (stage) => stage.tell('ready', 'asked', sound(0.08), 'said', 'resumed'), 'no_answer']
	])('with a server that %s ends', async (_name, begin, reason) => {
		const stage = new Stage();
		await begin(stage);
		await stage.pass(15_000);
		expect(stage.talked?.ending.name).toBe(reason);
		expect(stage.isClosed).toBe(true);
	});

	it('does not wait for ever for a server that asks itself again and again', async () => {
		const stage = new Stage();
		await stage.greet();
		for (let i = 0; i < 10; i++) {
			await stage.tell('word', 'asked', 'written', { type: 'trouble', code: 'tts timed_out' });
			await stage.pass(1000);
		}
		expect(stage.talked?.ending).toEqual({ name: 'no_answer', detail: 'tts timed_out' });
	});

	it('tells a goodbye from a server that leaves', async () => {
		const closed = (code: number): LineEvent => ({ type: 'ended', end: { why: 'closed_there', code, reason: '' } });
		const goodbye = new Stage();
		await goodbye.greet();
		await goodbye.tell(closed(1000));
		expect(goodbye.talked?.ending.name).toBe('goodbye');
		const owed = new Stage();
		await owed.greet();
		await owed.pass(3000);
		await owed.tell({ type: 'trouble', code: 'warning' }, closed(1000));
		expect(owed.talked?.ending).toEqual({ name: 'closed', detail: 'code 1000, warning' });
	});

	it('ends exactly once and adds up, whatever the server says in whatever order', async () => {
		const types = [
			'ready',
			'word',
			'paused',
			'asked',
			'written',
			'sound',
			'cut',
			'said',
			'held',
			'resumed',
			'interrupted',
			'trouble'
		] as const;
		const happening = fc.oneof(fc.constantFrom(...types), fc.nat(1000));
		await fc.assert(
			fc.asyncProperty(fc.array(happening, { maxLength: 60 }), async (happenings) => {
				const stage = new Stage();
				for (const one of happenings) await (typeof one === 'number' ? stage.pass(one) : stage.tell(one));
				// Whatever was held or waited for: no conversation outlives its patience by much.
				await stage.tell('resumed');
				await stage.pass(200_000);
				if (stage.talked === null) throw new Error('it goes on');
				expect(stage.talked.messages).toBeLessThanOrEqual(3);
				for (const name of FIGURES) expect(stage.figures.summary(name)?.p99 ?? 0).not.toBeNaN();
				for (const name of ['stt', 'turn', 'wait', 'llm', 'gap'] as const) {
					expect(stage.figures.summary(name)?.mean ?? 0).toBeGreaterThanOrEqual(0);
				}
			}),
			{ numRuns: 300 }
		);
	});
});
