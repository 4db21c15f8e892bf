/** The sound of a talk: kept where the person wants it, both voices in their places, taken along, lost to no crash, deleted. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sound } from '../../src/lib/sound/sound.ts';
import { soundOf } from './support/sound.ts';
import { stage, type Stage } from './support/stage.ts';

const LONG = 'Once upon a time there was a very long story, which went on and on, and nobody could say why. '.repeat(4);

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
async function violations(page: Page): Promise<string[]> {
	await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running'));
	await page.evaluate(axeSource);
	const results = await page.evaluate(() => (window as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run());
	return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

/** What lies in the database of sounds; nothing where there is no database. */
const lying = (page: Page): Promise<readonly (readonly [string, unknown])[]> =>
	page.evaluate(async () => {
		const names = (await indexedDB.databases()).map(({ name }) => name);
		if (!names.includes('parley-sound')) return [];
		return new Promise<[string, unknown][]>((resolve, reject) => {
			const opening = indexedDB.open('parley-sound');
			opening.onerror = () => reject(new Error('open'));
			opening.onsuccess = () => {
				const store = opening.result.transaction('sounds').objectStore('sounds');
				const all: [string, unknown][] = [];
				store.openCursor().onsuccess = ({ target }) => {
					const { result } = target as IDBRequest<IDBCursorWithValue | null>;
					if (result !== null) {
						const key = String(result.key);
						all.push([key, key.startsWith('s:') ? result.value : null]);
						result.continue();
						return;
					}
					opening.result.close();
					resolve(all);
				};
			};
		});
	});
const keys = async (page: Page): Promise<string[]> => (await lying(page)).map(([key]) => key);
/** The sounds themselves, the oldest first. */
async function kept(page: Page): Promise<Sound[]> {
	const sounds = (await lying(page)).flatMap(([key, value]) => (key.startsWith('s:') ? [value as Sound] : []));
	return sounds.sort((a, b) => a.startedAtMs - b.startedAtMs);
}

interface Heard {
	readonly info: string;
	/** 48 kHz. */
	readonly user: Float32Array;
	readonly assistant: Float32Array;
}
async function downloaded(page: Page): Promise<Heard> {
	const coming = page.waitForEvent('download');
	await page.getByRole('button', { name: /^Download the audio/ }).click();
	const file = await coming;
	expect(file.suggestedFilename()).toMatch(/^parley-\d{4}-\d\d-\d\d-\d{4}\.opus$/);
	const folder = mkdtempSync(join(tmpdir(), 'parley-sound-'));
	const path = join(folder, 'talk.opus');
	await file.saveAs(path);
	const info = execFileSync('opusinfo', [path], { encoding: 'utf8' });
	execFileSync('opusdec', ['--quiet', '--float', '--rate', '48000', path, join(folder, 'talk.wav')]);
	const wav = readFileSync(join(folder, 'talk.wav'));
	const data = wav.indexOf('data') + 8;
	const samples = Float32Array.from({ length: (wav.length - data) / 4 }, (_, i) => wav.readFloatLE(data + 4 * i));
	return { info, user: samples.filter((_, i) => i % 2 === 0), assistant: samples.filter((_, i) => i % 2 === 1) };
}
/** Louder than a whisper. */
const LOUD = 0.02;
/** Where it first and last is, in seconds. */
const firstS = (samples: Float32Array, rate = 48_000): number =>
	samples.findIndex((sample) => Math.abs(sample) > LOUD) / rate;
const lastS = (samples: Float32Array, rate = 48_000): number =>
	samples.findLastIndex((sample) => Math.abs(sample) > LOUD) / rate;

const peakOf = (samples: Float32Array): number => samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);

/** What a browser makes of the file; `atS`: at that second, for the picture. */
async function watched(page: Page, path: string, atS: number) {
	const field = await page.evaluateHandle(() => {
		const input = document.createElement('input');
		input.type = 'file';
		document.body.append(input);
		return input;
	});
	await field.setInputFiles(path);
	return page.evaluate(
		async ({ input, atS }) => {
			const file = input.files![0]!;
			input.remove();
			const video = document.createElement('video');
			video.src = URL.createObjectURL(file);
			const happens = (name: string): Promise<unknown> =>
				new Promise((resolve, reject) => {
					video.addEventListener(name, resolve, { once: true });
					video.addEventListener('error', () => reject(new Error(video.error?.message)), { once: true });
				});
			await happens('loadeddata');
			const { duration } = video;
			const canvas = document.createElement('canvas');
			canvas.width = canvas.height = 720;
			const ctx = canvas.getContext('2d')!;
			/** Pixels between two heights that are far from the ground. */
			const bright = (from: number, to: number): number => {
				const { data } = ctx.getImageData(0, from, 720, to - from);
				let count = 0;
				for (let at = 0; at < data.length; at += 4)
					if (Math.max(data[at]!, data[at + 1]!, data[at + 2]!) > 130) count++;
				return count;
			};
			const seek = happens('seeked');
			video.currentTime = atS;
			await seek;
			ctx.drawImage(video, 0, 0);
			const sound = await new OfflineAudioContext(1, 1, 48_000).decodeAudioData(await file.arrayBuffer());
			return {
				bytes: file.size,
				durationS: duration,
				size: [video.videoWidth, video.videoHeight],
				rings: bright(60, 520),
				caption: bright(550, 700),
				soundS: sound.duration,
				loudest: sound.getChannelData(0).reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
			};
		},
		{ input: field, atS }
	);
}

describe('the sound of a talk', () => {
	let here: Stage;
	/** In the sound of the first talk, a moment in the middle of the assistant's first words. */
	let spokenS = 0;
	beforeAll(async () => {
		here = await stage({
			hears: [{ silenceS: 4 }, { say: 'Stop please, that is enough of this story for me.' }, { silenceS: 30 }],
			writes: ['Stop please, that is enough of this story for me.'],
			answers: [LONG, 'As you like.']
		});
	});
	afterAll(() => here.close());

	it('is not kept unless somebody wants it', async () => {
		const { page } = here;
		await page.getByRole('button', { name: 'Keep the sound of talks', pressed: false }).waitFor();
		expect(await violations(page)).toEqual([]);
		expect(await keys(page)).toEqual([]);
		expect(await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name))).not.toContain(
			expect.stringContaining('sound.worker')
		);
	});

	it('holds both voices where they were, the interruption too, within 50 ms of the marks', async () => {
		const { page } = here;
		await page.getByRole('button', { name: 'Keep the sound of talks' }).click();
		await here.press('Start talking');
		await page.getByText('The sound of this talk is kept on this device.').waitFor();
		await here.until({ type: 'mark', mark: { name: 'silenced' } });
		await here.until({ type: 'entry', entry: { role: 'assistant', text: 'As you like.', open: false } });
		expect(await violations(page)).toEqual([]);
		await here.press('Stop');
		await page.getByRole('button', { name: /^Download the audio/ }).waitFor();
		const { info, user, assistant } = await downloaded(page);
		expect(info).not.toMatch(/warning|error/i);
		expect(info).toContain('Channels: 2');
		// Where the first reply begins in the file: its own first loud sample is known.
		const reply = await soundOf(here.ttsTap.connections[0]!);
		const beginsS = firstS(assistant) - firstS(reply, 24_000);
		const second = (await here.marks('wordHeard')).filter(({ text }) => text === 'As').at(-1)!;
		// It may pause first, to see whether the person goes on.
		const silenced = (await here.marks('silenced')).findLast(({ atMs }) => atMs < second.atMs);
		// A mark may be late, where the machine is busy, and never early: the promptest of the first words tells the most.
		const words = (await here.marks('wordHeard')).filter(({ atMs }) => atMs < second.atMs);
		const replyAtS = Math.min(...words.map(({ atMs, value }) => atMs / 1000 - value / 24_000));
		/** A time of the marks, in the file. */
		const inFileS = (atMs: number): number => atMs / 1000 - replyAtS + beginsS;
		spokenS = inFileS(words[0]!.atMs) + 1;
		// The first reply is heard up to where it was cut off, and no further.
		const cutS = lastS(assistant.subarray(0, (inFileS(silenced!.atMs) + 1) * 48_000));
		// It may have been cut off between two words: so no sound later than 50 ms after the mark, and some shortly before.
		expect(cutS - inFileS(silenced!.atMs)).toBeLessThan(0.05);
		expect(cutS - inFileS(silenced!.atMs)).toBeGreaterThan(-0.6);
		// The second one begins where its first word's mark says.
		const other = await soundOf(here.ttsTap.connections.at(-1)!);
		const secondS = firstS(assistant.subarray(Math.round((cutS + 0.5) * 48_000))) + cutS + 0.5;
		const marked = inFileS(second.atMs) - second.value / 24_000 + firstS(other, 24_000);
		expect(Math.abs(secondS - marked)).toBeLessThan(0.05);
		// The person is where the microphone's level says: it is seen at most two windows of 40 ms after it was heard.
		const { levels } = await here.observed();
		const seenS = inFileS(levels.find((level) => level.user > LOUD)!.atMs);
		expect(seenS - firstS(user)).toBeGreaterThan(-0.05);
		expect(seenS - firstS(user)).toBeLessThan(0.13);
		// Neither voice is in the other's channel.
		const both = user.subarray(firstS(user) * 48_000, lastS(user) * 48_000);
		expect(peakOf(assistant.subarray((cutS + 0.1) * 48_000, (cutS + 0.5) * 48_000))).toBeLessThan(0.02);
		expect(peakOf(both)).toBeGreaterThan(0.1);
	});

	it('becomes a video of the same length, with pictures and sound, that can be entered anywhere', async () => {
		const { page } = here;
		const beganMs = Date.now();
		const coming = page.waitForEvent('download', { timeout: 60_000 });
		await page.getByRole('button', { name: 'Make a video' }).click();
		await page.getByText('Making the video').waitFor();
		expect(await violations(page)).toEqual([]);
		const file = await coming;
		const tookS = (Date.now() - beganMs) / 1000;
		expect(file.suggestedFilename()).toMatch(/\.webm$/);
		await page.getByText('The video is among your downloads.').waitFor();
		const path = join(mkdtempSync(join(tmpdir(), 'parley-film-')), 'talk.webm');
		await file.saveAs(path);
		const film = await watched(page, path, spokenS);
		console.log(`a video of ${film.durationS.toFixed(1)} s, ${String(film.bytes)} bytes, took ${tookS.toFixed(1)} s`);
		const { lengthMs } = (await kept(page))[0]!;
		expect(Math.abs(film.durationS - lengthMs / 1000)).toBeLessThan(0.05);
		expect(film.size).toEqual([720, 720]);
		expect(film.rings).toBeGreaterThan(500);
		expect(film.caption).toBeGreaterThan(200);
		expect(Math.abs(film.soundS - lengthMs / 1000)).toBeLessThan(0.05);
		expect(film.loudest).toBeGreaterThan(0.1);
	});

	it('is deleted in one step, and had back', async () => {
		const { page } = here;
		await page.getByRole('button', { name: 'Delete the sound' }).click();
		await page.getByText('The sound is deleted.').waitFor();
		expect(await keys(page)).toEqual([]);
		await page.getByRole('button', { name: 'Undo' }).click();
		await page.getByRole('button', { name: /^Download the audio/ }).waitFor();
	});

	it('stands beside the conversation in the history, and goes and comes with it', async () => {
		const { page } = here;
		await page.getByRole('link', { name: 'History' }).click();
		await page.getByRole('link', { name: /Stop please/ }).click();
		await page.getByRole('button', { name: /^Download the audio/ }).waitFor();
		expect(await violations(page)).toEqual([]);
		await page.getByRole('button', { name: 'Delete', exact: true }).click();
		await page.getByText(/is deleted\./).waitFor();
		await expect.poll(() => keys(page)).toEqual([]);
		await page.getByRole('button', { name: 'Undo' }).click();
		await expect.poll(() => keys(page)).not.toEqual([]);
		await page.getByRole('link', { name: /Stop please/ }).click();
		expect((await downloaded(page)).info).not.toMatch(/warning|error/i);
	});

	it('outlives the page that was killed in mid-talk, up to the second before', async () => {
		const page = await here.page.context().newPage();
		await page.goto(here.url);
		await page.getByRole('button', { name: 'Start talking' }).click();
		await page.getByText('The sound of this talk is kept on this device.').waitFor();
		const growing = async () => (await kept(page)).find(({ ended }) => !ended)?.pieces ?? 0;
		await expect.poll(growing, { timeout: 15_000 }).toBeGreaterThanOrEqual(3);
		const session = await page.context().newCDPSession(page);
		const crashed = page.waitForEvent('crash');
		void session.send('Page.crash').catch(() => undefined);
		await crashed;
		const after = await here.page.context().newPage();
		await after.goto(`${here.url}/history`);
		await after.locator('.line a').first().click();
		const { info, assistant } = await downloaded(after);
		expect(info).not.toMatch(/warning|error/i);
		expect(assistant.length / 48_000).toBeGreaterThan(2.9);
		expect(peakOf(assistant)).toBeGreaterThan(0.1);
		await after.close();
	});

	it('of a talk that becomes private is deleted, and of a private talk there is none', async () => {
		const page = await here.page.context().newPage();
		await page.goto(here.url);
		const before = (await kept(page)).length;
		await page.getByRole('button', { name: 'Start talking' }).click();
		await expect.poll(async () => (await kept(page)).length, { timeout: 15_000 }).toBe(before + 1);
		await page.getByRole('link', { name: 'History' }).click();
		await page.getByRole('switch', { name: 'Talk in private' }).check();
		await expect.poll(async () => (await kept(page)).length).toBe(before);
		await page.getByRole('button', { name: 'Undo' }).click();
		await expect.poll(async () => (await kept(page)).length).toBe(before + 1);
		await page.getByRole('link', { name: 'Parley', exact: true }).click();
		expect(await page.getByText('The sound of this talk is kept').count()).toBe(0);
		expect(await page.getByRole('button', { name: 'Keep the sound of talks' }).count()).toBe(0);
		await page.getByRole('button', { name: 'Stop', exact: true }).click();
		await page.getByRole('link', { name: 'History' }).click();
		await page.getByRole('switch', { name: 'Talk in private' }).uncheck();
		await page.getByRole('button', { name: 'Delete everything' }).click();
		await page.getByRole('button', { name: 'Delete for good' }).click();
		await expect.poll(() => keys(page)).toEqual([]);
		await page.close();
	});

	it('is offered in French, too', async () => {
		const page = await here.browser.newPage({
			locale: 'fr-FR',
			viewport: { width: 360, height: 780 },
			permissions: ['microphone']
		});
		await page.goto(`${here.url}/settings`);
		await page.getByRole('switch', { name: 'Garder le son des conversations' }).check();
		await page.goto(here.url);
		await page.getByRole('button', { name: 'Commencer à parler' }).click();
		await page.getByText('Le son de cette conversation est gardé').waitFor();
		await expect.poll(async () => (await kept(page)).length, { timeout: 15_000 }).toBe(1);
		expect(await violations(page)).toEqual([]);
		await page.getByRole('button', { name: 'Arrêter', exact: true }).click();
		await page.getByRole('button', { name: /^Télécharger le son/ }).waitFor();
		expect(await violations(page)).toEqual([]);
		expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
		await page.close();
	});
});
