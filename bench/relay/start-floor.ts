/** How the floor is started. */
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { RELAY_FLAGS } from '../parley.ts';
import { start, type Target } from '../target.ts';
import type { Upstreams } from './upstreams.ts';

const FLOOR = fileURLToPath(new URL('floor.ts', import.meta.url));
const PortSchema = v.object({ port: v.number() });

export function startFloor({ moshiUrl, llmUrl }: Upstreams): Promise<Target> {
	return start({
		node: process.execPath,
		flags: RELAY_FLAGS,
		script: FLOOR,
		env: { UPSTREAM_URL: moshiUrl, LLM_URL: llmUrl, TRANSPORT: 'node' },
		portIn: (line) => v.parse(PortSchema, JSON.parse(line)).port
	});
}
