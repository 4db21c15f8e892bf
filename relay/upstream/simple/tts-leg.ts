/** One reply of a simple voice. See `tts.ts`. */
import type { IncomingMessage } from 'node:http';
import { SAMPLE_RATE } from '../../../src/lib/audio/frames.ts';
import { hasSound } from '../../../src/lib/chat/utter.ts';
import { API_KEY_HEADER } from '../../../src/lib/protocol/moshi.ts';
import type { CodecPool } from '../../codec/pool.ts';
import { UpstreamError, asUpstreamError, networkFailure, statusFailure } from '../failure.ts';
import { VoiceCodec } from '../pcm/voice-codec.ts';
import { post } from '../post.ts';
import type { ConnectionSight } from '../sight.ts';
import type { TtsConnectOptions, TtsEndpoint, TtsLeg, TtsListener } from '../tts.ts';
import { SentenceWords, USUAL_PACE } from './sentence-words.ts';
import { Sentences } from './sentences.ts';

export interface SimpleTtsDeps extends TtsConnectOptions {
	readonly url: URL;
	readonly endpoint: TtsEndpoint;
	readonly codecs: CodecPool;
	readonly sight: ConnectionSight | undefined;
}

const BYTES_PER_S = 4 * SAMPLE_RATE;
/** Nobody makes more of one sentence: a quarter of an hour. */
const MAX_BYTES = 900 * BYTES_PER_S;
/** Nobody speaks three times as fast as people do: a server that is shut down may end an answer as if that were all of it. */
const MOST_PACE = 3 * USUAL_PACE;
/** With nothing to say but the beginning of a sentence for so long, that has to do: the model is slow. */
const HUNGRY_MS = 1200;

export class SimpleTtsLeg implements TtsLeg {
	readonly #deps: SimpleTtsDeps;
	readonly #text = new Sentences();
	readonly #requests = new AbortController();
	readonly #abort = (): void => this.#end(null, false);
	#codec: VoiceCodec | null = null;
	#listener: TtsListener | null = null;
	#isOpen = true;
	#pace = USUAL_PACE;
	/** Of all sentences so far, what was pushed. */
	#bytes = 0;
	#wake: () => void = () => undefined;
	#resume: () => void = () => undefined;

	constructor(deps: SimpleTtsDeps) {
		this.#deps = deps;
		if (deps.signal.aborted) this.#end(null, false);
		else deps.signal.addEventListener('abort', this.#abort, { once: true });
	}

	get isOpen(): boolean {
		return this.#isOpen;
	}

	start(listener: TtsListener): void {
		if (!this.#isOpen) return;
		this.#listener = listener;
		const codec = new VoiceCodec(this.#deps.codecs, 'voice-float32', {
			audio: (frame) => listener.audio(frame),
			pause: () => undefined, // looked at before each piece is read
			resume: () => this.#resume(),
			failed: (cause) => this.fail(cause)
		});
		this.#codec = codec;
		this.#speak(codec, listener).catch((error: unknown) => {
			// What came before the loss was spoken: it is still heard, and the words with it.
			codec.after(() => this.fail(asUpstreamError(error, 'the voice failed')));
		});
	}

	say(text: string): void {
		this.#text.push(text);
		this.#wake();
	}

	finish(): void {
		this.#text.finish();
		this.#wake();
	}

	pause(): void {
		this.#codec?.hold();
	}

	resume(): void {
		this.#codec?.release();
	}

	fail(cause: UpstreamError): void {
		this.#end(cause, true);
	}

	blame(cause: UpstreamError): void {
		this.#deps.failed?.(cause);
	}

	/** Sentence after sentence, until the text is over or the leg is. */
	async #speak(codec: VoiceCodec, listener: TtsListener): Promise<void> {
		for (;;) {
			const words = await this.#next();
			if (!this.#isOpen) return;
			if (words === null) return codec.end(() => this.#end(null, true));
			await this.#sentence(words, codec, listener);
			if (!this.#isOpen) return;
		}
	}

	/** Null at the end. */
	async #next(): Promise<string[] | null> {
		let timer: NodeJS.Timeout | undefined;
		let isHungry = false;
		try {
			while (this.#isOpen && !this.#text.isDone) {
				const words = this.#text.take(isHungry);
				if (words !== null) return words;
				if (this.#text.waiting > 0) {
					timer ??= setTimeout(() => {
						isHungry = true;
						this.#wake();
					}, HUNGRY_MS);
				}
				await new Promise<void>((resolve) => (this.#wake = resolve));
			}
			return null;
		} finally {
			clearTimeout(timer);
		}
	}

	async #sentence(words: readonly string[], codec: VoiceCodec, listener: TtsListener): Promise<void> {
		const response = await this.#ask(words.join(' '));
		const lengthS = lengthOf(response);
		const fromByte = this.#bytes;
		const sentence = new SentenceWords(words, fromByte / BYTES_PER_S, lengthS, this.#pace);
		const tell = (spoken: ReturnType<SentenceWords['heard']>): void => {
			for (const { text, startS, stopS } of spoken) {
				const at = VoiceCodec.onStreamClock;
				codec.after(() => listener.text(text, at(startS), at(stopS)));
			}
		};
		for await (const part of bodyOf(response)) {
			if (!this.#isOpen) return;
			this.#bytes += part.length;
			if (this.#bytes - fromByte > MAX_BYTES) throw new UpstreamError('protocol', 'a sentence without an end');
			codec.push(part);
			tell(sentence.heard(this.#bytes / BYTES_PER_S));
			if (codec.isPaused) await new Promise<void>((resolve) => (this.#resume = resolve));
		}
		if (!this.#isOpen) return;
		if ((this.#bytes - fromByte) % 4 !== 0) throw new UpstreamError('protocol', 'the end of a sample is missing');
		if (this.#bytes === fromByte && words.some(hasSound)) throw new UpstreamError('protocol', 'words without a sound');
		const endS = this.#bytes / BYTES_PER_S;
		const pace = sentence.pace(endS) ?? this.#pace;
		if (pace > MOST_PACE) throw new UpstreamError('lost', 'the sound ended before its words');
		tell(sentence.ended(endS));
		this.#pace = pace;
	}

	async #ask(text: string): Promise<IncomingMessage> {
		const { url, endpoint, voice } = this.#deps;
		const headers: Record<string, string> = { 'content-type': 'application/json' };
		if (endpoint.apiKey !== '') headers[API_KEY_HEADER] = endpoint.apiKey;
		const response = await post(url, {
			address: endpoint.address,
			headers,
			body: JSON.stringify(voice === '' ? { text } : { text, voice }),
			signal: this.#requests.signal
		}).catch((error: unknown) => {
			throw networkFailure(error);
		});
		const status = response.statusCode ?? 0;
		if (status === 200) return response;
		response.destroy();
		throw statusFailure(status, response.headers['retry-after']);
	}

	/** The one way out. `tell` is false where the end is our own wish. */
	#end(cause: UpstreamError | null, tell: boolean): void {
		if (!this.#isOpen) return;
		this.#isOpen = false;
		const { signal, sight, failed } = this.#deps;
		signal.removeEventListener('abort', this.#abort);
		if (cause === null) sight?.ended();
		else sight?.failed(cause.code);
		this.#requests.abort();
		this.#codec?.close();
		this.#wake();
		this.#resume();
		if (!tell) return;
		if (cause !== null) failed?.(cause);
		this.#listener?.ended(cause);
	}
}

/** In seconds, where the answer says so. */
function lengthOf({ headers }: IncomingMessage): number | null {
	const bytes = Number(headers['content-length'] ?? NaN);
	return Number.isSafeInteger(bytes) ? bytes / BYTES_PER_S : null;
}

/** Throws UpstreamError where the answer breaks off. */
async function* bodyOf(response: IncomingMessage): AsyncGenerator<Uint8Array, void, undefined> {
	try {
		for await (const part of response) if (part instanceof Uint8Array) yield part;
	} catch {
		throw new UpstreamError('lost', 'the sound was cut off');
	}
}
