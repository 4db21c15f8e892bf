/** No way out of a kiosk but the operator's: whatever a browser does with gestures and keys beside Parley is kept from it. */

/** Keys that work the page itself. */
const OWN_KEYS: ReadonlySet<string> = new Set(['Tab', 'Enter', ' ']);
const FIELD_KEYS = /^(?:.|Backspace|Delete|Home|End|Arrow(?:Left|Right|Up|Down)|Dead|Process|Unidentified)$/u;

export interface Key {
	readonly key: string;
	readonly modified: boolean;
	/** On a field that takes text. */
	readonly inField: boolean;
}

/** Whether a key does what it does: in a field text is written, elsewhere the buttons are reached and pressed. */
export function isOwnKey({ key, modified, inField }: Key): boolean {
	if (modified) return false;
	return OWN_KEYS.has(key) || (inField && FIELD_KEYS.test(key));
}

const GESTURES = ['contextmenu', 'dragstart', 'selectstart', 'gesturestart', 'drop', 'dragover', 'auxclick'] as const;

/** From now on, until the answer is called. */
export function lockPage(): () => void {
	const ending = new AbortController();
	const { signal } = ending;
	const all = { capture: true, passive: false, signal } as const;
	const inert = (event: Event): void => {
		event.preventDefault();
	};
	for (const gesture of GESTURES) window.addEventListener(gesture, inert, all);
	window.addEventListener(
		'keydown',
		(event) => {
			const inField = event.target instanceof Element && event.target.matches('input, textarea');
			// Shift+Insert pastes and Shift+Tab goes back; a capital letter is a letter.
			const modified = event.ctrlKey || event.altKey || event.metaKey;
			if (!isOwnKey({ key: event.key, modified, inField })) event.preventDefault();
		},
		all
	);
	window.addEventListener('wheel', (event) => event.ctrlKey && event.preventDefault(), all);
	window.addEventListener('touchmove', (event) => event.touches.length > 1 && event.preventDefault(), all);
	return () => {
		ending.abort();
	};
}

/** From a touch: the browser wants one. Where it does not, as in one that is launched so, nothing is lost. */
export async function fillScreen(): Promise<void> {
	try {
		if (document.fullscreenElement === null && !matchMedia('(display-mode: fullscreen)').matches) {
			await document.documentElement.requestFullscreen({ navigationUI: 'hide' });
		}
		// Escape, the Windows key and their like, in Chromium.
		if ('keyboard' in navigator && canLock(navigator.keyboard)) await navigator.keyboard.lock();
	} catch {
		// An iPhone, or not from a touch: the launcher has to fill it.
	}
}

/** Chromium's, which no standard has. */
const canLock = (keyboard: unknown): keyboard is { lock(): Promise<void> } =>
	typeof keyboard === 'object' && keyboard !== null && 'lock' in keyboard && typeof keyboard.lock === 'function';
