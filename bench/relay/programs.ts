/** What is measured, on either transport: the relay, the floor, and the probe that is loaded into them. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RELAY_ON_UWS, bundleForUws } from '../../tests/faults/support/relay-on-uws.ts';
import { RELAY } from '../parley.ts';
import { PROBE, type Command } from '../target.ts';

export const TRANSPORTS = ['node', 'uws'] as const;
export type TransportName = (typeof TRANSPORTS)[number];

type Program = Pick<Command, 'node' | 'probe' | 'script'> & { readonly env: Readonly<Record<string, string>> };

export interface Programs {
	readonly relay: Program;
	readonly floor: Program;
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FLOOR = join(ROOT, 'bench', 'relay', 'floor.ts');

/** `uws`: bundled for the Node that can load the registry's build of it. @throws where there is no such Node. */
export async function programsOn(transport: TransportName): Promise<Programs> {
	if (transport === 'node') {
		const own = { node: process.execPath, probe: PROBE, env: { TRANSPORT: 'node' } };
		return { relay: { ...own, script: RELAY }, floor: { ...own, script: FLOOR } };
	}
	const outDir = join(ROOT, 'node_modules', '.cache', 'bench', String(process.pid));
	const node = await bundleForUws(outDir, {
		relay: join(ROOT, 'tests', 'faults', 'support', 'relay-for-old-node.ts'),
		floor: join(ROOT, 'bench', 'relay', 'floor-for-old-node.ts'),
		probe: PROBE
	});
	const own = { node, probe: join(outDir, 'probe.js') };
	return {
		relay: { ...own, script: join(outDir, 'relay.js'), env: RELAY_ON_UWS },
		floor: { ...own, script: join(outDir, 'floor.js'), env: { TRANSPORT: 'uws' } }
	};
}
