/**
 * How smoothly a page runs: what moved by itself, what kept the main thread, and when frames came. `watchSmoothness` is
 * given to Playwright as a function to run in the page first, so it may use nothing from this file's outside.
 */
import type { CDPSession, Page } from 'playwright-core';

export interface Smoothness {
	/** Layout shifts, with what moved; `afterInput` within half a second of a press, which the CLS leaves out. */
	shifts: { readonly atMs: number; readonly value: number; readonly afterInput: boolean; readonly moved: string }[];
	/** Tasks of more than 50 ms on the main thread. */
	longTasks: { readonly atMs: number; readonly durationMs: number }[];
	firstPaintMs: number | null;
	/** Frames since the last look, and those that came more than 25 ms after the one before: at 60 Hz one was missed. */
	frames: number;
	lateFrames: number;
	worstGapMs: number;
}

declare global {
	interface Window {
		smoothness: Smoothness;
	}
}

/** Enough to tell what is wrong, and an end to what a long run keeps. */
export function watchSmoothness(): void {
	const MOST = 1000;
	const seen: Smoothness = {
		shifts: [],
		longTasks: [],
		firstPaintMs: null,
		frames: 0,
		lateFrames: 0,
		worstGapMs: 0
	};
	window.smoothness = seen;
	interface Shift extends PerformanceEntry {
		readonly value: number;
		readonly hadRecentInput: boolean;
		readonly sources: readonly { readonly node: Node | null }[];
	}
	const nameOf = (node: Node | null): string =>
		node instanceof Element ? `${node.tagName.toLowerCase()}.${node.className.toString()}` : (node?.nodeName ?? 'gone');
	const on = (type: string, take: (entry: PerformanceEntry) => void): void => {
		new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
	};
	on('layout-shift', (entry) => {
		const { startTime, value, hadRecentInput, sources } = entry as Shift;
		const moved = sources.map(({ node }) => nameOf(node)).join(', ');
		if (seen.shifts.length < MOST) seen.shifts.push({ atMs: startTime, value, afterInput: hadRecentInput, moved });
	});
	on('longtask', ({ startTime, duration }) => {
		if (seen.longTasks.length < MOST) seen.longTasks.push({ atMs: startTime, durationMs: duration });
	});
	on('paint', ({ name, startTime }) => {
		if (name === 'first-contentful-paint') seen.firstPaintMs = startTime;
	});
	let last = 0;
	const frame = (now: number): void => {
		const gap = now - last;
		if (last > 0) {
			seen.frames++;
			if (gap > 25) seen.lateFrames++;
			seen.worstGapMs = Math.max(seen.worstGapMs, gap);
		}
		last = now;
		requestAnimationFrame(frame);
	};
	requestAnimationFrame(frame);
}

/** What the page's main thread did since the page began: milliseconds of its own processor time, whatever else ran. */
export interface MainThread {
	readonly atMs: number;
	readonly busyMs: number;
	readonly scriptMs: number;
	readonly styleMs: number;
	readonly layoutMs: number;
	readonly heapBytes: number;
	readonly nodes: number;
	readonly listeners: number;
}

export class MainThreadMeter {
	readonly #devtools: CDPSession;

	private constructor(devtools: CDPSession) {
		this.#devtools = devtools;
	}

	static async of(page: Page): Promise<MainThreadMeter> {
		const devtools = await page.context().newCDPSession(page);
		await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
		return new MainThreadMeter(devtools);
	}

	async read(): Promise<MainThread> {
		const { metrics } = await this.#devtools.send('Performance.getMetrics');
		const values = new Map(metrics.map(({ name, value }) => [name, value]));
		const of = (name: string): number => values.get(name) ?? Number.NaN;
		return {
			atMs: performance.now(),
			busyMs: 1000 * of('TaskDuration'),
			scriptMs: 1000 * of('ScriptDuration'),
			styleMs: 1000 * of('RecalcStyleDuration'),
			layoutMs: 1000 * of('LayoutDuration'),
			heapBytes: of('JSHeapUsedSize'),
			nodes: of('Nodes'),
			listeners: of('JSEventListeners')
		};
	}

	/** So that what is left is what is held. */
	async collectGarbage(): Promise<void> {
		await this.#devtools.send('HeapProfiler.collectGarbage');
	}
}

/**
 * Processor time of each task on the page's main thread, in milliseconds, while `during` runs: longer than 50 ms and
 * somebody's touch would wait. Unlike a long task's length on the clock, it does not grow when the machine is busy.
 */
export async function mainThreadTasks(page: Page, during: () => Promise<void>): Promise<number[]> {
	const browser = page.context().browser();
	if (browser === null) throw new Error('no browser');
	await browser.startTracing(page, { categories: ['disabled-by-default-devtools.timeline'] });
	await during();
	const trace = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
	const threads = new Set(
		trace.traceEvents
			.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
			.map(({ pid, tid }) => `${String(pid)}.${String(tid)}`)
	);
	return trace.traceEvents
		.filter(({ name, pid, tid }) => name === 'RunTask' && threads.has(`${String(pid)}.${String(tid)}`))
		.map(({ tdur = 0 }) => tdur / 1000);
}

interface TraceEvent {
	readonly name: string;
	readonly pid: number;
	readonly tid: number;
	/** Microseconds of the thread's own time. */
	readonly tdur?: number;
	readonly args?: { readonly name?: string };
}
