/** What the TTS engine needs of whatever makes the sound. */
import type { VoiceName } from './voices.ts';

/** When one word is heard, in seconds from the first sample of its clause. */
export interface WordTime {
	readonly text: string;
	readonly startS: number;
	readonly stopS: number;
}

export interface SpokenClause {
	/** 24 kHz mono in [-1, 1]. */
	readonly pcm: Float32Array;
	/** One for every word of the text, split at white space, in order; times never run backwards or past the sound. */
	readonly words: readonly WordTime[];
}

export interface Synthesiser {
	/** For logs and `/api/modules_info`. */
	readonly name: string;
	voices(): readonly VoiceName[];
	/**
	 * Speaks one clause, with the melody that a clause has. Rejects when the sound cannot be made, and promptly when
	 * `signal` aborts. May be called while an earlier call is under way.
	 */
	speak(text: string, voice: VoiceName, signal: AbortSignal): Promise<SpokenClause>;
	/** Ends what runs beside the process, if anything. */
	close?(): Promise<void>;
}
