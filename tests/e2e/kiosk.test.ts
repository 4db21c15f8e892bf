/** A kiosk that nobody minds: begun by a touch or a voice, forgotten when left, locked, and back from whatever fails. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AxeResults, RunOptions } from 'axe-core';
import { afterEach, expect, it } from 'vitest';
import { hashPin } from '../../relay/kiosk/pin.ts';
import { plugs } from './support/plugs.ts';
import { stage, type Stage, type StageOptions } from './support/stage.ts';

const OPERATOR_TOKEN = 'an-operator-of-tests';
const PIN = '246810';
const SECRET = 'marmalade';

let current: Stage | null = null;
async function open(config: object, options: StageOptions): Promise<Stage> {
	const file = join(mkdtempSync(join(tmpdir(), 'parley-kiosk-')), 'kiosk.json');
	writeFileSync(file, JSON.stringify({ pin: await hashPin(PIN), ...config }));
	current = await stage({
		openAt: (url) => `${url}/kiosk?name=lobby`,
		before: plugs,
		viewport: { width: 1080, height: 1920 },
		...options,
		relay: { KIOSK_CONFIG: file, OPERATOR_TOKEN, ...options.relay }
	});
	return current;
}
afterEach(async () => {
	await current?.close();
	current = null;
});

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
async function violations({ page }: Stage): Promise<string[]> {
	// What travels for ever is no reason to wait; what fades in has to be there.
	await page.waitForFunction(() =>
		document.getAnimations().every((one) => one instanceof CSSTransition || one.playState !== 'running')
	);
	await page.evaluate(axeSource);
	const results = await page.evaluate((options) => {
		const { axe } = window as unknown as { axe: { run(options: RunOptions): Promise<AxeResults> } };
		return axe.run(options);
	}, {});
	return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

const scene = ({ page }: Stage, name: string, timeout = 15_000) =>
	page.locator(`main[data-scene="${name}"]`).waitFor({ state: 'attached', timeout });
const touch = ({ page }: Stage) => page.locator('[data-touch]').click();
const microphoneSign = ({ page }: Stage) => page.locator('[data-microphone]').getAttribute('data-microphone');
async function knock({ page }: Stage): Promise<void> {
	for (let i = 0; i < 5; i++) await page.keyboard.press('k');
	await page.getByRole('dialog').waitFor();
}
async function seenBy({ url }: Stage): Promise<{ state: string; lastError: string | null; talks: number } | undefined> {
	const headers = { authorization: `Bearer ${OPERATOR_TOKEN}` };
	const answer = await fetch(`${url}/v1/kiosk/health`, { headers });
	const { kiosks } = (await answer.json()) as {
		kiosks: { name: string; state: string; lastError: string | null; talks: number }[];
	};
	return kiosks.find(({ name }) => name === 'lobby');
}
/** Everything that this browser has anywhere, and the page shows. */
const traces = ({ page }: Stage): Promise<string> =>
	page.evaluate(async () => {
		const found = [document.documentElement.outerHTML, JSON.stringify(localStorage), JSON.stringify(sessionStorage)];
		for (const { name = '' } of await indexedDB.databases()) {
			const db = await new Promise<IDBDatabase>((resolve, reject) => {
				const request = indexedDB.open(name);
				request.onsuccess = () => resolve(request.result);
				request.onerror = () => reject(new Error(name));
			});
			for (const store of db.objectStoreNames) {
				const all = await new Promise<unknown[]>((resolve) => {
					const request = db.transaction(store).objectStore(store).getAll();
					request.onsuccess = () => resolve(request.result as unknown[]);
				});
				found.push(JSON.stringify(all));
			}
			db.close();
		}
		return found.join('\n');
	});

it('begins with a touch, is left by no key or gesture, and forgets who left', async () => {
	const here = await open(
		{ idleS: 5, languages: ['en'] },
		{ hears: [{ silenceS: 30 }], writes: [], answers: [`Hello, I am fond of ${SECRET}.`, 'Yes.', 'Yes.'] }
	);
	const { page } = here;
	await scene(here, 'attract');
	expect(await page.getByRole('button').count()).toBe(1);
	expect(await page.getByRole('link').count()).toBe(0);
	expect(await microphoneSign(here)).toBe('off');
	expect(await page.evaluate(() => window.plugs.open())).toEqual([]);
	await expect.poll(() => page.evaluate(() => window.plugs.awake())).toBe(true);
	expect(await violations(here)).toEqual([]);

	// No way out: keys do nothing, and neither do back, a menu or a selection.
	const inert = await page.evaluate(() => {
		const keys: [string, KeyboardEventInit][] = [
			['F5', {}],
			['F11', {}],
			['Escape', {}],
			['r', { ctrlKey: true }],
			['w', { ctrlKey: true }],
			['ArrowLeft', { altKey: true }],
			['BrowserBack', {}],
			['s', {}],
			['m', {}],
			['d', {}],
			['/', {}]
		];
		const prevented = (event: Event): boolean => !document.body.dispatchEvent(event);
		const init = { bubbles: true, cancelable: true };
		return [
			...keys.map(([key, more]) => [key, prevented(new KeyboardEvent('keydown', { key, ...more, ...init }))]),
			['menu', prevented(new MouseEvent('contextmenu', init))],
			['select', prevented(new Event('selectstart', init))],
			['drag', prevented(new Event('dragstart', init))],
			['zoom', prevented(new WheelEvent('wheel', { ctrlKey: true, ...init }))],
			['Tab is free', !prevented(new KeyboardEvent('keydown', { key: 'Tab', ...init }))]
		].filter(([, is]) => is !== true);
	});
	expect(inert).toEqual([]);
	for (let i = 0; i < 3; i++) {
		await page.evaluate(() => {
			history.back();
		});
		await page.waitForTimeout(50);
	}
	expect(new URL(page.url()).pathname).toBe('/kiosk');
	await scene(here, 'attract');

	// By keyboard alone.
	await page.keyboard.press('Tab');
	await page.keyboard.press('Enter');
	await scene(here, 'talking');
	await here.until({ type: 'mark', mark: { name: 'wordHeard' } }, 4);
	expect(await microphoneSign(here)).toBe('on');
	await expect.poll(() => traces(here), { timeout: 15_000 }).toContain(SECRET);
	expect(await violations(here)).toEqual([]);

	// The microphone is pulled out and comes back.
	await page.evaluate(() => {
		window.plugs.pullOut('desk');
		window.plugs.pullOut('headset');
	});
	await page.getByText('My microphone is gone').waitFor();
	expect(await microphoneSign(here)).toBe('missing');
	await page.evaluate(() => window.plugs.plugIn('lapel'));
	await expect.poll(() => microphoneSign(here), { timeout: 10_000 }).toBe('on');

	// Nobody says anything.
	await page.getByText('Are you still there?').waitFor({ timeout: 10_000 });
	expect(await violations(here)).toEqual([]);
	await scene(here, 'goodbye', 20_000);
	expect(await microphoneSign(here)).toBe('off');
	expect(await violations(here)).toEqual([]);
	expect(await page.evaluate(() => window.plugs.open())).toEqual([]);
	expect(await traces(here)).not.toContain(SECRET);
	await scene(here, 'attract');
	expect((await here.observed()).errors).toEqual([]);
});

it('comes back by itself from what fails, and opens to the PIN', async () => {
	const here = await open({ idleS: 60, languages: ['en'] }, { writes: [], answers: [`I am fond of ${SECRET}.`] });
	const { page } = here;
	await scene(here, 'attract');
	// The relay goes away, and comes back to a screen that nobody has touched.
	await here.killRelay('SIGKILL');
	await page.evaluate(() => window.dispatchEvent(new Event('online')));
	await page.getByText('I have lost my connection').first().waitFor();
	await touch(here);
	await scene(here, 'attract');
	await here.startRelay();
	await page.getByText('Touch the screen').waitFor({ timeout: 20_000 });
	await expect.poll(async () => (await seenBy(here))?.lastError, { timeout: 10_000 }).toBe('relay_away');

	// The tab dies in the middle of a talk: the next load begins where every visitor does.
	await touch(here);
	await scene(here, 'talking');
	await expect.poll(() => traces(here), { timeout: 15_000 }).toContain(SECRET);
	const kept = await page.evaluate(() => ({ ...sessionStorage }));
	expect(JSON.stringify(kept)).not.toContain(SECRET);
	const cdp = await page.context().newCDPSession(page);
	const crashed = page.waitForEvent('crash');
	void cdp.send('Page.crash').catch(() => undefined);
	await crashed;
	// The driver gives a crashed tab up, so another one is loaded, with what the tab still had.
	const reloaded = { ...here, page: await page.context().newPage() };
	const pageErrors: string[] = [];
	reloaded.page.on('pageerror', ({ message }) => pageErrors.push(message));
	await reloaded.page.addInitScript((tab) => {
		if (sessionStorage.length === 0) Object.assign(sessionStorage, tab);
	}, kept);
	await reloaded.page.goto(`${here.url}/kiosk?name=lobby`);
	await scene(reloaded, 'attract');
	await expect.poll(async () => (await seenBy(here))?.lastError, { timeout: 10_000 }).toBe('crashed');
	expect(await traces(reloaded)).not.toContain(SECRET);

	// The way out.
	await knock(reloaded);
	const pad = reloaded.page.getByRole('dialog');
	expect(await violations(reloaded)).toEqual([]);
	for (let i = 0; i < 6; i++) await pad.getByRole('button', { name: '1', exact: true }).click();
	await pad.getByRole('button', { name: 'Enter' }).click();
	await pad.getByText('That is not the PIN').waitFor();
	await reloaded.page.keyboard.type(PIN);
	await reloaded.page.keyboard.press('Enter');
	await pad.getByText('Where to?').waitFor();
	expect(await violations(reloaded)).toEqual([]);
	await pad.getByRole('button', { name: 'Settings' }).click();
	await reloaded.page.waitForURL('**/settings');
	expect(await reloaded.page.evaluate(() => document.documentElement.dataset['kiosk'])).toBeUndefined();
	await reloaded.page.goto(`${here.url}/kiosk?name=lobby`);
	await scene(reloaded, 'attract');
	await knock(reloaded);
	for (let i = 0; i < 4; i++) {
		await reloaded.page.keyboard.type('111111');
		await reloaded.page.keyboard.press('Enter');
		await pad.getByText(i < 3 ? 'That is not the PIN' : 'Too many tries').waitFor();
	}
	expect(pageErrors).toEqual([]);
});

it('begins when somebody speaks, in French, and shows when the microphone is on', async () => {
	const here = await open(
		{ start: 'speech', languages: ['fr'], title: { fr: '<b>Ada</b> ' + 'é'.repeat(40) }, theme: 'light' },
		{
			locale: 'fr-FR',
			viewport: { width: 390, height: 844 },
			hears: [
				{ silenceS: 5.5 },
				{ say: 'Bonjour bonjour, est-ce que vous pouvez me dire où je suis ici.' },
				{ silenceS: 20 }
			],
			writes: ['Bonjour, où suis-je'],
			answers: ['Bonjour, je vous écoute.']
		}
	);
	const { page } = here;
	await scene(here, 'attract');
	await expect.poll(() => microphoneSign(here), { timeout: 10_000 }).toBe('measures');
	await page.getByText('seulement pour remarquer').waitFor();
	expect(await page.evaluate(() => document.documentElement.lang)).toBe('fr');
	expect(await violations(here)).toEqual([]);
	await scene(here, 'talking', 20_000);
	await here.until({ type: 'phase', phase: 'speaking' });
	expect(await page.evaluate(() => window.plugs.open())).toHaveLength(1);
	expect(await violations(here)).toEqual([]);
	await page.getByRole('button', { name: 'Terminer' }).click();
	await page.getByText('Au revoir').waitFor();
	expect((await here.observed()).errors).toEqual([]);
});
