/** What a person sees before the page is alive, and where the keyboard is when the log opens and closes. */
import { afterEach, describe, expect, it } from 'vitest';
import { stage, type Stage, type StageOptions } from './support/stage.ts';

let current: Stage | null = null;
async function open(options: StageOptions): Promise<Stage> {
	current = await stage(options);
	return current;
}
afterEach(async () => {
	await current?.close();
	current = null;
});

const phase = (name: string) => ({ type: 'phase', phase: name });

describe('before the page is alive', () => {
	it.each([
		['en-GB', 'en', true],
		['fr-FR', 'fr', false]
	])('a visitor from %s sees no word of another language', async (locale, language, seen) => {
		const { browser, url } = await open({});
		const page = await browser.newPage({ locale });
		await page.route(/\.js$/, (route) => route.abort());
		await page.goto(url);
		expect(await page.evaluate(() => document.documentElement.lang)).toBe(language);
		await expect(page.getByText('Ready when you are').isVisible()).resolves.toBe(seen);
		await expect(page.getByText('Start talking').isVisible()).resolves.toBe(seen);
	});
});

describe('the log’s sheet', () => {
	it('takes the focus, and gives it back to its button whichever way it is closed', async () => {
		const { page, press, until } = await open({ answers: ['Hello.'] });
		await press('Start talking');
		await until(phase('listening'));
		const show = page.getByRole('button', { name: 'Show the conversation' });
		const chevron = page.locator('aside').getByRole('button', { name: 'Hide the conversation' });
		const focused = () =>
			page.evaluate(() => document.activeElement?.getAttribute('role') ?? document.activeElement?.ariaLabel);
		const ways: (() => Promise<void>)[] = [
			() => page.keyboard.press('Escape'),
			() => chevron.click(),
			() => page.locator('[aria-controls]').click()
		];
		for (const close of ways) {
			await show.click();
			await expect.poll(focused).toBe('log');
			await close();
			await expect.poll(focused).toBe('Show the conversation');
		}
		// Closed, nothing in it can be reached with the keyboard.
		await expect(page.locator('aside [inert]').count()).resolves.toBe(1);
		await expect(page.getByRole('log', { name: 'Conversation' }).count()).resolves.toBe(1);
	});
});

it('keeps a word longer than a line, and text that turns the line round, on the screen', async () => {
	const word = 'x'.repeat(60);
	const { page, press, until } = await open({ answers: [`Well, ${word} and \u202Eturned round.`] });
	await press('Start talking');
	await until({ type: 'mark', mark: { name: 'wordHeard', text: word } });
	const box = await page.locator('[data-heard]', { hasText: word }).boundingBox();
	expect(box!.x).toBeGreaterThanOrEqual(0);
	expect(box!.x + box!.width).toBeLessThanOrEqual(390);
	// An override that nobody ends is over with its word.
	await until(phase('listening'));
	await expect(page.locator('.caption').evaluate((caption) => getComputedStyle(caption).direction)).resolves.toBe(
		'ltr'
	);
	const [turned, round] = await Promise.all(
		['turned', 'round.'].map((text) => page.locator('[data-heard]', { hasText: text }).boundingBox())
	);
	expect(turned!.x).toBeLessThan(round!.x);
});
