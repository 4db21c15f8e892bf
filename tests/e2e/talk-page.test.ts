/** The talk page in a person's hands: who answers, what is shown, what was shared with it, and what it says without a relay. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { AxeResults } from 'axe-core';
import { afterEach, expect, it } from 'vitest';
import type { ChatMessage } from '../../src/lib/protocol/llm.ts';
import { stage, type Stage, type StageOptions } from './support/stage.ts';

declare global {
	interface Window {
		/** Layout shifts that no press of the person's excuses. */
		shifts: { value: number; what: string[] }[];
		/** The session's worker says this to the page. */
		workerSays(message: Record<string, unknown>): void;
	}
}

let current: Stage | null = null;
async function open(options: StageOptions): Promise<Stage> {
	current = await stage(options);
	return current;
}
afterEach(async () => {
	await current?.close();
	current = null;
});

const phase = (name: string) => ({ type: 'phase', phase: name });
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
async function violations({ page }: Stage): Promise<string[]> {
	await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running'));
	await page.evaluate(axeSource);
	const results = await page.evaluate(() => {
		const { axe } = window as unknown as { axe: { run(): Promise<AxeResults> } };
		return axe.run();
	});
	return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}
async function write({ page }: Stage, text: string): Promise<void> {
	const field = page.getByRole('textbox', { name: 'Write instead of speaking' });
	if ((await field.count()) === 0) await page.getByRole('button', { name: 'Write instead of speaking' }).click();
	await field.fill(text);
	await field.press('Enter');
}
/** Runs in the page before Parley. */
const watchShifts = (): void => {
	window.shifts = [];
	new PerformanceObserver((list) => {
		for (const entry of list.getEntries() as (PerformanceEntry & {
			value: number;
			hadRecentInput: boolean;
			sources: { node: Element | null }[];
		})[]) {
			if (entry.hadRecentInput) continue;
			window.shifts.push({
				value: entry.value,
				what: entry.sources.map(({ node }) => node?.outerHTML?.slice(0, 80) ?? '')
			});
		}
	}).observe({ type: 'layout-shift', buffered: true });
	const Native = window.Worker;
	window.Worker = class extends Native {
		constructor(...args: ConstructorParameters<typeof Worker>) {
			super(...args);
			window.workerSays = (message) => void this.dispatchEvent(new MessageEvent('message', { data: message }));
		}
	};
};

it('a voice is heard, and somebody else answers from the next turn on; captions come and go with S; nothing moves', async () => {
	const asked: (readonly ChatMessage[])[] = [];
	const here = await open({
		before: watchShifts,
		relay: { CHARACTERS_FILE: fileURLToPath(new URL('support/people.yaml', import.meta.url)) },
		answers: (messages) => {
			asked.push(messages);
			return asked.length === 1
				? 'Hello, here is a greeting that goes on for quite a while, so that there is time.'
				: 'The lamp is lit, and the night is long, and the sea is loud below the rocks.';
		}
	});
	const { page, until } = here;
	const sheet = page.getByRole('dialog');
	await page.getByRole('button', { name: 'Who answers: Parley' }).click();
	await sheet.getByText('A neighbour’s voice').waitFor();
	await sheet.getByRole('button', { name: 'Hear Keeper Maren' }).click();
	await sheet.getByRole('button', { name: 'Stop Keeper Maren' }).waitFor();
	expect(await violations(here)).toEqual([]);
	await sheet.getByRole('button', { name: 'Hear Keeper Maren' }).waitFor();
	expect(await sheet.getByText('cannot be heard').count()).toBe(0);
	expect(here.ttsTap.connections.map(({ url }) => new URL(url, 'ws://tts').searchParams.get('voice'))).toEqual([
		'en-female'
	]);
	// No model was asked for it.
	expect(asked).toEqual([]);
	await page.keyboard.press('Escape');
	await page.evaluate(() => (window.shifts = []));

	await here.press('Start talking');
	await until({ type: 'mark', mark: { name: 'wordHeard' } }, 2);
	await page.getByRole('button', { name: 'Who answers: Parley' }).click();
	await sheet.getByText('From your next turn on').waitFor();
	await sheet.getByRole('radio', { name: /Keeper Maren/ }).check({ force: true });
	await page.keyboard.press('Escape');
	await until(phase('listening'));
	await write(here, 'Who are you?');
	await until(phase('speaking'), 2);
	expect(asked[0]?.[0]?.content).not.toContain('Keeper Maren');
	expect(asked[1]?.[0]?.content).toContain('You are Keeper Maren.');
	expect(here.ttsTap.connections.at(-1)?.url).toContain('voice=en-female');
	// It went on: the same connection, and the greeting was heard to its end in the voice it was begun in.
	const { seen } = await here.observed();
	expect(seen.filter(({ type }) => type === 'welcome')).toHaveLength(1);
	expect(await page.getByRole('log').textContent()).toContain('so that there is time.');

	await until({ type: 'mark', mark: { name: 'wordHeard', text: 'lamp' } });
	expect(await page.locator('.caption [data-heard="true"]').count()).toBeGreaterThan(0);
	await page.keyboard.press('Escape');
	await page.keyboard.press('s');
	await page.getByText('Captions are off').waitFor();
	await expect.poll(() => page.locator('.caption [data-heard]').count()).toBe(0);
	await page.keyboard.press('S');
	await page.getByText('Captions are on').waitFor();
	await expect.poll(() => page.locator('.caption [data-heard]').count()).toBeGreaterThan(0);
	await until(phase('listening'), 2);
	await expect
		.poll(() => page.getByRole('log').locator('article .who').allTextContents())
		.toEqual(['Parley', 'You', 'Keeper Maren']);
	expect(await page.evaluate(() => window.shifts)).toEqual([]);
	expect((await here.observed()).errors).toEqual([]);
});

it('a relay that is away is asked after; once it is back the page says so, and sends what another app had shared', async () => {
	const heard: string[] = [];
	const here = await open({
		openAt: (url) => `${url}/?title=A+fox&text=Read+%3Cb%3Ethis%3C%2Fb%3E%2C+please&url=https%3A%2F%2Ffox.example%2F`,
		answers: (messages) => {
			heard.push(messages.at(-1)?.content ?? '');
			return 'Well then.';
		}
	});
	const { page, until } = here;
	const status = page.getByRole('status');
	await page.getByText('Your text is ready').waitFor();
	expect(new URL(page.url()).search).toBe('');
	await page.waitForFunction(() =>
		performance.getEntriesByType('resource').some(({ name }) => name.includes('worker'))
	);
	await page.waitForLoadState('networkidle');
	await here.killRelay('SIGKILL');
	await here.press('Start talking');
	await until(phase('failed'));
	await expect.poll(() => status.textContent()).toContain('The server does not answer.');
	await page.context().setOffline(true);
	await expect.poll(() => status.textContent()).toContain('There is no network.');
	expect(await violations(here)).toEqual([]);
	await here.startRelay();
	// The network comes back, and nobody waits for the next time of asking.
	await page.context().setOffline(false);
	await expect.poll(() => status.textContent(), { timeout: 5000 }).toContain('The server is back.');

	await here.press('Start talking');
	await until(phase('listening'));
	expect(await page.getByText('The server is back.').count()).toBe(0);
	const field = page.getByRole('textbox', { name: 'Write instead of speaking' });
	await expect.poll(() => field.inputValue()).toBe('A fox Read <b>this</b>, please https://fox.example/');
	await field.press('Enter');
	await until(phase('speaking'), 2);
	expect(heard[1]).toContain('A fox Read <b>this</b>, please https://fox.example/');
	expect(await field.inputValue()).toBe('');
	await page.reload();
	await page.getByRole('button', { name: 'Start talking' }).click({ trial: true });
	expect(await page.getByText('Your text is ready').count()).toBe(0);
});

it('text of any kind is shown as text, and nothing is pushed aside', async () => {
	const WORD = 'Donaudampfschifffahrt'.repeat(5000);
	const HOSTILE = [
		'<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>',
		'\u202eThis runs backwards\u202d \u2066and this is left open',
		'مرحبا بك في العالم، هذا نص طويل جدا من اليمين إلى اليسار',
		'🏳️‍🌈👨‍👩‍👧‍👦'.repeat(500),
		`a${'\u0301'.repeat(2000)}`,
		WORD
	];
	const here = await open({
		before: watchShifts,
		answers: ['Hello.', `${'supercalifragilistic'.repeat(12)} is a word.`]
	});
	const { page, until } = here;
	await page.evaluate(() => {
		const owl = { id: 'own-long', name: 'W'.repeat(40), language: 'en', good: true };
		const instructions = { type: 'constant', text: `${'M'.repeat(1200)} <b>مرحبا</b>` };
		localStorage.setItem('parley.character', JSON.stringify({ ...owl, instructions, credit: 'C'.repeat(300) }));
	});
	await page.setViewportSize({ width: 360, height: 740 });
	await page.reload();
	/** What is wider than the page, or than the box that it stands in. */
	const tooWide = () =>
		page.evaluate(() => {
			const wide = document.documentElement.scrollWidth > window.innerWidth ? ['the page'] : [];
			const boxes = [...document.querySelectorAll('[role="log"], dialog .inside, .caption, header, .dock')];
			for (const box of boxes)
				if (box.scrollWidth > box.clientWidth + 1) wide.push(`${box.className} ${String(box.scrollWidth)}`);
			return wide;
		});
	await page.getByRole('button', { name: /^Who answers/ }).click();
	await page.getByRole('radio', { name: /^WWWW/ }).waitFor({ state: 'attached' });
	expect(await tooWide()).toEqual([]);
	await page.keyboard.press('Escape');
	await here.press('Start talking');
	await until(phase('listening'));
	await write(here, HOSTILE.slice(0, 3).join(' '));
	await until(phase('speaking'), 2);
	expect(await tooWide()).toEqual([]);
	const stop = page.getByRole('button', { name: 'Stop', exact: true });
	const before = await stop.boundingBox();
	await page.evaluate((lines) => {
		for (const [at, text] of lines.entries()) {
			const role = at % 2 === 0 ? 'user' : 'assistant';
			window.workerSays({
				talk: 1,
				type: 'entry',
				entry: { id: 100 + at, role, text, interrupted: false, open: false }
			});
			const words = [{ text, heard: true }];
			window.workerSays({ talk: 1, type: 'caption', words, interrupted: false });
		}
		window.workerSays({ talk: 1, type: 'who', who: lines[0] });
	}, HOSTILE);
	await page.getByRole('button', { name: 'Show the conversation' }).click();
	for (const width of [320, 360, 1440]) {
		await page.setViewportSize({ width, height: 740 });
		expect(await tooWide(), String(width)).toEqual([]);
	}
	await page.setViewportSize({ width: 360, height: 740 });
	expect(await stop.boundingBox()).toEqual(before);
	const log = page.getByRole('log');
	expect(await log.locator('img, script, b').count()).toBe(0);
	expect(await log.textContent()).toContain('<img src=x onerror=');
	expect(await log.textContent()).toContain(WORD);
	expect(await page.title()).toBe('Parley');
	expect((await here.observed()).errors).toEqual([]);
});
