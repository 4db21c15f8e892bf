/** The transports under test, each as a URL: node:http with `ws` in this process, uWebSockets.js in one of its own. */
import { spawn } from 'node:child_process';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { createNodeTransport } from '../../relay/http/node.ts';
import { silentLog } from '../../relay/log.ts';
import { LIMITS } from './limits.ts';
import { createProbeApp } from './probe-app.ts';

export interface Server {
	/** `http://127.0.0.1:PORT`. */
	readonly url: string;
	/** Stops it as the relay's main does; once. */
	close(): Promise<void>;
}

export interface Candidate {
	readonly name: 'node' | 'uws';
	/** Why it cannot run here, or null. */
	readonly impossible: string | null;
	start(): Promise<Server>;
}

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));

const node: Candidate = {
	name: 'node',
	impossible: null,
	async start() {
		const listening = await createNodeTransport(silentLog).listen(createProbeApp(), {
			host: '127.0.0.1',
			port: 0,
			...LIMITS
		});
		return { url: `http://127.0.0.1:${listening.port}`, close: () => listening.close() };
	}
};

/** Node's binary interface versions for which `@rjweb/uws` has a build: Node 16, 18 and 20. */
const BUILT_FOR = ['93', '108', '115'];

/** A Node that can load the build: one in this folder's own node_modules, or whichever the system has. */
function findOldNode(): string | null {
	const own = ['x64', 'arm64'].map((cpu) => join(here, 'node20', 'node_modules', `node-linux-${cpu}`, 'bin', 'node'));
	const system = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'node'));
	return [...own, ...system].find((path) => existsSync(path) && BUILT_FOR.includes(abiOf(path))) ?? null;
}

function abiOf(path: string): string {
	try {
		return execFileSync(path, ['-p', 'process.versions.modules'], { encoding: 'utf8' }).trim();
	} catch {
		return '';
	}
}

export const oldNode = findOldNode();
/** Why uWebSockets.js cannot run here, or null. */
export const uwsIsImpossible =
	oldNode === null
		? `@rjweb/uws has builds for Node 16, 18 and 20, and none of them is here (this is ${process.version})`
		: null;
const bundles = new Map<string, Promise<string>>();

/** The relay is TypeScript for Node 24; an older Node gets it as one file of JavaScript. `entry`: from the root. */
async function bundleServer(entry: string): Promise<string> {
	const outDir = join(root, 'node_modules', '.cache', 'conformance', basename(entry, '.ts'));
	await build({
		root,
		configFile: false,
		logLevel: 'error',
		ssr: { noExternal: true, external: ['@rjweb/uws', 'ws', 'pino'] },
		build: { ssr: join(root, entry), outDir, emptyOutDir: true, target: 'node18', minify: false }
	});
	return join(outDir, `${basename(entry, '.ts')}.js`);
}

/** `entry` on uWebSockets.js: it prints its port and its transport, and stops when its standard input ends. */
export async function startOnUws(entry: string, ...args: readonly string[]): Promise<Server> {
	if (oldNode === null) throw new Error('no Node that can load @rjweb/uws');
	const bundle = bundles.get(entry) ?? bundleServer(entry);
	bundles.set(entry, bundle);
	return startProcess(oldNode, [await bundle, ...args], 'uws');
}

/** The same for whatever `node` runs. */
export async function startProcess(node: string, args: readonly string[], name: Candidate['name']): Promise<Server> {
	const child = spawn(node, args, { stdio: ['pipe', 'pipe', 'inherit'] });
	const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
	const line = await new Promise<string>((resolve, reject) => {
		let text = '';
		child.stdout.on('data', (chunk: Buffer) => {
			text += chunk.toString();
			if (text.includes('\n')) resolve(text);
		});
		child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
	});
	const started: { port: number; transport: string } = JSON.parse(line);
	if (started.transport !== name) throw new Error(`the server runs on ${started.transport}`);
	return {
		url: `http://127.0.0.1:${started.port}`,
		async close() {
			child.stdin.end();
			await ended;
			if (child.exitCode !== 0) throw new Error(`the server ended with ${child.exitCode ?? child.signalCode}`);
		}
	};
}

const uws: Candidate = {
	name: 'uws',
	impossible: uwsIsImpossible,
	start: () => startOnUws('tests/conformance/uws-server.ts')
};

export const candidates: readonly Candidate[] = [node, uws];
