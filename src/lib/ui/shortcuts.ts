/**
 * The page's keys: S shows or hides the captions, D the dev view, M mutes, L asks to be let finish, G or Enter goes on,
 * Space is held to talk; Escape closes what is open and otherwise stops. On a control, Space and Enter are the control's.
 * Pure.
 */

export type Command = 'mute' | 'close' | 'stop' | 'hold' | 'go' | 'push' | 'captions' | 'dev';

export interface Pressed {
	readonly key: string;
	readonly repeat: boolean;
	/** Ctrl, Alt or Meta is down: somebody else's shortcut. */
	readonly modified: boolean;
	/** The person is writing. */
	readonly inField: boolean;
	/** A button or link has the focus, other than the one that is held to talk. */
	readonly onControl: boolean;
}

export interface Situation {
	readonly talking: boolean;
	/** The sheet is up. */
	readonly open: boolean;
	/** The person has the turn. */
	readonly hearing: boolean;
	readonly holdToTalk: boolean;
	/** Single letters do something; off for who dictates, or leans on the keyboard. */
	readonly letters: boolean;
}

export function commandOf(pressed: Pressed, situation: Situation): Command | null {
	const { key, repeat, modified, inField, onControl } = pressed;
	const { talking, open, hearing, holdToTalk, letters } = situation;
	if (modified) return null;
	// A key that is held says so again and again; the page must not scroll by it.
	if (key === ' ') return talking && holdToTalk && !inField && !onControl ? 'push' : null;
	if (repeat) return null;
	if (key === 'Escape') return open ? 'close' : talking ? 'stop' : null;
	if (inField || (!letters && key.length === 1)) return null;
	// They are a choice, whether somebody talks or not.
	if (key.toLowerCase() === 's') return 'captions';
	if (key.toLowerCase() === 'd') return 'dev';
	if (!talking) return null;
	switch (key.toLowerCase()) {
		case 'm':
			return holdToTalk ? null : 'mute';
		case 'l':
			return hearing ? 'hold' : null;
		case 'g':
			return hearing ? 'go' : null;
		case 'enter':
			return hearing && !onControl ? 'go' : null;
		default:
			return null;
	}
}
