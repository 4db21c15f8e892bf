/** What is seen at one moment of a talk, and how it changes from one to the next. Pure. */
import type { CaptionWord, Phase } from '../session/view.ts';
import type { Change } from './cue.ts';

export interface Scene {
	readonly phase: Phase;
	readonly caption: readonly CaptionWord[];
	/** The caption's end was cut off. */
	readonly interrupted: boolean;
	/** The person's own words while they have the turn; '' if there are none. */
	readonly own: string;
	/** The assistant's gain, 1 = full. */
	readonly duck: number;
}

export const FIRST_SCENE: Scene = { phase: 'connecting', caption: [], interrupted: false, own: '', duck: 1 };

/** What makes `before` into `after`. Words are heard in their order. */
export function changes(before: Scene, after: Scene): readonly Change[] {
	const all: Change[] = [];
	if (before.phase !== after.phase) all.push({ type: 'phase', phase: after.phase });
	if (before.caption !== after.caption) {
		const same = sharedWords(before.caption, after.caption);
		if (same < before.caption.length || same < after.caption.length) {
			all.push({ type: 'words', from: same, words: after.caption.slice(same).map(({ text }) => text) });
		}
		const count = heardOf(after.caption);
		// A word that is new or comes anew has not been heard.
		if (count !== Math.min(heardOf(before.caption), same)) all.push({ type: 'heard', count });
	}
	if (before.interrupted !== after.interrupted) all.push({ type: 'cut', cut: after.interrupted });
	if (before.own !== after.own) {
		const from = sharedUnits(before.own, after.own);
		all.push({ type: 'own', from, text: after.own.slice(from) });
	}
	if (before.duck !== after.duck) all.push({ type: 'duck', gain: after.duck });
	return all;
}

/** The scene after a change; one that fits no scene changes what it can. */
export function changed(scene: Scene, change: Change): Scene {
	switch (change.type) {
		case 'phase':
			return { ...scene, phase: change.phase };
		case 'words':
			return {
				...scene,
				caption: [
					...scene.caption.slice(0, change.from),
					...change.words.map((text): CaptionWord => ({ text, heard: false }))
				]
			};
		case 'heard':
			return { ...scene, caption: scene.caption.map(({ text }, at) => ({ text, heard: at < change.count })) };
		case 'cut':
			return { ...scene, interrupted: change.cut };
		case 'own':
			return { ...scene, own: scene.own.slice(0, change.from) + change.text };
		case 'duck':
			return { ...scene, duck: change.gain };
	}
}

const heardOf = (words: readonly CaptionWord[]): number => words.findLastIndex(({ heard }) => heard) + 1;

function sharedWords(one: readonly CaptionWord[], other: readonly CaptionWord[]): number {
	let at = 0;
	while (at < one.length && at < other.length && one[at]?.text === other[at]?.text) at += 1;
	return at;
}

function sharedUnits(one: string, other: string): number {
	let at = 0;
	while (at < one.length && at < other.length && one[at] === other[at]) at += 1;
	return at;
}
