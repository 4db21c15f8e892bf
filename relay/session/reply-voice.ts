/**
 * A reply's voice: gives the words to a TTS as soon as it may have them, and passes its sound on. Where that TTS is lost,
 * another one goes on from the first word that was not surely voiced, a few times a reply.
 */
import { UNWANTED } from '../lifecycle/stackless.ts';
import { UpstreamError, asUpstreamError } from '../upstream/failure.ts';
import type { TtsLeg } from '../upstream/tts.ts';
import type { Clock } from './clock.ts';
import type { Flow, Source } from './flow.ts';
import type { VoiceNews } from './next-voice.ts';
import { ReplyAudio } from './reply-audio.ts';
import { VoicedWords } from './voiced-words.ts';

/** What a reply needs of a connected TTS. */
export type VoiceLeg = Pick<TtsLeg, 'start' | 'say' | 'finish' | 'fail' | 'blame' | 'pause' | 'resume'>;

export interface ReplyVoiceDeps {
	/**
	 * A TTS with a free slot. Aborting `signal` frees it, at any time. `news.trying` hears of every try that failed and will
	 * be followed by another, `news.gone` where another voice than the wanted one speaks. Rejects with UpstreamError.
	 */
	connect(signal: AbortSignal, news: Required<VoiceNews>): Promise<VoiceLeg>;
	readonly clock: Clock;
	/** Lets the TTS wait where the browser does not keep up. */
	readonly flow: Pick<Flow, 'join'>;
	/** The longest pause in the sound while there are words to voice. */
	readonly stallMs: number;
	readonly host: ReplyVoiceHost;
}

export interface ReplyVoiceHost {
	/** An `OggOpus` message; valid during the call. */
	audio(frame: Uint8Array): void;
	/** A word that was spoken, on the reply's clock. */
	text(text: string, startS: number, stopS: number): void;
	/** Another stream goes on here. */
	splice(atS: number): void;
	/** The TTS that spoke was lost; another is looked for. */
	lost(cause: UpstreamError): void;
	/** Connecting takes more than one try. */
	trying(cause: UpstreamError): void;
	/** The voice that was asked for is gone; another one speaks. */
	gone(): void;
	connected(): void;
	/** A piece of text was given to the TTS. */
	said(): void;
	/** Once: null where everything is spoken. */
	ended(cause: UpstreamError | null): void;
}

/** Other TTS for one reply: with more lost than that, it is not the instance that is broken. */
const MAX_FAILOVERS = 3;
/**
 * So many words may wait without a sound: a model speaks a word only once it knows the two that follow, and reports it when
 * the next one begins.
 */
const LOOK_AHEAD_WORDS = 6;
/** Words that a TTS may leave unreported though it spoke to the end. */
const UNREPORTED_WORDS = 2;
/** Nobody speaks more than eight words a second: of a voice that reports none, less sound than that is not all of it. */
const SHORTEST_WORD_S = 0.125;
/**
 * Some models never find the end of what they say. So long may sound go on after the last word, with its breath and its
 * pauses; and so long, on average, for each word that is not yet reported.
 */
const TAIL_S = 15;
const LONGEST_WORD_S = 3;

export class ReplyVoice {
	readonly #deps: ReplyVoiceDeps;
	readonly #signal: AbortSignal;
	readonly #abort = (): void => this.#end();
	readonly #words = new VoicedWords();
	readonly #audio = new ReplyAudio();
	/** What no TTS has got yet, without the space before it. */
	#unsaid: string[] = [];
	#leg: VoiceLeg | null = null;
	/** Ends the present connection, or its being made. */
	#connection = new AbortController();
	#begun = false;
	#allowed = false;
	#textOver = false;
	#finished = false;
	/** How far the sound was when the last word was given, on the reply's clock. */
	#finishedAtS = 0;
	#over = false;
	#failovers = 0;
	#owedSinceMs: number | null = null;
	/** When the last sound came, or was allowed to come again. */
	#soundMs = 0;
	/** The TTS waits for the browser. */
	#isPaused = false;
	#cancelTimer: (() => void) | null = null;

	/** Everything ends, in silence, when `signal` aborts. */
	constructor(deps: ReplyVoiceDeps, signal: AbortSignal) {
		this.#deps = deps;
		this.#signal = signal;
		if (signal.aborted) this.#end();
		else signal.addEventListener('abort', this.#abort, { once: true });
	}

	/** Connects; nothing is said before `allow`. */
	open(): void {
		void this.#connect();
	}

	/** The words may be spoken. */
	allow(): void {
		this.#allowed = true;
		this.#pump();
	}

	/** Whole words, without space around them. */
	say(text: string): void {
		this.#unsaid.push(text);
		this.#pump();
	}

	/** No more words come. */
	finish(): void {
		this.#textOver = true;
		this.#pump();
	}

	async #connect(): Promise<void> {
		if (this.#over) return;
		const connection = new AbortController();
		this.#connection = connection;
		const { host, connect, flow } = this.#deps;
		const news: Required<VoiceNews> = {
			trying: (cause) => {
				if (!connection.signal.aborted) host.trying(cause);
			},
			gone: () => {
				if (!connection.signal.aborted) host.gone();
			}
		};
		try {
			const leg = await connect(connection.signal, news);
			if (connection.signal.aborted) return;
			this.#leg = leg;
			host.connected();
			this.#isPaused = false;
			flow.join(this.#source(leg), connection.signal);
			leg.start({
				audio: (frame) => this.#sound(frame),
				text: (text, startS, stopS) => this.#spoken(text, startS, stopS),
				ended: (cause) => this.#ended(cause)
			});
			this.#pump();
		} catch (error) {
			if (!connection.signal.aborted) this.#settle(asUpstreamError(error, 'the TTS leg failed'));
		}
	}

	#source(leg: VoiceLeg): Source {
		return {
			pause: () => {
				this.#isPaused = true;
				leg.pause();
			},
			resume: () => {
				this.#isPaused = false;
				this.#soundMs = this.#deps.clock.now();
				leg.resume();
			}
		};
	}

	#pump(): void {
		const leg = this.#leg;
		if (this.#over || leg === null || !this.#allowed || this.#finished) return;
		const words = this.#unsaid;
		this.#unsaid = [];
		for (const word of words) this.#words.give(word);
		for (const word of words) {
			if (this.#leg !== leg) return; // saying the one before ended it: another will say them all
			this.#deps.host.said();
			leg.say(this.#begun ? ` ${word}` : word);
			this.#begun = true;
		}
		if (this.#leg === leg && this.#textOver) {
			this.#finished = true;
			this.#finishedAtS = this.#audio.endS;
			leg.finish();
		}
		this.#watch();
	}

	#sound(frame: Uint8Array): void {
		if (this.#over) return;
		this.#soundMs = this.#deps.clock.now();
		this.#audio.frame(frame);
		this.#deps.host.audio(frame);
		if (this.#finished && this.#audio.endS > this.#lastWordS + TAIL_S) this.#endEndless();
	}

	/** How far the sound had to come, as far as is known: all that follows is for the words that are not yet reported. */
	get #lastWordS(): number {
		return Math.max(this.#words.sureStopS, this.#finishedAtS);
	}

	#endEndless(): void {
		const leg = this.#leg;
		const { pending } = this.#words;
		if (leg === null || this.#audio.endS <= this.#lastWordS + TAIL_S + pending * LONGEST_WORD_S) return;
		const cause = new UpstreamError('protocol', 'the voice finds no end');
		if (pending > UNREPORTED_WORDS) return leg.fail(cause);
		leg.blame(cause);
		this.#settle(null);
	}

	#spoken(text: string, startS: number, stopS: number): void {
		if (this.#over) return;
		const untilS = this.#audio.onReplyClock(stopS);
		this.#words.hear(text, untilS);
		this.#watch();
		this.#deps.host.text(text, this.#audio.onReplyClock(startS), untilS);
	}

	#ended(cause: UpstreamError | null): void {
		if (this.#over) return;
		if (cause !== null) return this.#lose(cause);
		// A server that is shut down says goodbye as properly as one that is done.
		if (!this.#areUnspoken(UNREPORTED_WORDS)) return this.#settle(null);
		const early = new UpstreamError('lost', 'the server ended the stream before its words');
		this.#leg?.blame(early);
		this.#lose(early);
	}

	/** Whether more than `words` of what was given has surely not been spoken. */
	#areUnspoken(words: number): boolean {
		const { reports, pending } = this.#words;
		return pending > words && (reports > 0 || this.#audio.endS < pending * SHORTEST_WORD_S);
	}

	#lose(cause: UpstreamError): void {
		this.#letGo();
		const rest = this.#words.takeRest();
		// What is left is at most a breath.
		if (rest.length === 0 && this.#finished) return this.#settle(null);
		if (this.#failovers++ === MAX_FAILOVERS) return this.#settle(cause);
		this.#unsaid = [...rest, ...this.#unsaid];
		this.#begun = false;
		this.#finished = false;
		const { host } = this.#deps;
		host.lost(cause);
		if (this.#audio.streamBegan) {
			const atS = Math.min(this.#words.sureStopS, this.#audio.endS);
			this.#audio.splice(atS);
			host.splice(atS);
		}
		if (!this.#over) void this.#connect();
	}

	/** Sound is owed where the text is complete, or enough words wait. */
	get #isOwed(): boolean {
		return this.#leg !== null && (this.#finished || this.#areUnspoken(LOOK_AHEAD_WORDS));
	}

	/** One timer, looked at when it fires. */
	#watch(): void {
		if (!this.#isOwed) {
			this.#owedSinceMs = null;
			return;
		}
		this.#owedSinceMs ??= this.#deps.clock.now();
		this.#cancelTimer ??= this.#deps.clock.after(this.#deps.stallMs, () => this.#look());
	}

	#look(): void {
		this.#cancelTimer = null;
		if (!this.#isOwed) this.#owedSinceMs = null; // the sound itself has settled it, where no word is reported
		if (this.#over || this.#owedSinceMs === null) return;
		const { clock, stallMs } = this.#deps;
		const movedMs = this.#isPaused ? clock.now() : Math.max(this.#owedSinceMs, this.#soundMs);
		const leftMs = movedMs + stallMs - clock.now();
		if (leftMs > 0) this.#cancelTimer = clock.after(leftMs, () => this.#look());
		else this.#leg?.fail(new UpstreamError('timed_out', 'the voice stopped in mid-reply'));
	}

	#letGo(): void {
		this.#cancelTimer?.();
		this.#cancelTimer = null;
		this.#owedSinceMs = null;
		this.#connection.abort(UNWANTED);
		this.#leg = null;
	}

	#settle(cause: UpstreamError | null): void {
		if (this.#over) return;
		this.#end();
		this.#deps.host.ended(cause);
	}

	#end(): void {
		this.#over = true;
		this.#signal.removeEventListener('abort', this.#abort);
		this.#letGo();
		this.#unsaid = [];
	}
}
