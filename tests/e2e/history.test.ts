/** The history as a person meets it: kept as it happens, found after a crash, gone on with, taken along, deleted and had back. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportJson } from '../../src/lib/history/exchange.ts';
import { AT_MS, conversation, entry, uuid } from '../../src/lib/history/testing/records.ts';
import type { ChatMessage } from '../../src/lib/protocol/llm.ts';
import { violations } from './support/axe.ts';
import { stage, type Stage } from './support/stage.ts';

const LONG = 'Once upon a time there was a very long story, which went on and on. '.repeat(4);

const titles = (page: Page): Promise<string[]> => page.locator('.line .title').allTextContents();
/** Puts a value under a key of the history's database, whatever it is. */
const put = (page: Page, entries: readonly (readonly [string, unknown])[]): Promise<void> =>
	page.evaluate(
		(all) =>
			new Promise<void>((resolve, reject) => {
				const opening = indexedDB.open('parley-history');
				opening.onupgradeneeded = () => opening.result.createObjectStore('conversations');
				opening.onerror = () => reject(new Error('open'));
				opening.onsuccess = () => {
					const change = opening.result.transaction('conversations', 'readwrite');
					for (const [key, value] of all) change.objectStore('conversations').put(value, key);
					change.oncomplete = () => {
						opening.result.close();
						resolve();
					};
				};
			}),
		entries
	);
async function importText(page: Page, text: string): Promise<void> {
	await page
		.locator('input[type="file"]')
		.setInputFiles({ name: 'in.json', mimeType: 'application/json', buffer: Buffer.from(text) });
}

describe('the history', () => {
	let here: Stage;
	const asked: (readonly ChatMessage[])[] = [];
	beforeAll(async () => {
		here = await stage({
			answers: (messages) => {
				asked.push(messages);
				return asked.length === 1 ? LONG : 'Welcome back.';
			}
		});
	});
	afterAll(() => here.close());
	const open = async (): Promise<Page> => {
		const page = await here.page.context().newPage();
		await page.goto(`${here.url}/history`);
		return page;
	};

	it('is empty at first, says so kindly, and hinders nobody', async () => {
		const page = await open();
		await page.getByText('Nothing here yet.').waitFor();
		expect(await violations(page)).toEqual([]);
		await page.close();
	});

	it('has a talk whose page was killed in the middle of a word', async () => {
		const { page } = here;
		await here.press('Start talking');
		await here.until({ type: 'mark', mark: { name: 'wordHeard' } }, 8);
		const said = (await here.observed()).seen.findLast(({ type }) => type === 'entry')?.entry?.text ?? '';
		const session = await page.context().newCDPSession(page);
		const crashed = page.waitForEvent('crash');
		void session.send('Page.crash').catch(() => undefined);
		await crashed;
		const after = await open();
		await after.getByRole('link', { name: /Once upon a time/ }).click();
		const kept = (await after.locator('article .text').textContent()) ?? '';
		expect(LONG.startsWith(kept.trim())).toBe(true);
		// At most the word that was just being heard.
		expect(kept.trim().split(' ').length).toBeGreaterThanOrEqual(said.trim().split(' ').length - 1);
		await after.getByText('not finished').waitFor();
		expect(await violations(after)).toEqual([]);
		await after.close();
	});

	it('goes on with it: the model reads what was said, the log shows it, and it stays one conversation', async () => {
		const page = await open();
		await page.getByRole('link', { name: /Once upon a time/ }).click();
		await page.getByRole('button', { name: 'Continue this talk' }).click();
		await expect.poll(() => asked.length, { timeout: 15_000 }).toBe(2);
		expect(asked[1]?.slice(1).map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
		expect(asked[1]?.[2]?.content).toContain('Once upon a time');
		const log = page.getByRole('log', { name: 'Conversation' });
		await expect.poll(() => log.textContent(), { timeout: 10_000 }).toMatch(/Once upon a time.*Welcome back/s);
		await page.getByRole('link', { name: 'History' }).click();
		await page.getByText('going on now').waitFor();
		expect(await titles(page)).toHaveLength(1);
		expect(await violations(page)).toEqual([]);
		await page.getByRole('button', { name: 'Stop' }).click();
		await page.locator('.line a').click();
		await page.getByRole('heading', { name: /^Continued/ }).waitFor();
		expect(await page.locator('article .text').allTextContents()).toHaveLength(2);
		// Back leads where one came from.
		await page.goBack();
		await page.getByRole('searchbox').waitFor();
		await page.close();
	});

	it('keeps nothing of a private talk, and deletes what was kept when a talk becomes private', async () => {
		const page = await open();
		await page.getByRole('link', { name: 'Parley', exact: true }).click();
		await page.getByRole('button', { name: 'Start talking' }).click();
		await page.getByRole('link', { name: 'History' }).click();
		await expect.poll(() => titles(page), { timeout: 15_000 }).toHaveLength(2);
		await page.getByRole('switch', { name: 'Talk in private' }).check();
		await expect.poll(() => titles(page)).toHaveLength(1);
		await page.getByText('What was kept of this talk is deleted.').waitFor();
		await page.getByRole('button', { name: 'Undo' }).click();
		await expect.poll(() => titles(page)).toHaveLength(2);
		await page.getByRole('button', { name: 'Stop' }).click();
		// The next one, private from its first word.
		await page.getByRole('link', { name: 'Parley', exact: true }).click();
		await page.getByRole('button', { name: 'Start talking' }).click();
		await expect
			.poll(() => page.getByRole('log', { name: 'Conversation' }).textContent(), { timeout: 10_000 })
			.toMatch(/(Welcome back.*){2}/s);
		await page.getByRole('button', { name: 'Stop', exact: true }).click();
		await page.getByRole('link', { name: 'History' }).click();
		await expect.poll(() => titles(page)).toHaveLength(2);
		await page.getByRole('switch', { name: 'Talk in private' }).uncheck();
		await page.close();
	});
});

describe('conversations on the history page', () => {
	let here: Stage;
	beforeAll(async () => {
		here = await stage();
		await here.page.goto(`${here.url}/history`);
	});
	afterAll(() => here.close());

	it('come in from a file: hostile words are words, what is faulty is told, nothing comes twice', async () => {
		const { page } = here;
		const records = [
			conversation({
				id: uuid(1),
				title: '<img src=x onerror=alert(1)> \u202Eturned',
				entries: [
					entry('user', '<script>alert(1)</script> & **bold**'),
					entry('assistant', 'مرحبا 👩‍👩‍👧 ' + 'x'.repeat(100_000))
				]
			}),
			conversation({ id: uuid(2), entries: [entry('user', 'Un café crème avec Zoë')] }),
			conversation({ id: uuid(3), starred: true, parts: [{ startedAtMs: AT_MS - 86_400_000 * 40, endedAtMs: null }] })
		];
		const file = exportJson(records).replace(
			'"conversations": [',
			'"conversations": [{"format":"parley-conversation","version":2},'
		);
		await importText(page, file);
		await page.getByText('3 conversations were imported. One could not be read and was left out:').waitFor();
		await page.getByText('Conversation 1: id').waitFor();
		await importText(page, exportJson(records));
		await page.getByText('Nothing new was imported. 3 were here already.').waitFor();
		for (const [text, words] of [
			['{"format":', 'That file cannot be read.'],
			['{"format":"parley-characters","version":1,"characters":[]}', 'holds no conversations of Parley'],
			['{"format":"parley-history","version":7}', 'comes from a newer Parley']
		] as const) {
			await importText(page, text);
			await page.getByText(words).waitFor();
		}
		await expect.poll(() => titles(page)).toHaveLength(3);
		expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
		expect(await violations(page)).toEqual([]);
		await page.getByRole('link', { name: /img src=x/ }).click();
		await page.getByText('<script>alert(1)</script> & **bold**').waitFor();
		expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
		expect(await violations(page)).toEqual([]);
		expect((await here.observed()).errors).toEqual([]);
		await page.goBack();
	});

	it('are searched by all words, and shown with what was found', async () => {
		const { page } = here;
		await page.getByRole('searchbox', { name: 'Search what was said' }).fill('zoe CAFE');
		await expect.poll(async () => (await titles(page)).length).toBe(2);
		await page.getByText('2 conversations').waitFor();
		await expect.poll(() => page.locator('mark').allTextContents()).toEqual(['café', 'Zoë', 'Zoë', 'café']);
		expect(await violations(page)).toEqual([]);
		await page.getByRole('searchbox').fill('museum');
		await page.getByText('No conversation has all of these words.').waitFor();
		await page.getByRole('searchbox').fill('');
		await page.getByRole('checkbox', { name: 'Starred only' }).check();
		await expect.poll(async () => (await titles(page)).length).toBe(1);
		await page.getByRole('checkbox', { name: 'Starred only' }).uncheck();
	});

	it('are renamed, starred, deleted and had back by keyboard alone', async () => {
		const { page } = here;
		const focused = () => page.evaluate(() => document.querySelector(':focus')?.textContent.trim() ?? '');
		const tabTo = async (words: string): Promise<void> => {
			for (let presses = 0; presses < 40 && !(await focused()).includes(words); presses++)
				await page.keyboard.press('Tab');
			expect(await focused()).toContain(words);
		};
		await page.getByRole('searchbox').focus();
		await tabTo('Un café crème');
		await page.keyboard.press('Tab');
		await page.keyboard.press('Space');
		await expect.poll(() => page.getByRole('button', { name: 'Star: Un café', pressed: true }).count()).toBe(1);
		await page.keyboard.press('Shift+Tab');
		await page.keyboard.press('Enter');
		await page.getByRole('heading', { name: 'Un café crème avec Zoë' }).waitFor();
		await tabTo('Rename');
		await page.keyboard.press('Enter');
		await page.keyboard.type('A morning');
		await page.keyboard.press('Enter');
		await page.getByRole('heading', { name: 'A morning' }).waitFor();
		expect(await focused()).toBe('Rename');
		await tabTo('Delete');
		// What a screen reader is to say is said where it listened before.
		expect(await page.locator('[data-toast] [role="status"]:empty').count()).toBe(1);
		await page.keyboard.press('Enter');
		await page.getByText('“A morning” is deleted.').waitFor();
		await expect.poll(focused).toBe('Undo');
		expect(await titles(page)).toHaveLength(2);
		expect(await violations(page)).toEqual([]);
		await page.keyboard.press('Enter');
		await expect.poll(() => titles(page)).toHaveLength(3);
		await expect.poll(focused).toContain('A morning');

		// What was pressed is gone, and the keyboard goes on from the title.
		await page.getByRole('checkbox', { name: 'Starred only' }).check();
		await page.getByRole('button', { name: 'Star: A morning' }).focus();
		await page.keyboard.press('Space');
		await expect.poll(focused).toBe('History');
		expect(await titles(page)).not.toContain('A morning');
		await page.getByRole('checkbox', { name: 'Starred only' }).uncheck();
	});

	it('go out as files of every kind, one or all', async () => {
		const { page } = here;
		const exported = async (format: string, name: string): Promise<[string, string]> => {
			await page.getByRole('combobox', { name: 'Format' }).selectOption(format);
			const coming = page.waitForEvent('download');
			await page.getByRole('button', { name, exact: true }).click();
			const file = await coming;
			return [file.suggestedFilename(), readFileSync(await file.path(), 'utf8')];
		};
		const [name, all] = await exported('json', 'Export all');
		expect(name).toMatch(/^parley-\d{4}-\d\d-\d\d\.json$/);
		expect(all).toContain('A morning');
		await page.getByRole('link', { name: /A morning/ }).click();
		expect(await exported('markdown', 'Export')).toEqual([
			'parley-2026-11-21-a-morning.md',
			expect.stringMatching(/^# A morning\n\n\*.*\*\n\n\*\*You\*\* · 0:00\n\nUn café crème avec Zoë\n$/)
		]);
		expect((await exported('vtt', 'Export'))[1]).toMatch(
			/^WEBVTT\n[^]*00:00:00\.000 --> 00:00:02\.000\n<v You>Un café/
		);
		expect((await exported('text', 'Export'))[1]).toContain('[0:00] You: Un café crème avec Zoë');
		await page.goBack();
	});

	it('show what another tab does, at once', async () => {
		const { page } = here;
		const other = await page.context().newPage();
		await other.goto(`${here.url}/history?c=${uuid(3)}`);
		await other.getByRole('button', { name: 'Delete', exact: true }).click();
		await expect.poll(() => titles(page)).toHaveLength(2);
		await other.close();
	});

	it('that are damaged are set aside, saved as they are, and stop nobody', async () => {
		const { page } = here;
		await put(page, [[`c:${uuid(8)}`, { format: 'parley-conversation', version: 2, id: uuid(8), entries: 'gone' }]]);
		await page.goto(`${here.url}/history?c=${uuid(8)}`);
		await page.getByText('This conversation is damaged.').waitFor();
		expect(await violations(page)).toEqual([]);
		await page.getByRole('link', { name: 'All conversations' }).click();
		await page.getByRole('heading', { name: 'Set aside' }).waitFor();
		expect(await violations(page)).toEqual([]);
		const coming = page.waitForEvent('download');
		await page.getByRole('button', { name: 'Save as it is' }).click();
		expect(readFileSync(await (await coming).path(), 'utf8')).toContain('"entries": "gone"');
		await page.getByRole('region', { name: 'Set aside' }).getByRole('button', { name: 'Delete' }).click();
		await expect.poll(() => page.getByRole('heading', { name: 'Set aside' }).count()).toBe(0);
		await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
		await page.goto(`${here.url}/history?c=nowhere`);
		await page.getByText('This conversation is not on this device.').waitFor();
		expect(await violations(page)).toEqual([]);
	});

	it('are listed and searched quickly when there are a thousand, and all deleted when that is confirmed', async () => {
		const { page } = here;
		const many = Array.from({ length: 1000 }, (_, n) =>
			conversation({
				id: uuid(1000 + n),
				parts: [{ startedAtMs: AT_MS - n * 3_600_000, endedAtMs: AT_MS - n * 3_600_000 + 60_000 }],
				entries: Array.from({ length: 20 }, (_, nth) =>
					entry('user', `Line ${String(nth)} of talk ${String(n)}, as usual`)
				)
			})
		);
		await put(
			page,
			many.map((record) => [`c:${record.id}`, record] as const)
		);
		await page.goto(`${here.url}/history`);
		await page.getByRole('button', { name: /^Show 100 more/ }).waitFor();
		await page.reload();
		const listMs = await page.evaluate(async () => {
			const beganMs = performance.now();
			while (document.querySelector('.line') === null) await new Promise(requestAnimationFrame);
			return performance.now() - beganMs;
		});
		await page.getByRole('searchbox').fill('talk 777');
		await expect.poll(() => titles(page)).toHaveLength(1);
		const searchMs = await page.evaluate(async () => {
			const field = document.querySelector<HTMLInputElement>('[type="search"]')!;
			const beganMs = performance.now();
			field.value = 'talk 778';
			field.dispatchEvent(new Event('input', { bubbles: true }));
			while (!document.querySelector('.title')?.textContent.includes('778')) await new Promise(requestAnimationFrame);
			return performance.now() - beganMs;
		});
		console.log(`1,000 conversations: listed after ${listMs.toFixed(0)} ms, searched in ${searchMs.toFixed(0)} ms`);
		expect(searchMs).toBeLessThan(500);
		await page.getByRole('link', { name: /talk 778/ }).click();
		await page.getByRole('button', { name: 'Delete', exact: true }).click();
		await page.getByRole('button', { name: 'Undo' }).waitFor();
		await page.getByRole('searchbox').fill('');
		await page.getByRole('button', { name: 'Delete everything' }).click();
		await page.getByText('Delete all 1001 conversations kept here?').waitFor();
		expect(await violations(page)).toEqual([]);
		await page.getByRole('button', { name: 'Keep them', exact: true }).click();
		expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Delete everything');
		await page.keyboard.press('Enter');
		await page.getByRole('button', { name: 'Delete for good' }).click();
		await page.getByText('Nothing here yet.').waitFor();
		await page.getByText('Everything is deleted.').waitFor();
		// Nothing brings anything back.
		await page.getByRole('button', { name: 'Close this message' }).click();
		expect(await page.getByRole('button', { name: 'Undo' }).count()).toBe(0);
	});

	it('say in French what they say in English', async () => {
		const page = await here.browser.newPage({ locale: 'fr-FR', viewport: { width: 360, height: 780 } });
		await page.goto(`${here.url}/history`);
		await page.getByText('Rien pour l’instant.').waitFor();
		await importText(page, exportJson([conversation()]));
		await page.getByText('Une conversation a été importée.').waitFor();
		expect(await violations(page)).toEqual([]);
		await page.getByRole('link', { name: /Tell me about/ }).click();
		await page.getByRole('button', { name: 'Reprendre cette conversation' }).waitFor();
		await page.getByText('interrompu').waitFor();
		expect(await violations(page)).toEqual([]);
		expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
		await page.close();
	});
});
