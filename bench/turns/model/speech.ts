/** From a scenario's text to words in time: what a mouth makes of it, and what an STT will write. */
import { PAUSE_HEAD, PERSON, SOUNDS, STT } from './assumptions.ts';
import type { Dice } from './dice.ts';
import { endsSentence, isFiller, isHummed, shapeOf, spelt, type Shape } from './shape.ts';

export type SoundKind = keyof typeof SOUNDS;
export const isSoundKind = (name: string): name is SoundKind => Object.hasOwn(SOUNDS, name);

/** Times are milliseconds from the beginning of the speech. */
export interface SpokenWord {
	readonly startMs: number;
	readonly stopMs: number;
	/** What the STT writes; null where it leaves the sound out. */
	readonly written: string | null;
	/** The silence after it in which the pause head does half of its way up. */
	readonly riseMs: number;
	/** For so many steps from the word's end the head spikes. */
	readonly spikeSteps: number;
}
export interface SpokenSound {
	readonly kind: SoundKind;
	readonly startMs: number;
	readonly stopMs: number;
	/** How much like a voice it looks to the pause head, 0 to 1. */
	readonly strength: number;
}
export interface Speech {
	readonly words: readonly SpokenWord[];
	readonly sounds: readonly SpokenSound[];
	/** The network stops here for so long. */
	readonly stalls: readonly { readonly atMs: number; readonly ms: number }[];
	/** The true end: the last word's. */
	readonly endMs: number;
}

/** A token of a scenario's `say`. */
export type Token =
	| { readonly type: 'word'; readonly text: string }
	/** `+`: it sounds finished all the same; `-`: it sounds as if more came. */
	| { readonly type: 'pause'; readonly seconds: number; readonly sounds: '+' | '-' | null }
	| { readonly type: 'sound'; readonly kind: SoundKind; readonly seconds: number | null }
	| { readonly type: 'stall'; readonly seconds: number };

/** Marks alone, such as the " ?" of a French question. */
export const isMark = (text: string): boolean => !/[\p{L}\p{N}]/u.test(text);

/** Reads `Hi, {0.8} it is {cough} me {stall:0.5} again.`; answers what is wrong with it as a sentence. */
export function tokens(text: string): Token[] | string {
	const found: Token[] = [];
	for (const part of text.split(/\s+/).filter((piece) => piece !== '')) {
		if (!part.includes('{') && !part.includes('}')) {
			const last = found.at(-1);
			// French puts a space before its marks; nobody says them.
			if (isMark(part) && last?.type === 'word')
				found[found.length - 1] = { type: 'word', text: `${last.text} ${part}` };
			else found.push({ type: 'word', text: part });
			continue;
		}
		const inner = /^\{([^{}]*)\}$/.exec(part)?.[1];
		if (inner === undefined) return `"${part}": put spaces around {…}, and none in it`;
		const token = directive(inner);
		if (token === null) return `"${part}" is none of {0.8}, {0.8+}, {0.8-}, {cough}, {laugh:1.5}, {stall:0.6}`;
		found.push(token);
	}
	return found;
}

function directive(inner: string): Token | null {
	const pause = /^(\d+(?:\.\d+)?)([+-])?$/.exec(inner);
	if (pause !== null) {
		const mark = pause[2];
		return { type: 'pause', seconds: Number(pause[1]), sounds: mark === '+' || mark === '-' ? mark : null };
	}
	const named = /^([a-z]+)(?::(\d+(?:\.\d+)?))?$/.exec(inner);
	if (named === null) return null;
	const [, name = '', length] = named;
	const seconds = length === undefined ? null : Number(length);
	if (name === 'stall') return seconds === null ? null : { type: 'stall', seconds };
	return isSoundKind(name) ? { type: 'sound', kind: name, seconds } : null;
}

export interface SpeechOptions {
	/** 1 is unhurried; 1.3 is quick. */
	readonly pace: number;
	/** False for an STT that writes neither capitals nor marks. */
	readonly punctuation: boolean;
}

/** How loud and how long: a sound of that kind. */
export function soundOf(kind: SoundKind, seconds: number | null, startMs: number, dice: Dice): SpokenSound {
	const [low, high] = SOUNDS[kind].strength;
	const ms = 1000 * (seconds ?? SOUNDS[kind].seconds);
	return { kind, startMs, stopMs: startMs + ms, strength: dice.between(low, high) };
}

export function speak(said: readonly Token[], options: SpeechOptions, dice: Dice): Speech {
	const words: SpokenWord[] = [];
	const sounds: SpokenSound[] = [];
	const stalls: { atMs: number; ms: number }[] = [];
	const lastWord = said.findLastIndex((token) => token.type === 'word');
	let atMs = 0;
	for (const [index, token] of said.entries()) {
		if (token.type === 'word') {
			const following = said[index + 1];
			const pause = following?.type === 'pause' ? following : null;
			const stopMs = atMs + wordMs(token.text, options.pace, dice);
			const gapMs = pause === null ? gapAfter(token.text, options.pace, dice) : pause.seconds * 1000;
			words.push(spokenWord(token.text, atMs, stopMs, gapMs, pause?.sounds ?? null, index === lastWord, options, dice));
			atMs = stopMs + gapMs;
		} else if (token.type === 'sound') {
			const sound = soundOf(token.kind, token.seconds, atMs, dice);
			sounds.push(sound);
			atMs = sound.stopMs;
		} else if (token.type === 'stall') {
			stalls.push({ atMs, ms: token.seconds * 1000 });
		} else if (said[index - 1]?.type !== 'word') {
			atMs += token.seconds * 1000;
		}
	}
	return { words, sounds, stalls, endMs: words.at(-1)?.stopMs ?? 0 };
}

/** Milliseconds that a word takes. */
export function wordMs(text: string, pace: number, dice: Dice): number {
	const { wordMs: base, letterMs, longestWordMs } = PERSON;
	return (Math.min(longestWordMs, base + letterMs * text.replace(/\s.*/, '').length) * dice.between(0.85, 1.15)) / pace;
}

/** Milliseconds of quiet after a word, by its mark. */
export function gapAfter(text: string, pace: number, dice: Dice): number {
	const { gapMs, commaMs, sentenceMs } = PERSON;
	const [low, high] = /[.!?]$/.test(text) ? sentenceMs : /[,;:]$/.test(text) ? commaMs : gapMs;
	return dice.between(low, high) / pace;
}

function spokenWord(
	text: string,
	startMs: number,
	stopMs: number,
	gapMs: number,
	sounds: '+' | '-' | null,
	isLast: boolean,
	options: SpeechOptions,
	dice: Dice
): SpokenWord {
	const shape: Shape = sounds === '+' ? 'complete' : sounds === '-' ? 'unfinished' : shapeOf(text);
	const { median, spread } = PAUSE_HEAD.riseMs[shape];
	const hint = isLast ? PAUSE_HEAD.atTurnEnd : PAUSE_HEAD.withinTurn;
	const riseMs = dice.around(median, spread) * hint;
	const spikes = dice.chance(PAUSE_HEAD.spike[spelt(text)]);
	const [fewest, most] = PAUSE_HEAD.spikeSteps;
	const spikeSteps = dice.whole(fewest, most);
	return {
		startMs,
		stopMs,
		written: written(text, isLast ? Number.POSITIVE_INFINITY : gapMs, options, dice),
		riseMs,
		spikeSteps: spikes ? spikeSteps : 0
	};
}

function written(text: string, silenceMs: number, options: SpeechOptions, dice: Dice): string | null {
	// Always as many draws, so that an option changes nothing but itself.
	const [leftOut, mark] = [dice.uniform(), dice.uniform()];
	if (isHummed(text) && leftOut >= STT.hummedWritten) return null;
	if (isFiller(text) && !isHummed(text) && leftOut >= STT.fillerWritten) return null;
	const plain = text.replace(/[—–…]$|\.\.\.$/, '');
	if (!options.punctuation) return plain.toLowerCase().replace(/\s*[.,;:!?]+$/, '');
	if (endsSentence(plain)) return mark < STT.stopForgotten ? plain.replace(/\s*[.!?]+$/, '') : plain;
	const asked = silenceMs >= STT.stopAfterMs && mark < STT.stopWritten[shapeOf(text)];
	return asked ? `${plain.replace(/\s*[,;:]$/, '')}.` : plain;
}
