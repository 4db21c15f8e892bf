import { describe, expect, it } from 'vitest';
import { foreignServer } from './server.ts';

describe('a server of somebody else’s', () => {
	it.runIf(process.platform === 'linux')('is looked at through its process', async () => {
		const { rssBytes, cpuMsBefore, liveBytes } = await foreignServer('x', 'ws://x', process.pid).usage();
		expect(rssBytes).toBeGreaterThan(20e6);
		expect(cpuMsBefore).toBeGreaterThan(0);
		expect(liveBytes).toBeNull();
	});

	it.each([null, 2 ** 22 + 1])('without a process has figures of its clients alone: %s', async (pid) => {
		const usage = await foreignServer('x', 'ws://x', pid).usage();
		expect(Object.values(usage).every((value) => value === null)).toBe(true);
	});
});
