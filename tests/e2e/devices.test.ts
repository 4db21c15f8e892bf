/** Microphone and loudspeaker in the hands of a person: chosen, tried, pulled out in mid-talk and plugged in again. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import { afterEach, expect, it } from 'vitest';
import { plugs } from './support/plugs.ts';
import { stage, type Stage, type StageOptions } from './support/stage.ts';

let current: Stage | null = null;
async function open(options: StageOptions): Promise<Stage> {
	current = await stage({ before: plugs, ...options });
	return current;
}
afterEach(async () => {
	await current?.close();
	current = null;
});

const phase = (name: string) => ({ type: 'phase', phase: name });
const said = ({ page }: Stage, text: RegExp) =>
	expect.poll(() => page.getByRole('status').first().textContent(), { timeout: 10_000 }).toMatch(text);
const openMicrophones = ({ page }: Stage) => page.evaluate(() => window.plugs.open());
const pullOut = ({ page }: Stage, name: string) => page.evaluate((device) => window.plugs.pullOut(device), name);
const plugIn = ({ page }: Stage, name: string) => page.evaluate((device) => window.plugs.plugIn(device), name);

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
async function violations({ page }: Stage): Promise<string[]> {
	await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running'));
	await page.evaluate(axeSource);
	const results = await page.evaluate((options) => {
		const { axe } = window as unknown as { axe: { run(options: RunOptions): Promise<AxeResults> } };
		return axe.run(options);
	}, {});
	return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

const STORY = 'There was a clock in a tower by the sea, and gulls came to look at its hands and wonder about the hour.';

it('a microphone pulled out in mid-answer stops neither answer nor captions, and the next one is heard', async () => {
	const here = await open({
		hears: [{ silenceS: 6 }, { say: 'Are you still there, my friend?' }],
		writes: ['Are you still there, my friend?', 'Are you still there, my friend?'],
		answers: [STORY, 'Yes, I am here.', 'And still here.'],
		ttsSpeed: 4
	});
	const { page, press, until } = here;
	await press('Start talking');
	await until({ type: 'mark', mark: { name: 'wordHeard' } }, 2);
	await expect.poll(() => page.evaluate(() => window.plugs.awake())).toBe(true);
	await pullOut(here, 'desk');
	await said(here, /I listen through another.*The headset/);
	expect(await openMicrophones(here)).toEqual(['headset']);
	// Twice in a row, and now there is none.
	await pullOut(here, 'headset');
	await said(here, /No microphone is plugged in/);
	await expect
		.poll(async () => (await here.observed()).captions.map(({ text }) => text.trim()), { timeout: 15_000 })
		.toEqual(expect.arrayContaining(['hour.']));
	await until(phase('listening'), 2);
	// It plays from its beginning again: what is said into the new one is heard and answered.
	await plugIn(here, 'lapel');
	await said(here, /^(?!.*No microphone)/);
	expect(await openMicrophones(here)).toEqual(['lapel']);
	await until(phase('speaking'), 2);
	const { seen, errors } = await here.observed();
	expect(seen.flatMap((one) => (one.type === 'phase' ? [one['phase']] : []))).not.toContain('failed');
	expect(errors).toEqual([]);

	// The headset's buttons.
	await page.evaluate(() => window.plugs.press('pause'));
	await said(here, /muted/);
	expect(await page.evaluate(() => navigator.mediaSession.playbackState)).toBe('paused');
	await page.evaluate(() => window.plugs.press('togglemicrophone'));
	await said(here, /^(?!.*muted)/);
	expect(await page.evaluate(() => navigator.mediaSession.metadata?.title)).toBe('Parley');

	// The tab is frozen, and thawed: the talk is still there and answers.
	const cdp = await page.context().newCDPSession(page);
	await cdp.send('Page.setWebLifecycleState', { state: 'frozen' });
	await cdp.send('Page.setWebLifecycleState', { state: 'active' });
	await page.getByRole('button', { name: 'Write instead of speaking' }).click();
	await page.getByRole('textbox').fill('Are you awake?');
	await page.keyboard.press('Enter');
	await until(phase('speaking'), 3);

	await page.evaluate(() => window.plugs.press('stop'));
	await page.getByRole('button', { name: 'Start talking' }).waitFor();
	expect(await openMicrophones(here)).toEqual([]);
	await expect.poll(() => page.evaluate(() => window.plugs.awake())).toBe(false);
	expect(await page.evaluate(() => navigator.mediaSession.playbackState)).toBe('none');
});

it('devices are chosen, the microphone is tried, and a talk follows a change of mind', async () => {
	const here = await open({
		hears: [{ say: 'One two three four five six seven eight nine ten eleven twelve.' }],
		answers: ['Hello.']
	});
	const { page } = here;
	await page.getByRole('button', { name: 'Check it first' }).click();
	const sheet = page.getByRole('dialog');
	const microphone = sheet.getByRole('combobox', { name: 'Microphone' });
	await expect
		.poll(() => microphone.locator('option').allTextContents())
		.toEqual(['As the system has it', 'The desk', 'The headset']);
	await sheet.locator('[data-check="listening"]').waitFor();
	await expect
		.poll(() => sheet.getByRole('status').textContent(), { timeout: 10_000 })
		.toMatch(/Good|too loud|too quiet/);
	expect(await violations(here)).toEqual([]);
	await sheet.getByRole('button', { name: 'Hear yourself' }).click();
	await sheet.locator('[data-check="recording"]').waitFor();
	await sheet.locator('[data-check="playing"]').waitFor();
	// No loudspeaker can howl into a microphone that is off.
	expect(await page.evaluate(() => window.plugs.hearing())).toEqual([]);
	await sheet.locator('[data-check="listening"]').waitFor();
	// Chosen while it is being tried: that one is tried.
	await microphone.selectOption('headset');
	await expect.poll(() => openMicrophones(here)).toEqual(['headset']);
	await sheet.getByRole('combobox', { name: 'Loudspeaker' }).selectOption('shelf');
	await page.keyboard.press('Escape');
	await expect.poll(() => openMicrophones(here)).toEqual([]);

	await here.press('Start talking');
	await here.until(phase('listening'));
	expect(await openMicrophones(here)).toEqual(['headset']);
	await expect.poll(() => page.evaluate(() => window.plugs.sink())).toBe('shelf');
	await page.getByRole('button', { name: 'How we talk' }).click();
	await microphone.selectOption('desk');
	await expect.poll(() => openMicrophones(here)).toEqual(['desk']);
	await sheet.getByRole('slider', { name: 'Volume of the voice' }).fill('40');
	expect(await violations(here)).toEqual([]);
	await sheet.getByRole('link', { name: 'All settings' }).click();
	await page.getByRole('switch', { name: 'Suppress noise' }).uncheck();
	await page.getByRole('link', { name: 'Parley', exact: true }).click();
	await pullOut(here, 'shelf');
	await said(here, /That loudspeaker is gone/);
	expect(await page.evaluate(() => window.plugs.sink())).toBe('');
	const { seen } = await here.observed();
	expect(seen.flatMap((one) => (one.type === 'phase' ? [one['phase']] : []))).not.toContain('failed');
});
