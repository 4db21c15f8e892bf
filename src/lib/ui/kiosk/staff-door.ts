/** Where the operator knocks: a long press in the corner at the top left, or K five times. Nobody sees either. */

/** Nobody rests a hand there for so long. */
export const PRESS_MS = 3_000;
export const CORNER_PX = 96;
const KNOCKS = 5;
const KNOCK_WITHIN_MS = 3_000;

/** Counts the key's presses. Pure: time is an argument. */
export class Knocks {
	#atMs: number[] = [];

	/** True at the last of them. */
	hear(key: string, nowMs: number): boolean {
		if (key.toLowerCase() !== 'k') {
			this.#atMs = [];
			return false;
		}
		this.#atMs = [...this.#atMs.filter((atMs) => nowMs - atMs < KNOCK_WITHIN_MS), nowMs];
		if (this.#atMs.length < KNOCKS) return false;
		this.#atMs = [];
		return true;
	}
}

/** Calls back at each knock, until the answer is called. */
export function watchDoor(onKnock: () => void): () => void {
	const ending = new AbortController();
	const { signal } = ending;
	const knocks = new Knocks();
	let timer: ReturnType<typeof setTimeout> | undefined;
	const letGo = (): void => {
		clearTimeout(timer);
	};
	const options = { capture: true, signal } as const;
	window.addEventListener(
		'pointerdown',
		({ clientX, clientY }) => {
			letGo();
			if (clientX < CORNER_PX && clientY < CORNER_PX) timer = setTimeout(onKnock, PRESS_MS);
		},
		options
	);
	for (const name of ['pointerup', 'pointercancel'] as const) window.addEventListener(name, letGo, options);
	window.addEventListener(
		'pointermove',
		({ clientX, clientY }) => {
			if (clientX >= CORNER_PX || clientY >= CORNER_PX) letGo();
		},
		options
	);
	window.addEventListener(
		'keydown',
		(event) => {
			const inField = event.target instanceof Element && event.target.matches('input, textarea');
			if (!event.repeat && !inField && knocks.hear(event.key, performance.now())) onKnock();
		},
		options
	);
	return () => {
		letGo();
		ending.abort();
	};
}
