/** One embedded engine alone: `npm run engine -- tts --port 8089 --slots 2`. Ends cleanly on SIGINT and SIGTERM. */
import { readFile } from 'node:fs/promises';
import { USAGE, readArguments } from './arguments.ts';
import { stopOnSignal } from '../stopping.ts';
import type { EngineArguments } from './arguments.ts';
import type { Engine } from './engine.ts';
import { startLlmEngine } from './llm/engine.ts';
import { startSimpleSttEngine } from './simple/stt.ts';
import { startSimpleTtsEngine } from './simple/tts.ts';
import { startSttEngine } from './stt/engine.ts';
import { parseScript, type Script } from './stt/script.ts';
import { startTtsEngine } from './tts/engine.ts';

async function start({ engine, speed, script, heads, ...options }: EngineArguments): Promise<Engine> {
	switch (engine) {
		case 'tts':
			return startTtsEngine({ ...options, speed });
		case 'simple-tts':
			return startSimpleTtsEngine({ ...options, speed });
		case 'llm':
			return startLlmEngine(options);
		case 'stt':
			return startSttEngine({ ...options, heads, ...(await scripted(script)) });
		case 'simple-stt':
			return startSimpleSttEngine({ ...options, ...(await scripted(script)) });
	}
}

async function scripted(file: string | null): Promise<{ readonly script?: Script }> {
	if (file === null) return {};
	const parsed = parseScript(await readFile(file, 'utf8'));
	if (!parsed.ok) throw new Error(`${file}: ${parsed.reason}`);
	return { script: parsed.value };
}

function fail(message: string, code: number): never {
	process.stderr.write(`${message}\n`);
	process.exit(code);
}

const read = readArguments(process.argv.slice(2));
if ('mistake' in read) fail(`${read.mistake}\n\n${USAGE}`, 2);
const engine = await start(read).catch((error: unknown) =>
	fail(error instanceof Error ? error.message : String(error), 1)
);
process.stdout.write(`${read.engine} listens at ${engine.url}\n`);
stopOnSignal(() => engine.close());
