/**
 * A recogniser of the simple dialect: float32 samples go in over a WebSocket, partial and final transcripts come out. It
 * knows neither steps nor pauses nor times, so all three are made here: the pauses are heard in the sound itself, the steps
 * keep time with the pages, and words lie where speech was heard.
 */
import { FRAME_MS } from '../../../src/lib/audio/frames.ts';
import type { CodecPool, CodecStream } from '../../codec/pool.ts';
import type { StretchEvent } from '../../ears/energy.ts';
import { UpstreamError } from '../failure.ts';
import { connectMoshi, type MoshiSocket } from '../moshi-socket.ts';
import { codecBehind, codecFailure, onlyItsOwn } from '../pcm/codec-failure.ts';
import { MAX_BUFFERED_PCM_BYTES } from '../pcm/stt.ts';
import type { ConnectStt, SttLeg, SttListener } from '../stt.ts';
import { FinalWait, type FinalWaitOptions } from './final-wait.ts';
import { StableWords } from './stable-words.ts';
import { readTranscript } from './transcript.ts';
import { spread } from './word-times.ts';

export interface SimpleSttOptions extends FinalWaitOptions {
	readonly codecs: CodecPool;
}

/** The address is taken as it stands, with its route: the dialect has none. */
export function simpleStt(how: SimpleSttOptions): ConnectStt {
	return async (endpoint, options) => {
		if (!URL.canParse(endpoint.url)) throw new UpstreamError('not_found', 'the configured address is no URL');
		const socket = await connectMoshi(
			{ ...endpoint, url: new URL(endpoint.url), speaks: 'text' },
			{ maxBufferedBytes: MAX_BUFFERED_PCM_BYTES, ...options, failed: onlyItsOwn(options.failed) }
		);
		return new SimpleSttLeg(socket, how, options.signal);
	};
}

/** As long as a word lasts, about. */
const USUAL_WORD_S = 0.4;
const utf8 = new TextDecoder();

class SimpleSttLeg implements SttLeg {
	readonly #socket: MoshiSocket;
	readonly #codec: CodecStream;
	readonly #words = new StableWords();
	readonly #wait: FinalWait;
	#listener: SttListener | null = null;
	/** Frames that went to the recogniser. */
	#frames = 0;
	/** Where the speech began that the next words may belong to, and where it ended; null while it goes on. */
	#startS = 0;
	#stopS: number | null = 0;

	constructor(socket: MoshiSocket, { codecs, ...wait }: SimpleSttOptions, signal: AbortSignal) {
		this.#socket = socket;
		this.#wait = new FinalWait(wait, {
			step: (step) => this.#listener?.step(step),
			settle: () => this.#tell(this.#words.settle()),
			deaf: () => this.fail(new UpstreamError('timed_out', 'the server transcribes nothing any more'))
		});
		this.#codec = codecs.open('hear-float32', {
			done: (parts, events) => this.#heard(parts, events),
			failed: (fault) => this.fail(codecFailure(fault))
		});
		if (signal.aborted) this.#free();
		else signal.addEventListener('abort', () => this.#free(), { once: true });
	}

	start(listener: SttListener): void {
		this.#listener = listener;
		this.#socket.start({
			frame: (bytes) => this.#message(utf8.decode(bytes)),
			ended: (cause) => {
				this.#free();
				listener.ended(cause ?? this.#farewell());
			}
		});
	}

	sendHead(head: Uint8Array): void {
		this.sendPage(head);
	}

	sendPage(page: Uint8Array): void {
		if (!this.#codec.push(new Uint8Array(page))) this.fail(codecBehind());
	}

	/** There are always steps. */
	sendMarker(): void {
		return;
	}

	fail(cause: UpstreamError): void {
		this.#socket.fail(cause);
	}

	#farewell(): UpstreamError {
		const cause = new UpstreamError('lost', 'the server ended the stream');
		this.#socket.blame(cause);
		return cause;
	}

	#free(): void {
		this.#codec.close();
		this.#wait.close();
	}

	/** One frame: its step, and its samples. */
	#heard([step, samples]: readonly Uint8Array[], events: readonly StretchEvent[]): void {
		if (step === undefined || samples === undefined) return; // the head
		this.#socket.send(samples);
		this.#frames++;
		for (const event of events) {
			if (event.type === 'began') {
				if (this.#stopS !== null && !this.#words.isOpen) this.#startS = Math.max(this.#startS, event.startS);
				this.#stopS = null;
				this.#wait.spoke();
			} else {
				this.#stopS = event.stopS;
				this.#wait.paused(event.stopS);
			}
		}
		this.#wait.step(step);
	}

	#message(json: string): void {
		const transcript = readTranscript(json);
		if (transcript === null) return this.fail(new UpstreamError('protocol', 'not a transcript'));
		switch (transcript.type) {
			case 'error':
				return this.fail(new UpstreamError('protocol', 'the server reported an error'));
			case 'partial':
				this.#tell(this.#words.partial(transcript.text));
				return this.#wait.understood(false);
			case 'final':
				this.#tell(this.#words.final(transcript.text));
				return this.#wait.understood(true);
			case 'other':
		}
	}

	/** They lie between the last ones and where the speech ended or, while it goes on, where it is by now. */
	#tell(words: readonly string[]): void {
		if (words.length === 0) return;
		const nowS = (this.#frames * FRAME_MS) / 1000;
		// Words where our ears heard nothing: it was soft, and not long ago.
		const isUnheard = this.#stopS !== null && this.#stopS <= this.#startS;
		const untilS = isUnheard ? nowS : (this.#stopS ?? nowS);
		if (isUnheard) this.#startS = Math.max(this.#startS, nowS - USUAL_WORD_S * words.length);
		for (const { text, startS, stopS } of spread(words, this.#startS, untilS)) {
			this.#listener?.word(text, startS);
			this.#listener?.endWord(stopS);
			this.#startS = stopS;
		}
	}
}
