/**
 * Turns that the client takes by hand, as OpenAI's clients may: it says what belongs to a turn and when it wants an answer.
 * Stands between the STT and the turn core, which meanwhile hears a silence that it need not say anything about.
 */
import { FRAME_MS } from '../../../src/lib/audio/frames.ts';
import type { RealtimeResponse, RealtimeServerOutput } from '../../../src/lib/protocol/realtime.ts';
import type { TurnEvent } from '../../../src/lib/turn/events.ts';
import { SILENCE_MARKER } from '../../../src/lib/turn/options.ts';
import type { StateName, TurnState } from '../../../src/lib/turn/state.ts';
import type { Clock } from '../../session/clock.ts';
import { FIRST_EARS_LIMIT_MS } from '../ears.ts';
import type { Listening } from '../listening.ts';

/** Words that nobody has asked about: an hour's. */
const MOST_WORDS = 10_000;
/** What is written waits for its answer; more than this no prompt holds. */
export const MOST_WRITTEN_CHARS = 200_000;
/** What a client may write in all: it is kept for as long as the connection, and a model reads no more. */
export const MOST_CHARS_IN_ALL = 2_000_000;
/** More silence than the STT's delay: it need not be exact about its last steps. */
const SPARE_FRAMES = 2;

/** States in which an answer is asked for or sounds. */
const ANSWERS: ReadonlySet<StateName> = new Set<StateName>(['thinking', 'speaking', 'overlapping']);

/** States in which the person has said something that was not answered. */
const SPEAKS: ReadonlySet<StateName> = new Set<StateName>(['hearing', 'flushing', 'holding']);

export interface HandHost {
	/** Of the walls: a client that takes its turns by hand need not send any sound. */
	readonly clock: Clock;
	readonly sttDelayMs: number;
	readonly listening: Pick<Listening, 'receivedS' | 'sentFrames' | 'steps' | 'isOpen' | 'wasOpen' | 'silence'>;
	emit(event: RealtimeServerOutput): void;
	/** To the turn core. */
	tell(event: TurnEvent): void;
	state(): TurnState;
	/** Begins the conversation where it has not begun. False while nobody knows who answers. */
	begin(): boolean;
	/** The answer under way is not wanted any more. */
	stopAnswer(): void;
	/** Puts a message that needs no answer into the history. */
	write(role: 'user' | 'assistant', text: string): void;
	response(status: RealtimeResponse['status']): RealtimeResponse;
}

interface Commit {
	readonly id: string;
	/** What was said before this second of the client's sound belongs to it. */
	readonly untilS: number;
	/** The STT's steps after which all of it is understood; null while there is no STT. */
	readonly steps: number | null;
}

export class Hand {
	readonly #host: HandHost;
	#isOn = false;
	#hasAsked = false;
	#isWriting = false;
	/** What was understood since the last commit. */
	#words: { readonly text: string; readonly startS: number }[] = [];
	/** What was said before this second was taken back, and up to here it was committed. */
	#clearedS = 0;
	#committedS = 0;
	#commit: Commit | null = null;
	/** Those before it that are not understood yet. */
	#earlier: Commit[] = [];
	#cancelDeadline: () => void = () => undefined;
	/** Messages of the person's that wait for an answer. */
	#written: string[] = [];
	#isWanted = false;
	#charsInAll = 0;

	constructor(host: HandHost) {
		this.#host = host;
	}

	/** The client takes the turns. */
	get isOn(): boolean {
		return this.#isOn;
	}

	/** Whether something may have to happen although no sound comes. */
	get goesByWall(): boolean {
		return this.#isOn || this.#hasAsked;
	}

	/** What the core remembers now was written, not spoken. */
	get isWriting(): boolean {
		return this.#isWriting;
	}

	/** An answer is asked for or sounds, or will be when the last words are understood. */
	get isAnswering(): boolean {
		return this.#isWanted || this.isGiving;
	}

	/** An answer is asked for or sounds. */
	get isGiving(): boolean {
		return ANSWERS.has(this.#host.state().name);
	}

	/** Whether the client takes the turns from now on. A turn that the person has begun ends by itself. */
	choose(isOn: boolean): void {
		if (isOn === this.#isOn) return;
		this.#isOn = isOn;
		const { tell } = this.#host;
		tell({ type: 'mute', muted: isOn });
		if (isOn) return;
		this.#words = [];
		if (this.#host.state().pushed) tell({ type: 'push', down: false });
	}

	/** The conversation has begun: the person has the turn, so that nobody greets them. */
	begun(): void {
		if (this.#isOn) this.#host.tell({ type: 'push', down: true });
	}

	/** What the STT's stream says to the turn core. */
	hear(event: TurnEvent): void {
		const { tell } = this.#host;
		if (!this.#isOn) tell(event);
		else if (event.type === 'step') tell({ type: 'step', pause: 1 });
		else if (event.type !== 'wordEnd') tell(event);
		if (event.type === 'deaf' && this.#commit !== null) this.#commit = { ...this.#commit, steps: null };
		if (event.type === 'listening' || event.type === 'step') this.#advance();
	}

	/** A word of the person's, at this second of the client's sound. `forgotten`: it was taken back. */
	word(text: string, startS: number): 'core' | 'kept' | 'forgotten' {
		const isCommitted = this.#commit !== null && startS < this.#commit.untilS;
		if (startS < this.#clearedS && !isCommitted) return 'forgotten';
		if (!this.#isOn) return 'core';
		this.#words.push({ text: text.trim(), startS });
		if (this.#words.length > MOST_WORDS) this.#words.shift();
		return 'kept';
	}

	/**
	 * The person has said it all. Where the turns are not the client's, they need not wait for a pause; where they are, false
	 * where no sound came since the last commit, or it was taken back.
	 */
	commit(id: string): boolean {
		const { emit, tell, listening, begin } = this.#host;
		const untilS = listening.receivedS;
		if (this.#isOn && untilS <= Math.max(this.#committedS, this.#clearedS)) return false;
		emit({ type: 'input_audio_buffer.committed', item_id: id });
		if (!this.#isOn) {
			tell({ type: 'go' });
			return true;
		}
		this.#committedS = untilS;
		if (this.#commit !== null) this.#earlier.push(this.#commit);
		this.#commit = { id, untilS, steps: null };
		begin();
		this.#waitOn();
		this.#advance();
		return true;
	}

	/** What was said since the last commit is forgotten, also what is not understood yet. */
	clear(): void {
		this.#clearedS = this.#host.listening.receivedS;
		const committedS = this.#commit?.untilS ?? 0;
		this.#words = this.#words.filter(({ startS }) => startS < committedS);
		this.#host.emit({ type: 'input_audio_buffer.cleared' });
	}

	/** Whether a message of this length may still be written, by whomever; it is counted. */
	admits(text: string): boolean {
		this.#charsInAll += text.length;
		return this.#charsInAll <= MOST_CHARS_IN_ALL;
	}

	/** A message of the person's, in writing. False where so much waits already that it is not taken. */
	write(text: string): boolean {
		const chars = this.#written.reduce((sum, { length }) => sum + length, text.length);
		if (chars > MOST_WRITTEN_CHARS) return false;
		this.#written.push(text);
		return true;
	}

	/** What waits goes into the history without an answer: something else is said behind it. */
	writeOut(): void {
		for (const text of this.#written.splice(0)) this.#host.write('user', text);
	}

	/** An answer to the conversation as it stands, once what was committed is understood. */
	respond(): void {
		this.#hasAsked = true;
		this.#isWanted = true;
		this.answerIfReady();
	}

	/** False where there is no answer to be stopped. */
	cancel(): boolean {
		if (!this.isAnswering) return false;
		if (!this.#isWanted) this.#host.stopAnswer();
		this.#isWanted = false;
		this.#host.emit({ type: 'response.done', response: this.#host.response('cancelled') });
		return true;
	}

	/** It is now known who answers, or what was said. */
	answerIfReady(): void {
		if (!this.#isWanted || this.#commit !== null || !this.#host.begin()) return;
		this.#isWanted = false;
		const { tell, state } = this.#host;
		const text = this.#written.splice(0).join('\n');
		const isNew = text.trim() !== '';
		// What the person is saying is answered, once it is understood; it is no silence.
		if (!isNew && !this.#isOn && SPEAKS.has(state().name)) return tell({ type: 'go' });
		this.#isWriting = true;
		tell({ type: 'text', text: isNew ? text : SILENCE_MARKER });
		this.#isWriting = false;
	}

	/** Nothing is waited for any more. */
	end(): void {
		this.#commit = null;
		this.#earlier = [];
		this.#cancelDeadline();
	}

	/** The STT was heard from: is everything understood? */
	#advance(): void {
		const { listening, sttDelayMs } = this.#host;
		if (this.#commit === null) return;
		this.#waitOn();
		if (this.#commit.steps === null) {
			if (!listening.isOpen) return;
			const delayFrames = Math.ceil(sttDelayMs / FRAME_MS);
			this.#commit = { ...this.#commit, steps: listening.sentFrames + delayFrames };
			listening.silence(delayFrames + SPARE_FRAMES);
		} else if (listening.steps > this.#commit.steps) this.#understood();
	}

	/** An STT that says nothing any more must not keep the client waiting for ever. */
	#waitOn(): void {
		this.#cancelDeadline();
		const { clock, state, listening } = this.#host;
		const limitMs = listening.wasOpen ? state().options.flushLimitMs : FIRST_EARS_LIMIT_MS;
		this.#cancelDeadline = clock.after(limitMs, () => this.#understood());
	}

	#understood(): void {
		this.#cancelDeadline();
		const commit = this.#commit;
		if (commit === null) return;
		this.#commit = null;
		for (const one of this.#earlier.splice(0)) this.#hearOut(one);
		this.#hearOut(commit);
		this.answerIfReady();
	}

	/** What was said up to a commit is a message. */
	#hearOut({ id, untilS }: Commit): void {
		const said = this.#words.filter(({ startS }) => startS < untilS);
		this.#words = this.#words.filter(({ startS }) => startS >= untilS);
		const text = said
			.map((word) => word.text)
			.filter((word) => word !== '')
			.join(' ');
		if (text !== '' && this.write(text)) {
			const content = [{ type: 'input_text' as const, text }];
			const item = { id, type: 'message' as const, role: 'user' as const, content };
			this.#host.emit({ type: 'conversation.item.created', item });
		}
	}
}
