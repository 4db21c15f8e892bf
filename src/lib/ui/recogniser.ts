/** The browser's own recogniser, kept running while it should be. The decisions are in `recogniser-policy.ts`. */
import {
	finalWords,
	restartDelayMs,
	SHORT_RUN_MS,
	troubleOf,
	type Availability,
	type Heard,
	type Trouble
} from './recogniser-policy.ts';

/** What we use of the Web Speech API; TypeScript's DOM library has the events and leaves the object out. */
export interface SpeechRecogniser extends EventTarget {
	lang: string;
	continuous: boolean;
	interimResults: boolean;
	processLocally?: boolean;
	start(): void;
	stop(): void;
	abort(): void;
}
export interface SpeechRecogniserClass {
	new (): SpeechRecogniser;
	available?(options: { langs: string[]; processLocally: boolean }): Promise<unknown>;
}

function isRecogniserClass(value: unknown): value is SpeechRecogniserClass {
	return typeof value === 'function' && 'prototype' in value;
}

/** The browser's class under either of its names, or null. */
export function findRecogniser(scope: object = globalThis): SpeechRecogniserClass | null {
	for (const name of ['SpeechRecognition', 'webkitSpeechRecognition']) {
		const found: unknown = Reflect.get(scope, name);
		if (isRecogniserClass(found)) return found;
	}
	return null;
}

/** Whether speech in `tag` (BCP 47) can be recognised, and where. Never rejects. */
export async function availabilityOf(found: SpeechRecogniserClass | null, tag: string): Promise<Availability> {
	if (found === null) return 'none';
	if (typeof found.available !== 'function') return 'remote';
	try {
		return (await found.available({ langs: [tag], processLocally: true })) === 'available' ? 'local' : 'remote';
	} catch {
		return 'remote';
	}
}

export interface RecogniserOptions {
	readonly create: () => SpeechRecogniser;
	/** Words that will not change any more. */
	readonly onWords: (text: string) => void;
	/** It gave up for good. */
	readonly onTrouble: (trouble: Trouble) => void;
	readonly now?: () => number;
}

export class Recogniser {
	readonly #options: RecogniserOptions;
	readonly #now: () => number;
	#current: SpeechRecogniser | null = null;
	#wanted = false;
	#gaveUp = false;
	#shortRuns = 0;
	#startedAt = 0;
	#heardAny = false;
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(options: RecogniserOptions) {
		this.#options = options;
		this.#now = options.now ?? (() => performance.now());
	}

	/** Runs, or stops after delivering what it has. Safe to call at every change. */
	want(run: boolean): void {
		if (run === this.#wanted) return;
		this.#wanted = run;
		clearTimeout(this.#timer);
		if (!run) this.#current?.stop();
		else if (this.#current === null) this.#start();
	}

	/** Ends it and throws away what it was about to say. */
	close(): void {
		this.#wanted = false;
		this.#gaveUp = true;
		clearTimeout(this.#timer);
		this.#current?.abort();
	}

	#start(): void {
		if (this.#gaveUp) return;
		const recogniser = this.#options.create();
		this.#current = recogniser;
		this.#startedAt = this.#now();
		this.#heardAny = false;
		recogniser.addEventListener('result', (event) => {
			const text = finalWords(resultsOf(event), indexOf(event));
			if (text === '' || this.#gaveUp) return;
			this.#heardAny = true;
			this.#options.onWords(text);
		});
		recogniser.addEventListener('error', (event) => {
			const trouble = troubleOf(String(at(event, 'error')));
			if (trouble !== null) this.#giveUp(trouble);
		});
		recogniser.addEventListener('end', () => this.#ended(recogniser));
		try {
			recogniser.start();
		} catch {
			this.#current = null;
			this.#giveUp('unavailable');
		}
	}

	/** Browsers end it after some silence, and after a minute or so whatever happens. */
	#ended(recogniser: SpeechRecogniser): void {
		if (this.#current !== recogniser) return;
		this.#current = null;
		if (!this.#wanted || this.#gaveUp) return;
		const short = !this.#heardAny && this.#now() - this.#startedAt < SHORT_RUN_MS;
		this.#shortRuns = short ? this.#shortRuns + 1 : 0;
		const delayMs = restartDelayMs(this.#shortRuns);
		if (delayMs === null) this.#giveUp('unavailable');
		else this.#timer = setTimeout(() => this.#start(), delayMs);
	}

	#giveUp(trouble: Trouble): void {
		if (this.#gaveUp) return;
		this.#gaveUp = true;
		clearTimeout(this.#timer);
		this.#options.onTrouble(trouble);
	}
}

/** One property of what the browser handed us; undefined where it is not there. */
function at(from: unknown, key: string | number): unknown {
	return typeof from === 'object' && from !== null ? Reflect.get(from, key) : undefined;
}

/** The results of a `result` event; none where it is not shaped like one. */
function resultsOf(event: Event): readonly Heard[] {
	const list = at(event, 'results');
	const length = at(list, 'length');
	return Array.from({ length: typeof length === 'number' ? length : 0 }, (_, i) => {
		const result = at(list, i);
		const transcript = at(at(result, 0), 'transcript');
		return { isFinal: at(result, 'isFinal') === true, transcript: typeof transcript === 'string' ? transcript : '' };
	});
}

function indexOf(event: Event): number {
	const index = at(event, 'resultIndex');
	return typeof index === 'number' ? index : 0;
}
