/** What the page may cost: what it loads before it obeys, what it moves, and what it keeps the main thread for. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brotliBytes, sizes } from '../../bench/sizes.ts';
import { MainThreadMeter, mainThreadTasks, watchSmoothness, type Smoothness } from './support/smoothness.ts';
import { stage, type Stage } from './support/stage.ts';

const ASKED = 'Tell me a story, please.';
const STORY =
	'Once upon a time there was a clock that nobody wound, and it stood in a tower by the sea, where gulls came to look.';
/** Of the greeting, the question and its answer. */
const TALK_MS = 12_000;

let here: Stage;
beforeAll(async () => {
	here = await stage({
		hears: [{ silenceS: 3 }, { say: ASKED }, { silenceS: 15 }],
		writes: [ASKED],
		answers: ['Hello.', STORY],
		before: watchSmoothness
	});
});
afterAll(() => here.close());

describe('before the first press', () => {
	it('loads at most 90 kB of JavaScript, and what the bench counts is what Chromium loads', async () => {
		const fetched = new Set<string>();
		here.page.on('response', (response) => {
			const { pathname } = new URL(response.url());
			if (!pathname.endsWith('.js') || response.request().serviceWorker() !== null) return;
			expect(response.headers()['content-encoding'], pathname).toBe('br');
			if (pathname.includes('/immutable/')) fetched.add(pathname.slice(1));
		});
		await here.page.reload();
		await here.page.waitForFunction(() =>
			performance.getEntriesByType('resource').some(({ name }) => name.includes('session.worker'))
		);
		await here.page.waitForLoadState('networkidle');
		const { pageScripts, pageBytes, workerBytes } = await sizes();
		expect([...fetched]).toEqual(expect.arrayContaining([...pageScripts]));
		expect(pageBytes).toBeLessThanOrEqual(86_000);
		expect(workerBytes).toBeLessThanOrEqual(200_000);
		// With what a visit loads when it has nothing better to do, such as the history's code.
		const visit = [...fetched].filter((path) => !path.includes('/workers/'));
		expect(await brotliBytes(visit)).toBeLessThanOrEqual(90_000);
	});

	it('is seen whole without a script', async () => {
		const page = await here.browser.newPage({ javaScriptEnabled: false, viewport: { width: 390, height: 844 } });
		await page.goto(here.url);
		await page.getByRole('heading', { level: 1, name: 'Parley' }).waitFor();
		await expect(page.getByText('Ready when you are').isVisible()).resolves.toBe(true);
		await expect(page.getByRole('button', { name: 'Start talking' }).isVisible()).resolves.toBe(true);
		await page.close();
	});
});

describe('while somebody talks', () => {
	it('moves nothing that stands, keeps the main thread for no long task, and leaves it to others mostly', async () => {
		const shifted = (): Promise<Smoothness['shifts']> => here.page.evaluate(() => window.smoothness.shifts);
		const sum = (shifts: Smoothness['shifts']): number => shifts.reduce((all, { value }) => all + value, 0);
		const meter = await MainThreadMeter.of(here.page);
		const loaded = await shifted();
		await here.press('Start talking');
		await here.until({ type: 'phase', phase: 'speaking' });
		const begun = await shifted();
		const before = await meter.read();
		const tasks = await mainThreadTasks(here.page, () => here.page.waitForTimeout(TALK_MS));
		const after = await meter.read();
		const talked = await shifted();
		await here.press('Stop');
		await here.until({ type: 'phase', phase: 'idle' });

		// The web font's coming may move the button by a hair.
		expect(sum(loaded), JSON.stringify(loaded)).toBeLessThan(0.002);
		// The browser's question takes the caption's place, and gives it back when it is answered.
		expect(sum(begun), JSON.stringify(begun)).toBeLessThan(0.05);
		// Nothing, but for news of a relay that is busy, which comes below the status.
		const during = talked.slice(begun.length);
		expect(sum(during), JSON.stringify(during)).toBeLessThan(0.005);
		expect(tasks.length).toBeGreaterThan(100);
		expect(Math.max(...tasks)).toBeLessThan(50);
		// Far more than it takes here, software rendering and the tests' own ears included.
		expect((after.busyMs - before.busyMs) / (after.atMs - before.atMs)).toBeLessThan(0.4);
	});
});
