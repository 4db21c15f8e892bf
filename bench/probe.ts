/** Loaded into the process that is measured (`--import`): answers what it has used, whenever the bench asks. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Usage } from './target.ts';

/** The monitor's own timer, in milliseconds: finer would be heard in the measurement. */
const RESOLUTION_MS = 10;
const loop = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
loop.enable();

const cpuMs = (): number => {
	const { user, system } = process.cpuUsage();
	return (user + system) / 1000;
};

function memory(): Pick<Usage, 'liveBytes' | 'rssBytes'> {
	const { heapUsed, external, rss } = process.memoryUsage();
	return { liveBytes: heapUsed + external, rssBytes: rss };
}

process.on('message', (question) => {
	if (question !== 'usage') return;
	const cpuMsBefore = cpuMs();
	globalThis.gc?.();
	const usage: Usage = {
		cpuMsBefore,
		cpuMsAfter: cpuMs(),
		...memory(),
		loopDelayMsP99: Math.max(0, loop.percentile(99) / 1e6 - RESOLUTION_MS)
	};
	loop.reset();
	process.send?.(usage);
});
// The bench is gone: so are we.
process.on('disconnect', () => process.exit(0));
