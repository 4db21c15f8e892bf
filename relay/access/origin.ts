/**
 * Which pages may open a session. WebSockets know no same-origin rule, so any page that a person visits could otherwise
 * talk to the relay on their machine. Programs send no `Origin` and are not stopped by this: it protects browsers' users.
 */
import type { RequestHead } from '../http/transport.ts';

export interface OriginRules {
	/** From ALLOWED_ORIGINS, lower case. */
	readonly allowed: readonly string[];
	/** Whether the relay listens on this machine only. */
	readonly loopback: boolean;
	/**
	 * Whether a page from the very host that it asks may come in: where a token stands guard, or nobody is to. A name alone
	 * proves nothing, because a hostile site can point its own name at anybody's relay.
	 */
	readonly sameHost: boolean;
}

const LOOPBACK_NAME = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/;

export function isLoopbackHost(host: string): boolean {
	return LOOPBACK_NAME.test(host.includes(':') && !host.startsWith('[') ? `[${host}]` : host.toLowerCase());
}

/** True where no page asks, or one that may. */
export function mayAsk(head: Pick<RequestHead, 'headers'>, rules: OriginRules): boolean {
	const origin = head.headers.origin?.toLowerCase();
	if (origin === undefined || rules.allowed.includes(origin)) return true;
	const page = URL.canParse(origin) ? new URL(origin) : null;
	if (page === null || page.host === '' || page.origin !== origin) return false;
	if (rules.sameHost && page.host === head.headers.host?.toLowerCase()) return true;
	// Any port: the development server is one. And any name is not enough, even if page and `Host` agree: see `sameHost`.
	return rules.loopback && isLoopbackHost(page.hostname) && isLoopbackHost(hostName(head));
}

/** What an operator reads whose page was refused. It repeats nothing that is not an origin. */
export function howToAllow(head: Pick<RequestHead, 'headers'>): string {
	const origin = head.headers.origin ?? '';
	const page = URL.canParse(origin) ? new URL(origin).origin : 'null';
	return (
		`Pages of this origin may not open sessions here.\n` +
		`If it is yours, add it on the relay: ALLOWED_ORIGINS=${page === 'null' ? 'https://your.host' : page}\n`
	);
}

/** The name in the Host header, without its port; '' where there is none. */
export function hostName(head: Pick<RequestHead, 'headers'>): string {
	const host = head.headers.host ?? '';
	return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : '';
}
