/**
 * A moshi-server whose recogniser wants its sound decoded (`Audio` messages), or that does not tell pauses, or both: the
 * pages go through a thread that decodes them, and hears the pauses where the server does not.
 */
import type { CodecPool, CodecStream } from '../../codec/pool.ts';
import type { ConnectOptions } from '../moshi-socket.ts';
import { connectStt, type ConnectStt, type MoshiSttLeg, type SttLeg, type SttListener } from '../stt.ts';
import type { UpstreamError } from '../failure.ts';
import { codecBehind, codecFailure, onlyItsOwn } from './codec-failure.ts';
import { Steps } from './steps.ts';

export interface PcmSttOptions {
	readonly codecs: CodecPool;
	/** Whether it gets the sound decoded, or the pages as they are. */
	readonly pcm: boolean;
	/** Of a recogniser that tells no pauses, by how much its words trail the sound; null: it tells them. */
	readonly energyDelayMs: number | null;
}

/** One page is some 9,600 bytes on this wire: this is a minute of audio that the server did not read. */
export const MAX_BUFFERED_PCM_BYTES = 8 << 20;

export function pcmStt(how: PcmSttOptions): ConnectStt {
	return async (endpoint, options) => {
		const leg = await connectStt(endpoint, {
			...options,
			failed: onlyItsOwn(options.failed),
			...(how.pcm ? { maxBufferedBytes: options.maxBufferedBytes ?? MAX_BUFFERED_PCM_BYTES } : {})
		});
		return new PcmSttLeg(leg, how, options.signal);
	};
}

class PcmSttLeg implements SttLeg {
	readonly #leg: MoshiSttLeg;
	readonly #pcm: boolean;
	readonly #codec: CodecStream;
	readonly #steps: Steps | null;
	#listener: SttListener | null = null;

	constructor(leg: MoshiSttLeg, { codecs, pcm, energyDelayMs }: PcmSttOptions, signal: ConnectOptions['signal']) {
		this.#leg = leg;
		this.#pcm = pcm;
		this.#steps =
			energyDelayMs === null
				? null
				: new Steps(energyDelayMs, {
						step: (frame) => this.#listener?.step(frame),
						mark: (id) => leg.sendMarker(id)
					});
		this.#codec = codecs.open(pcm ? 'hear-moshi' : 'hear', {
			done: (parts) => this.#heard(parts),
			failed: (fault) => leg.fail(codecFailure(fault))
		});
		if (signal.aborted) this.#codec.close();
		else signal.addEventListener('abort', () => this.#codec.close(), { once: true });
	}

	start(listener: SttListener): void {
		this.#listener = listener;
		this.#leg.start({
			step: (frame) => {
				if (this.#steps === null) listener.step(frame);
			},
			word: (text, startS) => listener.word(text, startS),
			endWord: (stopS) => listener.endWord(stopS),
			marker: (id) => {
				if (this.#steps?.marked(id) !== true) listener.marker?.(id);
			},
			ended: (cause) => {
				this.#codec.close();
				listener.ended(cause);
			}
		});
	}

	sendHead(head: Uint8Array): void {
		this.#decode(head);
		if (!this.#pcm) this.#leg.sendHead(head);
	}

	sendPage(page: Uint8Array): void {
		this.#decode(page);
		if (this.#pcm) return;
		this.#leg.sendPage(page);
		this.#steps?.sent();
	}

	sendMarker(): void {
		this.#leg.sendMarker();
	}

	fail(cause: UpstreamError): void {
		this.#leg.fail(cause);
	}

	#decode(bytes: Uint8Array): void {
		if (!this.#codec.push(new Uint8Array(bytes))) this.#leg.fail(codecBehind());
	}

	/** Of each frame its step, and its sound where that is wanted. */
	#heard(parts: readonly Uint8Array[]): void {
		for (let at = 0; at < parts.length; at += this.#pcm ? 2 : 1) {
			const sound = this.#pcm ? parts[at + 1] : undefined;
			if (sound !== undefined) {
				this.#leg.sendAudio(sound);
				this.#steps?.sent();
			}
			const step = parts[at];
			if (step !== undefined) this.#steps?.heard(step);
		}
	}
}
