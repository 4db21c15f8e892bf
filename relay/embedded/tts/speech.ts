/** One client's speech: words in, frames of sound and the times of the words out. */
import { FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE, sToSamples, samplesToS } from '../../../src/lib/audio/frames.ts';
import { nextChunk } from './chunks.ts';
import type { Chunk, Urgency } from './chunks.ts';
import { fadedOut } from './clause-sound.ts';
import { Pace } from './pace.ts';
import type { SpokenClause, Synthesiser, WordTime } from './synthesiser.ts';
import type { VoiceName } from './voices.ts';
import type { Entry } from './words.ts';

/**
 * The stream begins with silence: a decoder that follows the header's pre-skip drops the first 80 ms, and no spoken
 * sample may be among them.
 */
export const LEAD_IN_SAMPLES = 2 * FRAME_SAMPLES;
/** And ends with some: what an Opus decoder still holds back is then silence, too. */
const TAIL_SAMPLES = FRAME_SAMPLES;
/** With nothing to play and no clause in sight for so long, single words are spoken. */
const STARVING_AFTER_MS = 250;
/** Nobody listens for two hours: a client that queues more has lost its mind, and memory is finite. */
const MAX_QUEUED_ENTRIES = 20_000;

/** Where the sound goes. Times are in seconds of the stream's own sound: 0 is the first sample encoded. */
export interface SpeechSink {
	/** 1920 samples; the array is the sink's to keep. */
	frame(pcm: Float32Array): Promise<void>;
	word(text: string, startS: number, stopS: number): void;
	/** Resolves when it makes sense to send more. */
	drained(): Promise<void>;
}

export interface SpeechOptions {
	readonly synthesiser: Synthesiser;
	readonly voice: VoiceName;
	/** Times real time. */
	readonly speed: number;
	readonly sink: SpeechSink;
	readonly signal: AbortSignal;
}

interface Mark {
	readonly text: string;
	readonly startSample: number;
	readonly stopSample: number;
}

export class Speech {
	readonly #options: SpeechOptions;
	readonly #entries: Entry[] = [];
	readonly #pace: Pace;
	#ended = false;
	#first = true;
	#urgency: Urgency = 'hungry';
	#patience: NodeJS.Timeout | undefined;
	#wake: () => void = () => undefined;
	/** Sound that does not fill a frame yet. */
	#rest: Float32Array = new Float32Array(LEAD_IN_SAMPLES);
	#sentSamples = 0;
	readonly #marks: Mark[] = [];
	/** Begun, and not told yet: words are told one late. */
	#spoken: Mark | null = null;

	constructor(options: SpeechOptions) {
		this.#options = options;
		this.#pace = new Pace(FRAME_MS / options.speed);
	}

	/** More words and pauses; ignored after `end`. False when there are too many to be true. */
	push(entries: readonly Entry[]): boolean {
		if (this.#ended) return true;
		if (this.#entries.length + entries.length > MAX_QUEUED_ENTRIES) return false;
		for (const entry of entries) this.#entries.push(entry);
		if (entries.length > 0 && this.#urgency === 'hungry') this.#startPatience();
		this.#wake();
		return true;
	}

	/** No more words. */
	end(): void {
		this.#ended = true;
		this.#wake();
	}

	/** Speaks until the end, or until the signal aborts. Rejects when the synthesiser does. Call it once. */
	async run(): Promise<void> {
		const { signal } = this.#options;
		const wake = (): void => this.#wake();
		signal.addEventListener('abort', wake, { once: true });
		try {
			let next = this.#nextPiece();
			for (;;) {
				const piece = await next;
				if (piece === null) break;
				this.#sated();
				next = this.#nextPiece();
				// While this piece plays nobody awaits the next one: its failure is seen at the next turn of the loop.
				next.catch(() => undefined);
				await this.#play(piece);
				this.#hungry();
			}
			if (!this.#first && !signal.aborted) await this.#finish();
		} catch (error) {
			if (!signal.aborted) throw error;
		} finally {
			clearTimeout(this.#patience);
			signal.removeEventListener('abort', wake);
		}
	}

	/** The next clause or pause as soon as there is one to speak; null at the end. */
	async #nextPiece(): Promise<SpokenClause | null> {
		const { signal } = this.#options;
		while (!signal.aborted) {
			const chunk = nextChunk(this.#entries, this.#ended, this.#urgency, this.#first);
			if (chunk.kind === 'end') return null;
			if (chunk.kind !== 'wait') return this.#make(chunk);
			await new Promise<void>((resolve) => (this.#wake = resolve));
		}
		return null;
	}

	async #make(chunk: Extract<Chunk, { kind: 'pause' | 'speak' }>): Promise<SpokenClause> {
		this.#first = false;
		this.#entries.splice(0, chunk.kind === 'pause' ? 1 : chunk.words.length);
		if (chunk.kind === 'pause') return { pcm: new Float32Array(sToSamples(chunk.seconds)), words: [] };
		const { synthesiser, voice, signal } = this.#options;
		const said = await synthesiser.speak([...chunk.words, ...chunk.context].join(' '), voice, signal);
		const cut = said.words[chunk.words.length];
		if (chunk.context.length === 0 || cut === undefined) return said;
		return {
			pcm: fadedOut(said.pcm.slice(0, sToSamples(cut.startS))),
			words: said.words.slice(0, chunk.words.length)
		};
	}

	async #play(piece: SpokenClause): Promise<void> {
		const base = this.#sentSamples + this.#rest.length;
		for (const word of piece.words) this.#marks.push(markAt(base, word, piece.pcm.length));
		const pcm = new Float32Array(this.#rest.length + piece.pcm.length);
		pcm.set(this.#rest);
		pcm.set(piece.pcm, this.#rest.length);
		await this.#sendFrames(pcm);
	}

	/** Sends all whole frames of `pcm` and keeps the rest. */
	async #sendFrames(pcm: Float32Array): Promise<void> {
		const { sink, signal } = this.#options;
		let at = 0;
		for (; at + FRAME_SAMPLES <= pcm.length; at += FRAME_SAMPLES) {
			await this.#pace.next(signal);
			await sink.drained();
			signal.throwIfAborted();
			this.#tellWords(this.#sentSamples + FRAME_SAMPLES);
			await sink.frame(pcm.slice(at, at + FRAME_SAMPLES));
			this.#sentSamples += FRAME_SAMPLES;
		}
		this.#rest = pcm.slice(at);
	}

	async #finish(): Promise<void> {
		const length = this.#rest.length + TAIL_SAMPLES;
		const pcm = new Float32Array(Math.ceil(length / FRAME_SAMPLES) * FRAME_SAMPLES);
		pcm.set(this.#rest);
		await this.#sendFrames(pcm);
		this.#tellWords(Infinity);
		if (this.#spoken !== null) this.#tell(this.#spoken);
	}

	/** Tells the word before each one that begins before `sample`; before the first of all, an empty one. */
	#tellWords(sample: number): void {
		for (let mark = this.#marks[0]; mark !== undefined && mark.startSample < sample; mark = this.#marks[0]) {
			this.#tell(this.#spoken ?? { text: '', startSample: 0, stopSample: 0 });
			this.#spoken = mark;
			this.#marks.shift();
		}
	}

	#tell({ text, startSample, stopSample }: Mark): void {
		this.#options.sink.word(text, samplesToS(startSample), samplesToS(stopSample));
	}

	#sated(): void {
		clearTimeout(this.#patience);
		this.#patience = undefined;
		this.#urgency = 'relaxed';
	}

	/** Everything made is sent: from here on, time counts for more than melody. */
	#hungry(): void {
		this.#urgency = 'hungry';
		// The synthesiser may have the next clause ready, and then the stream just goes on; else the pace begins anew.
		if (this.#entries.length > 0) this.#startPatience();
		else this.#pace.restart();
		this.#wake();
	}

	#startPatience(): void {
		this.#patience ??= setTimeout(() => {
			this.#urgency = 'starving';
			this.#wake();
		}, STARVING_AFTER_MS);
	}
}

function markAt(base: number, word: WordTime, length: number): Mark {
	const within = (seconds: number): number => base + Math.min(length, Math.round(seconds * SAMPLE_RATE));
	return { text: word.text, startSample: within(word.startS), stopSample: within(word.stopS) };
}
