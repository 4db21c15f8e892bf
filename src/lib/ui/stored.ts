/** Small choices kept in this browser. What comes back was written by anybody, so it is checked before it is believed. */
import * as v from 'valibot';

export const KEYS = {
	language: 'parley.language',
	recogniser: 'parley.recogniser',
	patience: 'parley.patience',
	holdToTalk: 'parley.hold-to-talk',
	character: 'parley.character',
	captions: 'parley.captions',
	sounds: 'parley.sounds',
	volume: 'parley.volume',
	microphone: 'parley.microphone',
	speaker: 'parley.speaker',
	echoCancellation: 'parley.echo-cancellation',
	noiseSuppression: 'parley.noise-suppression',
	autoGainControl: 'parley.auto-gain-control',
	theme: 'parley.theme',
	motion: 'parley.motion',
	shortcuts: 'parley.shortcuts',
	private: 'parley.private',
	keepSound: 'parley.keep-sound',
	relay: 'parley.relay',
	devView: 'parley.dev-view',
	voices: 'parley.voices',
	accessCode: 'parley.access-code',
	recording: 'parley.recording'
} as const;
export type Key = (typeof KEYS)[keyof typeof KEYS];

/** What `localStorage` gives; a test passes its own. */
export type Shelf = Pick<Storage, 'getItem' | 'setItem'>;

/** The browser's shelf, or null where it is forbidden (private windows, blocked site data). */
function browserShelf(): Storage | null {
	try {
		return globalThis.localStorage ?? null;
	} catch {
		return null;
	}
}

/** The value kept under `key`, or null where there is none, where it does not fit, or where nothing may be read. */
export function recall<const S extends v.GenericSchema>(
	key: Key,
	schema: S,
	shelf: Shelf | null = browserShelf()
): v.InferOutput<S> | null {
	try {
		const parsed = v.safeParse(schema, JSON.parse(shelf?.getItem(key) ?? 'null'));
		return parsed.success ? parsed.output : null;
	} catch {
		return null;
	}
}

/** Keeps `value`; a full or forbidden shelf is no reason to bother anybody. */
export function remember(
	key: Key,
	value: string | number | boolean | object | null,
	shelf: Shelf | null = browserShelf()
): void {
	try {
		shelf?.setItem(key, JSON.stringify(value));
	} catch {
		// The choice holds until the page is closed.
	}
}

/** Takes away what was kept, for good. */
export function forget(key: Key, shelf: Pick<Storage, 'removeItem'> | null = browserShelf()): void {
	try {
		shelf?.removeItem(key);
	} catch {
		// Nothing may be touched here, so nothing was kept.
	}
}
