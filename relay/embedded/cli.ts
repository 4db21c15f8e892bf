/** One embedded engine alone: `npm run engine -- tts --port 8089 --slots 2`. Ends cleanly on SIGINT and SIGTERM. */
import { readFile } from 'node:fs/promises';
import { USAGE, readArguments } from './arguments.ts';
import { stopOnSignal } from '../stopping.ts';
import type { EngineArguments } from './arguments.ts';
import type { Engine } from './engine.ts';
import { startLlmEngine } from './llm/engine.ts';
import { startSttEngine } from './stt/engine.ts';
import { parseScript } from './stt/script.ts';
import { startTtsEngine } from './tts/engine.ts';

async function start({ engine, speed, script, ...options }: EngineArguments): Promise<Engine> {
	if (engine === 'tts') return startTtsEngine({ ...options, speed });
	if (engine === 'llm') return startLlmEngine(options);
	if (script === null) return startSttEngine(options);
	const parsed = parseScript(await readFile(script, 'utf8'));
	if (!parsed.ok) throw new Error(`${script}: ${parsed.reason}`);
	return startSttEngine({ ...options, script: parsed.value });
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
