/** How the two processes under measurement are started. */
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { start, type Command, type Target } from './target.ts';
import type { Upstreams } from './upstreams.ts';

const RELAY = fileURLToPath(new URL('../../relay/main.ts', import.meta.url));
const FLOOR = fileURLToPath(new URL('floor.ts', import.meta.url));
const PortSchema = v.object({ port: v.number() });

export function startRelay({ moshiUrl, llmUrl }: Upstreams, profileFolder?: string): Promise<Target> {
	const command: Command = {
		node: process.execPath,
		script: RELAY,
		env: {
			HOST: '127.0.0.1',
			PORT: '0',
			TRANSPORT: 'node',
			STT_URL: moshiUrl,
			TTS_URL: moshiUrl,
			LLM_URL: llmUrl,
			MAX_SESSIONS: '10000',
			LOG_LEVEL: 'error'
		},
		portIn(line) {
			const port = /https?:\/\/[^\s:]+:(\d+)/.exec(line)?.[1];
			return port === undefined ? null : Number(port);
		}
	};
	return start(command, profileFolder);
}

export function startFloor({ moshiUrl, llmUrl }: Upstreams): Promise<Target> {
	return start({
		node: process.execPath,
		script: FLOOR,
		env: { UPSTREAM_URL: moshiUrl, LLM_URL: llmUrl, TRANSPORT: 'node' },
		portIn: (line) => v.parse(PortSchema, JSON.parse(line)).port
	});
}
