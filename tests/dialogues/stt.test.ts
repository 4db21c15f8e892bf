import { answerWords } from '../../bench/turns/model/answers.ts';
import { describe, expect, it } from 'vitest';
import { Agenda } from '../../bench/turns/model/agenda.ts';
import { PAUSE_HEAD, STEP_MS, STT } from '../../bench/turns/model/assumptions.ts';
import { Dice } from '../../bench/turns/model/dice.ts';
import { PauseHead, SILENCE, type Heard } from '../../bench/turns/model/pause-head.ts';
import { speak, tokens } from '../../bench/turns/model/speech.ts';
import { SILENT_FRAME, Stt, type Frame } from '../../bench/turns/model/stt.ts';

const SPEECH: Heard = { voice: 1, ended: null, other: 0 };
const seeds = Array.from({ length: 60 }, (_, index) => index);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** A head that has passed its noise and heard a second of speech. */
function speaking(seed: number): PauseHead {
	const head = new PauseHead(new Dice('head', seed));
	for (let i = 0; i < PAUSE_HEAD.noiseSteps; i++) head.step(SILENCE);
	for (let i = 0; i < 12; i++) head.step(SPEECH);
	return head;
}

/** Steps of silence until the prediction passes 0.6, after a word with this rise. */
function stepsToPause(seed: number, riseMs: number): number {
	const head = speaking(seed);
	head.step({ voice: 1, ended: { riseMs, spikeSteps: 0 }, other: 0 });
	for (let steps = 1; steps < 100; steps++) if (head.step(SILENCE) > 0.6) return steps;
	return 100;
}

describe('the pause head', () => {
	it('is noise for its first twelve steps, whatever it hears', () => {
		const values = seeds.flatMap((seed) => {
			const head = new PauseHead(new Dice(seed));
			return Array.from({ length: 12 }, () => head.step(SPEECH));
		});
		expect(mean(values)).toBeCloseTo(0.5, 1);
		expect(values.filter((value) => value > 0.6).length).toBeGreaterThan(values.length / 4);
	});

	it('is high in silence, and falls within three steps of speech', () => {
		for (const seed of seeds) {
			const head = new PauseHead(new Dice('fall', seed));
			const silent = Array.from({ length: 40 }, () => head.step(SILENCE)).slice(12);
			expect(mean(silent)).toBeGreaterThan(0.85);
			const spoken = Array.from({ length: 3 }, () => head.step(SPEECH));
			expect(spoken[2]).toBeLessThan(0.2);
		}
	});

	it('rises soon after a short rise and late after a long one, in time with the silence', () => {
		const soon = seeds.map((seed) => stepsToPause(seed, 240));
		const late = seeds.map((seed) => stepsToPause(seed, 1600));
		expect(Math.max(...soon)).toBeLessThan(Math.min(...late));
		expect(mean(soon) * STEP_MS).toBeGreaterThan(160);
		expect(mean(soon) * STEP_MS).toBeLessThan(440);
		expect(mean(late) * STEP_MS).toBeGreaterThan(1400);
	});

	it('spikes above 0.6 while the person goes on speaking, for as many steps as it was told', () => {
		for (const seed of seeds) {
			const head = speaking(seed);
			const spiked = head.step({ voice: 1, ended: { riseMs: 400, spikeSteps: 2 }, other: 0 });
			expect(spiked).toBeGreaterThan(0.6);
			expect(head.step(SPEECH)).toBeGreaterThan(0.6);
			expect(head.step(SPEECH)).toBeLessThan(0.3);
		}
	});

	it('dips for something else that sounds like a voice, the more the louder it is', () => {
		const dip = (other: number): number =>
			mean(
				seeds.map((seed) => {
					const head = new PauseHead(new Dice('dip', seed));
					for (let i = 0; i < 20; i++) head.step(SILENCE);
					return Array.from({ length: 8 }, () => head.step({ voice: 0, ended: null, other })).at(-1) ?? 0;
				})
			);
		expect(dip(0.1)).toBeGreaterThan(0.75);
		expect(dip(0.5)).toBeLessThan(0.6);
		expect(dip(0.9)).toBeLessThan(0.2);
	});

	it('spikes after digits in running text more often than after other words', () => {
		const spikes = (text: string): number =>
			seeds
				.flatMap((seed) => {
					const read = tokens(text);
					if (typeof read === 'string') throw new Error(read);
					return speak(read, { pace: 1, punctuation: true }, new Dice('spikes', seed)).words;
				})
				.filter(({ spikeSteps }) => spikeSteps > 0).length;
		expect(spikes('4 8 1 5 1 6 2 3')).toBeGreaterThan(100);
		expect(spikes('we had tea beside that old stove')).toBeLessThan(10);
	});
});

describe('a mark that stands alone, as in French', () => {
	const french = (text: string) => {
		const read = tokens(text);
		if (typeof read === 'string') throw new Error(read);
		return speak(read, { pace: 1, punctuation: true }, new Dice('a mark', text.replace(/\W+$/, ''))).words;
	};

	it('is written and not said', () => {
		expect(french('Vous êtes ouvert ?')).toHaveLength(3);
		expect(french('Vous êtes ouvert ?').at(-1)?.written).toBe('ouvert ?');
		expect(french('Vous êtes ouvert ?').at(-1)?.stopMs).toBe(french('Vous êtes ouvert').at(-1)?.stopMs);
		expect(tokens('Oui ! {0.5} Et vous ?')).toHaveLength(4);
	});

	it('belongs to the word before it in an answer, too', () => {
		const words = answerWords('Que voulez-vous ?', new Dice('an answer'));
		expect(words.map(({ text }) => text)).toEqual(['Que', ' voulez-vous ?']);
	});
});

describe('the STT', () => {
	interface Heard {
		readonly atMs: number;
		readonly what: string;
	}

	function stt(seed: number): { readonly agenda: Agenda; readonly stream: Stt; readonly heard: Heard[] } {
		const agenda = new Agenda();
		const heard: Heard[] = [];
		const note = (what: string): void => {
			heard.push({ atMs: agenda.nowMs, what });
		};
		const stream = new Stt(agenda, new Dice('h', seed), new Dice('w', seed), {
			step: () => {
				note('step');
			},
			word: ({ text }) => {
				note(text);
			}
		});
		return { agenda, stream, heard };
	}

	const word = (text: string, atMs = 40): Frame => ({ heard: SILENCE, words: [{ text, atMs, truth: null }] });
	const runAll = (agenda: Agenda): void => {
		while (agenda.next());
	};
	/** Frames as a microphone gives them. */
	function live(agenda: Agenda, stream: Stt, frames: readonly Frame[]): void {
		for (const [index, frame] of frames.entries())
			agenda.at((index + 1) * STEP_MS, () => {
				stream.take(frame);
			});
	}

	it('writes a word half a second after it ended, give or take a step, and seldom later', () => {
		const delays = seeds.map((seed) => {
			const { agenda, stream, heard } = stt(seed);
			live(agenda, stream, [word('tea'), ...Array.from({ length: 20 }, () => SILENT_FRAME)]);
			runAll(agenda);
			return (heard.find(({ what }) => what === 'tea')?.atMs ?? 0) - 40;
		});
		const punctual = delays.filter((delay) => delay >= 400 && delay <= 700);
		expect(punctual.length).toBeGreaterThan(seeds.length * 0.85);
		expect(Math.min(...delays)).toBeGreaterThanOrEqual(STT.delayMs - STT.jitterLimitMs);
		expect(Math.max(...delays)).toBeLessThan(1200);
	});

	it('gives a word out after the step that it came with', () => {
		const { agenda, stream, heard } = stt(1);
		live(agenda, stream, [word('tea'), ...Array.from({ length: 20 }, () => SILENT_FRAME)]);
		runAll(agenda);
		const at = heard.findIndex(({ what }) => what === 'tea');
		expect(heard[at - 1]).toEqual({ atMs: heard[at]?.atMs, what: 'step' });
	});

	it('pushes words out by frames sent at once, several times faster than they sound', () => {
		for (const seed of seeds) {
			const { agenda, stream, heard } = stt(seed);
			stream.take(word('tea', 0));
			for (let i = 0; i < 14; i++) stream.take(SILENT_FRAME);
			runAll(agenda);
			expect(heard.find(({ what }) => what === 'tea')?.atMs).toBeLessThanOrEqual(15 * STT.passMs);
			expect(heard.filter(({ what }) => what === 'step')).toHaveLength(15);
		}
	});

	it('lets live sound wait behind the silence of a flush', () => {
		const { agenda, stream, heard } = stt(1);
		for (let i = 0; i < 8; i++) stream.take(SILENT_FRAME);
		stream.take(SILENT_FRAME);
		runAll(agenda);
		expect(heard.at(-1)?.atMs).toBe(9 * STT.passMs);
	});

	it('keeps words in order, however late one is', () => {
		for (const seed of seeds) {
			const { agenda, stream, heard } = stt(seed);
			live(agenda, stream, [
				...['one', 'two', 'three', 'four'].map((text) => word(text)),
				...Array.from({ length: 20 }, () => SILENT_FRAME)
			]);
			runAll(agenda);
			expect(heard.map(({ what }) => what).filter((what) => what !== 'step')).toEqual(['one', 'two', 'three', 'four']);
		}
	});
});
