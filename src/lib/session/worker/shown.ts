/** What the page was told so far, so that it is told only what changes. */
import { close, remember, rewrite, type History, type Utterance } from '../../chat/history.ts';
import type { Problem } from '../../protocol/problems.ts';
import type { Welcome } from '../../protocol/session.ts';
import type { CaptionWord, EarlierLine, Failure, MarkName, Phase, ViewMessage } from '../view.ts';

export class Shown {
	readonly #show: (message: ViewMessage) => void;
	/** Milliseconds on the clock that pages and workers share. */
	readonly #sharedNowMs: () => number;
	#phase: Phase | null = null;
	#history: History = [];
	#caption: readonly CaptionWord[] = [];
	#hasProblem = false;
	/** Of the history, what was said before this talk: it does not change any more. */
	readonly #earlier: number;

	/** The page has `earlier` already: it is told only what comes after. */
	constructor(show: (message: ViewMessage) => void, sharedNowMs: () => number, earlier: readonly EarlierLine[] = []) {
		this.#show = show;
		this.#sharedNowMs = sharedNowMs;
		this.#history = earlier.map(({ role, text, interrupted }, at) => ({
			id: at + 1,
			role,
			text,
			interrupted,
			open: false
		}));
		this.#earlier = earlier.length;
	}

	/** It goes on with an earlier talk. */
	get isContinued(): boolean {
		return this.#earlier > 0;
	}

	get history(): History {
		return this.#history;
	}

	phase(phase: Phase, failure: Failure | null = null): void {
		if (phase === this.#phase) return;
		this.#phase = phase;
		this.#show({ type: 'phase', phase, failure });
	}

	/** Who is at the other end. Also after each reconnect: it may be another relay. */
	welcome({ stt, llm, tts, records }: Welcome): void {
		this.#show({
			type: 'welcome',
			engines: {
				stt: { name: stt.name, embedded: stt.embedded, recognises: stt.recognises },
				llm: { name: llm.name, embedded: llm.embedded },
				tts: { name: tts.name, embedded: tts.embedded }
			},
			records: records === true
		});
	}

	who(who: string | null): void {
		this.#show({ type: 'who', who });
	}

	problem({ fault, code, retry, retryAfterMs, detail }: Problem): void {
		this.#hasProblem = true;
		this.#show({ type: 'problem', problem: { fault, code, retry, retryAfterMs, detail } });
	}

	clearProblem(): void {
		if (!this.#hasProblem) return;
		this.#hasProblem = false;
		this.#show({ type: 'problem', problem: null });
	}

	caption(words: readonly CaptionWord[], interrupted = false): void {
		this.#caption = words;
		this.#show({ type: 'caption', words, interrupted });
	}

	remember(role: Utterance['role'], text: string): void {
		// The last words stay to be read until somebody says something else.
		if (role === 'user' && this.#caption.length > 0) this.caption([]);
		this.#setHistory(remember(this.#history, role, text));
	}

	rewrite(text: string): void {
		if (this.#history.slice(this.#earlier).some(({ role }) => role === 'user'))
			this.#setHistory(rewrite(this.#history, text));
		else this.remember('user', text);
	}

	closeEntry(role: Utterance['role'], interrupted: boolean): void {
		this.#setHistory(close(this.#history, role, interrupted));
		if (role === 'assistant' && interrupted) this.caption(this.#caption, true);
	}

	mark(name: MarkName, value: number, text?: string): void {
		const mark = { name, atMs: this.#sharedNowMs(), value };
		this.#show({ type: 'mark', mark: text === undefined ? mark : { ...mark, text } });
	}

	#setHistory(history: History): void {
		for (const [index, utterance] of history.entries()) {
			if (utterance !== this.#history[index]) this.#show({ type: 'entry', entry: utterance });
		}
		this.#history = history;
	}
}
