/** Whether connections leave anything behind: thousands made and closed, each as far as a first step. */
import { setTimeout as wait } from 'node:timers/promises';
import { Talker } from './talker.ts';
import type { Target } from '../target.ts';
import { kinds } from './times.ts';
import type { World } from './measure.ts';

/** Under way at once. */
const AT_ONCE = 50;
/** Before what is left behind is weighed: code is compiled and pools are filled by then. */
const WARM_UP = 2000;

export interface Churned {
	readonly connections: number;
	/** Live and resident memory at the end, less that after the warm-up, by the connections between. */
	readonly bytesPerConnection: number;
	readonly residentBytesPerConnection: number;
	/** Upstream connections that are still open: there should be none. */
	readonly slotsHeld: number;
	readonly perSecond: number;
}

export async function churn(world: World, target: Target, connections: number): Promise<Churned> {
	const warmUp = Math.min(WARM_UP, Math.floor(connections / 5));
	await makeAndClose(world, target, warmUp);
	const before = await target.usage();
	const startedMs = performance.now();
	await makeAndClose(world, target, connections - warmUp);
	const tookS = (performance.now() - startedMs) / 1000;
	const after = await target.usage();
	const { slots } = world.upstreams;
	const counted = connections - warmUp;
	return {
		connections,
		bytesPerConnection: (after.liveBytes - before.liveBytes) / counted,
		residentBytesPerConnection: (after.rssBytes - before.rssBytes) / counted,
		slotsHeld: slots.stt + slots.tts,
		perSecond: counted / tookS
	};
}

async function makeAndClose({ sound, wheel, talkers }: World, target: Target, count: number): Promise<void> {
	const times = kinds();
	let next = 0;
	const one = async (): Promise<void> => {
		while (next < count) {
			const talker = new Talker(next++, sound, wheel, times);
			talkers.set(talker.id, talker);
			await talker.connect(target.port, 'parley');
			await talker.close();
			talkers.delete(talker.id);
		}
	};
	await Promise.all(Array.from({ length: AT_ONCE }, one));
	// The upstreams hear of the last ones a moment later.
	await wait(500);
}
