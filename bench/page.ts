/**
 * How the page keeps up while somebody talks: its main thread, its frames, what it shifts and what it holds. Real engines,
 * the relay in its own process, a real Chromium with a recording as its microphone.
 * `npm run bench:page`, or `npm run bench:page -- --minutes 30 [--width 1440] [--json FILE]`.
 */
import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Sound } from '../tests/e2e/support/microphone.ts';
import { MainThreadMeter, watchSmoothness } from '../tests/e2e/support/smoothness.ts';
import { stage } from '../tests/e2e/support/stage.ts';
import { rssBytesOf } from './process-usage.ts';
import { brotliBytes, sizes } from './sizes.ts';
import { slopePerMinute } from './statistics.ts';

const { values: options } = parseArgs({
	options: {
		minutes: { type: 'string', default: '1' },
		width: { type: 'string', default: '390' },
		json: { type: 'string' }
	}
});
const minutes = Number(options.minutes);
if (!(minutes >= 0.5 && minutes <= 120)) throw new Error('--minutes is between 0.5 and 120');
const width = Number(options.width);

const ASKED = 'Tell me a story, please.';
const STORY =
	'Once upon a time there was a clock that nobody wound, and it stood in a tower by the sea, where gulls came every morning to look at its hands.';
/** A question of 2 s and its answer of some 9 s, with the pauses around them. */
const TURN_S = 14;
const GREETING_S = 5;
/** Between two looks at what is held. */
const LOOK_S = 10;

interface Look {
	readonly atS: number;
	readonly heapBytes: number;
	readonly rendererBytes: number;
	readonly nodes: number;
	readonly listeners: number;
}

const turns = Math.ceil((60 * minutes) / TURN_S);
const turn: readonly Sound[] = [{ say: ASKED }, { silenceS: TURN_S - 2 }];
const here = await stage({
	hears: [{ silenceS: GREETING_S }, ...Array.from({ length: turns }, () => turn).flat()],
	writes: Array.from({ length: turns }, () => ASKED),
	answers: () => STORY,
	locale: 'en-GB'
});
try {
	await run();
} finally {
	await here.close();
}

async function run(): Promise<void> {
	// A page that nothing else watches: the stage's own keeps every message, which is no leak of Parley's.
	const context = await here.browser.newContext({
		viewport: { width, height: width < 768 ? 844 : 900 },
		locale: 'en-GB',
		permissions: ['microphone']
	});
	await here.page.close();
	const page = await context.newPage();
	await page.addInitScript(watchSmoothness);
	await page.goto(here.url);
	await page.waitForLoadState('networkidle');
	const meter = await MainThreadMeter.of(page);
	const renderer = await rendererPid();
	await page.getByRole('button', { name: 'Start talking' }).click();
	await page.locator('[data-phase="speaking"], [data-phase="listening"]').waitFor();
	const calm = await page.evaluate(() => ({ shifts: [...window.smoothness.shifts] }));
	await page.evaluate(() =>
		Object.assign(window.smoothness, { frames: 0, lateFrames: 0, worstGapMs: 0, longTasks: [] })
	);

	const before = await meter.read();
	const looks: Look[] = [];
	const endMs = before.atMs + 60_000 * minutes;
	let busyMs = 0;
	let [scriptMs, styleMs, layoutMs, lookedMs] = [0, 0, 0, 0];
	let last = before;
	while (performance.now() < endMs) {
		await new Promise((resolve) => setTimeout(resolve, Math.min(1000 * LOOK_S, endMs - performance.now())));
		const now = await meter.read();
		busyMs += now.busyMs - last.busyMs;
		scriptMs += now.scriptMs - last.scriptMs;
		styleMs += now.styleMs - last.styleMs;
		layoutMs += now.layoutMs - last.layoutMs;
		lookedMs += now.atMs - last.atMs;
		await meter.collectGarbage();
		last = await meter.read();
		looks.push({
			atS: (now.atMs - before.atMs) / 1000,
			heapBytes: last.heapBytes,
			rendererBytes: await residentBytes(renderer),
			nodes: last.nodes,
			listeners: last.listeners
		});
	}
	const smooth = await page.evaluate(() => window.smoothness);
	await page.getByRole('button', { name: 'Stop', exact: true }).click();
	await page.locator('[data-phase="idle"]').waitFor();
	await page.waitForTimeout(500);
	const { shifts } = await page.evaluate(() => window.smoothness);
	const lines = await page.getByRole('log', { name: 'Conversation' }).locator('li, p').count();

	const share = (ms: number): string => `${((100 * ms) / lookedMs).toFixed(1)} %`;
	const cls = (all: typeof shifts): string => all.reduce((sum, { value }) => sum + value, 0).toFixed(4);
	const { pageBytes, pageScripts, workerBytes } = await sizes();
	// The first third is warming up: code compiled, caches filled, the history's first lines.
	const settled = looks.slice(Math.floor(looks.length / 3));
	const slope = (of: (look: Look) => number): string =>
		`${(slopePerMinute(settled.map((look) => [look.atS, of(look)])) / 1000).toFixed(1)} kB/min`;
	const figures = {
		talk: `${(lookedMs / 60_000).toFixed(1)} min, ${String(lines)} lines, ${String(width)} px wide`,
		'JavaScript before a press can be obeyed': `${(pageBytes / 1000).toFixed(1)} kB brotli in ${String(pageScripts.length)} files (limit 90)`,
		worker: `${(workerBytes / 1000).toFixed(1)} kB brotli (limit 200)`,
		'style sheets': `${((await styleBytes()) / 1000).toFixed(1)} kB brotli`,
		'first contentful paint': `${smooth.firstPaintMs?.toFixed(0) ?? '?'} ms`,
		'layout shift: load and press': `${cls(calm.shifts)} (${String(calm.shifts.length)})`,
		'layout shift: all of it': `${cls(shifts)} (${[...new Set(shifts.map(({ moved }) => moved))].join('; ')})`,
		'main thread, while talking': share(busyMs),
		'  script / style / layout': `${share(scriptMs)} / ${share(styleMs)} / ${share(layoutMs)}`,
		'frames a second': ((1000 * smooth.frames) / (60_000 * minutes)).toFixed(1),
		'frames that came late': `${String(smooth.lateFrames)} of ${String(smooth.frames)}, worst gap ${smooth.worstGapMs.toFixed(0)} ms`,
		'tasks over 50 ms': `${String(smooth.longTasks.length)}${smooth.longTasks.length > 0 ? `, longest ${Math.max(...smooth.longTasks.map(({ durationMs }) => durationMs)).toFixed(0)} ms` : ''}`,
		'heap after a collection': `${kB(looks[0]?.heapBytes)} → ${kB(looks.at(-1)?.heapBytes)}, ${slope(({ heapBytes }) => heapBytes)}`,
		'renderer, resident': `${kB(looks[0]?.rendererBytes)} → ${kB(looks.at(-1)?.rendererBytes)}, ${slope(({ rendererBytes }) => rendererBytes)}`,
		'nodes, listeners': `${String(looks[0]?.nodes)} → ${String(looks.at(-1)?.nodes)}, ${String(looks[0]?.listeners)} → ${String(looks.at(-1)?.listeners)}`
	};
	for (const [what, figure] of Object.entries(figures)) console.log(`${what.padEnd(42)}${figure}`);
	if (options.json !== undefined) writeFileSync(options.json, JSON.stringify({ figures, looks, smooth }, null, '\t'));
}

function kB(bytes: number | undefined): string {
	return `${((bytes ?? Number.NaN) / 1000).toFixed(0)} kB`;
}

/** What the page names, and no more. */
async function styleBytes(): Promise<number> {
	const html = await (await fetch(here.url)).text();
	return brotliBytes([...html.matchAll(/_app\/immutable\/[\w./-]+\.css/g)].map(([path]) => path));
}

/** The process of the one page that there is. */
async function rendererPid(): Promise<number> {
	const devtools = await here.browser.newBrowserCDPSession();
	const { processInfo } = await devtools.send('SystemInfo.getProcessInfo');
	const renderers = processInfo.filter(({ type }) => type === 'renderer');
	// The busiest: an empty spare may stand by.
	const busiest = renderers.toSorted((one, other) => other.cpuTime - one.cpuTime)[0];
	if (busiest === undefined) throw new Error('no renderer');
	return busiest.id;
}

async function residentBytes(pid: number): Promise<number> {
	return rssBytesOf(await readFile(`/proc/${String(pid)}/status`, 'utf8')) ?? Number.NaN;
}
