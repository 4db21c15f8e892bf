/**
 * The voice that speaks in place of everybody's own, until the page is closed, and those that the relay has let go of. Asked
 * whenever a talk is told who answers.
 */
import { isOwnVoice } from './kept.ts';

/** A cloned voice that the relay no longer knows, so that nobody is told twice that another one speaks for it. */
const gone = new Set<string>();
let borrowed: string | null = null;

/** Null: everybody speaks as they do. */
export const voiceForNow = (): string | null => borrowed;

export function speakFor(voice: string | null): void {
	borrowed = voice;
}

/** Which voice a character speaks in, whose own is `own`; null where the relay is to choose. */
export function voiceOf(own: string | undefined): string | null {
	if (borrowed !== null) return borrowed;
	return own === undefined || gone.has(own) ? null : own;
}

/** The relay had another voice speak in place of the one that `voiceOf(own)` named: which that was; null where it was none of ours. */
export function voiceIsGone(own: string | undefined): string | null {
	const voice = voiceOf(own);
	if (voice === null || !isOwnVoice(voice)) return null;
	gone.add(voice);
	borrowed = null;
	return voice;
}
