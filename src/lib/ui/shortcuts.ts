/** The page's keys: M mutes; Escape closes what is open and otherwise stops. Space and Enter belong to the buttons. Pure. */

export type Command = 'mute' | 'close' | 'stop';

export interface Pressed {
	readonly key: string;
	readonly repeat: boolean;
	/** Ctrl, Alt or Meta is down: somebody else's shortcut. */
	readonly modified: boolean;
	/** The person is writing. */
	readonly inField: boolean;
}

export interface Situation {
	readonly talking: boolean;
	/** The sheet is up. */
	readonly open: boolean;
}

export function commandOf(pressed: Pressed, situation: Situation): Command | null {
	if (pressed.repeat || pressed.modified) return null;
	if (pressed.key === 'Escape') return situation.open ? 'close' : situation.talking ? 'stop' : null;
	if (pressed.inField || !situation.talking) return null;
	return pressed.key.toLowerCase() === 'm' ? 'mute' : null;
}
