/** The dev view in a talk: opened with D, it shows plausible turns, gives a log without a word of ours, and stops looking. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { violations } from './support/axe.ts';
import { stage, type Stage } from './support/stage.ts';

const QUESTION = 'How would you spend a rainy Sunday?';
const ANSWER = 'Slowly, with a kettle on and the window a little open.';
const AGAIN = 'And what would you read to me?';

let here: Stage;
beforeAll(async () => {
	here = await stage({
		hears: [{ silenceS: 4 }, { say: QUESTION }, { silenceS: 9 }, { say: AGAIN }],
		writes: [QUESTION, AGAIN],
		answers: ['Hello there.', ANSWER, 'A letter.']
	});
	here.page.setDefaultTimeout(10_000);
});
afterAll(() => here.close());

const phase = (name: string) => ({ type: 'phase', phase: name });
const panel = () => here.page.getByRole('complementary', { name: 'Under the hood' });
const probes = () => here.page.evaluate(() => window.observed.seen.filter(({ type }) => type === 'probe').length);

/** Whether anything is drawn on the canvases. */
const drawn = () =>
	here.page.evaluate(() =>
		[...document.querySelectorAll<HTMLCanvasElement>('.dev canvas')].map((canvas) => {
			const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
			return data.some((value) => value > 0);
		})
	);

describe('the dev view', () => {
	it('is opened with D in a talk, and shows its turns with plausible times', async () => {
		const { page, press, until } = here;
		await press('Start talking');
		await until(phase('speaking'));
		expect(await probes()).toBe(0);
		await page.keyboard.press('d');
		await panel().waitFor();
		await until(phase('speaking'), 2);
		const row = page.getByRole('table', { name: 'The last turns' }).getByRole('row', { name: /^1 / });
		await row.waitFor({ state: 'attached' });
		const times = (await row.getByRole('cell').allTextContents()).map((text) => Number.parseInt(text, 10));
		expect(times).toHaveLength(5);
		// Each is reached after the one before; the pause is decided upon after a few steps of 80 ms.
		expect(times).toEqual(times.toSorted((a, b) => a - b));
		expect(times[0]).toBeGreaterThan(100);
		expect(times.at(-1)).toBeLessThan(6000);
		await expect.poll(drawn).toEqual([true, true]);
		const facts = panel().locator('dl');
		expect(await facts.textContent()).toMatch(/Turn core\s*(speaking|overlapping|waiting|hearing)/);
		expect(await facts.textContent()).toMatch(/Relay\s*connected/);
		expect(await violations(here.page)).toEqual([]);
	});

	it('probes some twelve times a second and draws in less than 2 ms', async () => {
		const before = await probes();
		await here.page.waitForTimeout(1000);
		const perSecond = (await probes()) - before;
		expect(perSecond).toBeGreaterThan(6);
		expect(perSecond).toBeLessThan(20);
		const drawing = await panel().locator('dl div', { hasText: 'Drawing' }).textContent();
		expect(Number.parseFloat(/[\d.]+/.exec(drawing ?? '')?.[0] ?? 'none')).toBeLessThan(2);
	});

	it('fits a phone upright and on its side, and a desktop, and leaves the button in reach', async () => {
		const { page } = here;
		for (const [width, height] of [
			[1440, 900],
			[768, 1024],
			[360, 640],
			[740, 360],
			[390, 844]
		] as const) {
			await page.setViewportSize({ width, height });
			await page.getByRole('button', { name: 'Stop', exact: true }).click({ trial: true });
			const box = await panel().boundingBox();
			expect(box!.x + box!.width, `${width} wide`).toBeLessThanOrEqual(width);
			expect(box!.y + box!.height, `${height} high`).toBeLessThanOrEqual(height);
		}
	});

	it('gives a log in which nothing is that was said, unless that is wanted', async () => {
		const { page } = here;
		const save = async (): Promise<string> => {
			const [file] = await Promise.all([
				page.waitForEvent('download'),
				page.getByRole('button', { name: 'Save the log' }).click()
			]);
			return readFileSync((await file.path())!, 'utf8');
		};
		const log = await save();
		const parsed: unknown = JSON.parse(log);
		expect(parsed).toMatchObject({
			format: 'parley dev log',
			turns: expect.arrayContaining([expect.objectContaining({ number: 1 })])
		});
		for (const word of [
			...QUESTION.split(' '),
			...ANSWER.split(' '),
			'Hello',
			'kettle',
			'Sunday',
			'127.0.0.1',
			'localhost'
		]) {
			const plain = word.replace(/\W/g, '');
			if (plain.length > 4) expect(log).not.toContain(plain);
		}
		await page.getByRole('checkbox', { name: 'Saved with what was said' }).check();
		expect(await save()).toContain(ANSWER);
	});

	it('is closed with D, and then nothing is looked at any more', async () => {
		const { page } = here;
		await page.locator('body').click({ position: { x: 5, y: 300 } });
		await page.keyboard.press('D');
		await panel().waitFor({ state: 'detached' });
		await page.waitForTimeout(200);
		const before = await probes();
		await page.waitForTimeout(600);
		expect(await probes()).toBe(before);
		expect((await here.observed()).errors).toEqual([]);
	});
});
