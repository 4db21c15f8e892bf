/** Takes out of a log line's fields what no log may hold. Told by the field's name, and by shape inside any text. */

const REDACTED = '[redacted]';
/** A line's fields are small; what is nested deeper than this is somebody's object, not a field. */
const MAX_DEPTH = 4;
/** Longer texts are cut: a log line is not the place for a document. */
const MAX_TEXT = 2000;
const MAX_ENTRIES = 50;

/**
 * Names, lower case and without `_` or `-`, of fields that hold addresses, secrets or what somebody said. `text`,
 * `word` and `content` are on the list because in this house they are transcripts.
 */
const FORBIDDEN: ReadonlySet<string> = new Set([
	...['address', 'remoteaddress', 'localaddress', 'ip', 'peer', 'xforwardedfor', 'xrealip', 'forwarded'],
	...[
		'apikey',
		'kyutaiapikey',
		'key',
		'secret',
		'token',
		'password',
		'authorization',
		'cookie',
		'setcookie',
		'authid',
		'auth'
	],
	...['headers', 'rawheaders', 'query', 'body', 'env'],
	...[
		'text',
		'word',
		'words',
		'transcript',
		'content',
		'delta',
		'messages',
		'history',
		'prompt',
		'audio',
		'page',
		'frame',
		'pcm'
	]
]);

/** Secrets by their shape: credentials in an address, `auth_id=` and its like in a query, a bearer token. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
	[/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, `$1${REDACTED}@`],
	[/\b(auth_id|api_?key|token|key|secret|password)=[^\s&"']+/gi, `$1=${REDACTED}`],
	[/\b(bearer)\s+[\w.~+/=-]+/gi, `$1 ${REDACTED}`]
];

/** What an operator may ask for although no log should hold it: fields of exactly these names, at the top of a line. */
export interface Shows {
	/** `address` */
	readonly addresses: boolean;
	/** `text` */
	readonly transcripts: boolean;
}

const SHOWS_NOTHING: Shows = { addresses: false, transcripts: false };

/** A copy of `fields` that may be logged. Never throws, whatever getters or cycles it is given. */
export function scrub(fields: object, shows: Shows = SHOWS_NOTHING): Record<string, unknown> {
	const clean: Record<string, unknown> = {};
	for (const [key, value] of entriesOf(fields)) {
		const isAskedFor = (key === 'address' && shows.addresses) || (key === 'text' && shows.transcripts);
		clean[key] = !isAskedFor && isForbidden(key) ? REDACTED : scrubValue(value, 1);
	}
	return clean;
}

export function scrubText(text: string): string {
	let clean = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
	for (const [pattern, replacement] of SECRETS) clean = clean.replace(pattern, replacement);
	return clean;
}

function isForbidden(key: string): boolean {
	return FORBIDDEN.has(key.toLowerCase().replace(/[_-]/g, ''));
}

function scrubValue(value: unknown, depth: number): unknown {
	if (typeof value === 'string') return scrubText(value);
	if (typeof value === 'bigint' || typeof value === 'symbol' || typeof value === 'function') return String(value);
	if (typeof value !== 'object' || value === null) return value;
	if (value instanceof Error) return describeError(value);
	if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
	if (value instanceof URL) return scrubText(value.href);
	if (depth >= MAX_DEPTH) return '[…]';
	if (Array.isArray(value)) return value.slice(0, MAX_ENTRIES).map((item) => scrubValue(item, depth + 1));
	const clean: Record<string, unknown> = {};
	for (const [key, item] of entriesOf(value)) clean[key] = isForbidden(key) ? REDACTED : scrubValue(item, depth + 1);
	return clean;
}

/** An error with its cause and the first place in our own files: enough to find it, on one line. */
function describeError(error: Error): string {
	const place = /\((?:file:\/\/)?[^()]*\/((?:relay|src|tests)\/[^()]+)\)/.exec(error.stack ?? '')?.[1];
	const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
	return scrubText(`${error.name}: ${error.message}${cause}${place === undefined ? '' : ` (${place})`}`);
}

function entriesOf(value: object): [string, unknown][] {
	try {
		return Object.entries(value).slice(0, MAX_ENTRIES);
	} catch {
		return [];
	}
}
