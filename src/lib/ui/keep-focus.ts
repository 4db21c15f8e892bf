/** For a place whose buttons come and go with what happens: the keyboard is never left nowhere. */

/** An attachment: where what has the focus is taken away, the focus goes to the button that is always there. */
export function keepFocus(place: HTMLElement): () => void {
	let last: Element | null = null;
	const came = ({ target }: FocusEvent): void => {
		last = target instanceof Element ? target : null;
	};
	const went = ({ target }: FocusEvent): void => {
		// Whoever took the focus away meant it; what was taken away itself may tell so too, and means nothing.
		queueMicrotask(() => {
			if (target === last && last?.isConnected === true) last = null;
		});
	};
	const changes = new MutationObserver(() => {
		if (last === null || last.isConnected) return;
		last = null;
		if (document.activeElement !== document.body) return;
		place.querySelector<HTMLElement>('[data-talk], [data-hold]')?.focus({ preventScroll: true });
	});
	changes.observe(place, { childList: true, subtree: true });
	place.addEventListener('focusin', came);
	place.addEventListener('focusout', went);
	return () => {
		changes.disconnect();
		place.removeEventListener('focusin', came);
		place.removeEventListener('focusout', went);
	};
}
