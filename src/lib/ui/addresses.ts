/** Where a page opened over plain http would get a microphone. Pure. */

export interface SecureAddresses {
	/** The same host over https, on its usual port: a port that speaks http does not speak https too. */
	readonly secure: string;
	/** This machine, on the same port: right where the relay runs on it. */
	readonly local: string;
}

/** Both addresses for a page's `href`, or null where it is not one of http. */
export function secureAddresses(href: string): SecureAddresses | null {
	if (!URL.canParse(href)) return null;
	const url = new URL(href);
	if (url.protocol !== 'http:') return null;
	const secure = new URL(url);
	secure.protocol = 'https:';
	secure.port = '';
	const local = new URL(url);
	local.hostname = 'localhost';
	return { secure: secure.href, local: local.href };
}
