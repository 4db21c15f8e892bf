import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cacheName, outdated, planFor, type Shell } from './plan.ts';

const shell: Shell = {
	origin: 'https://talk.example',
	pages: new Set(['/', '/history']),
	files: new Set(['/icon.svg', '/_app/immutable/chunks/a.js']),
	immutable: '/_app/immutable/'
};
const ask = (path: string, navigates = false, method = 'GET') =>
	planFor({ method, navigates, url: new URL(path, shell.origin).href }, shell);

describe('planFor', () => {
	it('serves a page whatever stands behind it, and with the slash that some servers add', () => {
		expect(ask('/', true)).toEqual({ kind: 'page', path: '/' });
		expect(ask('/?text=hello', true)).toEqual({ kind: 'page', path: '/' });
		expect(ask('/history?c=1#2', true)).toEqual({ kind: 'page', path: '/history' });
		expect(ask('/history/', true)).toEqual({ kind: 'page', path: '/history' });
	});

	it('leaves pages that it does not hold to the network, which says that there are none', () => {
		expect(ask('/history/more', true)).toBeNull();
		expect(ask('/v1/health', true)).toBeNull();
		expect(ask('/icon.svg', true)).toBeNull();
	});

	it('serves what it holds, and what another build may have left', () => {
		expect(ask('/icon.svg')).toEqual({ kind: 'file', path: '/icon.svg' });
		expect(ask('/_app/immutable/chunks/old.js')).toEqual({ kind: 'hashed', path: '/_app/immutable/chunks/old.js' });
		expect(ask('/history')).toBeNull();
	});

	it('never stands between the page and a relay', () => {
		const paths = ['/v1/health', '/v1/session', '/v1/voices', '/healthz', '/metrics', '/v1/characters?x'];
		for (const path of paths) expect([ask(path), ask(path, true)]).toEqual([null, null]);
		expect(ask('/icon.svg', false, 'POST')).toBeNull();
		expect(planFor({ method: 'GET', navigates: true, url: 'https://other.example/' }, shell)).toBeNull();
	});

	it('plans only what it was told of, whatever is asked', () => {
		fc.assert(
			fc.property(fc.webUrl({ withFragments: true, withQueryParameters: true }), fc.boolean(), (url, navigates) => {
				expect(planFor({ method: 'GET', navigates, url }, shell)).toBeNull();
			})
		);
	});
});

describe('outdated', () => {
	it('keeps this shell and the one before, and touches nobody else’s', () => {
		const names = ['other', cacheName('1'), cacheName('2'), 'parley', cacheName('3')];
		expect(outdated(names, '3')).toEqual([cacheName('1')]);
	});
	it('gives up nothing that may still be in use', () => {
		expect(outdated([cacheName('1')], '1')).toEqual([]);
		expect(outdated([cacheName('1'), cacheName('2')], '2')).toEqual([]);
		// Back to the build before: its cache was made first.
		expect(outdated([cacheName('1'), cacheName('2')], '1')).toEqual([]);
	});
});
