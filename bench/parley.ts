/** A relay of our own to measure. */
import { fileURLToPath } from 'node:url';
import manifest from '../package.json' with { type: 'json' };
import { start, type Command, type Target } from './target.ts';

export const RELAY = fileURLToPath(new URL('../relay/main.ts', import.meta.url));

/** With which `npm start` starts it: a heap of Node's own choosing is another relay (`relay/README.md` says why). */
export const RELAY_FLAGS: readonly string[] = manifest.scripts.start.split(' ').filter((word) => word.startsWith('--'));

export interface Engines {
	readonly moshiUrl: string;
	readonly llmUrl: string;
}

/** On a port of its own. `profileFolder`: where V8 writes what it spent its time on. `more`: settings beside the usual ones. `program`: built otherwise. */
export function startRelay(
	{ moshiUrl, llmUrl }: Engines,
	profileFolder?: string,
	more: Readonly<Record<string, string>> = {},
	program: Partial<Pick<Command, 'node' | 'probe' | 'script'>> = {}
): Promise<Target> {
	const command: Command = {
		node: process.execPath,
		flags: RELAY_FLAGS,
		script: RELAY,
		...program,
		env: {
			HOST: '127.0.0.1',
			PORT: '0',
			TRANSPORT: 'node',
			STT_URL: moshiUrl,
			TTS_URL: moshiUrl,
			LLM_URL: llmUrl,
			MAX_SESSIONS: '10000',
			LOG_LEVEL: 'error',
			...more
		},
		portIn(line) {
			const port = /https?:\/\/[^\s:]+:(\d+)/.exec(line)?.[1];
			return port === undefined ? null : Number(port);
		}
	};
	return start(command, profileFolder);
}
