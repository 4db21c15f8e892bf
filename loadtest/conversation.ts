/** One talker's conversation: is greeted, says something, listens to the answer, and so on; measures all the while. */
import { FRAME_MS } from '../src/lib/audio/frames.ts';
import type { ClientEnd } from '../src/lib/client/index.ts';
import { endingOf, type Ending, type EndingName } from './ending.ts';
import { Exchange } from './exchange.ts';
import type { Figures } from './figures.ts';
import type { Line, LineEvent, OpenLine } from './line.ts';
import { Playout } from './playout.ts';
import type { Frame, Speech, Utterance } from './sound/speech.ts';

export interface ConversationOptions {
	readonly open: OpenLine;
	readonly speech: Speech;
	/** The first answer after which there are so many messages, on both sides, is the last. */
	readonly messages: number;
	/** How long a greeting, an answer, or the rest of one is waited for. */
	readonly patienceMs: number;
	/** How long it may take in all: a server that never stops talking is never silent either. */
	readonly limitMs: number;
	readonly figures: Figures;
	readonly nowMs: () => number;
	/** In [0, 1). */
	readonly chance: () => number;
}

export interface Talked {
	readonly ending: Ending;
	readonly messages: number;
	/** Answers that were broken off though nobody spoke. */
	readonly interruptions: number;
	/** Answers that began though the talker had not finished. */
	readonly cutIns: number;
	/** Gaps in what was played. */
	readonly gaps: number;
	/** Servers that were lost, or went away in good order, and were followed by another. */
	readonly reconnects: number;
	/** What went wrong on the way, by code. */
	readonly troubles: ReadonlyMap<string, number>;
}

/** How long a person takes to answer: some 0.2 s, and up to twice as long again. */
const REACTION_MS = 200;
const NORMAL_CLOSURE = 1000;
/** Unmute closes 1 s after the goodbye was sent. */
const GOODBYE_WITHIN_MS = 2500;
/** A talker that was held up, by the machine or a debugger, does not catch up on more than this. */
const MOST_LATE_FRAMES = 25;

/** What counts before the microphone is open; a server that answers then answers nobody. */
const BEFORE_READY: ReadonlySet<LineEvent['type']> = new Set(['ready', 'trouble', 'lost', 'back', 'goodbye', 'ended']);

/** `connecting`, then in turn: `listening` for an answer that is to come or comes, `talking`. */
type Stage = 'connecting' | 'listening' | 'talking' | 'over';

export class Conversation {
	readonly #options: ConversationOptions;
	readonly #line: Line;
	readonly #playout = new Playout();
	readonly #done = Promise.withResolvers<Talked>();
	#stage: Stage = 'connecting';
	#exchange = new Exchange(null);
	#utterance: Utterance | null = null;
	#frame = 0;
	#silentFrames = 0;
	#nextFrameMs = 0;
	readonly #startedMs: number;
	/** Since when something is owed to the talker. */
	#waitsSinceMs: number;
	/** Since when there is no server. */
	#lostSinceMs: number | null = null;
	/** When the next utterance begins, once an answer was heard. */
	#speakAtMs: number | null = null;
	#isSaid = false;
	/** When the last answer was over. */
	#answeredAtMs = Number.NEGATIVE_INFINITY;
	#messages = 0;
	#interruptions = 0;
	#cutIns = 0;
	#gaps = 0;
	#reconnects = 0;
	readonly #troubles = new Map<string, number>();
	#lastTrouble: string | null = null;

	constructor(options: ConversationOptions) {
		this.#options = options;
		this.#startedMs = options.nowMs();
		this.#waitsSinceMs = this.#startedMs;
		this.#line = options.open({ tell: (event) => this.#take(event), nowMs: options.nowMs });
	}

	get done(): Promise<Talked> {
		return this.#done.promise;
	}

	/** The test is over: whatever is under way counts neither as good nor as bad. */
	stop(): void {
		this.#end({ name: 'unfinished', detail: null });
	}

	/** Call it often: sends what is due, and looks at what has sounded. Answers when the next frame is due, or null. */
	tick(): number | null {
		const nowMs = this.#options.nowMs();
		if (this.#stage === 'over') return null;
		// While something sounds, nothing is owed.
		if (this.#playout.hasStarted && !this.#playout.isDry(nowMs))
			this.#waitsSinceMs = Math.max(this.#waitsSinceMs, nowMs);
		this.#loseHeart(nowMs);
		if (this.#stage === 'connecting' || this.#isOver) return nowMs + FRAME_MS;
		this.#nextFrameMs = Math.max(this.#nextFrameMs, nowMs - MOST_LATE_FRAMES * FRAME_MS);
		while (this.#nextFrameMs <= nowMs && !this.#isOver) {
			this.#send(this.#nextFrameMs);
			this.#nextFrameMs += FRAME_MS;
		}
		this.#play(nowMs);
		return this.#isOver ? null : this.#nextFrameMs;
	}

	/** A question, because ticking may change the answer. */
	get #isOver(): boolean {
		return this.#stage === 'over';
	}

	#take(event: LineEvent): void {
		const nowMs = this.#options.nowMs();
		if (this.#stage === 'over') return;
		if (this.#stage === 'connecting' && !BEFORE_READY.has(event.type)) return;
		switch (event.type) {
			case 'ready':
				if (this.#stage !== 'connecting') return;
				this.#stage = 'listening';
				this.#nextFrameMs = nowMs;
				this.#waitsSinceMs = nowMs;
				return;
			case 'word':
				this.#exchange.word(nowMs);
				return;
			case 'paused':
				this.#exchange.paused(nowMs);
				return;
			case 'asked':
				this.#asked(nowMs);
				return;
			case 'written':
				this.#exchange.written(nowMs);
				return;
			case 'sound':
				this.#waitsSinceMs = nowMs;
				this.#exchange.sound(event.seconds, nowMs);
				this.#playout.receive(event.seconds * 1000, nowMs);
				return;
			case 'cut':
				this.#playout.cut(event.seconds * 1000, nowMs);
				return;
			case 'said':
				this.#isSaid = true;
				return;
			case 'held':
				this.#playout.hold(nowMs);
				return;
			case 'resumed':
				this.#playout.resume(nowMs);
				return;
			case 'interrupted':
				this.#interrupted(nowMs);
				return;
			case 'lost':
				this.#lostSinceMs = nowMs;
				return;
			case 'back':
				this.#lostSinceMs = null;
				this.#reconnects += 1;
				return;
			case 'trouble':
				this.#lastTrouble = event.code;
				this.#troubles.set(event.code, (this.#troubles.get(event.code) ?? 0) + 1);
				return;
			case 'goodbye':
				this.#end({ name: 'goodbye', detail: null });
				return;
			case 'ended': {
				this.#end(
					this.#isGoodbye(event.end, nowMs) ? { name: 'goodbye', detail: null } : endingOf(event.end, this.#lastTrouble)
				);
			}
		}
	}

	/** A server that takes the turns closes in good order once its assistant has said goodbye, and at no other time. */
	#isGoodbye(end: ClientEnd, nowMs: number): boolean {
		if (end.why !== 'closed_there' || end.code !== NORMAL_CLOSURE) return false;
		return this.#isSaid || nowMs - this.#answeredAtMs < GOODBYE_WITHIN_MS;
	}

	#asked(nowMs: number): void {
		const { speech, hasWord } = this.#exchange;
		if (this.#stage === 'talking' && speech !== null && nowMs < speech.endMs) this.#cutIns += 1;
		else if (speech !== null && !hasWord) {
			this.#end({ name: 'unheard', detail: this.#lastTrouble });
			return;
		}
		this.#playout.begin();
		this.#isSaid = false;
		this.#exchange.asked(nowMs);
	}

	#interrupted(nowMs: number): void {
		// In mid-sentence it is the talker's own voice that stops an answer that should not have begun.
		if (this.#stage === 'talking' || !this.#exchange.isAsked) {
			this.#playout.begin();
			this.#exchange.giveUp();
			return;
		}
		this.#interruptions += 1;
		this.#answered(false, nowMs);
	}

	/** The answer is over for the talker, who takes the next turn. */
	#answered(isWhole: boolean, nowMs: number): void {
		this.#messages += 1;
		this.#answeredAtMs = nowMs;
		this.#gaps += this.#playout.gaps.count;
		this.#exchange.measure(this.#options.figures, this.#playout, isWhole);
		this.#playout.begin();
		this.#isSaid = false;
		this.#exchange = new Exchange(null);
		if (this.#messages >= this.#options.messages) {
			this.#end({ name: 'complete', detail: null });
			return;
		}
		this.#speakAtMs = nowMs + REACTION_MS * (1 + 2 * this.#options.chance());
		this.#waitsSinceMs = Infinity;
	}

	/** What has sounded by now. */
	#play(nowMs: number): void {
		if (!this.#playout.hasStarted) return;
		const isAll = this.#isSaid && this.#playout.isDry(nowMs);
		this.#line.heard(this.#playout.playedMs(nowMs) / 1000, isAll);
		if (isAll && this.#stage === 'listening') this.#answered(true, nowMs);
		else if (isAll) this.#playout.begin();
	}

	#send(dueMs: number): void {
		if (this.#speakAtMs !== null && dueMs >= this.#speakAtMs) this.#speak(dueMs);
		const frame = this.#utterance?.frames[this.#frame];
		if (frame === undefined) {
			if (this.#stage === 'talking') this.#finish();
			this.#line.send(this.#nextSilence);
			return;
		}
		this.#frame += 1;
		this.#line.send(frame);
	}

	get #nextSilence(): Frame {
		const { silence } = this.#options.speech;
		return silence[this.#silentFrames++ % silence.length] ?? [];
	}

	#speak(startMs: number): void {
		const { utterances } = this.#options.speech;
		const utterance = utterances[Math.floor(this.#options.chance() * utterances.length)];
		if (utterance === undefined) return;
		this.#speakAtMs = null;
		this.#stage = 'talking';
		this.#utterance = utterance;
		this.#frame = 0;
		this.#exchange = new Exchange({ startMs, endMs: startMs + utterance.speechMs });
	}

	/** The last frame of the utterance was sent one frame ago: the speech in it is over. */
	#finish(): void {
		this.#stage = 'listening';
		this.#utterance = null;
		this.#messages += 1;
		this.#waitsSinceMs = this.#options.nowMs();
	}

	/** Nobody waits for ever. */
	#loseHeart(nowMs: number): void {
		const { patienceMs, limitMs } = this.#options;
		const waits = this.#stage !== 'talking' && nowMs - this.#waitsSinceMs > patienceMs;
		const isAlone = this.#lostSinceMs !== null && (waits || nowMs - this.#lostSinceMs > patienceMs);
		if (waits) this.#exchange.measureInVain(this.#options.figures, nowMs);
		if (isAlone) this.#end({ name: 'lost', detail: this.#lastTrouble });
		else if (waits) this.#giveUp();
		else if (nowMs - this.#startedMs > limitMs) this.#end({ name: this.#overdue, detail: this.#lastTrouble });
	}

	/** What there is too much of. */
	get #overdue(): EndingName {
		return this.#exchange.hasSound && !this.#isSaid ? 'no_end' : 'too_long';
	}

	#giveUp(): void {
		const detail = this.#lastTrouble;
		if (this.#stage === 'connecting') this.#end({ name: 'never_ready', detail });
		else if (this.#exchange.hasSound) this.#end({ name: 'no_end', detail });
		else this.#end({ name: this.#messages === 0 ? 'no_greeting' : 'no_answer', detail });
	}

	#end(ending: Ending): void {
		if (this.#stage === 'over') return;
		this.#stage = 'over';
		this.#line.close();
		this.#done.resolve({
			ending,
			messages: this.#messages,
			interruptions: this.#interruptions,
			cutIns: this.#cutIns,
			gaps: this.#gaps,
			reconnects: this.#reconnects,
			troubles: this.#troubles
		});
	}
}
