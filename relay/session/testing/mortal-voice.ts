/** A TTS without a network, as moshi-server speaks: it says what it is given, and dies when it is told to. */
import { OggOpusPager } from '../../../src/lib/audio/ogg/pager.ts';
import { encodeMoshi, encodeOggOpus } from '../../../src/lib/protocol/moshi.ts';
import { entriesOf } from '../../embedded/tts/words.ts';
import { UpstreamError } from '../../upstream/failure.ts';
import type { TtsListener } from '../../upstream/tts.ts';
import type { VoiceLeg } from '../reply-voice.ts';

export const FRAME_S = 0.08;
/** Silence before the first word, and what each word takes. */
const LEAD_FRAMES = 2;
const WORD_FRAMES = 3;
/** A word waits for so many after it, or for Eos. */
const LOOK_AHEAD = 2;

export interface SoundedWord {
	readonly text: string;
	readonly startS: number;
	readonly stopS: number;
}

export class MortalVoice implements VoiceLeg {
	/** Every word whose sound was sent, wholly or in part, on this stream's clock. */
	readonly sounded: SoundedWord[] = [];
	readonly told: string[] = [];
	ended = false;
	/** Speaks its words and reports none. */
	tellsNothing = false;
	isPaused = false;
	blamed: UpstreamError | null = null;
	#listener: TtsListener | null = null;
	#words: string[] = [];
	#eos = false;
	#frames = 0;
	#reported = 0;

	start(listener: TtsListener): void {
		this.#listener = listener;
		listener.audio(encodeOggOpus(new OggOpusPager({ serial: 42, preSkip48k: 3840 }).headPages()));
	}

	say(text: string): void {
		this.told.push(text);
		for (const entry of entriesOf(text)) if (entry.kind === 'word') this.#words.push(entry.text);
	}

	finish(): void {
		this.told.push('Eos');
		this.#eos = true;
	}

	fail(cause: UpstreamError): void {
		if (this.ended) return;
		this.ended = true;
		this.#listener?.ended(cause);
	}

	pause(): void {
		this.isPaused = true;
	}

	resume(): void {
		this.isPaused = false;
	}

	blame(cause: UpstreamError): void {
		this.blamed = cause;
	}

	die(): void {
		this.fail(new UpstreamError('lost', 'died'));
	}

	/** Says goodbye as if it were done. */
	leave(): void {
		if (this.ended) return;
		this.ended = true;
		this.#listener?.ended(null);
	}

	/** One frame of sound, with the report that goes before it; or the end. False where it waits for words. */
	step(): boolean {
		if (this.ended || this.isPaused || this.#listener === null) return false;
		const word = Math.floor((this.#frames - LEAD_FRAMES) / WORD_FRAMES);
		const inWord = (this.#frames - LEAD_FRAMES) % WORD_FRAMES;
		if (word >= 0 && inWord === 0) {
			const text = this.#words[word];
			if (text === undefined) {
				if (!this.#eos) return false;
				if (word > 0) this.#report(word - 1);
				this.leave();
				return true;
			}
			if (!this.#eos && this.#words.length < word + 1 + LOOK_AHEAD) return false;
			if (word > 0) this.#report(word - 1);
			if (this.ended) return true;
			const startS = this.#frames * FRAME_S;
			this.sounded.push({ text, startS, stopS: startS + WORD_FRAMES * FRAME_S });
		}
		this.#frames++;
		this.#listener.audio(encodeMoshi({ type: 'OggOpus', data: Uint8Array.of(1, 2, 3) }));
		return true;
	}

	/** One frame of sound that belongs to no word. */
	babble(): void {
		this.#frames++;
		this.#listener?.audio(encodeMoshi({ type: 'OggOpus', data: Uint8Array.of(1, 2, 3) }));
	}

	#report(word: number): void {
		if (word < this.#reported || this.tellsNothing) return;
		this.#reported = word + 1;
		const startS = (LEAD_FRAMES + word * WORD_FRAMES) * FRAME_S;
		this.#listener?.text(this.#words[word] ?? '', startS, startS + WORD_FRAMES * FRAME_S);
	}
}
