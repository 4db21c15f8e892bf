/** What a browser downloads of the built app, in bytes of brotli as the relay serves it. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BUILD = fileURLToPath(new URL('../build', import.meta.url));

export interface Sizes {
	/** Every script that the page loads before a press of the button can be obeyed: what it names, and what those import. */
	readonly pageBytes: number;
	/** The session worker with its codec; it compiles while the page is idle. */
	readonly workerBytes: number;
	/** Both worklets. */
	readonly workletBytes: number;
}

/** Reads `build/`; rejects where the app was not built. */
export async function sizes(): Promise<Sizes> {
	const html = await readFile(join(BUILD, 'index.html'), 'utf8');
	const named = [...html.matchAll(/_app\/immutable\/[\w./-]+\.js/g)].map(([path]) => path);
	const scripts = await closure(named);
	const workers = (await readdir(join(BUILD, '_app/immutable/workers'))).filter((name) => name.endsWith('.js'));
	const of = (prefix: string): string[] =>
		workers.filter((name) => name.startsWith(prefix)).map((name) => `_app/immutable/workers/${name}`);
	return {
		pageBytes: await brotli(scripts),
		workerBytes: await brotli(of('session.worker')),
		workletBytes: await brotli([...of('capture'), ...of('playback')])
	};
}

/** The scripts with everything they import, dynamic imports too: the conversation's code is one, and the press needs it. */
async function closure(paths: readonly string[]): Promise<string[]> {
	const seen = new Set<string>();
	const queue = [...paths];
	for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
		if (seen.has(path)) continue;
		seen.add(path);
		const source = await readFile(join(BUILD, path), 'utf8');
		for (const [, specifier] of source.matchAll(/["'](\.{1,2}\/[\w./-]+\.js)["']/g)) {
			const target = join(path, '..', specifier ?? '');
			if (!target.includes('/workers/')) queue.push(target);
		}
	}
	return [...seen];
}

async function brotli(paths: readonly string[]): Promise<number> {
	const bytes = await Promise.all(paths.map(async (path) => (await stat(join(BUILD, `${path}.br`))).size));
	return bytes.reduce((sum, size) => sum + size, 0);
}
