/** Holds the app on this device, so that it opens with no network. It keeps to its own files: a relay is never its business. */
import { build, files, prerendered, version } from '$service-worker';
import { cacheName, outdated, planFor, type Plan, type Shell } from './lib/offline/plan.ts';

declare const self: ServiceWorkerGlobalScope;

/** Pictures for an app shop's window: the app itself shows none of them. */
const held = files.filter((path) => !path.startsWith('/screenshots/'));
const pages = prerendered.map((path) => path.replace(/(.)\/+$/, '$1'));
const shell: Shell = {
	origin: self.location.origin,
	pages: new Set(pages),
	files: new Set([...build, ...held]),
	immutable: '/_app/immutable/'
};

self.addEventListener('install', (event) => {
	event.waitUntil(hold());
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
	if (plan !== null) event.respondWith(answer(plan, event.request));
});

async function hold(): Promise<void> {
	const cache = await caches.open(cacheName(version));
	// Past the browser's own cache where a name may mean other bytes than yesterday. All of it or nothing.
	const fresh = [...pages, ...held].map((path) => new Request(path, { cache: 'no-cache' }));
	await cache.addAll([...build, ...fresh]);
}

async function takeOver(): Promise<void> {
	for (const name of outdated(await caches.keys(), version)) await caches.delete(name);
	await self.clients.claim();
}

async function answer(plan: Plan, request: Request): Promise<Response> {
	const cache = await caches.open(cacheName(version));
	const kept = plan.kind === 'hashed' ? await caches.match(plan.path) : await cache.match(plan.path);
	if (kept !== undefined) return kept;
	const fetched = await fetch(request);
	if (plan.kind === 'hashed' && fetched.status === 200) await cache.put(plan.path, fetched.clone());
	return fetched;
}
