/**
 * The bench's engines, and a relay of ours before them, for a load test of more talkers than the embedded voice can speak
 * to: `npm run bench:realtime -- --serve`.
 */
import { once } from 'node:events';
import { startRelay } from '../parley.ts';
import type { Engines } from './engines.ts';

/** Says where the relay is, and serves until Ctrl-C. */
export async function serve({ host }: Engines): Promise<void> {
	const relay = await startRelay({ moshiUrl: `ws://${host}`, llmUrl: `http://${host}` });
	console.log(`A relay is at ws://127.0.0.1:${relay.port}, its engines at ${host}. Ctrl-C ends them.`);
	await once(process, 'SIGINT');
	await relay.stop();
}
