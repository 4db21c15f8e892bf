/**
 * Which pages may open a session. WebSockets know no same-origin rule, so any page that a person visits could otherwise
 * talk to the relay on their machine. Programs send no `Origin` and are not stopped by this: it protects browsers' users.
 */
import type { HttpResponse, RequestHead } from './transport.ts';

export interface OriginRules {
	/** From ALLOWED_ORIGINS, lower case. */
	readonly allowed: readonly string[];
	/** Whether the relay listens on this machine only. */
	readonly loopback: boolean;
}

const LOOPBACK_NAME = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/;

export function isLoopbackHost(host: string): boolean {
	return LOOPBACK_NAME.test(host.includes(':') && !host.startsWith('[') ? `[${host}]` : host.toLowerCase());
}

/** Null where the handshake may go on, else the refusal. */
export function refuseOrigin(head: RequestHead, rules: OriginRules): HttpResponse | null {
	const origin = head.headers.origin?.toLowerCase();
	if (origin === undefined || rules.allowed.includes(origin)) return null;
	const page = URL.canParse(origin) ? new URL(origin) : null;
	if (page !== null && rules.loopback) {
		// Any port: the development server is one. And any name is not enough, even if page and `Host` agree: a hostile
		// site can point its own name at 127.0.0.1.
		if (isLoopbackHost(page.hostname) && isLoopbackHost(hostName(head))) return null;
	} else if (page !== null && page.host !== '' && page.host === head.headers.host?.toLowerCase()) {
		return null;
	}
	return {
		status: 403,
		headers: { 'content-type': 'text/plain; charset=utf-8' },
		body:
			`Pages of this origin may not open sessions here.\n` +
			`If it is yours, add it on the relay: ALLOWED_ORIGINS=${page === null ? 'https://your.host' : page.origin}\n`
	};
}

function hostName(head: RequestHead): string {
	const host = head.headers.host ?? '';
	return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : '';
}
