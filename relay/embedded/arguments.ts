/** The command line of an engine that runs alone, read and checked. */
import { parseArgs } from 'node:util';
import { FAULT_NAMES, isFaultName } from './engine.ts';
import type { FaultName } from './engine.ts';

export const ENGINE_NAMES = ['stt', 'tts', 'llm', 'simple-stt', 'simple-tts'] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

export const USAGE = `npm run engine -- ${ENGINE_NAMES.join('|')} [options]

  --port N        listen on this port of 127.0.0.1 (default: any free one)
  --slots N       clients at once (default 4)
  --fault NAME    fail on purpose: ${FAULT_NAMES.join(', ')}
  --speed X       tts: times real time (default 4)
  --script FILE   stt: a JSON file of what it shall say it heard
  --no-heads      stt: tells no pauses, as stt-2.6b-en`;

export interface EngineArguments {
	readonly engine: EngineName;
	readonly port: number;
	readonly slots: number;
	readonly fault: FaultName | null;
	readonly speed: number;
	readonly script: string | null;
	/** False: an STT that tells no pauses. */
	readonly heads: boolean;
}

/** The arguments, or what is wrong with them, as a sentence. */
export function readArguments(args: readonly string[]): EngineArguments | { readonly mistake: string } {
	let parsed;
	try {
		parsed = parseArgs({
			args: [...args],
			allowPositionals: true,
			options: {
				port: { type: 'string', default: '0' },
				slots: { type: 'string', default: '4' },
				fault: { type: 'string' },
				speed: { type: 'string', default: '4' },
				script: { type: 'string' },
				'no-heads': { type: 'boolean', default: false }
			}
		});
	} catch (error) {
		return { mistake: error instanceof Error ? error.message : String(error) };
	}
	const { positionals, values } = parsed;
	const engine = ENGINE_NAMES.find((name) => name === positionals[0]);
	if (engine === undefined || positionals.length !== 1) {
		return { mistake: `Name one engine: ${ENGINE_NAMES.join(', ')}.` };
	}
	const port = wholeNumber(values.port, 0, 65_535);
	if (port === null) return { mistake: `--port takes a whole number up to 65535, not "${values.port}".` };
	const slots = wholeNumber(values.slots, 1, 1000);
	if (slots === null) return { mistake: `--slots takes a whole number from 1 to 1000, not "${values.slots}".` };
	const speed = Number(values.speed);
	if (!(speed > 0 && speed <= 1000)) return { mistake: `--speed takes a number above 0, not "${values.speed}".` };
	const fault = values.fault ?? null;
	if (fault !== null && !isFaultName(fault)) {
		return { mistake: `--fault takes one of ${FAULT_NAMES.join(', ')}, not "${fault}".` };
	}
	return { engine, port, slots, fault, speed, script: values.script ?? null, heads: !values['no-heads'] };
}

function wholeNumber(text: string, least: number, most: number): number | null {
	const value = /^\d+$/.test(text) ? Number(text) : NaN;
	return value >= least && value <= most ? value : null;
}
