/** Pulling a sheet down by its head, with a finger or a mouse. */

/** Let go further down than this, in pixels, and the sheet goes away. */
const AWAY_PX = 72;

export interface DragDown {
	/** How far it is pulled now, 0 or more, in pixels. */
	readonly onmove: (px: number) => void;
	/** Let go; `away` where it was pulled far enough. */
	readonly onend: (away: boolean) => void;
}

/** An attachment for the sheet's head. Presses on the buttons in it stay presses. */
export function draggedDown({ onmove, onend }: DragDown): (head: HTMLElement) => () => void {
	return (head) => {
		const ending = new AbortController();
		const { signal } = ending;
		let fromY: number | null = null;
		let pulled = 0;

		head.addEventListener(
			'pointerdown',
			(event) => {
				if (event.target instanceof Element && event.target.closest('button') !== null) return;
				fromY = event.clientY;
				pulled = 0;
				head.setPointerCapture(event.pointerId);
			},
			{ signal }
		);
		head.addEventListener(
			'pointermove',
			(event) => {
				if (fromY === null) return;
				pulled = Math.max(0, event.clientY - fromY);
				onmove(pulled);
			},
			{ signal }
		);
		const end = (kept: boolean): void => {
			if (fromY === null) return;
			fromY = null;
			onend(kept && pulled > AWAY_PX);
		};
		head.addEventListener('pointerup', () => end(true), { signal });
		head.addEventListener('pointercancel', () => end(false), { signal });
		return () => ending.abort();
	};
}
