import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withSecurity } from './security.ts';
import { loadSite, type Site } from './static.ts';
import type { HttpResponse } from './transport.ts';

const SECRET = 'not for the web';
const META = `<meta http-equiv="content-security-policy" content="default-src &#39;self&#39;; script-src 'self' 'sha256-AbC='">`;
const FILES: Readonly<Record<string, string>> = {
	'index.html': `<html><head>${META}</head>home</html>`,
	'index.html.br': 'home as brotli',
	'index.html.gz': 'home as gzip',
	'history.html': '<html>history</html>',
	'docs/index.html': '<html>docs</html>',
	'404.html': '<html>lost</html>',
	'_app/immutable/entry.abc.js': 'export {}',
	'_app/immutable/entry.abc.js.br': 'br',
	'_app/version.json': '{}',
	'codec.wasm': 'wasm',
	'app.webmanifest': '{}',
	'lonely.gz': 'an archive, not a sibling',
	'a b/ü.txt': 'umlaut',
	'.well-known/x.txt': 'known'
};

let root: string;
let site: Site;
beforeAll(async () => {
	root = await mkdtemp(join(tmpdir(), 'parley-site-'));
	for (const [path, content] of Object.entries(FILES)) {
		await mkdir(dirname(join(root, 'build', path)), { recursive: true });
		await writeFile(join(root, 'build', path), content);
	}
	await writeFile(join(root, 'secret.txt'), SECRET);
	await mkdir(join(root, 'build-private'));
	await writeFile(join(root, 'build-private', 'key.txt'), SECRET);
	await symlink(join(root, 'secret.txt'), join(root, 'build', 'out.txt'));
	await symlink(join(root, 'build-private', 'key.txt'), join(root, 'build', 'sideways.txt'));
	await symlink(root, join(root, 'build', 'up'));
	await symlink('codec.wasm', join(root, 'build', 'inside.wasm'));
	await symlink('nowhere', join(root, 'build', 'broken.txt'));
	site = await loadSite(join(root, 'build'));
});
afterAll(() => rm(root, { recursive: true }));

function get(path: string, headers: Record<string, string> = {}, method = 'GET'): HttpResponse {
	const [bare = '', query = ''] = path.split('?');
	return site.respond({ method, path: bare, query, headers, remoteAddress: '' });
}
const text = (response: HttpResponse): string =>
	typeof response.body === 'string' ? response.body : new TextDecoder().decode(response.body);

describe('the static site', () => {
	it('serves index.html for /, and clean addresses', () => {
		expect(text(get('/'))).toContain('home');
		expect(text(get('/history'))).toContain('history');
		expect(text(get('/history.html'))).toContain('history');
		expect(text(get('/docs/'))).toContain('docs');
		expect(get('/docs')).toMatchObject({ status: 308, headers: { location: '/docs/' } });
		expect(get('/history/?a=b')).toMatchObject({ status: 308, headers: { location: '/history?a=b' } });
	});

	it('answers what it has not with the 404 page, which nobody keeps', () => {
		expect(get('/nothing')).toMatchObject({ status: 404, headers: { 'cache-control': 'no-cache' } });
		expect(text(get('/nothing'))).toContain('lost');
		expect(get('/nothing', { 'if-none-match': '*' }).status).toBe(404);
	});

	it.each([
		['br, gzip', 'br', 'home as brotli'],
		['gzip', 'gzip', 'home as gzip'],
		['GZIP;q=0.5, br;q=0', 'gzip', 'home as gzip'],
		['*', 'br', 'home as brotli'],
		['br;q=0, *', 'gzip', 'home as gzip'],
		['identity', undefined, 'home</html>'],
		['', undefined, 'home</html>'],
		['gzip;q=0, br;q=0, identity;q=0', undefined, 'home</html>'],
		['br;q=nonsense', undefined, 'home</html>']
	])('negotiates accept-encoding: %s', (accept, encoding, body) => {
		const response = get('/', { 'accept-encoding': accept });
		expect(response.headers?.['content-encoding']).toBe(encoding);
		expect(response.headers?.vary).toBe('accept-encoding');
		expect(text(response)).toContain(body);
	});

	it('gives every encoding its own tag and answers 304 to the right one', () => {
		const plain = get('/').headers?.etag ?? '';
		const br = get('/', { 'accept-encoding': 'br' }).headers?.etag ?? '';
		expect(plain).not.toBe(br);
		expect(get('/', { 'if-none-match': `"x", W/${plain}` })).toMatchObject({ status: 304, headers: { etag: plain } });
		expect(get('/', { 'if-none-match': plain }).body).toBeUndefined();
		expect(get('/', { 'if-none-match': br }).status).toBe(200);
		expect(get('/', { 'if-none-match': '*' }).status).toBe(304);
	});

	it('keeps hashed files for a year and asks for everything else again', () => {
		expect(get('/_app/immutable/entry.abc.js').headers?.['cache-control']).toBe('public, max-age=31536000, immutable');
		for (const path of ['/', '/codec.wasm', '/_app/version.json']) {
			expect(get(path).headers?.['cache-control']).toBe('no-cache');
		}
	});

	it('names content types', () => {
		const type = (path: string) => get(path).headers?.['content-type'];
		expect(type('/')).toBe('text/html; charset=utf-8');
		expect(type('/codec.wasm')).toBe('application/wasm');
		expect(type('/app.webmanifest')).toMatch(/^application\/manifest\+json/);
		expect(type('/_app/immutable/entry.abc.js')).toMatch(/^text\/javascript/);
		expect(type('/lonely.gz')).toBe('application/octet-stream');
	});

	it('finds names that need escaping, and hidden folders', () => {
		expect(text(get('/a%20b/%C3%BC.txt'))).toBe('umlaut');
		expect(text(get('/.well-known/x.txt'))).toBe('known');
	});

	it('answers HEAD as GET, leaving the body to the transport, and nothing else', () => {
		expect(get('/', {}, 'HEAD')).toEqual(get('/'));
		for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
			expect(get('/', {}, method)).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
		}
	});

	it('follows a link inside the folder and none that leads out of it', () => {
		expect(text(get('/inside.wasm'))).toBe('wasm');
		for (const path of ['/out.txt', '/sideways.txt', '/up/secret.txt', '/broken.txt'])
			expect(get(path).status).toBe(404);
	});

	it.each([
		...['/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/%2e%2e%2fsecret.txt', '/..%5csecret.txt'],
		...['/%252e%252e/secret.txt', '//secret.txt', '/docs/../../secret.txt', '/index.html%00.txt', '/%00', '/a\\b'],
		...[
			'/%',
			'/%ff',
			'/%c0%ae%c0%ae/secret.txt',
			'secret.txt',
			'',
			'/__proto__',
			'/constructor',
			'/../build-private/key.txt'
		]
	])('has nothing at %j', (path) => {
		const response = get(path);
		expect(response.status).toBeGreaterThanOrEqual(400);
		expect(response.status).toBeLessThan(500);
		expect(text(response)).not.toContain(SECRET);
	});

	it('never serves anything outside its folder, nor a redirect to another host, whatever the path', () => {
		const piece = fc.constantFrom(
			'..',
			'.',
			'%2e',
			'%2f',
			'%5c',
			'\\',
			'/',
			'//',
			'secret.txt',
			'up',
			'docs',
			'history',
			'%00',
			'evil.example'
		);
		fc.assert(
			fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 8 }), (pieces) => {
				const response = site.respond({
					method: 'GET',
					path: `/${pieces.join('/')}`,
					query: '',
					headers: {},
					remoteAddress: ''
				});
				expect(text(response)).not.toContain(SECRET);
				expect(response.headers?.location ?? '/').toMatch(/^\/(?![/\\])/);
			}),
			{ numRuns: 500 }
		);
	});

	it("puts a page's own policy into the header, with what a meta cannot say", () => {
		expect(get('/').headers?.['content-security-policy']).toBe(
			"default-src 'self'; script-src 'self' 'sha256-AbC='; frame-ancestors 'none'"
		);
		expect(get('/history').headers?.['content-security-policy']).toMatch(/default-src 'self';.*frame-ancestors 'none'/);
	});

	it("gives scripts the page's policy, since a worker is governed by its script's", () => {
		expect(get('/_app/immutable/entry.abc.js').headers?.['content-security-policy']).toContain("script-src 'self'");
		expect(get('/codec.wasm').headers?.['content-security-policy']).toBe("default-src 'none'; frame-ancestors 'none'");
	});

	it('says how to build an app that is not there', async () => {
		const empty = await loadSite(join(root, 'no-such-folder'));
		const response = empty.respond({ method: 'GET', path: '/', query: '', headers: {}, remoteAddress: '' });
		expect([empty.files, response.status]).toEqual([0, 503]);
		expect(text(response)).toContain('npm run build');
	});
});

describe('the security headers', () => {
	it('are on whatever has none of its own, and yield to a policy it brings', () => {
		const headers = withSecurity({ 'content-type': 'text/plain' });
		expect(headers).toMatchObject({
			'content-type': 'text/plain',
			'x-content-type-options': 'nosniff',
			'referrer-policy': 'no-referrer',
			'cross-origin-opener-policy': 'same-origin',
			'content-security-policy': "default-src 'none'; frame-ancestors 'none'"
		});
		expect(headers['permissions-policy']).toContain('microphone=(self)');
		expect(withSecurity({ 'content-security-policy': 'x' })['content-security-policy']).toBe('x');
	});
});
