/**
 * A sound that nobody hears. Chromium gives a page the headset's buttons and the lock screen's only while it plays a
 * media element of more than five seconds that is not at volume 0; what an AudioContext plays does not count
 * (https://github.com/w3c/mediasession/issues/213).
 */

const RATE = 8_000;
const LENGTH_S = 6;
const HEADER_BYTES = 44;
/** Silence in unsigned 8-bit samples. */
const MIDDLE = 0x80;

/** A WAV file of silence: 8 kHz, 8 bits, mono. */
export function silentWav(): Uint8Array<ArrayBuffer> {
	const samples = RATE * LENGTH_S;
	const bytes = new Uint8Array(HEADER_BYTES + samples).fill(MIDDLE, HEADER_BYTES);
	const view = new DataView(bytes.buffer);
	const text = (at: number, letters: string): void => {
		for (let i = 0; i < letters.length; i++) bytes[at + i] = letters.charCodeAt(i);
	};
	text(0, 'RIFF');
	view.setUint32(4, bytes.length - 8, true);
	text(8, 'WAVEfmt ');
	view.setUint32(16, 16, true);
	view.setUint16(20, 1, true);
	view.setUint16(22, 1, true);
	view.setUint32(24, RATE, true);
	view.setUint32(28, RATE, true);
	view.setUint16(32, 1, true);
	view.setUint16(34, 8, true);
	text(36, 'data');
	view.setUint32(40, samples, true);
	return bytes;
}

export interface Silence {
	play(): void;
	pause(): void;
}

/** Plays it until paused. The page has to have been pressed once, as it has where somebody talks. */
export function playableSilence(): Silence {
	let element: HTMLAudioElement | null = null;
	let url = '';
	return {
		play() {
			if (element === null) {
				url = URL.createObjectURL(new Blob([silentWav()], { type: 'audio/wav' }));
				element = new Audio(url);
				element.loop = true;
			}
			// A browser that refuses gives no buttons either; the talk does without.
			element.play().catch(() => undefined);
		},
		pause() {
			if (element === null) return;
			// What is only paused the browser goes on offering, and its button would play nothing to nobody.
			element.pause();
			element.removeAttribute('src');
			element.load();
			element = null;
			URL.revokeObjectURL(url);
		}
	};
}
