/**
 * The built app, served from memory. Every file is read at start and found by its exact path in a map: a request's path
 * never reaches the file system, so no spelling of `..` can leave the folder.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { contentType } from './content-types.ts';
import { chooseEncoding, isNotModified, type Encoding } from './negotiation.ts';
import { DATA_POLICY, pagePolicy } from './security.ts';
import type { HttpResponse, RequestHead } from './transport.ts';

export interface Site {
	/** Answers any path; its headers are the file's own, without the ones that every answer gets. */
	respond(head: RequestHead): HttpResponse;
	/** How many files there are; 0 where the app is not built. */
	readonly files: number;
	readonly bytes: number;
}

/** Its files' names hold their content's hash, so a year is as good as for ever. */
const IMMUTABLE_PREFIX = '/_app/immutable/';
const IMMUTABLE = 'public, max-age=31536000, immutable';
/** Kept, and asked for with its ETag each time: a new release shows at the next load. */
const REVALIDATE = 'no-cache';
/** An app is some megabytes; more means the folder is not one, and memory would be the relay's. */
const MOST_BYTES = 256 << 20;
const COMPRESSED: readonly (readonly [string, Encoding])[] = [
	['.br', 'br'],
	['.gz', 'gzip']
];

interface Variant {
	readonly bytes: Uint8Array;
	readonly etag: string;
}
interface StaticFile {
	readonly variants: ReadonlyMap<Encoding, Variant>;
	readonly headers: Readonly<Record<string, string>>;
}

/** Reads `folder`. One that does not exist makes an empty site that says how to build the app. */
export async function loadSite(folder: string): Promise<Site> {
	const raw = await readTree(folder);
	const bytes = [...raw.values()].reduce((sum, file) => sum + file.byteLength, 0);
	const home = raw.get('/index.html');
	// A worker is governed by the policy that came with its script, so scripts carry the page's own.
	const scriptPolicy = home === undefined ? DATA_POLICY : pagePolicy(text(home));
	const files = new Map<string, StaticFile>();
	for (const [path, content] of raw) {
		if (isSibling(path, raw)) continue;
		const type = contentType(path);
		const isPage = path.endsWith('.html');
		files.set(path, {
			variants: variantsOf(path, content, raw),
			headers: {
				'content-type': type,
				'cache-control': path.startsWith(IMMUTABLE_PREFIX) ? IMMUTABLE : REVALIDATE,
				'content-security-policy': isPage
					? pagePolicy(text(content))
					: /javascript/.test(type)
						? scriptPolicy
						: DATA_POLICY,
				vary: 'accept-encoding'
			}
		});
	}
	return { files: files.size, bytes, respond: (head) => respond(files, head) };
}

function respond(files: ReadonlyMap<string, StaticFile>, head: RequestHead): HttpResponse {
	if (head.method !== 'GET' && head.method !== 'HEAD') {
		return plain(405, 'Only GET and HEAD are answered here.', { allow: 'GET, HEAD' });
	}
	if (files.size === 0) return plain(503, 'The app is not built yet: run "npm run build", then start the relay again.');
	const path = decodePath(head.path);
	if (path === null) return plain(400, 'The path is malformed.');
	const file = files.get(path) ?? (path.endsWith('/') ? files.get(`${path}index.html`) : files.get(`${path}.html`));
	if (file !== undefined) return send(file, head, 200);
	// Pages link relatively, so `/history/` must become `/history` and not merely look like it.
	const bare = path.replace(/\/+$/, '');
	if (bare !== path && bare !== '' && files.has(`${bare}.html`)) return redirect(bare, head.query);
	if (files.has(`${path}/index.html`)) return redirect(`${path}/`, head.query);
	const missing = files.get('/404.html');
	return missing === undefined ? plain(404, 'There is no such page.') : send(missing, head, 404);
}

function send(file: StaticFile, head: RequestHead, status: number): HttpResponse {
	const encoding = chooseEncoding(head.headers['accept-encoding'], new Set(file.variants.keys()));
	const variant = file.variants.get(encoding) ?? file.variants.get('identity');
	if (variant === undefined) return plain(500, 'Internal error.');
	const headers: Record<string, string> = { ...file.headers, etag: variant.etag };
	if (status !== 200) headers['cache-control'] = REVALIDATE;
	else if (isNotModified(head.headers['if-none-match'], variant.etag)) return { status: 304, headers };
	if (encoding !== 'identity') headers['content-encoding'] = encoding;
	return { status, headers, body: variant.bytes };
}

/** The path with its escapes undone once, or null where it is malformed or means to be something else than a path. */
function decodePath(path: string): string | null {
	try {
		const decoded = decodeURIComponent(path);
		return decoded.startsWith('/') && !/[\p{Cc}\\]/u.test(decoded) ? decoded : null;
	} catch {
		return null;
	}
}

/** One leading slash only: `//host` would be another site's address. */
function redirect(path: string, query: string): HttpResponse {
	const location = encodeURI(path.replace(/^\/+/, '/')) + (query === '' ? '' : `?${query}`);
	return { ...plain(308, 'Moved.', { location }) };
}

function plain(status: number, message: string, headers: Readonly<Record<string, string>> = {}): HttpResponse {
	return { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers }, body: `${message}\n` };
}

function variantsOf(path: string, content: Uint8Array, raw: ReadonlyMap<string, Uint8Array>): Map<Encoding, Variant> {
	const hash = createHash('sha256').update(content).digest('base64url').slice(0, 22);
	const variants = new Map<Encoding, Variant>([['identity', { bytes: content, etag: `"${hash}"` }]]);
	for (const [ending, encoding] of COMPRESSED) {
		const bytes = raw.get(path + ending);
		// A tag names bytes, and these are other bytes.
		if (bytes !== undefined) variants.set(encoding, { bytes, etag: `"${hash}-${encoding}"` });
	}
	return variants;
}

function isSibling(path: string, raw: ReadonlyMap<string, Uint8Array>): boolean {
	return COMPRESSED.some(([ending]) => path.endsWith(ending) && raw.has(path.slice(0, -ending.length)));
}

async function readTree(folder: string): Promise<Map<string, Uint8Array>> {
	const files = new Map<string, Uint8Array>();
	let root: string;
	try {
		root = await realpath(folder);
	} catch {
		return files;
	}
	let bytes = 0;
	for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
		const path = join(entry.parentPath, entry.name);
		// A link may point at a file inside the folder, and at nothing else.
		const real = entry.isSymbolicLink() ? await realpath(path).catch(() => '') : path;
		if (!real.startsWith(root + sep) || !(await stat(real)).isFile()) continue;
		const content = await readFile(real);
		bytes += content.byteLength;
		if (bytes > MOST_BYTES) throw new Error(`${folder} holds more than ${MOST_BYTES >> 20} MB: it is not a built app`);
		files.set(
			'/' +
				path
					.slice(root.length + 1)
					.split(sep)
					.join('/'),
			content
		);
	}
	return files;
}

function text(bytes: Uint8Array): string {
	return new TextDecoder().decode(bytes);
}
