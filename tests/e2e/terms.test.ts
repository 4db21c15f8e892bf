/** A relay that lets in who has a code, and records who agrees: what a person meets, on the way in and inside. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AxeResults, RunOptions } from 'axe-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stage, type Stage } from './support/stage.ts';

const CODE = 'e2e-code-7f3a91c0d2';

let folder = '';
let current: Stage | null = null;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'parley-recordings-'));
});
afterEach(async () => {
	await current?.close();
	current = null;
	rmSync(folder, { recursive: true, force: true });
});
async function open(relay: Record<string, string>): Promise<Stage> {
	current = await stage({ answers: ['Hello there, my friend.', 'I am back.'], relay });
	return current;
}

const phase = (name: string) => ({ type: 'phase', phase: name });
const failure = (name: string) => ({ type: 'phase', phase: 'failed', failure: name });
const field = ({ page }: Stage) => page.getByLabel('Access code', { exact: true });
const sign = ({ page }: Stage) => page.getByText('Being recorded by this server');
const question = ({ page }: Stage) => page.getByRole('group', { name: /May this server record our talk/ });
const openSettings = async ({ page }: Stage): Promise<void> => {
	await page.getByRole('button', { name: 'How we talk' }).click();
	await page.getByRole('link', { name: 'All settings' }).click();
	await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
};
const recordings = (): string[] => readdirSync(folder).filter((name) => name.endsWith('.jsonl'));

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
async function violations({ page }: Stage): Promise<string[]> {
	await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running'));
	await page.evaluate(axeSource);
	const results = await page.evaluate((options) => {
		const { axe } = window as unknown as { axe: { run(options: RunOptions): Promise<AxeResults> } };
		return axe.run(options);
	}, {} satisfies RunOptions);
	return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

describe('a relay that asks for an access code', () => {
	it('is told of, lets in who enters it, knows it at the next visit, and forgets it in one step', async () => {
		const here = await open({ ACCESS_TOKENS: CODE });
		const addresses: string[] = [];
		here.page.on('request', (request) => addresses.push(request.url()));
		here.page.on('websocket', (socket) => addresses.push(socket.url()));
		const written: string[] = [];
		here.page.on('console', (message) => written.push(message.text()));

		await here.press('Start talking');
		await here.until(failure('code_needed'));
		await expect.poll(() => field(here).evaluate((input) => input === document.activeElement)).toBe(true);
		expect(await here.page.getByRole('status').textContent()).toMatch(/asks for an access code/);
		expect(await field(here).getAttribute('type')).toBe('password');
		expect(await violations(here)).toEqual([]);

		await here.page.keyboard.insertText('not-the-code-at-all');
		await here.page.keyboard.press('Enter');
		await here.until(failure('code_wrong'));
		expect(await here.page.getByRole('status').textContent()).toMatch(/does not accept this access code/);
		await field(here).waitFor();
		await here.page.getByRole('button', { name: 'Show the code' }).click();
		expect(await field(here).getAttribute('type')).toBe('text');
		expect(await field(here).inputValue()).toBe('not-the-code-at-all');
		expect(await violations(here)).toEqual([]);

		// As it comes out of a mail.
		await field(here).fill(`  ${CODE} `);
		await here.page.getByRole('button', { name: 'Go in' }).click();
		await here.until(phase('speaking'));
		await here.press('Stop');

		const before = await here.observed();
		await here.page.reload();
		await here.press('Start talking');
		await here.until(phase('speaking'));
		const { seen } = await here.observed();
		expect(seen.filter(({ phase: name }) => name === 'failed')).toEqual([]);
		for (const told of [JSON.stringify([before, seen]), here.relayLog.join(), written.join(), addresses.join()]) {
			expect(told).not.toContain(CODE);
			expect(told).not.toContain('not-the-code-at-all');
		}
		await here.press('Stop');

		await openSettings(here);
		await here.page.getByText('This device remembers your access code.').waitFor();
		expect(await violations(here)).toEqual([]);
		await here.page.getByRole('button', { name: 'Forget this code' }).click();
		await here.page.getByText('The access code is forgotten.').waitFor();
		expect(await here.page.evaluate(() => JSON.stringify({ ...localStorage }))).not.toContain(CODE);
		await here.page.getByRole('link', { name: 'Parley', exact: true }).click();
		await here.press('Start talking');
		await here.until(failure('code_needed'));
	});

	it('takes it from the big button too, and says where no code can be so long', async () => {
		const here = await open({ ACCESS_TOKENS: CODE });
		await here.press('Start talking');
		await field(here).fill('x'.repeat(5000));
		await here.page.getByText('No access code is as long as this').waitFor();
		await here.page.keyboard.press('Enter');
		await field(here).fill(CODE);
		await here.page.getByRole('button', { name: 'Try again' }).click();
		await here.until(phase('speaking'));
		const { seen } = await here.observed();
		expect(seen.filter(({ phase: name }) => name === 'failed')).toHaveLength(1);
	});
});

describe('a relay that records', () => {
	it('asks while the talk goes on, records who agrees, and deletes it when they no longer do', async () => {
		const here = await open({ RECORDINGS_DIR: folder });
		await here.press('Start talking');
		await question(here).waitFor();
		// It waits for nobody, and nothing is written meanwhile.
		await here.until(phase('listening'));
		expect(recordings()).toEqual([]);
		expect(await sign(here).count()).toBe(0);
		expect(await violations(here)).toEqual([]);

		await question(here).getByRole('button', { name: 'Yes, record' }).focus();
		await here.page.keyboard.press('Enter');
		await sign(here).waitFor();
		await expect.poll(recordings).toHaveLength(1);
		expect(await question(here).count()).toBe(0);
		expect(await violations(here)).toEqual([]);

		await here.page.getByRole('button', { name: 'Stop and delete' }).click();
		await here.page.getByText('The recording has stopped and is deleted.').waitFor();
		await expect.poll(recordings).toEqual([]);
		expect(await sign(here).count()).toBe(0);
		expect(await violations(here)).toEqual([]);
		expect((await here.observed()).errors).toEqual([]);
	});

	it('knows the answer at the next talk, takes another in the settings, and asks again once it is forgotten', async () => {
		const here = await open({ RECORDINGS_DIR: folder });
		await here.press('Start talking');
		await question(here).getByRole('button', { name: 'Yes, record' }).click();
		await sign(here).waitFor();
		await here.press('Stop');
		await expect.poll(() => sign(here).count()).toBe(0);
		await here.page.reload();
		await here.press('Start talking');
		await sign(here).waitFor();
		await expect.poll(recordings).toHaveLength(2);
		const [, second] = recordings().sort();
		expect(readFileSync(join(folder, second!), 'utf8')).toContain('"type":"welcome"');

		await openSettings(here);
		const allowed = here.page.getByRole('switch', { name: 'This server may record our talks' });
		expect(await allowed.isChecked()).toBe(true);
		await allowed.uncheck();
		// The first talk's is no longer known to be this person's; the sentence in the settings promises no more.
		await expect.poll(recordings).toHaveLength(1);
		expect(await violations(here)).toEqual([]);
		await here.page.getByRole('link', { name: 'Parley', exact: true }).click();
		await here.press('Stop');
		await here.press('Start talking');
		await here.until(phase('speaking'));
		expect(await question(here).count()).toBe(0);
		expect(recordings()).toHaveLength(1);

		await here.page.evaluate(() => localStorage.clear());
		await here.page.reload();
		await here.press('Start talking');
		await question(here).waitFor();
		await question(here).getByRole('button', { name: 'No' }).click();
		await expect.poll(() => question(here).count()).toBe(0);
		expect(recordings()).toHaveLength(1);
	});

	it('deletes what was recorded before the connection changed as well, and says what it cannot know', async () => {
		const here = await open({ RECORDINGS_DIR: folder });
		await here.press('Start talking');
		await question(here).getByRole('button', { name: 'Yes, record' }).click();
		await expect.poll(recordings).toHaveLength(1);
		await here.killRelay('SIGKILL');
		await here.until(phase('reconnecting'));
		await here.startRelay();
		await here.until({ type: 'welcome' }, 2);
		await expect.poll(recordings).toHaveLength(2);
		await here.page.getByRole('button', { name: 'Stop and delete' }).click();
		await here.page.getByText('Only if another server kept the part before the connection changed').waitFor();
		await expect.poll(recordings).toEqual([]);
	});

	it('does not ask where it does not record', async () => {
		const here = await open({});
		await here.press('Start talking');
		await here.until(phase('speaking'));
		expect(await question(here).count()).toBe(0);
		await here.page.getByRole('button', { name: 'How we talk' }).click();
		await here.page.getByRole('switch', { name: 'Hold to talk' }).waitFor();
		expect(await here.page.getByRole('switch', { name: /record/ }).count()).toBe(0);
	});
});
