/** Security headers: on every answer, whatever it is. */

/** For what is no page and no script: nothing in it may load or run anything. */
export const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";

/** What a <meta> cannot say and a header must add: nobody may frame the page and borrow its microphone. */
const HEADER_ONLY = "frame-ancestors 'none'";

/** For a page that brings no policy of its own: as strict as ours, without the hash of an inline script. */
const FALLBACK_POLICY =
	"default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'";

const BASE_HEADERS = {
	'x-content-type-options': 'nosniff',
	'referrer-policy': 'no-referrer',
	'permissions-policy': 'microphone=(self), camera=(), geolocation=(), payment=(), usb=()',
	'cross-origin-opener-policy': 'same-origin',
	'cross-origin-resource-policy': 'same-origin'
} as const;

/** `headers` over the security headers; a policy that `headers` brings stays. */
export function withSecurity(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
	return { ...BASE_HEADERS, 'content-security-policy': DATA_POLICY, ...headers };
}

const META = /<meta\b[^>]*>/gi;
const IS_POLICY = /\bhttp-equiv\s*=\s*["']?content-security-policy["'\s/>]/i;
const CONTENT = /\bcontent\s*=\s*(?:"([^"]*)"|'([^']*)')/i;

/**
 * The policy for a page's header: what its own <meta> says, plus what only a header can. The two must agree, because a
 * browser enforces both and only what both allow is allowed. What a page may connect to is said, with its reason, in
 * svelte.config.js.
 */
export function pagePolicy(html: string): string {
	const metas = html.match(META)?.filter((tag) => IS_POLICY.test(tag)) ?? [];
	const policies = metas.flatMap((tag) => {
		const [, double, single] = CONTENT.exec(tag) ?? [];
		const policy = unescapeAttribute(double ?? single ?? '')
			.replace(/\s+/g, ' ')
			.trim()
			.replace(/;$/, '');
		return policy === '' ? [] : [policy];
	});
	const own = policies.length === 0 ? [FALLBACK_POLICY] : policies;
	return own.map((policy) => `${policy}; ${HEADER_ONLY}`).join(', ');
}

function unescapeAttribute(text: string): string {
	return text
		.replace(/&quot;/g, '"')
		.replace(/&(?:#39|#x27|apos);/gi, "'")
		.replace(/&lt;/g, '<')
		.replace(/&gt;/g, '>')
		.replace(/&amp;/g, '&');
}
