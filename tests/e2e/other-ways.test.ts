/** Writing, holding to talk, and choosing who answers, as a person does it. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { afterEach, describe, expect, it } from 'vitest';
import type { ChatMessage } from '../../src/lib/protocol/llm.ts';
import { stage, type Stage, type StageOptions } from './support/stage.ts';

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
const LONG =
	'Once upon a time there was a very long story, which went on and on, and nobody knew where it would end. '.repeat(3);

async function violations({ page }: Stage): Promise<string[]> {
	await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running'));
	await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
	const results = await page.evaluate(() => (window as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run());
	return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

describe('writing', () => {
	it('stops the voice, is answered, and stands in the log', async () => {
		const { page, press, until, transcript, marks } = await open({ answers: [LONG, 'You wrote to me.'] });
		await press('Start talking');
		await until(phase('speaking'));
		await page.getByRole('button', { name: 'Write instead of speaking' }).click();
		const field = page.getByRole('textbox', { name: 'Write instead of speaking' });
		await field.fill('Never mind the story.');
		await page.keyboard.press('Enter');
		await until(phase('speaking'), 2);
		await expect.poll(async () => (await transcript()).join(' '), { timeout: 10_000 }).toContain('You wrote to me.');
		const lines = await transcript();
		expect(lines).toContain('Never mind the story.');
		expect(lines.some((line) => line.startsWith('Once') && line.length < LONG.length / 2)).toBe(true);
		expect(await marks('bargeIn')).toHaveLength(1);
		await expect(field.inputValue()).resolves.toBe('');
		// Escape goes back to the voice; it does not end the talk.
		await page.keyboard.press('Escape');
		await expect.poll(() => field.count()).toBe(0);
		await expect(page.getByRole('button', { name: 'Stop', exact: true }).count()).resolves.toBe(1);
		expect(await page.evaluate(() => document.activeElement?.ariaLabel)).toBe('Write instead of speaking');
	});
});

describe('holding to talk', () => {
	it('takes a turn while Space is down, mutes otherwise, and is remembered', async () => {
		const { page, press, until, transcript } = await open({
			hears: [
				{ silenceS: 4 },
				{ say: 'What time is it, my friend?' },
				{ silenceS: 1 },
				{ say: 'And nobody hears this.' }
			],
			writes: ['What time is it, my friend?', 'And nobody hears this.'],
			answers: ['Hello.', 'It is late.']
		});
		await page.getByRole('button', { name: 'How we talk' }).click();
		await page.getByRole('switch', { name: 'Hold to talk' }).check();
		await page.keyboard.press('Escape');
		await page.reload();
		await press('Start talking');
		await until(phase('listening'));
		const status = page.locator('[role="status"]');
		await expect.poll(() => status.textContent()).toContain('Hold to talk');
		const hold = page.getByRole('button', { name: 'Hold to talk' });
		await hold.focus();
		await page.keyboard.down(' ');
		await expect.poll(() => status.textContent()).toContain('I hear you');
		await expect.poll(transcript, { timeout: 10_000 }).toContain('What time is it, my friend?');
		await page.keyboard.up(' ');
		await until(phase('speaking'), 2);
		await until(phase('listening'), 2);
		expect((await transcript()).join('\n')).toContain('It is late.');
		await expect.poll(() => status.textContent()).toContain('Hold to talk');
	});

	it('lets go with the pointer, however that leaves', async () => {
		const { page, press, until } = await open({ answers: ['Hello.'] });
		await page.evaluate(() => localStorage.setItem('parley.hold-to-talk', 'true'));
		await page.reload();
		await press('Start talking');
		await until(phase('listening'));
		const hold = page.getByRole('button', { name: 'Hold to talk' });
		const pressed = () => hold.getAttribute('aria-pressed');
		await hold.hover();
		await page.mouse.down();
		expect(await pressed()).toBe('true');
		await page.mouse.move(5, 5);
		expect(await pressed()).toBe('true');
		await page.mouse.up();
		expect(await pressed()).toBe('false');
		await hold.hover();
		await page.mouse.down();
		await page.evaluate(() => window.dispatchEvent(new Event('blur')));
		expect(await pressed()).toBe('false');
	});
});

describe('who answers', () => {
	it('reaches the model once they are chosen, and is remembered', async () => {
		const asked: (readonly ChatMessage[])[] = [];
		const here = await open({
			answers: (messages) => {
				asked.push(messages);
				return 'Keeper Maren here.';
			}
		});
		const { page, press, until } = here;
		await page.getByRole('button', { name: 'Who answers: Parley' }).click();
		await page.getByRole('radio', { name: /Keeper Maren/ }).check({ force: true });
		expect(await violations(here)).toEqual([]);
		await page.keyboard.press('Escape');
		await page.reload();
		await expect.poll(() => page.getByRole('button', { name: 'Who answers: Keeper Maren' }).count()).toBe(1);
		await press('Start talking');
		await until(phase('listening'));
		expect(asked[0]?.[0]?.content).toContain('You are Keeper Maren.');
		expect(asked[0]?.[0]?.content).toContain('last lighthouse');
		expect(asked[0]?.[0]?.content).toContain('I can barely hear you over the wind');
		await expect(page.getByRole('log').textContent()).resolves.toContain('Keeper Maren');
		expect((await here.observed()).errors).toEqual([]);
	});

	it('can be somebody of one’s own, who is kept, taken along, brought back and deleted', async () => {
		const here = await open({ answers: ['Hello.'] });
		const { page } = here;
		const people = page.getByRole('button', { name: /^Who answers/ });
		await people.click();
		await page.getByRole('button', { name: 'Write a character' }).click();
		expect(await violations(here)).toEqual([]);
		await page.getByRole('textbox', { name: 'Name' }).fill('<Owl>');
		await page.getByRole('textbox', { name: 'Who they are' }).fill('You are an owl. You are awake.');
		await page.getByRole('button', { name: 'Keep', exact: true }).click();
		await expect.poll(() => page.getByRole('alert').textContent()).toContain('Name has signs');
		await page.getByRole('textbox', { name: 'Name' }).fill('Owl');
		await page.getByRole('button', { name: 'Keep', exact: true }).click();
		await expect.poll(() => page.getByRole('radio', { name: /Owl/ }).isChecked()).toBe(true);

		await page.reload();
		await people.click();
		await expect.poll(() => page.getByRole('radio', { name: /Owl/ }).isChecked()).toBe(true);
		const coming = page.waitForEvent('download');
		await page.getByRole('button', { name: 'Export mine' }).click();
		const path = await (await coming).path();
		expect(readFileSync(path, 'utf8')).toContain('You are an owl.');

		await page.getByRole('button', { name: 'Edit Owl' }).click();
		await page.getByRole('button', { name: 'Delete' }).click();
		await page.getByRole('button', { name: 'Delete for good' }).click();
		await expect.poll(() => page.getByRole('radio', { name: /Owl/ }).count()).toBe(0);
		await expect(page.getByRole('radio', { name: /^Parley Good company/ }).isChecked()).resolves.toBe(true);

		const file = page.locator('input[type="file"]');
		await file.setInputFiles({ name: 'x.json', mimeType: 'application/json', buffer: Buffer.from('{"no":1}') });
		await expect.poll(() => page.locator('dialog').textContent()).toContain('holds no characters of Parley');
		await file.setInputFiles({ name: 'mine.json', mimeType: 'application/json', buffer: readFileSync(path) });
		await expect.poll(() => page.getByRole('radio', { name: /Owl/ }).count()).toBe(1);
	});
});
