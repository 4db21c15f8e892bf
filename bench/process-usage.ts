/** What a process of somebody else's has used, with everything that it started, as Linux's /proc tells. */
import { readFile, readdir } from 'node:fs/promises';

/** USER_HZ: what /proc counts in is 10 ms on every Linux, whatever the kernel's own clock. */
const TICK_MS = 10;

export interface ProcessUsage {
	readonly cpuMs: number;
	readonly rssBytes: number;
}

/** User and system time of `/proc/PID/stat`; null where this is none. */
export function cpuMsOf(stat: string): number | null {
	// The second field is the program's name in brackets, which may hold anything, brackets and spaces too.
	const fields = stat
		.slice(stat.lastIndexOf(')') + 1)
		.trim()
		.split(/\s+/);
	const [user, system] = [Number(fields[11]), Number(fields[12])];
	return Number.isFinite(user + system) ? (user + system) * TICK_MS : null;
}

/** Resident memory of `/proc/PID/status`; null where this is none. */
export function rssBytesOf(status: string): number | null {
	const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
	return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}

/** The process and its descendants. Throws where there is no such process. */
export async function usageOf(pid: number): Promise<ProcessUsage> {
	const [stat, status] = await Promise.all([read(pid, 'stat'), read(pid, 'status')]);
	const [cpuMs, rssBytes] = [cpuMsOf(stat), rssBytesOf(status)];
	if (cpuMs === null || rssBytes === null) throw new Error(`process ${pid} cannot be looked at`);
	let sum = { cpuMs, rssBytes };
	for (const child of await childrenOf(pid)) {
		// One that has just ended.
		const used = await usageOf(child).catch(() => ({ cpuMs: 0, rssBytes: 0 }));
		sum = { cpuMs: sum.cpuMs + used.cpuMs, rssBytes: sum.rssBytes + used.rssBytes };
	}
	return sum;
}

const read = (pid: number, name: string): Promise<string> => readFile(`/proc/${pid}/${name}`, 'utf8');

/** What it started itself. Throws where there is no such process. */
export async function childrenOf(pid: number): Promise<number[]> {
	const threads = await readdir(`/proc/${pid}/task`);
	const lists = await Promise.all(threads.map((thread) => read(pid, `task/${thread}/children`).catch(() => '')));
	return lists.flatMap((list) => list.split(' ').flatMap((text) => (text === '' ? [] : [Number(text)])));
}
