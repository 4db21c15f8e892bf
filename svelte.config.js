import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import adapter from '@sveltejs/adapter-static';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

/** Kit hashes the script that it writes itself, not the one in app.html. */
const ownScripts = [...readFileSync('src/app.html', 'utf8').matchAll(/<script>([\s\S]*?)<\/script>/g)];
const hashes = ownScripts.map(([, text]) => `sha256-${createHash('sha256').update(text).digest('base64')}`);

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

/**
 * The app's version is the package's, for people, and after it what the build was made of: for whoever looks whether there
 * is a newer one. No clock, because Kit reads this file several times in one build.
 */
function sources() {
	const hash = createHash('sha256');
	for (const folder of ['src', 'static', 'worklets']) {
		const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
		for (const path of files.map(({ parentPath, name }) => join(parentPath, name)).sort()) {
			hash.update(path).update(readFileSync(path));
		}
	}
	for (const file of ['package-lock.json', 'svelte.config.js', 'vite.config.ts']) hash.update(readFileSync(file));
	return hash.digest('hex').slice(0, 8);
}

/** @type {import('@sveltejs/kit').Config} */
export default {
	preprocess: vitePreprocess(),
	kit: {
		// Registered by the page itself, which announces a newer one: src/lib/offline.
		serviceWorker: { register: false },
		version: { name: `${version}+${sources()}` },
		// The relay serves `build/` as it is: brotli and gzip are made here, once, not per request.
		adapter: adapter({ pages: 'build', assets: 'build', precompress: true, fallback: undefined }),
		// Hashes of the two inline scripts go into a <meta> tag; the relay's header adds what a <meta> cannot say.
		csp: {
			mode: 'hash',
			directives: {
				'default-src': ['self'],
				'script-src': ['self', 'wasm-unsafe-eval', ...hashes],
				'style-src': ['self'],
				// The prerendered page sets a few custom properties in attributes; a <style> element is nobody's.
				'style-src-attr': ['unsafe-inline'],
				'img-src': ['self', 'data:'],
				'font-src': ['self'],
				// Another relay than the page's own may be chosen in the settings, and nobody knows at build time which. A script
				// could send what it knows anywhere, but no script runs that is not ours: `script-src` is what keeps the page
				// closed. Unencrypted only to this machine: no voice goes through a network in the clear.
				'connect-src': [
					'self',
					'https:',
					'wss:',
					...['localhost:*', '127.0.0.1:*'].flatMap((host) => [`http://${host}`, `ws://${host}`])
				],
				'worker-src': ['self'],
				'manifest-src': ['self'],
				'media-src': ['self', 'blob:'],
				'object-src': ['none'],
				'base-uri': ['none'],
				'form-action': ['none']
			}
		}
	}
};
