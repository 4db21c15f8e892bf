/** How the floor is started. */
import * as v from 'valibot';
import { RELAY_FLAGS } from '../parley.ts';
import { start, type Target } from '../target.ts';
import type { Programs } from './programs.ts';
import type { Upstreams } from './upstreams.ts';

const PortSchema = v.object({ port: v.number() });

export function startFloor({ moshiUrl, llmUrl }: Upstreams, { floor }: Programs): Promise<Target> {
	return start({
		...floor,
		flags: RELAY_FLAGS,
		env: { ...floor.env, UPSTREAM_URL: moshiUrl, LLM_URL: llmUrl },
		portIn: (line) => v.parse(PortSchema, JSON.parse(line)).port
	});
}
