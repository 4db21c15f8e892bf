/** Texts that somebody else wrote, on the pages that keep them: shown as text, on a narrow phone, whatever they hold. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exportJson } from '../../src/lib/history/exchange.ts';
import { AT_MS, conversation, entry, uuid } from '../../src/lib/history/testing/records.ts';
import { stage, type Stage } from './support/stage.ts';

const MARKUP = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>{@html 1}';
const TEXTS = [
	MARKUP,
	'\u202eturned round and never back \u2066isolated',
	'x'.repeat(100_000),
	'مرحبا بالعالم '.repeat(30),
	'👩‍👩‍👧‍👦🏳️‍🌈'.repeat(200),
	`a${'\u0301'.repeat(400)} Z̷̛͓a̵͎͝l̴̰̓g̸̱̈o`,
	'\ud83d lone, \u0000 nothing, \u2028 new line'
];

let here: Stage;
let page: Page;
beforeAll(async () => {
	here = await stage({ viewport: { width: 360, height: 740 }, answers: ['Hello.'] });
	({ page } = here);
	page.setDefaultTimeout(15_000);
});
afterAll(() => here.close());

async function expectUnharmed(where: string): Promise<void> {
	const { pwned, wide } = await page.evaluate(() => ({
		pwned: 'pwned' in window || document.querySelector('main img, main script, main iframe') !== null,
		// What makes the page scroll sideways: said by name where there is something.
		wide:
			document.documentElement.scrollWidth <= document.documentElement.clientWidth
				? []
				: [...document.querySelectorAll('body *')]
						.filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
						.map((one) => `${one.tagName}.${one.className.toString()} ${one.textContent.slice(0, 40)}`)
	}));
	expect(pwned, where).toBe(false);
	expect(wide, where).toEqual([]);
	expect((await here.observed()).errors, where).toEqual([]);
}

it('titles, names and lines of an imported history are text, and fit a phone of 360 pixels', async () => {
	await page.goto(`${here.url}/history`);
	await page.getByText('Nothing here yet.').waitFor();
	const records = TEXTS.map((text, nth) =>
		conversation({
			id: uuid(nth + 1),
			title: text.slice(0, 200),
			character: { id: 'own-owl', name: text.slice(0, 40), language: 'en' },
			parts: [{ startedAtMs: AT_MS + nth * 60_000, endedAtMs: AT_MS + nth * 60_000 + 9000 }],
			entries: [entry('assistant', text, 1, { who: text.slice(0, 40) }), entry('user', text, 5)]
		})
	);
	await page
		.locator('input[type="file"]')
		.setInputFiles({ name: 'in.json', mimeType: 'application/json', buffer: Buffer.from(exportJson(records)) });
	const lines = page.locator('.line .title');
	await expect.poll(() => lines.count(), { timeout: 15_000 }).toBe(TEXTS.length);
	await expectUnharmed('the list');
	for (let nth = 0; nth < TEXTS.length; nth++) {
		await lines.nth(nth).click();
		await page.waitForURL(/[?]c=/);
		await page.getByRole('button', { name: 'Continue this talk' }).waitFor();
		await expectUnharmed(`record ${String(nth)}`);
		await page.goBack();
		await lines.nth(nth).waitFor();
	}
}, 60_000);

it('a character, a choice and an address that somebody else left in this browser do no harm', async () => {
	await page.evaluate((markup) => {
		localStorage.setItem(
			'parley.character',
			JSON.stringify({
				id: 'own-owl',
				name: 'مرحبا '.repeat(6).trim(),
				language: 'en',
				instructions: { type: 'constant', text: markup }
			})
		);
		for (const key of ['parley.theme', 'parley.language', 'parley.relay', 'parley.microphone'])
			localStorage.setItem(key, JSON.stringify(markup));
	}, MARKUP);
	for (const path of ['/', '/settings', '/status', `/?text=${encodeURIComponent(MARKUP)}`, '/history?id=<script>']) {
		await page.goto(here.url + path);
		await page.waitForLoadState('networkidle');
		await page.locator('h1').waitFor();
		await expectUnharmed(path);
	}
}, 60_000);
