/** The wasm build of espeak-ng in a thread of its own: a pass blocks for some 90 ms, which no event loop of ours may. */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parentPort } from 'node:worker_threads';
import runEspeak from 'espeak-ng';
import type { Answer, Order } from './espeak-wasm.ts';

const OUTPUT = 'out.wav';
const wasmPath = join(dirname(fileURLToPath(import.meta.resolve('espeak-ng'))), 'espeak-ng.wasm');
/** Compiled once; every pass then takes a fresh instance, since espeak-ng's `main` runs once. */
const compiled = readFile(wasmPath).then((bytes) => WebAssembly.compile(bytes));

async function speak({ args, input }: Order): Promise<Uint8Array> {
	const wasm = await compiled;
	const bytes = new TextEncoder().encode(input);
	let at = 0;
	const { FS } = await new Promise<{ FS: { readFile(path: string): Uint8Array } }>((resolve, reject) => {
		runEspeak({
			arguments: [...args, '-w', OUTPUT],
			stdin: () => bytes[at++] ?? null,
			print: () => undefined,
			printErr: () => undefined,
			instantiateWasm(imports, done) {
				WebAssembly.instantiate(wasm, imports).then((instance) => done(instance, wasm), reject);
				return {};
			}
		}).then(resolve, reject);
	});
	return FS.readFile(OUTPUT);
}

parentPort?.on('message', (order: Order) => {
	const answer = (message: Answer): void => parentPort?.postMessage(message);
	speak(order).then(
		(wav) => answer({ wav }),
		(error: unknown) => answer({ failure: error instanceof Error ? error.message : String(error) })
	);
});
