/** Where the words come from: nowhere (honest ears), or from a script. Pure; times in seconds on the stream's clock. */
import { UNRECOGNISED_SPEECH } from '../../../src/lib/protocol/session.ts';
import type { StretchEvent } from '../../ears/energy.ts';
import type { Script, TimedScript, UtteranceScript } from './script.ts';

/** One word's beginning or end, once the audio up to `spokenS` says so. In order of `spokenS`. */
export type Said =
	| { readonly type: 'word'; readonly text: string; readonly startS: number; readonly spokenS: number }
	| { readonly type: 'endWord'; readonly stopS: number; readonly spokenS: number };

export interface Words {
	/** What was said in the frame that ends at `nowS`. */
	hear(events: readonly StretchEvent[], nowS: number): Said[];
}

/** `script` undefined: honest. */
export function wordsFrom(script: Script | undefined): Words {
	if (script === undefined) return new UtteranceWords({ utterances: [] });
	return 'words' in script ? new TimedWords(script) : new UtteranceWords(script);
}

/** How fast people read aloud, for the share of an utterance that so much speech holds; espeak-ng: 17 to 21 a second. */
const CHARACTERS_PER_S = 18;

interface Utterance {
	readonly words: readonly string[];
	next: number;
	/** Until here the speech is accounted for. */
	untilS: number;
}

class UtteranceWords implements Words {
	readonly #script: UtteranceScript;
	#told = 0;
	/** The utterance being heard; null in a pause. One without words is speech that nobody recognises. */
	#current: Utterance | null = null;

	constructor(script: UtteranceScript) {
		this.#script = script;
	}

	hear(events: readonly StretchEvent[], nowS: number): Said[] {
		const said: Said[] = [];
		for (const event of events) {
			if (event.type === 'began') said.push(...this.#begin(event.startS, nowS));
			else said.push(...this.#end(event.stopS));
		}
		return said.concat(this.#continue(nowS));
	}

	#begin(startS: number, nowS: number): Said[] {
		const utterance = this.#script.utterances[this.#told];
		this.#told++;
		this.#current = { words: utterance?.text.split(/\s+/u) ?? [], next: 0, untilS: startS };
		return utterance === undefined ? [{ type: 'word', text: UNRECOGNISED_SPEECH, startS, spokenS: nowS }] : [];
	}

	#continue(nowS: number): Said[] {
		const said: Said[] = [];
		const utterance = this.#current;
		while (utterance !== null) {
			const word = utterance.words[utterance.next];
			if (word === undefined) break;
			const stopS = utterance.untilS + (word.length + 1) / CHARACTERS_PER_S;
			if (stopS > nowS) break;
			said.push(...spoken(word, utterance.untilS, stopS));
			utterance.untilS = stopS;
			utterance.next++;
		}
		return said;
	}

	/** The words left over share what is left of the speech. */
	#end(stopS: number): Said[] {
		const utterance = this.#current;
		this.#current = null;
		if (utterance === null) return [];
		if (utterance.words.length === 0) return [{ type: 'endWord', stopS, spokenS: stopS }];
		const rest = utterance.words.slice(utterance.next);
		// Words told ahead of a hasty estimate may already have passed the end: the rest then comes at once.
		const each = Math.max(0, stopS - utterance.untilS) / Math.max(1, rest.length);
		return rest.flatMap((word, i) => spoken(word, utterance.untilS + i * each, utterance.untilS + (i + 1) * each));
	}
}

/** A word is told at its end, as the real recogniser does, and its end at once after. */
function spoken(text: string, startS: number, stopS: number): Said[] {
	return [
		{ type: 'word', text, startS, spokenS: stopS },
		{ type: 'endWord', stopS, spokenS: stopS }
	];
}

const LONGEST_TIMED_WORD_S = 0.4;

class TimedWords implements Words {
	readonly #script: TimedScript;
	#next = 0;

	constructor(script: TimedScript) {
		this.#script = script;
	}

	hear(_events: readonly StretchEvent[], nowS: number): Said[] {
		const said: Said[] = [];
		for (;;) {
			const word = this.#script.words[this.#next];
			if (word === undefined || word.at > nowS) return said;
			const followingS = this.#script.words[this.#next + 1]?.at ?? Infinity;
			const stopS = Math.min(followingS, word.at + LONGEST_TIMED_WORD_S);
			said.push({ type: 'word', text: word.text, startS: word.at, spokenS: word.at });
			said.push({ type: 'endWord', stopS, spokenS: stopS });
			this.#next++;
		}
	}
}
