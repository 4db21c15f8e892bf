/** What a person types for a relay's address, as an origin. Pure. */

/** Longer than any host's name with its scheme and port. */
const MOST_CHARS = 300;

/**
 * The origin of what was typed or pasted, a whole address or a name: without a scheme https is meant, and http on this
 * machine. Null where it is none. A path is left out, and so are a name and password, which belong to nobody's origin.
 */
export function readOrigin(text: string): string | null {
	const typed = text.trim();
	if (typed === '' || typed.length > MOST_CHARS) return null;
	const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(typed) ? typed : `${schemeOf(typed)}://${typed}`;
	if (!URL.canParse(whole)) return null;
	const url = new URL(whole.replace(/^ws/i, 'http'));
	const isHttp = url.protocol === 'https:' || url.protocol === 'http:';
	return isHttp && url.hostname !== '' ? url.origin : null;
}

const schemeOf = (name: string): 'http' | 'https' =>
	/^(localhost|127\.0\.0\.1)(:|\/|$)/i.test(name) ? 'http' : 'https';
