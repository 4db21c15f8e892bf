/** What a browser downloads of the built app, in bytes of brotli as the relay serves it. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';

const BUILD = fileURLToPath(new URL('../build', import.meta.url));
/** Written by the same build; the names in it are hashes of what they name, so that it cannot be another build's in silence. */
const MANIFEST = fileURLToPath(new URL('../.svelte-kit/output/client/.vite/manifest.json', import.meta.url));

/** The conversation's code: the page asks for it when idle, and a press cannot be obeyed without it. */
const CONVERSATION = 'src/lib/session/bridge.ts';

const ManifestSchema = v.record(
	v.string(),
	v.object({ file: v.string(), imports: v.optional(v.array(v.string()), []) })
);

export interface Sizes {
	/**
	 * Every script that a fresh visit loads before a press of the button can be obeyed: what the page names, the
	 * conversation's code, and whatever those import. Not what they may import() later.
	 */
	readonly pageBytes: number;
	/** Their paths below `build/`. */
	readonly pageScripts: readonly string[];
	/** The session worker with its codec; it compiles while the page is idle. */
	readonly workerBytes: number;
	/** Both worklets of a talk. */
	readonly workletBytes: number;
}

/** Reads `build/`; rejects where the app was not built. */
export async function sizes(): Promise<Sizes> {
	const html = await readFile(`${BUILD}/index.html`, 'utf8');
	const named = [...html.matchAll(/_app\/immutable\/[\w./-]+\.js/g)].map(([path]) => path);
	const pageScripts = await closure(named);
	const workers = (await readdir(`${BUILD}/_app/immutable/workers`)).filter((name) => name.endsWith('.js'));
	const of = (prefix: string): string[] =>
		workers.filter((name) => name.startsWith(prefix)).map((name) => `_app/immutable/workers/${name}`);
	return {
		pageBytes: await brotliBytes(pageScripts),
		pageScripts,
		workerBytes: await brotliBytes(of('session.worker')),
		workletBytes: await brotliBytes([...of('capture'), ...of('playback')])
	};
}

/** The scripts that are named and the conversation's, with all that they import statically. */
async function closure(named: readonly string[]): Promise<string[]> {
	const manifest = v.parse(ManifestSchema, JSON.parse(await readFile(MANIFEST, 'utf8')));
	const keys = new Map(Object.entries(manifest).map(([key, { file }]) => [file, key]));
	const seen = new Set<string>();
	const queue = [...named, manifest[CONVERSATION]?.file ?? missing(CONVERSATION)];
	for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
		if (seen.has(path)) continue;
		seen.add(path);
		const chunk = manifest[keys.get(path) ?? missing(path)];
		queue.push(...(chunk?.imports ?? []).map((key) => manifest[key]?.file ?? missing(key)));
	}
	return [...seen].sort();
}

function missing(name: string): never {
	throw new Error(`${name} is not in the build's manifest: was the app built?`);
}

/** What the relay sends for these files of `build/`. */
export async function brotliBytes(paths: readonly string[]): Promise<number> {
	const bytes = await Promise.all(paths.map(async (path) => (await stat(`${BUILD}/${path}.br`)).size));
	return bytes.reduce((sum, size) => sum + size, 0);
}
