import { describe, expect, it } from 'vitest';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { childrenOf, cpuMsOf, rssBytesOf, usageOf } from './process-usage.ts';

describe('what /proc tells', () => {
	it('is read whatever the program is called', () => {
		const rest = 'S 1 1 1 0 -1 4194560 100 0 0 0 123 45 0 0 20 0 7 0 100 1000 200';
		for (const name of ['node', 'a b', ') S 9 9', '(((']) expect(cpuMsOf(`77 (${name}) ${rest}`)).toBe(1680);
		expect(cpuMsOf('')).toBeNull();
		expect(cpuMsOf('77 (node) S 1')).toBeNull();
	});

	it('knows resident memory, and its absence', () => {
		expect(rssBytesOf('Name:\tnode\nVmHWM:\t   9 kB\nVmRSS:\t    2048 kB\nThreads:\t7\n')).toBe(2048 * 1024);
		expect(rssBytesOf('Name:\tzombie\nState:\tZ (zombie)\n')).toBeNull();
	});

	it.runIf(process.platform === 'linux')('holds a process and what it started', async () => {
		const shell = spawn('sh', ['-c', `${process.execPath} -e 'console.log(1); setInterval(() => {}, 1e6)' & wait`]);
		try {
			await once(shell.stdout, 'data');
			const alone = rssBytesOf(await readFile(`/proc/${shell.pid}/status`, 'utf8'));
			// A Node is tens of megabytes, a shell is not.
			expect((await usageOf(shell.pid!)).rssBytes).toBeGreaterThan(alone! + 20e6);
		} finally {
			for (const pid of await childrenOf(shell.pid!)) process.kill(pid);
			await once(shell, 'exit');
		}
	});

	it.runIf(process.platform === 'linux')('says so where there is no such process', async () => {
		await expect(usageOf(2 ** 22 + 1)).rejects.toThrow();
	});
});
