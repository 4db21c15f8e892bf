import { afterEach, describe, expect, it } from 'vitest';
import { stage, type Stage, type StageOptions } from './support/stage.ts';

let current: Stage | null = null;
async function open(options: StageOptions = {}): Promise<Stage> {
	current = await stage(options);
	return current;
}
afterEach(async () => {
	await current?.close();
	current = null;
});

const phase = (name: string) => ({ type: 'phase', phase: name });
const status = ({ page }: Stage) => page.getByRole('status');

describe('what can go wrong before a word is said', () => {
	it('a refused microphone: it says so, how to allow it, and can be tried again', async () => {
		const here = await open({ permission: 'denied' });
		await here.press('Start talking');
		await expect.poll(() => status(here).textContent(), { timeout: 10_000 }).toMatch(/microphone/i);
		await here.page.getByRole('button', { name: 'Try again' }).waitFor();
		expect(here.stt.usedSlots()).toBe(0);
	});

	it('no microphone at all', async () => {
		const here = await open({ hasMicrophone: false });
		await here.press('Start talking');
		await expect.poll(() => status(here).textContent(), { timeout: 10_000 }).toMatch(/no microphone|microphone/i);
		await here.page.getByRole('button', { name: 'Try again' }).waitFor();
	});

	it('a page that is not secure: it says so, and where it would be', async () => {
		const here = await open({
			chromiumFlags: ['--host-resolver-rules=MAP parley.test 127.0.0.1'],
			openAt: (url) => url.replace('localhost', 'parley.test')
		});
		await here.press('Start talking');
		await expect.poll(() => status(here).textContent(), { timeout: 10_000 }).toMatch(/https/i);
	});
});

describe('the relay going away in the middle', () => {
	it('is said, and mended by itself, with the history kept', async () => {
		const here = await open({
			hears: [{ silenceS: 11 }, { say: 'Are you still there, my friend?' }],
			writes: ['Are you still there, my friend?'],
			answers: ['Hello.', 'Yes, I am back.']
		});
		await here.press('Start talking');
		await here.until(phase('listening'));
		await here.killRelay('SIGKILL');
		await here.until(phase('reconnecting'));
		await expect.poll(() => status(here).textContent()).not.toBe('');
		await here.startRelay();
		await here.until(phase('listening'), 2);
		await here.until(phase('speaking'), 2);
		const lines = (await here.transcript()).join('\n');
		expect(lines).toContain('Hello.');
		await expect
			.poll(async () => (await here.transcript()).join('\n'), { timeout: 10_000 })
			.toContain('Yes, I am back.');
	});
});

describe("the browser's own recogniser", () => {
	/** A recogniser as Chromium has it, that hears one sentence. */
	const withRecogniser = (): void => {
		const scope = window as unknown as Record<string, unknown>;
		class Recogniser extends EventTarget {
			static available(): Promise<string> {
				return Promise.resolve('available');
			}
			continuous = false;
			interimResults = false;
			lang = '';
			processLocally = false;
			onresult: ((event: unknown) => void) | null = null;
			onend: (() => void) | null = null;
			onerror: ((event: unknown) => void) | null = null;
			start(): void {
				scope['recogniserStarted'] = true;
				scope['sayLocally'] = (text: string) => {
					const result = Object.assign([{ transcript: text, confidence: 1 }], { isFinal: true });
					const event = Object.assign(new Event('result'), { resultIndex: 0, results: [result] });
					this.onresult?.(event);
					this.dispatchEvent(event);
				};
			}
			stop(): void {
				this.onend?.();
			}
			abort(): void {
				this.onend?.();
			}
		}
		scope['SpeechRecognition'] = Recogniser;
	};

	it('writes the words at once where it works on the device', async () => {
		const here = await open({
			hears: [{ silenceS: 7 }, { say: 'What can you do, my friend?' }],
			before: withRecogniser
		});
		await here.press('Start talking');
		await here.page.waitForFunction(() => 'recogniserStarted' in window);
		await here.until({ type: 'entry', entry: { role: 'user' } });
		await here.page.evaluate(() => {
			(window as unknown as { sayLocally(text: string): void }).sayLocally('What can you do?');
		});
		await expect.poll(async () => (await here.transcript()).join('\n')).toContain('What can you do?');
		await here.until(phase('speaking'), 2);
	});
});

describe('the page', () => {
	it('speaks French to a French browser', async () => {
		const here = await open({ locale: 'fr-FR' });
		await here.page.getByRole('button', { name: 'Commencer à parler' }).click();
		await here.until(phase('listening'));
		expect(await here.page.evaluate(() => document.documentElement.lang)).toBe('fr');
		await here.page.getByRole('button', { name: 'Arrêter' }).click();
		await here.until(phase('idle'));
	});

	it('asks no third party for anything', async () => {
		const here = await open({ answers: ['Hello.'] });
		const hosts = new Set<string>();
		here.page.on('request', (request) => {
			const { protocol, host } = new URL(request.url());
			// What the page made itself asks nobody.
			if (protocol !== 'blob:') hosts.add(host);
		});
		await here.page.reload();
		await here.press('Start talking');
		await here.until(phase('listening'));
		expect([...hosts]).toEqual([new URL(here.url).host]);
	});
});
