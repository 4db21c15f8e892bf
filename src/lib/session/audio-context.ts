/** The AudioContext of a talk: opened at our rate if that is to be had, and brought back after each interruption. */
import type { Cleanup } from './cleanup.ts';

/** A running context at `sampleRate`, or at the device's own where that is not to be had. `onHeld`: see `watchHeld`. */
export function openContext(
	cleanup: Cleanup,
	sampleRate: number | undefined,
	onHeld: (held: boolean) => void
): AudioContext {
	const context = newContext(sampleRate);
	cleanup.add(() => void context.close().catch(nothing));
	const resume = (): void => {
		if (context.state !== 'running' && context.state !== 'closed') void context.resume().catch(nothing);
	};
	resume();
	watchHeld(cleanup, context, onHeld);
	// A telephone call or another application suspends the context, and only some browsers resume it afterwards: when it
	// is over they tell by the context's state, when the page comes back, or not before somebody touches it.
	const places = [
		[context, 'statechange'],
		[document, 'visibilitychange'],
		[document, 'resume'],
		[document, 'pointerdown'],
		[document, 'keydown'],
		[window, 'pageshow']
	] as const;
	for (const [place, event] of places) {
		place.addEventListener(event, resume);
		cleanup.add(() => {
			place.removeEventListener(event, resume);
		});
	}
	return context;
}

/** What stops for less than this, such as a change of loudspeakers, is not worth a word. */
const HELD_AFTER_MS = 700;

/** Tells when a context that ran has been stopped by somebody else for a while, and when it runs again. */
function watchHeld(cleanup: Cleanup, context: AudioContext, onHeld: (held: boolean) => void): void {
	let ran = false;
	let held = false;
	let timer: ReturnType<typeof setTimeout> | null = null;
	const forget = (): void => {
		if (timer !== null) clearTimeout(timer);
		timer = null;
	};
	const look = (): void => {
		if (context.state === 'running') {
			ran = true;
			forget();
			if (held) onHeld(false);
			held = false;
		} else if (ran && !held && context.state !== 'closed') {
			timer ??= setTimeout(() => {
				held = true;
				onHeld(true);
			}, HELD_AFTER_MS);
		}
	};
	context.addEventListener('statechange', look);
	look();
	cleanup.add(() => {
		forget();
		context.removeEventListener('statechange', look);
	});
}

function newContext(sampleRate: number | undefined): AudioContext {
	try {
		return new AudioContext({ latencyHint: 'interactive', ...(sampleRate === undefined ? {} : { sampleRate }) });
	} catch (error) {
		if (sampleRate !== undefined) return newContext(undefined);
		throw error;
	}
}

const nothing = (): void => undefined;
