/**
 * The whole path, measured in one run: real engines, the relay in its own process, a real Chromium with a recording as
 * its microphone. `npm run bench`, or `npm run bench -- --json FILE`.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { stage, type Stage } from '../tests/e2e/support/stage.ts';
import type { MarkName } from '../src/lib/session/view.ts';
import { figure, measurePrepare, ROUND_TRIP_MS } from './prepare.ts';
import { sizes } from './sizes.ts';
import { quantile } from './statistics.ts';

const STORY =
	'Once upon a time there was a clock that nobody wound, and it stood in a tower by the sea, where gulls came every morning to look at its hands and wonder about the hour.';
const TURNS = 3;

interface Row {
	readonly what: string;
	readonly figure: string;
	readonly aim: string;
	readonly met: boolean;
}

const { values: options } = parseArgs({ options: { json: { type: 'string' } } });
const rows = [...(await conversation()), ...(await prepareRows()), ...(await sizeRows())];
const width = Math.max(...rows.map(({ what }) => what.length));
for (const { what, figure, aim, met } of rows) {
	console.log(
		`${what.padEnd(width)}  ${figure.padStart(34)}  ${aim === '' ? '' : `aim ${aim}`}${met ? '' : '  MISSED'}`
	);
}
if (options.json !== undefined) writeFileSync(options.json, JSON.stringify({ rows }, null, 2));

async function conversation(): Promise<Row[]> {
	const turn = [{ say: 'Tell me a story, please.' }, { silenceS: 6 }, { say: 'Stop it now, please.' }, { silenceS: 5 }];
	const here = await stage({
		hears: [{ silenceS: 5 }, ...Array.from({ length: TURNS }, () => turn).flat()],
		writes: Array.from({ length: 2 * TURNS }, () => 'Tell me a story, please.'),
		answers: ['Hello, I am listening.', ...Array.from({ length: TURNS }, () => [STORY, 'All right.']).flat()]
	});
	try {
		await here.press('Start talking');
		await here.until({ type: 'phase', phase: 'listening' });
		const undisturbed = await gapsWhile(here, 0);
		const blocked = await gapsWhile(here, 1000);
		for (let nth = 1; nth <= TURNS; nth++) await here.until({ type: 'mark', mark: { name: 'bargeIn' } }, nth);
		await here.until({ type: 'phase', phase: 'listening' }, TURNS * 2 + 1).catch(() => undefined);
		const of = async (name: MarkName): Promise<number[]> => (await here.marks(name)).map(({ value }) => value);
		const sent = await of('pageSent');
		const sounding = await of('firstSample');
		const silenced = await of('silenced');
		const pause = await answered(here);
		return [
			latency('microphone frame → socket', sent, 30),
			latency('reply page → first audible sample', sounding, 60),
			latency('barge-in decision → silence', silenced, 20),
			latency('pause decided → answer heard', pause, null),
			{
				what: 'longest pause between two pages sent, undisturbed',
				figure: `${undisturbed.toFixed(0)} ms`,
				aim: '',
				met: true
			},
			{
				what: "the same with the page's thread blocked for 1 s",
				figure: `${blocked.toFixed(0)} ms`,
				aim: 'no gap (≤ 160 ms)',
				met: blocked <= 160
			},
			{
				what: 'gaps in the replies heard',
				figure: String((await of('gap')).length),
				aim: '0',
				met: (await of('gap')).length === 0
			}
		];
	} finally {
		await here.close();
	}
}

/** From each decided pause to the next first sample, in milliseconds. */
async function answered(here: Stage): Promise<number[]> {
	const starts = await here.marks('firstSample');
	return (await here.marks('turnEnd')).flatMap(({ atMs }) => {
		const next = starts.find((start) => start.atMs > atMs);
		return next === undefined ? [] : [next.atMs - atMs];
	});
}

/** The longest time between two pages sent in 3 s, with the page's thread busy for `busyMs` of them. */
async function gapsWhile(here: Stage, busyMs: number): Promise<number> {
	const before = (await here.marks('pageSentGap')).length;
	await here.page.evaluate((ms) => {
		const until = performance.now() + ms;
		while (performance.now() < until);
	}, busyMs);
	await here.page.waitForFunction(
		(count) => window.observed.seen.filter(({ mark }) => mark?.name === 'pageSentGap').length >= count,
		before + 25
	);
	return Math.max(...(await here.marks('pageSentGap')).slice(before).map(({ value }) => value));
}

function latency(what: string, values: readonly number[], aimMs: number | null): Row {
	const p95 = quantile(values, 0.95);
	return {
		what,
		figure: `p50 ${quantile(values, 0.5).toFixed(1)}  p95 ${p95.toFixed(1)} ms  (n ${String(values.length)})`,
		aim: aimMs === null ? '' : `p95 ≤ ${String(aimMs)} ms`,
		met: aimMs === null || p95 <= aimMs
	};
}

/** Not prepared and prepared, for a model that writes at once and for a quick one. */
async function prepareRows(): Promise<Row[]> {
	const rows: Row[] = [];
	for (const tokenMs of [0, 15]) {
		const model = tokenMs === 0 ? 'a model that writes at once' : `${String(tokenMs)} ms a token`;
		rows.push({
			what: `reply → first page, TTS ${String(ROUND_TRIP_MS)} ms away, ${model}: unprepared → prepared`,
			figure: figure(await measurePrepare(tokenMs)),
			aim: '',
			met: true
		});
	}
	return rows;
}

async function sizeRows(): Promise<Row[]> {
	const { pageBytes, workerBytes } = await sizes();
	const kB = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB brotli`;
	return [
		{ what: 'JavaScript before the button works', figure: kB(pageBytes), aim: '≤ 90 kB', met: pageBytes <= 90_000 },
		{ what: 'the worker', figure: kB(workerBytes), aim: '≤ 200 kB', met: workerBytes <= 200_000 }
	];
}
