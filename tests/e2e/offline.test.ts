/** The app on the device: installable, open without a network, and brought up to date when its person says so. */
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withSecurity } from '../../relay/http/security.ts';
import { loadSite, type Site } from '../../relay/http/static.ts';
import { chromiumPath } from '../support/system-packages.ts';
import { CHROMIUM_FLAGS } from './support/stage.ts';

const BUILD = fileURLToPath(new URL('../../build/', import.meta.url));

let site: Site;
let server: Server;
let url: string;
let newer: string;
let browser: Browser;
let page: Page;
/** Paths that the server was asked for. */
const asked: string[] = [];

/** The relay's own way of serving the app, and no relay behind it. */
async function listen(): Promise<void> {
	server = createServer((request, response) => {
		const [path = '/', query = ''] = (request.url ?? '/').split('?');
		asked.push(path);
		const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
		const answer = path.startsWith('/v1/')
			? { status: 503, body: 'away' }
			: site.respond({ method: request.method ?? 'GET', path, query, headers, remoteAddress: '' });
		response.writeHead(answer.status, withSecurity(answer.headers)).end(answer.body);
	});
	server.listen(url === undefined ? 0 : Number(new URL(url).port), '127.0.0.1');
	await once(server, 'listening');
	url = `http://localhost:${String((server.address() as AddressInfo).port)}`;
}

async function goAway(): Promise<void> {
	server.closeAllConnections();
	server.close();
	await once(server, 'close');
}

/** The same app as it could be tomorrow: another name for the build, and something to know it by. */
async function tomorrow(): Promise<string> {
	const folder = await mkdtemp(join(tmpdir(), 'parley-tomorrow-'));
	await cp(BUILD, folder, { recursive: true });
	for (const name of await readdir(folder)) if (/\.(br|gz)$/.test(name)) await rm(join(folder, name));
	const worker = join(folder, 'service-worker.js');
	const text = await readFile(worker, 'utf8');
	const { version } = JSON.parse(await readFile(join(folder, '_app/version.json'), 'utf8')) as { version: string };
	expect(text).toContain(version);
	await writeFile(worker, text.replaceAll(version, `${version}-tomorrow`));
	const home = join(folder, 'index.html');
	const html = await readFile(home, 'utf8');
	await writeFile(home, html.replace('<html', '<html data-build="tomorrow"'));
	return folder;
}

/** Until the service worker serves this page, and nothing of the app is still to be fetched. */
const held = () =>
	page.waitForFunction(
		async () => (await navigator.serviceWorker.ready) && navigator.serviceWorker.controller !== null
	);
const build = () => page.evaluate(() => document.documentElement.dataset['build'] ?? 'today');

beforeAll(async () => {
	site = await loadSite(BUILD);
	newer = await tomorrow();
	await listen();
	browser = await chromium.launch({ executablePath: chromiumPath(), args: [...CHROMIUM_FLAGS] });
	page = await (await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'en-GB' })).newPage();
	page.setDefaultTimeout(10_000);
});
afterAll(async () => {
	await browser.close();
	await goAway();
	await rm(newer, { recursive: true, force: true });
});

describe('the app on the device', () => {
	it('is one that Chromium would install', async () => {
		await page.goto(url);
		await held();
		const devtools = await page.context().newCDPSession(page);
		const { errors, manifest } = await devtools.send('Page.getAppManifest');
		expect(errors).toEqual([]);
		expect(manifest).toBeDefined();
		const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
		// Playwright's contexts are private windows, which install nothing; of the app itself nothing is missing.
		expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito')).toEqual([]);
	});

	it('offers itself in the settings, where the browser can install it or a hand must', async () => {
		await page.goto(`${url}/settings`);
		await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
		const install = page.getByRole('button', { name: 'Install Parley' });
		expect(await install.count()).toBe(0);
		await page.evaluate(() => {
			const offer = Object.assign(new Event('beforeinstallprompt', { cancelable: true }), {
				prompt: () => Promise.resolve(document.body.setAttribute('data-prompted', ''))
			});
			window.dispatchEvent(offer);
		});
		await install.click();
		await page.locator('body[data-prompted]').waitFor();
		expect(await install.count()).toBe(0);

		const phone = await page.context().newPage();
		await phone.addInitScript(() => {
			Object.defineProperties(navigator, { standalone: { value: false }, maxTouchPoints: { value: 5 } });
		});
		await phone.goto(`${url}/settings`);
		await phone.getByText('Add to Home Screen').waitFor();
		await phone.close();
	});

	it('opens every page with no server and no network', async () => {
		await goAway();
		await page.context().setOffline(true);
		for (const [path, title] of [
			['/history', 'History'],
			['/settings', 'Settings'],
			['/status', 'Status']
		] as const) {
			await page.goto(url + path);
			await page.getByRole('heading', { level: 1, name: title }).waitFor();
		}
		await page.goto(`${url}/?text=hello`);
		await page.getByRole('button', { name: 'Start talking' }).and(page.locator(':enabled')).waitFor();
		await page.getByText('Your text is ready').waitFor();
		expect(new URL(page.url()).search).toBe('');
		await page.reload();
		// The browser notices that the network went, and that it is back.
		await page.context().setOffline(false);
		await page.context().setOffline(true);
		await page.getByText('No network just now').waitFor();
		await page.context().setOffline(false);
		await page.getByText('No network just now').waitFor({ state: 'hidden' });
	});

	it('asks for nothing that it holds, and for the relay always', async () => {
		await listen();
		asked.length = 0;
		await page.goto(`${url}/status`);
		await page.getByRole('heading', { level: 1, name: 'Status' }).waitFor();
		await expect.poll(() => asked.some((path) => path.startsWith('/v1/'))).toBe(true);
		expect(asked.filter((path) => !path.startsWith('/v1/') && path !== '/service-worker.js')).toEqual([]);
	});

	it('says that there is a newer one, goes on until it is wanted, and is then the newer one', async () => {
		await page.goto(url);
		site = await loadSite(newer);
		const note = page.getByRole('complementary', { name: 'A new version of Parley is ready.' });
		expect(await note.count()).toBe(0);
		await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
		await note.waitFor();
		expect(await build()).toBe('today');
		// Put off: not asked again on this visit.
		await note.getByRole('button', { name: 'Later' }).click();
		expect(await note.count()).toBe(0);
		await page.reload();
		expect(await build()).toBe('today');
		await note.getByRole('button', { name: 'Use it now' }).click();
		await page.waitForFunction(() => document.documentElement.dataset['build'] === 'tomorrow');
		expect(await note.count()).toBe(0);
	});

	it('keeps what the version before needs for the tabs that are still in it, and nothing older', async () => {
		const names = await page.evaluate(() => caches.keys());
		expect(names.length).toBe(2);
	});

	it('is held anew once everything was forgotten, and opens without a network again', async () => {
		await page.goto(`${url}/settings`);
		await page.getByRole('button', { name: 'Forget everything on this device' }).click();
		await page.getByRole('button', { name: 'Forget everything', exact: true }).click();
		await page.waitForURL(`${url}/`);
		await held();
		await expect.poll(() => page.evaluate(() => caches.keys())).toHaveLength(1);
		await goAway();
		await page.context().setOffline(true);
		await page.goto(`${url}/history`);
		await page.getByRole('heading', { level: 1, name: 'History' }).waitFor();
		await page.context().setOffline(false);
		await listen();
	});
});
