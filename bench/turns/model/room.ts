/** What stands in front of the microphone: the person, other sounds, and the assistant's own voice coming back. */
import { ROOM, STEP_MS, STRAY_WORDS_PER_S, TICK_MS } from './assumptions.ts';
import type { Dice } from './dice.ts';
import type { AnswerWord, Playback } from './playback.ts';
import type { Speech, SpokenSound } from './speech.ts';
import type { Frame, FrameWord } from './stt.ts';

/** Words that have nothing to do with the conversation. */
const STRAY = ['the', 'yeah', 'so', 'and', 'oh', 'there', 'no', 'what', 'right', 'come'];

interface Placed {
	readonly startMs: number;
	readonly speech: Speech;
	/** The truth's number of each word; null for what is not written. */
	readonly truths: readonly (number | null)[];
}

interface EchoWord {
	readonly text: string;
	readonly atMs: number;
}

export class Room {
	readonly #level: number;
	readonly #dice: Dice;
	readonly #stray: (text: string, atMs: number) => number;
	#speeches: Placed[] = [];
	#sounds: SpokenSound[] = [];
	#echoWords: EchoWord[] = [];
	/** The echo's level of the last ticks, the latest last. */
	#echoes: number[] = [];
	/** How long the canceller has heard the assistant. */
	#learntMs = 0;
	#word: AnswerWord | null = null;

	/** `stray` is told of a stranger's word and answers its number in the truth. */
	constructor(level: number, dice: Dice, stray: (text: string, atMs: number) => number) {
		this.#level = level;
		this.#dice = dice;
		this.#stray = stray;
	}

	say(startMs: number, speech: Speech, truths: readonly (number | null)[]): void {
		this.#speeches.push({ startMs, speech, truths });
		for (const one of speech.sounds)
			this.sound({ ...one, startMs: startMs + one.startMs, stopMs: startMs + one.stopMs });
	}

	/** Its times are the conversation's. */
	sound(sound: SpokenSound): void {
		this.#sounds.push(sound);
	}

	/** 10 ms of what the loudspeaker does. */
	tick(nowMs: number, playback: Playback): void {
		const level = playback.isSounding ? this.#echoLevel() * playback.gain : 0;
		if (playback.isSounding) this.#learntMs += TICK_MS;
		this.#echoes.push(level);
		if (this.#echoes.length > (STEP_MS + ROOM.echoDelayMs) / TICK_MS) this.#echoes.shift();
		const word = playback.word;
		const ended = this.#word;
		this.#word = word;
		if (ended === null || ended === word || !playback.isSounding) return;
		// As many draws for every word, whatever the level.
		const [isHeard, isMisheard] = [this.#dice.uniform(), this.#dice.uniform()];
		if (isHeard >= (level - ROOM.hearsFrom) / (ROOM.hearsAll - ROOM.hearsFrom)) return;
		const text = ended.text.trim();
		this.#echoWords.push({
			text: isMisheard < ROOM.misheard ? misspelt(text) : text,
			atMs: nowMs + ROOM.echoDelayMs
		});
	}

	/** The 80 ms that end at `nowMs`. */
	frame(nowMs: number): Frame {
		const fromMs = nowMs - STEP_MS;
		let voice = 0;
		let ended: Frame['heard']['ended'] = null;
		const words: FrameWord[] = [];
		for (const { startMs, speech, truths } of this.#speeches) {
			for (const [index, word] of speech.words.entries()) {
				const [start, stop] = [startMs + word.startMs, startMs + word.stopMs];
				voice += Math.max(0, Math.min(stop, nowMs) - Math.max(start, fromMs)) / STEP_MS;
				if (stop <= fromMs || stop > nowMs) continue;
				ended = word;
				if (word.written !== null)
					words.push({ text: word.written, atMs: stop - fromMs, truth: truths[index] ?? null });
			}
		}
		for (const { text, atMs } of this.#echoWords)
			if (atMs > fromMs && atMs <= nowMs) words.push({ text, atMs: atMs - fromMs, truth: null });
		const other = Math.max(this.#sounding(fromMs, nowMs, words), this.#echoStrength());
		this.#forget(fromMs);
		words.sort((a, b) => a.atMs - b.atMs);
		return { heard: { voice: Math.min(1, voice), ended, other }, words };
	}

	#sounding(fromMs: number, nowMs: number, words: FrameWord[]): number {
		let loudest = 0;
		for (const { kind, startMs, stopMs, strength } of this.#sounds) {
			if (stopMs <= fromMs || startMs >= nowMs) continue;
			// A sound is not equally loud all the time.
			loudest = Math.max(loudest, strength * this.#dice.between(0.6, 1));
			if (kind !== 'music' && kind !== 'babble') continue;
			const [hasWord, which] = [this.#dice.chance((STRAY_WORDS_PER_S[kind] * STEP_MS) / 1000), this.#dice.uniform()];
			const text = STRAY[Math.floor(which * STRAY.length)];
			if (hasWord && text !== undefined) words.push({ text, atMs: STEP_MS, truth: this.#stray(text, nowMs) });
		}
		return loudest;
	}

	#echoLevel(): number {
		const { residual, learningHalfMs } = ROOM;
		return this.#level * (residual + (1 - residual) * 2 ** (-this.#learntMs / learningHalfMs));
	}

	/** How much of a voice the echo of the frame is, as late as it comes back. */
	#echoStrength(): number {
		const level = Math.max(0, ...this.#echoes.slice(0, STEP_MS / TICK_MS));
		return level < ROOM.hearsFrom / 2 ? 0 : Math.min(0.95, level / ROOM.hearsAll);
	}

	#forget(fromMs: number): void {
		this.#speeches = this.#speeches.filter(({ startMs, speech }) => startMs + speech.endMs > fromMs);
		this.#sounds = this.#sounds.filter(({ stopMs }) => stopMs > fromMs);
		this.#echoWords = this.#echoWords.filter(({ atMs }) => atMs > fromMs);
	}
}

/** A faint word, written wrongly: a letter from the middle is missing. */
function misspelt(word: string): string {
	const middle = Math.floor(word.length / 2);
	return word.length < 3 ? word : word.slice(0, middle) + word.slice(middle + 1);
}
