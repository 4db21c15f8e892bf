/** The history in a browser that keeps nothing, or cannot write or read just now: nothing is lost, and it is said. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportJson } from '../../src/lib/history/exchange.ts';
import { conversation } from '../../src/lib/history/testing/records.ts';
import { violations } from './support/axe.ts';
import { stage, type Stage } from './support/stage.ts';

describe('conversations', () => {
	let here: Stage;
	beforeAll(async () => {
		here = await stage();
	});
	afterAll(() => here.close());

	it('are what they were, and that is said, where the browser cannot write or read', async () => {
		const { page } = here;
		await page.goto(`${here.url}/history`);
		const buffer = Buffer.from(exportJson([conversation({ title: 'A morning' })]));
		const file = page.locator('input[type="file"]');
		await file.setInputFiles({ name: 'in.json', mimeType: 'application/json', buffer });
		await page.getByRole('link', { name: 'A morning' }).waitFor();
		await page.evaluate(() => {
			const broken = (): never => {
				throw new DOMException('', 'UnknownError');
			};
			const { getAll } = IDBObjectStore.prototype;
			Object.assign(IDBObjectStore.prototype, {
				put: broken,
				delete: broken,
				getAll(this: IDBObjectStore, range: IDBKeyRange, most?: number) {
					return String(range.lower).startsWith('c:') ? broken() : getAll.call(this, range, most);
				}
			});
		});
		const said = page.getByText('Nothing was changed');
		await page.getByRole('button', { name: 'Star: A morning' }).click();
		await said.waitFor();
		await page.getByRole('button', { name: 'Close this message' }).click();
		expect(await said.count()).toBe(0);
		await page.getByRole('button', { name: 'Export all' }).click();
		await page.getByText('no file was made').waitFor();
		await page.getByRole('link', { name: 'A morning' }).click();
		await page.getByRole('button', { name: 'Delete' }).click();
		await said.waitFor();
		await page.getByRole('heading', { name: 'A morning' }).waitFor();
		await page.goto(`${here.url}/history`);
		await page.getByRole('link', { name: 'A morning' }).waitFor();
	});

	it('are not kept where the browser forbids it, and that is said while the talk goes on', async () => {
		const page = await here.browser.newPage({ permissions: ['microphone'] });
		await page.addInitScript(() => {
			IDBFactory.prototype.open = () => {
				throw new DOMException('The operation is insecure.', 'SecurityError');
			};
		});
		await page.goto(here.url);
		await page.getByRole('button', { name: 'Start talking' }).click();
		await expect
			.poll(() => page.getByRole('log', { name: 'Conversation' }).textContent(), { timeout: 15_000 })
			.toMatch(/Parley\S/);
		await page.getByText('This browser keeps nothing for this page.').waitFor();
		expect(await violations(page)).toEqual([]);
		await page.getByRole('link', { name: 'History' }).click();
		await page.getByText('This browser keeps nothing for this page.').waitFor();
		await page.getByRole('button', { name: 'Stop' }).waitFor();
		expect(await violations(page)).toEqual([]);
		await page.close();
	});
});
