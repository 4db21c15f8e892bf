/**
 * How the whole relay runs on uWebSockets.js itself: bundled for a Node that can load the registry's build of it, which
 * stands beside the bundle under the original's name, so that `TRANSPORT=uws` finds it as it would in an image.
 */
import { rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { oldNode, uwsIsImpossible } from '../../conformance/servers.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export { uwsIsImpossible };

export interface Command {
	readonly node: string;
	readonly script: string;
	readonly env: Readonly<Record<string, string>>;
}

let bundled: Promise<Command> | null = null;

export function relayOnUws(): Promise<Command> {
	return (bundled ??= bundle());
}

async function bundle(): Promise<Command> {
	// Of each process its own: test files run side by side.
	const outDir = join(ROOT, 'node_modules', '.cache', 'faults', String(process.pid));
	const support = join(ROOT, 'tests', 'faults', 'support');
	const node = await bundleForUws(outDir, { relay: join(support, 'relay-for-old-node.ts') });
	return { node, script: join(outDir, 'relay.js'), env: RELAY_ON_UWS };
}

/** The bundle stands elsewhere than the relay's own files. */
export const RELAY_ON_UWS = { TRANSPORT: 'uws', CHARACTERS_FILE: join(ROOT, 'static', 'characters.yaml') } as const;

/** Bundles `input` into `outDir`, until this process ends; answers the Node that runs it. @throws where there is none. */
export async function bundleForUws(outDir: string, input: Readonly<Record<string, string>>): Promise<string> {
	if (oldNode === null) throw new Error(uwsIsImpossible ?? 'impossible');
	process.once('exit', () => rmSync(outDir, { recursive: true, force: true }));
	await build({
		root: ROOT,
		configFile: false,
		logLevel: 'error',
		ssr: { noExternal: true, external: ['@rjweb/uws', 'ws', 'pino', 'espeak-ng', 'ioredis', 'prom-client'] },
		build: {
			ssr: true,
			outDir,
			emptyOutDir: true,
			target: 'node20',
			minify: false,
			rolldownOptions: { input: { ...input, uws: join(ROOT, 'tests', 'conformance', 'uws-for-old-node.ts') } }
		}
	});
	const alias = join(outDir, 'node_modules', 'uWebSockets.js');
	await mkdir(alias, { recursive: true });
	await writeFile(join(alias, 'package.json'), JSON.stringify({ type: 'module', exports: './index.js' }));
	await writeFile(join(alias, 'index.js'), "export { default } from '../../uws.js';\n");
	return oldNode;
}
