/** The buttons of a headset, a keyboard and the lock screen: they mute, unmute and end the talk. */
import type { Silence } from './silence.ts';

export interface Shown {
	readonly talking: boolean;
	readonly muted: boolean;
	/** The microphone is on only while a key is held: no other button opens it. */
	readonly holds: boolean;
	/** Who answers. */
	readonly who: string;
}

export interface MediaButtonsOptions {
	readonly silence: Silence;
	readonly onMute: (muted: boolean) => void;
	readonly onStop: () => void;
}

/** Younger than TypeScript's list of them; https://w3c.github.io/mediasession/#enumdef-mediasessionaction. */
type CallAction = 'togglemicrophone' | 'hangup';
declare global {
	interface MediaSession {
		setActionHandler(action: MediaSessionAction | CallAction, handler: (() => void) | null): void;
	}
}

export class MediaButtons {
	readonly #options: MediaButtonsOptions;
	#shown: Shown = { talking: false, muted: false, holds: false, who: '' };

	constructor(options: MediaButtonsOptions) {
		this.#options = options;
	}

	show(next: Shown): void {
		const before = this.#shown;
		this.#shown = next;
		if (!('mediaSession' in navigator)) return;
		if (next.talking !== before.talking) {
			if (next.talking) this.#begin();
			else this.#end();
		}
		if (!next.talking) return;
		const { mediaSession } = navigator;
		if (!before.talking || next.who !== before.who) {
			mediaSession.metadata = new MediaMetadata({ title: next.who, artist: 'Parley' });
		}
		// Muted is what a headset's one button calls paused.
		mediaSession.playbackState = next.muted ? 'paused' : 'playing';
		if ('setMicrophoneActive' in mediaSession) void tell(() => mediaSession.setMicrophoneActive(!next.muted));
	}

	#begin(): void {
		const { silence, onStop } = this.#options;
		const onMute = (muted: boolean): void => {
			if (!this.#shown.holds) this.#options.onMute(muted);
		};
		silence.play();
		handle('play', () => {
			silence.play();
			onMute(false);
		});
		handle('pause', () => {
			onMute(true);
		});
		handle('togglemicrophone', () => {
			onMute(!this.#shown.muted);
		});
		handle('stop', onStop);
		handle('hangup', onStop);
	}

	#end(): void {
		this.#options.silence.pause();
		for (const action of ['play', 'pause', 'togglemicrophone', 'stop', 'hangup'] as const) handle(action, null);
		navigator.mediaSession.metadata = null;
		navigator.mediaSession.playbackState = 'none';
	}
}

/** A browser throws at an action that it does not know. */
function handle(action: MediaSessionAction | CallAction, handler: (() => void) | null): void {
	try {
		navigator.mediaSession.setActionHandler(action, handler);
	} catch {
		// One button fewer.
	}
}

async function tell(say: () => Promise<void>): Promise<void> {
	try {
		await say();
	} catch {
		// Told for the sake of a picture on the lock screen.
	}
}
