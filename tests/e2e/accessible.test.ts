/** The talk page for those who do not see it, or touch nothing but keys: every state in every theme, and a whole talk. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { violations } from './support/axe.ts';
import { stage, type Stage } from './support/stage.ts';

const THEMES = ['dark', 'light', 'contrast'] as const;
const GREETING = 'Hello there, my friend. Ask me whatever you like, and I shall tell you about gulls.';
/** Something else may keep the machine for a while. */
const PATIENTLY = { timeout: 10_000 };
const phase = (name: string) => ({ type: 'phase', phase: name });

/** The browser's question is answered when the test says so; and what a screen reader would be given to say is kept. */
const before = (): void => {
	const scope = window as unknown as { allow: () => void; announced: string[] };
	scope.announced = [];
	const media = navigator.mediaDevices;
	const ask = media.getUserMedia.bind(media);
	const asked = new Promise<void>((resolve) => (scope.allow = resolve));
	media.getUserMedia = async (constraints) => {
		if (!location.search.includes('at-once')) await asked;
		return ask(constraints);
	};
	const polite = (node: Node): string | null => {
		const region = (node instanceof Element ? node : node.parentElement)?.closest(
			'[aria-live], [role="status"], [role="alert"], [role="log"]'
		);
		if (region == null || region.getAttribute('aria-live') === 'off') return null;
		// A part that is off keeps quiet in a region that is not.
		const heard = region.cloneNode(true) as Element;
		for (const part of heard.querySelectorAll('[aria-live="off"]')) part.remove();
		return heard.textContent.trim();
	};
	new MutationObserver((changes) => {
		for (const { target } of changes) {
			const said = polite(target);
			if (said !== null && said !== '' && said !== scope.announced.at(-1)) scope.announced.push(said);
		}
	}).observe(document, { subtree: true, childList: true, characterData: true });
};

let here: Stage;
beforeAll(async () => {
	here = await stage({
		hears: [
			{ silenceS: 14 },
			{ say: 'And now let me tell you a long story of my own about the sea and its gulls, my friend.' }
		],
		writes: ['And now let me tell you a story.'],
		answers: (messages) => (messages.some(({ role }) => role === 'user') ? 'So be it.' : GREETING),
		before
	});
	here.page.setDefaultTimeout(15_000);
});
afterAll(() => here.close());

/** In each theme: a colour that can be read in one may not be in another. */
async function expectAccessible(state: string): Promise<void> {
	const { page } = here;
	for (const theme of THEMES) {
		await page.evaluate((worn) => (document.documentElement.dataset['theme'] = worn), theme);
		expect(await violations(page), `${state}, ${theme}`).toEqual([]);
	}
}
const button = (name: string | RegExp) => here.page.getByRole('button', { name, exact: true });

describe('axe-core finds nothing', () => {
	it('in any state of the talk page, in any theme', async () => {
		const { page } = here;
		await button('Start talking').click({ trial: true });
		await expectAccessible('idle');
		await button('Start talking').click();
		await page.locator('[data-phase="asking"]').waitFor();
		await expectAccessible('asking');
		await page.evaluate(() => (window as unknown as { allow: () => void }).allow());
		await here.until(phase('speaking'));
		await expectAccessible('talking');
		for (const one of [page.getByRole('log', { name: 'Conversation' }), page.getByRole('status')])
			expect(await one.count()).toBe(1);
		await button('Show the conversation').click();
		await expectAccessible('the log drawn up');
		await page.keyboard.press('Escape');
		await button('Write instead of speaking').click();
		await expectAccessible('writing');
		await page.keyboard.press('Escape');
		await button('Stop').click();
		await button('Start talking').waitFor();
		for (const [opens, name] of [
			['Who answers: Parley', 'people'],
			['How we talk', 'settings']
		] as const) {
			await button(opens).click();
			await page.getByRole('dialog').waitFor();
			await expectAccessible(name);
			await page.keyboard.press('Escape');
			await page.getByRole('dialog').waitFor({ state: 'hidden' });
			// Back to where it was opened from.
			expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(opens);
		}
		await page.locator('[lang="fr"]').first().click();
		await button('Commencer à parler').waitFor();
		await expectAccessible('in French');
		await page.locator('[lang="en"]').last().click();
		await here.killRelay('SIGKILL');
		await button('Start talking').click();
		await button('Try again').waitFor();
		await expectAccessible('the relay away');
		// Nor does it break a rule of its own CSP.
		expect((await here.observed()).errors).toEqual([]);
		await here.startRelay();
	}, 90_000);
});

describe('a whole conversation', () => {
	/** What has the focus, seen and not lost. */
	async function focused(): Promise<string> {
		const { name, seen } = await here.page.evaluate(() => {
			const on = document.activeElement;
			const style = on === null ? null : getComputedStyle(on);
			const field = on instanceof HTMLInputElement ? on.closest('form') : null;
			return {
				name:
					on === document.body ? 'nothing' : (on?.getAttribute('aria-label') ?? on?.textContent.trim() ?? 'nothing'),
				// A field's line lights up in place of an outline.
				seen: field !== null || (on?.matches(':focus-visible') === true && style?.outlineStyle !== 'none')
			};
		});
		expect(seen, `the focus is seen on ${name}`).toBe(true);
		return name;
	}
	async function tabTo(name: string, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
		const passed: string[] = [];
		for (let presses = 0; presses < 20; presses++) {
			await here.page.keyboard.press(key);
			const now = await here.page.evaluate(() => {
				const on = document.activeElement;
				return on?.getAttribute('aria-label') ?? on?.textContent.trim() ?? '';
			});
			if (now === name) return;
			passed.push(now);
		}
		throw new Error(`${name} cannot be reached, only ${passed.join(', ')}`);
	}

	it('is had with keys alone, with the focus always seen, and the screen reader quiet while a voice speaks', async () => {
		const { page } = here;
		const { keyboard } = page;
		await page.goto(`${here.url}/?at-once`);
		await button('Start talking').click({ trial: true });
		await tabTo('Start talking');
		expect(await focused()).toBe('Start talking');
		await keyboard.press('Enter');
		await here.until(phase('speaking'));
		expect(await focused()).toBe('Stop');
		const pressed = (name: string) => expect.poll(() => button(name).getAttribute('aria-pressed'), PATIENTLY);
		await keyboard.press('m');
		await pressed('Mute the microphone').toBe('true');
		await keyboard.press('m');
		await pressed('Mute the microphone').toBe('false');
		await page.locator('[data-heard]').first().waitFor();
		await keyboard.press('s');
		await expect.poll(() => page.locator('[data-heard]').count(), PATIENTLY).toBe(0);
		await keyboard.press('s');
		expect(await focused()).toBe('Stop');

		await tabTo('Show the conversation');
		await keyboard.press('Enter');
		await expect.poll(focused, PATIENTLY).toBe('Conversation');
		await keyboard.press('Escape');
		await expect.poll(focused, PATIENTLY).toBe('Show the conversation');

		// The person speaks, and asks for time.
		await here.until(phase('hearing'));
		await keyboard.press('l');
		await pressed('Let me finish').toBe('true');
		await tabTo('Let me finish');
		expect(await focused()).toBe('Let me finish');
		await keyboard.press('g');
		await here.until(phase('speaking'), 2);
		// Its button is gone; the focus is on something that is there.
		expect(await focused()).not.toBe('nothing');

		await tabTo('Write instead of speaking');
		await keyboard.press('Enter');
		await expect.poll(focused, PATIENTLY).toBe('Write instead of speaking');
		await keyboard.type('What about gulls?');
		await keyboard.press('Enter');
		await expect.poll(() => page.getByRole('log').textContent(), PATIENTLY).toContain('What about gulls?');
		await keyboard.press('Escape');
		await expect.poll(focused, PATIENTLY).toBe('Write instead of speaking');

		await tabTo('History', 'Shift+Tab');
		await keyboard.press('Enter');
		await page.getByRole('heading', { level: 1, name: 'History' }).waitFor();
		await tabTo('Parley');
		await keyboard.press('Enter');
		await page.waitForURL(`${here.url}/`);
		await keyboard.press('Escape');
		await button('Start talking').waitFor();

		const announced = await page.evaluate(() => (window as unknown as { announced: string[] }).announced);
		const all = announced.join('\n');
		// What is heard is not read out on top of it, and neither is whose turn it is.
		for (const spoken of ['gulls', 'Hello there', 'So be it', 'Listening']) expect(all).not.toContain(spoken);
		expect(all).toContain('Connecting');
		expect(all).toContain('Captions are off');
		expect(announced.length).toBeLessThan(12);
	}, 90_000);
});
