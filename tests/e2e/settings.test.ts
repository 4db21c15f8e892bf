/** Settings, themes and the page of status, on relays that let in who has a code. One browser for all of it. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { stage, type Stage } from './support/stage.ts';

const CODE = 'e2e-code-7f3a91c0d2';
/** Sounds for some seconds. */
const GREETING = 'Hello there, my friend. How are you on this fine day, and what shall we talk about?';
const THEMES = ['dark', 'light', 'contrast'] as const;

let here: Stage;
beforeAll(async () => {
	// Its own voice: the tap before the other one answers nobody who asks for its health.
	here = await stage({ answers: [GREETING], relay: { ACCESS_TOKENS: CODE, TTS_URL: '' } });
	here.page.setDefaultTimeout(10_000);
});
afterAll(() => here.close());

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
async function violations(): Promise<string[]> {
	const results = await here.page.evaluate((options) => {
		const { axe } = window as unknown as { axe: { run(options: RunOptions): Promise<AxeResults> } };
		return axe.run(options);
	}, {} satisfies RunOptions);
	return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

/** Opens a page and waits until it is alive. */
async function visit(path: string): Promise<void> {
	await here.page.goto(here.url + path);
	await here.page.waitForFunction(() => document.documentElement.dataset['turning'] === undefined);
	await here.page.waitForLoadState('networkidle');
}
const theme = (): Promise<string | undefined> => here.page.evaluate(() => document.documentElement.dataset['theme']);
const outcome = () => here.page.getByRole('region', { name: 'Connection' }).getByRole('status');
const test = async (): Promise<void> => here.page.getByRole('button', { name: 'Test it' }).click();

describe('the themes', () => {
	it('are worn at once and kept, followed by another tab, and seen from the first frame of the next visit', async () => {
		await visit('/settings');
		expect(await theme()).toBe('dark');
		const other = await here.page.context().newPage();
		await other.goto(`${here.url}/status`);
		await other.waitForLoadState('networkidle');
		await here.page.getByRole('radio', { name: 'Paper' }).check();
		expect(await theme()).toBe('light');
		await other.waitForFunction(() => document.documentElement.dataset['theme'] === 'light');

		// Every frame, from the very first on: what is painted never was anything else.
		await other.addInitScript(() => {
			const frames: string[] = [];
			Object.assign(window, { frames });
			const look = (): void => {
				const { theme = 'none' } = document.documentElement.dataset;
				const ground = document.body === null ? '' : getComputedStyle(document.documentElement).backgroundColor;
				frames.push(`${theme} ${ground}`);
				requestAnimationFrame(look);
			};
			requestAnimationFrame(look);
		});
		await other.goto(here.url);
		await other.getByRole('button', { name: 'Start talking' }).click({ trial: true });
		const frames = await other.evaluate(() => [...new Set((window as unknown as { frames: string[] }).frames)]);
		expect(frames.length).toBeGreaterThan(0);
		// Before the style sheet is there nothing is painted.
		const painted = frames.filter((frame) => !frame.endsWith(' ') && !frame.endsWith('rgba(0, 0, 0, 0)'));
		expect(painted).toEqual([expect.stringMatching(/^light oklch\(0\.965/)]);
		expect(frames.every((frame) => frame.startsWith('light'))).toBe(true);
		expect(await other.locator('meta[name="theme-color"]').getAttribute('content')).toBe('#f8f3ea');
		await other.close();
	});

	it('go with the motion: calm stands in for the system’s wish, full overrides it', async () => {
		const motion = (): Promise<string | undefined> =>
			here.page.evaluate(() => document.documentElement.dataset['motion']);
		await here.page.emulateMedia({ reducedMotion: 'reduce' });
		await expect.poll(motion).toBe('calm');
		await here.page.getByRole('radio', { name: 'Full' }).check();
		expect(await motion()).toBe('full');
		await here.page.emulateMedia({ reducedMotion: 'no-preference' });
		await here.page.getByRole('radio', { name: /^Calm/ }).check();
		expect(await motion()).toBe('calm');
		await here.page.getByRole('radio', { name: 'As this device has it' }).check();
		expect(await motion()).toBe('full');
	});
});

describe('every page here', () => {
	it('is accessible in each theme and language, and needs no scrolling sideways at four times its size', async () => {
		onTestFinished(() => here.page.evaluate(() => localStorage.setItem('parley.language', '"en"')));
		for (const language of ['fr', 'en']) {
			await here.page.evaluate((kept) => localStorage.setItem('parley.language', JSON.stringify(kept)), language);
			for (const path of ['/settings', '/status']) {
				await visit(path);
				await here.page.evaluate(axeSource);
				// No colour depends on the language.
				for (const worn of language === 'en' ? THEMES : (['light'] as const)) {
					await here.page.evaluate((next) => (document.documentElement.dataset['theme'] = next), worn);
					expect(await violations(), `${path} ${language} ${worn}`).toEqual([]);
				}
				const overflow = (): Promise<number> =>
					here.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
				await here.page.setViewportSize({ width: 195, height: 422 });
				expect(await overflow(), `${path} ${language} at 195 px`).toBe(0);
				await here.page.setViewportSize({ width: 390, height: 844 });
				await here.page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
				expect(await overflow(), `${path} ${language} in large type`).toBe(0);
			}
		}
	}, 60_000);

	it('can be used by keyboard alone', async () => {
		await visit('/settings');
		await here.page.getByRole('radio', { name: 'Paper' }).focus();
		await here.page.keyboard.press('ArrowDown');
		expect(await theme()).toBe('contrast');
		await here.page.keyboard.press('ArrowUp');
		await here.page.getByRole('switch', { name: 'Single letters do something' }).focus();
		await here.page.keyboard.press('Space');
		expect(await here.page.evaluate(() => localStorage.getItem('parley.shortcuts'))).toBe('false');
		await here.page.getByRole('button', { name: 'Forget everything on this device' }).focus();
		await here.page.keyboard.press('Enter');
		const focused = (): Promise<string> => here.page.evaluate(() => document.activeElement?.textContent.trim() ?? '');
		await expect.poll(focused).toBe('Keep it');
		await here.page.keyboard.press('Enter');
		await expect.poll(focused).toBe('Forget everything on this device');
	});
});

describe('another relay', () => {
	it('is tried out in words, given its own code and no other, and talked through', async () => {
		const { page } = here;
		const port = await here.startAnother();
		await visit('/settings');
		await test();
		await expect.poll(() => outcome().textContent()).toMatch(/asks for an access code/);
		await page.getByLabel('Access code').fill(CODE);
		await page.getByRole('button', { name: 'Keep' }).click();
		await test();
		await expect.poll(() => outcome().textContent()).toMatch(/All is well.* ms\.$/);

		await page.getByRole('radio', { name: 'Another Parley relay' }).check();
		for (const [typed, verdict] of [
			['localhost:1', /Nobody answers there/],
			['http://192.0.2.1', /only over an encrypted connection/],
			[here.llm.url, /not a relay of Parley/],
			// Listens, and was given nothing: the first relay's code is not for it.
			[`ws://localhost:${String(port)}/v1/session`, /asks for an access code/]
		] as const) {
			await page.getByLabel('Its address').fill(typed);
			await page.keyboard.press('Enter');
			await test();
			await expect.poll(() => outcome().textContent()).toMatch(verdict);
		}
		await page.getByLabel('Access code').fill('not-the-code-at-all');
		await page.keyboard.press('Enter');
		await test();
		await expect.poll(() => outcome().textContent()).toMatch(/does not accept this access code/);
		await page.getByRole('button', { name: 'Forget this code' }).click();
		await page.getByLabel('Access code').fill(CODE);
		await page.keyboard.press('Enter');
		await test();
		await expect.poll(() => outcome().textContent()).toMatch(/All is well/);

		const sockets: string[] = [];
		page.on('websocket', (socket) => sockets.push(socket.url()));
		await page.getByRole('link', { name: 'Parley' }).click();
		await here.press('Start talking');
		await here.until({ type: 'phase', phase: 'speaking' });
		expect(sockets).toEqual([`ws://localhost:${String(port)}/v1/session`]);

		// Captions are followed in the middle of a talk; the log keeps the words.
		await page.locator('[data-heard]').first().waitFor();
		await page.evaluate(() => {
			localStorage.setItem('parley.captions', 'false');
			dispatchEvent(new StorageEvent('storage', { storageArea: localStorage }));
		});
		await expect.poll(() => page.locator('[data-heard]').count()).toBe(0);

		// Letters were switched off; Escape was not.
		const mute = page.getByRole('button', { name: 'Mute the microphone' });
		await page.locator('body').press('m');
		expect(await mute.getAttribute('aria-pressed')).toBe('false');
		await page.locator('body').press('Escape');
		await here.until({ type: 'phase', phase: 'idle' }).catch(() => null);
		await page.getByRole('button', { name: 'Start talking' }).waitFor();
		expect((await here.observed()).errors).toEqual([]);
	});
});

describe('the page of status', () => {
	it('says that all is well, of which versions, and reports it without a secret', async () => {
		const { page } = here;
		await visit('/status');
		await page.getByText('All is well. You can talk.').waitFor();
		await page.getByText('Both are of the same version.').waitFor();
		await page.context().grantPermissions(['microphone', 'clipboard-read', 'clipboard-write']);
		await page.getByRole('button', { name: 'Begin' }).click();
		await page.getByText(/comes out as it went in/).waitFor({ timeout: 25_000 });
		await page.getByText(/there and back/).waitFor();
		await page.getByRole('button', { name: 'Once more' }).waitFor();
		await page.getByRole('button', { name: 'Copy the report' }).click();
		await page.getByText('Copied.').waitFor();
		const report = await page.evaluate(() => navigator.clipboard.readText());
		expect(report).toMatch(/^Parley 0\.1\.0/);
		expect(report).toMatch(/stt: up/);
		expect(report).toMatch(/talk: fine/);
		expect(report).toMatch(/codec: \d+ ms/);
		expect(report).toMatch(/loopback: peak .*played/);
		for (const secret of [CODE, 'localhost', here.url]) expect(report).not.toContain(secret);
	});

	it('says which service is away, and that this device is offline', async () => {
		const { page } = here;
		await here.llm.close();
		await visit('/status');
		await page.getByText(/Not everything is there: Language model/).waitFor();
		await page.context().setOffline(true);
		await page.getByText(/This device is offline/).waitFor();
		await page.context().setOffline(false);
		await page.getByText(/Not everything is there: Language model/).waitFor();
	});
});

describe('forgetting everything', () => {
	it('leaves nothing on this device, in one confirmed step', async () => {
		const { page } = here;
		await visit('/settings');
		const left = () =>
			page.evaluate(async () => {
				let records = 0;
				for (const { name = '' } of await indexedDB.databases()) {
					const database = await new Promise<IDBDatabase>((resolve, reject) => {
						const request = indexedDB.open(name);
						request.onsuccess = () => resolve(request.result);
						request.onerror = () => reject(new Error('not opened'));
					});
					for (const store of database.objectStoreNames) {
						const request = database.transaction(store).objectStore(store).count();
						records += await new Promise<number>((resolve) => (request.onsuccess = () => resolve(request.result)));
					}
					database.close();
				}
				return { records, shelf: JSON.stringify({ ...localStorage }) };
			});
		await page.evaluate(async () => {
			const request = indexedDB.open('parley-characters');
			request.onupgradeneeded = () => request.result.createObjectStore('characters');
			const database = await new Promise<IDBDatabase>((resolve) => (request.onsuccess = () => resolve(request.result)));
			const transaction = database.transaction('characters', 'readwrite');
			transaction.objectStore('characters').put({ name: 'Somebody' }, 'somebody');
			await new Promise((resolve) => (transaction.oncomplete = resolve));
			database.close();
		});
		expect((await left()).records).toBeGreaterThan(0);
		expect((await left()).shelf).toContain(CODE);
		await page.getByRole('button', { name: 'Forget everything on this device' }).click();
		await page.getByRole('button', { name: 'Forget everything', exact: true }).click();
		await page.waitForURL(`${here.url}/`);
		await page.getByRole('button', { name: 'Start talking' }).click({ trial: true });
		expect(await left()).toEqual({ records: 0, shelf: '{}' });
		expect(await theme()).toBe('dark');
	});
});
