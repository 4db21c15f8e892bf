/** The relay's side of an answer: the LLM writes, the TTS speaks, pages come faster than they are heard. */
import type { Agenda } from './agenda.ts';
import { ANSWER, STEP_MS } from './assumptions.ts';
import type { Dice } from './dice.ts';
import type { Network } from './network.ts';
import type { AnswerWord } from './playback.ts';
import { gapAfter, isMark, wordMs } from './speech.ts';

/** What an answer sounds like: the same text has the same sound, whoever asks. */
export function answerWords(text: string, dice: Dice): AnswerWord[] {
	let atMs = 80;
	return spokenWords(text).map((word, index) => {
		const startMs = atMs;
		const stopMs = startMs + wordMs(word, 1, dice);
		atMs = stopMs + gapAfter(word, 1, dice);
		return { text: index === 0 ? word : ` ${word}`, startMs, stopMs };
	});
}

/** A mark that stands alone, as in French, belongs to the word before it. */
const spokenWords = (text: string): string[] =>
	text.split(/\s+/).reduce<string[]>((words, part) => {
		const last = words.at(-1);
		return last !== undefined && isMark(part) ? [...words.slice(0, -1), `${last} ${part}`] : [...words, part];
	}, []);

export const answerMs = (words: readonly AnswerWord[]): number => (words.at(-1)?.stopMs ?? 0) + 40;

export interface AnswersHost {
	audio(reply: number, ms: number): void;
	/** Everything of the reply has come. */
	complete(reply: number): void;
}

interface Leg {
	readonly reply: number;
	readonly soundMs: number;
	/** When the LLM's first token is there. */
	readonly tokenAtMs: number;
	readonly firstAudioMs: number;
	committed: boolean;
}

export class Answers {
	readonly #agenda: Agenda;
	readonly #network: Network;
	readonly #dice: (reply: number) => Dice;
	readonly #host: AnswersHost;
	/** The relay works on one reply at a time: another one replaces it. */
	#leg: Leg | null = null;

	constructor(agenda: Agenda, network: Network, dice: (reply: number) => Dice, host: AnswersHost) {
		this.#agenda = agenda;
		this.#network = network;
		this.#dice = dice;
		this.#host = host;
	}

	/** The browser sends its question now. A speculative one is thought about and not spoken. */
	ask(reply: number, words: readonly AnswerWord[], speculative: boolean): void {
		this.#network.send('up', () => {
			const dice = this.#dice(reply);
			const { firstTokenMs, firstAudioMs } = ANSWER;
			const leg: Leg = {
				reply,
				soundMs: answerMs(words),
				tokenAtMs: this.#agenda.nowMs + dice.around(firstTokenMs.median, firstTokenMs.spread),
				firstAudioMs: dice.around(firstAudioMs.median, firstAudioMs.spread),
				committed: !speculative
			};
			this.#leg = leg;
			if (leg.committed) this.#speak(leg);
		});
	}

	commit(reply: number): void {
		this.#network.send('up', () => {
			const leg = this.#leg;
			if (leg === null || leg.reply !== reply || leg.committed) return;
			leg.committed = true;
			this.#speak(leg);
		});
	}

	cancel(reply: number): void {
		this.#network.send('up', () => {
			if (this.#leg?.reply === reply) this.#leg = null;
		});
	}

	#speak(leg: Leg): void {
		const firstMs = Math.max(this.#agenda.nowMs, leg.tokenAtMs) + leg.firstAudioMs;
		this.#page(leg, 0, firstMs);
	}

	#page(leg: Leg, index: number, firstMs: number): void {
		this.#agenda.at(firstMs + (index * STEP_MS) / ANSWER.speed, () => {
			if (this.#leg !== leg) return;
			const isLast = (index + 1) * STEP_MS >= leg.soundMs;
			this.#network.send('down', () => {
				this.#host.audio(leg.reply, STEP_MS);
				if (isLast) this.#host.complete(leg.reply);
			});
			if (!isLast) this.#page(leg, index + 1, firstMs);
		});
	}
}
