/** A voice of one's own, made from a file and from the microphone, with a cloning server that does what the test says. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { synthesiseWav } from '../../relay/embedded/tts/wav.ts';
import { SCRIPTS, serveCloning, type ScriptedCloning } from '../../relay/voices/testing/cloning-server.ts';
import { stage, type Stage } from './support/stage.ts';

const SPOKEN =
	'The quick brown fox jumps over the lazy dog, and then it sits down in the shade to think about it for a while.';

let cloning: ScriptedCloning;
let here: Stage;
let speech: Buffer;
beforeAll(async () => {
	cloning = await serveCloning();
	speech = Buffer.from(await synthesiseWav(SPOKEN, 'en'));
	// Its own voice engine: a cloned voice is sent to it before the words.
	here = await stage({
		hears: [{ silenceS: 0.5 }, { say: SPOKEN }],
		answers: ['Hello there.'],
		relay: { VOICE_CLONING_URL: cloning.url }
	});
	here.page.setDefaultTimeout(10_000);
});
afterAll(async () => {
	await here.close();
	await cloning.close();
});

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
async function violations(): Promise<string[]> {
	await here.page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running'));
	await here.page.evaluate(axeSource);
	const results = await here.page.evaluate((options) => {
		const { axe } = window as unknown as { axe: { run(options: RunOptions): Promise<AxeResults> } };
		return axe.run(options);
	}, {} satisfies RunOptions);
	return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

const uploads = (): number => cloning.requests.filter(({ method }) => method === 'POST').length;
const panel = () => here.page.getByRole('region', { name: 'A voice of your own' });
const says = (text: RegExp) => expect.poll(() => panel().textContent(), { timeout: 10_000 }).toMatch(text);
const give = (name: string, buffer: Buffer, mimeType = 'audio/wav') =>
	here.page.locator('input[type="file"][accept^="audio"]').setInputFiles({ name, mimeType, buffer });

async function openPeople(): Promise<void> {
	await here.page.getByRole('button', { name: /^Who answers/ }).click();
}
async function openVoices(): Promise<void> {
	await openPeople();
	await here.page.getByRole('button', { name: 'A voice of your own' }).click();
	await panel().waitFor();
}

describe('a voice of one’s own', () => {
	it('is made from a file, after consent, kept for an hour, and can be listened to', async () => {
		await openVoices();
		const file = here.page.getByRole('button', { name: 'Take a sound file' });
		expect(await file.isDisabled()).toBe(true);
		await here.page.getByRole('checkbox', { name: /my own voice/ }).check();
		expect(await file.isDisabled()).toBe(false);
		await give('me.wav', speech);
		await says(/There are \d seconds of speech/);
		expect(await violations()).toEqual([]);
		await here.page.getByLabel('What to call it').fill('<b>Me</b>');
		await here.page.getByRole('button', { name: 'Make the voice' }).click();
		await says(/“<b>Me<\/b>” is ready/);
		await says(/kept until \d/);
		expect(uploads()).toBe(1);
		// Ten seconds at most, unpacked and packed anew: nothing else of the file leaves the device.
		expect(cloning.recordings.at(-1)!.subarray(0, 4).toString()).toBe('RIFF');
		expect(cloning.recordings.at(-1)!.length).toBeLessThanOrEqual(480_044);
		await here.page.getByRole('button', { name: 'Listen to “<b>Me</b>”' }).click();
		await expect.poll(() => here.ttsTap.connections.length).toBeGreaterThan(0);
		await here.page.getByRole('button', { name: 'Listen to “<b>Me</b>”', pressed: false }).waitFor();
		expect(await panel().textContent()).not.toMatch(/cannot be heard/);
		expect(await violations()).toEqual([]);
	});

	it('is not sent where the file is too big, no sound, silent or too short, and each is said', async () => {
		const before = uploads();
		await give('huge.wav', Buffer.alloc(9 << 20));
		await says(/too big: 8 MB/);
		await give('letter.wav', Buffer.from('Dear Sir or Madam,'.repeat(100)));
		await says(/no sound that this browser can read/);
		await give('silence.wav', Buffer.concat([speech.subarray(0, 44), Buffer.alloc(400_000)]));
		await says(/nothing to hear/);
		await give('word.wav', Buffer.from(await synthesiseWav('Yes.', 'en')));
		await says(/too little speech/);
		expect(uploads()).toBe(before);
	});

	it('keeps the recording where the server refuses or is away, says why, and makes it at the next try', async () => {
		const { page } = here;
		const make = () => page.getByRole('button', { name: 'Make the voice' }).click();
		await give('me.wav', speech);
		await says(/seconds of speech/);
		cloning.play(SCRIPTS.status(500));
		await make();
		await says(/No voice could be made of it/);
		cloning.play(SCRIPTS.status(503, { 'retry-after': '7' }));
		await make();
		await says(/too many voices at the moment.*In \d+ seconds/);
		for (const [status, words] of [
			[413, /finds the recording too big/],
			[411, /does not take this for a recording/],
			[415, /does not take this for a recording/],
			[429, /too many voices/]
		] as const) {
			await page.route('**/v1/voices', (route) => route.fulfill({ status, body: 'no' }), { times: 1 });
			await make();
			await says(words);
		}
		await page.route('**/v1/voices', (route) => route.abort(), { times: 1 });
		await make();
		await says(/The server does not answer/);
		cloning.play(SCRIPTS.good);
		await page.getByLabel('What to call it').fill('Second');
		await make();
		await says(/“Second” is ready/);
	});

	it('is recorded from the microphone, with level and progress', async () => {
		const { page } = here;
		await page.getByRole('button', { name: 'Record ten seconds' }).click();
		await says(/Speak now/);
		await expect
			.poll(
				() =>
					page
						.getByRole('img', { name: 'How loud you are' })
						.evaluate((meter) => Number((meter as HTMLElement).style.getPropertyValue('--done'))),
				{ timeout: 9000 }
			)
			.toBeGreaterThan(0.45);
		expect(await violations()).toEqual([]);
		await page.getByRole('button', { name: 'Done' }).click();
		await says(/There are [4-7] seconds of speech/);
		await page.getByRole('button', { name: 'Make the voice' }).click();
		await says(/“My voice 3” is ready/);
	});

	it('speaks for now, until the relay has lost it: that is said, and the next answer has its own voice', async () => {
		const { page, press, until } = here;
		await page.getByRole('button', { name: /^Second kept until/ }).click();
		await says(/“Second” speaks for now/);
		// Deleted on the server behind our back, as after its hour.
		await page.evaluate(async () => {
			const voices = JSON.parse(localStorage.getItem('parley.voices') ?? '[]') as { voice: string; label: string }[];
			const second = voices.find(({ label }) => label === 'Second')!;
			await fetch(`/v1/voices/${encodeURIComponent(second.voice)}`, { method: 'DELETE' });
		});
		await page.keyboard.press('Escape');
		await press('Start talking');
		await until({ type: 'problem', problem: { code: 'voice_gone' } });
		await expect.poll(() => page.evaluate(() => localStorage.getItem('parley.voices'))).not.toContain('Second');
		await press('Stop');
	});

	it('is deleted here and on the server', async () => {
		const { page } = here;
		await openVoices();
		const [voice] = await page.evaluate(
			() => JSON.parse(localStorage.getItem('parley.voices') ?? '[]') as { voice: string }[]
		);
		await page.getByRole('button', { name: 'Delete “My voice 3”' }).click();
		await says(/“My voice 3” is deleted, here and on the server/);
		const again = await fetch(`${here.url}/v1/voices/${encodeURIComponent(voice!.voice)}`, { method: 'DELETE' });
		expect(again.status).toBe(404);
	});

	it('is chosen for a character in the editor', async () => {
		const { page } = here;
		await page.getByRole('button', { name: 'Back', exact: true }).click();
		await page.getByRole('button', { name: /^Write/ }).click();
		await page.getByRole('button', { name: 'A voice of your own' }).click();
		await page.getByRole('button', { name: /^<b>Me<\/b> kept until/ }).click();
		expect(await page.locator('select').nth(1).locator('option:checked').textContent()).toBe('<b>Me</b>');
		expect(await violations()).toEqual([]);
	});

	it('speaks French as well, and is accessible there', async () => {
		const { page } = here;
		await page.evaluate(() => localStorage.setItem('parley.language', '"fr"'));
		await page.reload();
		await page.getByRole('button', { name: /^Qui répond/ }).click();
		await page.getByRole('button', { name: 'Une voix à vous' }).click();
		await page.getByRole('checkbox', { name: /ma propre voix/ }).check();
		await give('me.wav', speech);
		await expect.poll(() => page.locator('[data-step]').textContent()).toMatch(/secondes de parole/);
		expect(await violations()).toEqual([]);
		const overflow = () =>
			page.evaluate(
				() =>
					document.querySelector('dialog .inside')!.scrollWidth - document.querySelector('dialog .inside')!.clientWidth
			);
		await page.setViewportSize({ width: 320, height: 640 });
		expect(await overflow()).toBeLessThanOrEqual(0);
	});

	it('is hidden where the relay makes none', async () => {
		const { page } = here;
		await page.route('**/v1/health', async (route) => {
			const response = await route.fetch();
			const told = (await response.json()) as { instances: object };
			await route.fulfill({
				response,
				json: { ...told, voice_cloning_up: false, instances: { ...told.instances, voice_cloning: { up: 0, of: 0 } } }
			});
		});
		await page.evaluate(() => localStorage.setItem('parley.language', '"en"'));
		await page.reload();
		const asked = page.waitForResponse('**/v1/health');
		await openPeople();
		await asked;
		await page.getByRole('button', { name: /^Write/ }).waitFor();
		expect(await page.getByRole('button', { name: 'A voice of your own' }).count()).toBe(0);
	});
});
