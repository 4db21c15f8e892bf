/** Holds the app on this device, so that it opens with no network. It keeps to its own files: a relay is never its business. */
import { build, files, prerendered, version } from '$service-worker';
import { Held } from './lib/offline/held.ts';
import { outdated, planFor, type Shell } from './lib/offline/plan.ts';

declare const self: ServiceWorkerGlobalScope;

/** Pictures for an app shop's window: the app itself shows none of them. */
const shown = files.filter((path) => !path.startsWith('/screenshots/'));
const pages = prerendered.map((path) => path.replace(/(.)\/+$/, '$1'));
const shell: Shell = {
	origin: self.location.origin,
	pages: new Set(pages),
	files: new Set([...build, ...shown]),
	immutable: '/_app/immutable/'
};
const held = new Held({ caches, version, fetch: (request) => fetch(request) });

self.addEventListener('install', (event) => {
	// Past the browser's own cache where a name may mean other bytes than yesterday.
	const fresh = [...pages, ...shown].map((path) => new Request(path, { cache: 'no-cache' }));
	event.waitUntil(held.hold([...build, ...fresh]));
});

self.addEventListener('activate', (event) => {
	event.waitUntil(takeOver());
});

// A page asks for it when its person does: never in the middle of a talk.
self.addEventListener('message', (event) => {
	if (event.data === 'take over') event.waitUntil(self.skipWaiting());
});

self.addEventListener('fetch', (event) => {
	const { method, url, mode } = event.request;
	const plan = planFor({ method, url, navigates: mode === 'navigate' }, shell);
	if (plan !== null) event.respondWith(held.answer(plan, event.request));
});

async function takeOver(): Promise<void> {
	for (const name of outdated(await caches.keys(), version)) await caches.delete(name);
	await self.clients.claim();
}
