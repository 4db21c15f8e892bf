/**
 * `npm run docs:screens`: a picture of every screen, on a phone and on a desktop, with a real talk between a spoken
 * microphone and the embedded engines; and the two that app shops show. `docs/screens.md` shows them all.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stage, type Stage } from '../tests/e2e/support/stage.ts';

const SCREENS = fileURLToPath(new URL('screens/', import.meta.url));
const SHOP = fileURLToPath(new URL('../static/screenshots/', import.meta.url));
const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1440, height: 900 };

const QUESTION = 'How would you spend a rainy Sunday?';
const SECOND = 'And what would you read to me, if I asked you?';
const ANSWER =
	'Slowly. I would put the kettle on, open the window a little so that the rain can be heard, and read the book that has been waiting for no particular day.';
const KIOSK = `character: { id: guide, name: Guide, language: en/fr, instructions: { type: smalltalk } }
`;

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const phase = (name: string) => ({ type: 'phase', phase: name });

mkdirSync(SCREENS, { recursive: true });
mkdirSync(SHOP, { recursive: true });
execFileSync('npm', ['run', '--silent', 'build'], {
	cwd: fileURLToPath(new URL('..', import.meta.url)),
	stdio: ['ignore', 'ignore', 'inherit']
});
const kiosk = join(mkdtempSync(join(tmpdir(), 'parley-screens-')), 'kiosk.yaml');
writeFileSync(kiosk, KIOSK);

const here = await stage({
	viewport: PHONE,
	hears: [{ silenceS: 5 }, { say: QUESTION }, { silenceS: 15 }, { say: SECOND }],
	writes: [QUESTION, SECOND],
	answers: ['Hello. What is on your mind?', ANSWER, 'A letter.'],
	relay: { KIOSK_CONFIG: kiosk }
});
try {
	await talk(here);
	await read(here);
} finally {
	await here.close();
}

/** One picture of the page as it stands, at both sizes. */
async function shoot({ page }: Stage, name: string): Promise<void> {
	for (const [size, viewport] of [
		['phone', PHONE],
		['desktop', DESKTOP]
	] as const) {
		await page.setViewportSize(viewport);
		await sleep(700); // until the rings have found their place
		await page.screenshot({ path: join(SCREENS, `${name}-${size}.png`) });
	}
	await page.setViewportSize(PHONE);
}

async function talk(here: Stage): Promise<void> {
	const { page, press, until } = here;
	await page.getByRole('button', { name: 'Start talking' }).and(page.locator(':enabled')).waitFor();
	await shoot(here, 'idle');
	await press('Start talking');
	await until(phase('speaking'), 2);
	await sleep(2000);
	await shoot(here, 'speaking');
	await until(phase('hearing'), 2);
	await sleep(900);
	await shoot(here, 'hearing');
	await until(phase('listening'), 3);
	await press('Stop');
	for (const [size, shop] of [
		['phone', 'talk-narrow'],
		['desktop', 'talk-wide']
	] as const) {
		copyFileSync(join(SCREENS, `speaking-${size}.png`), join(SHOP, `${shop}.png`));
	}
}

async function read(here: Stage): Promise<void> {
	const { page, url } = here;
	const visit = async (path: string): Promise<void> => {
		await page.goto(url + path);
		await page.waitForLoadState('networkidle');
	};
	await page
		.getByRole('button', { name: /^Who answers|^Choose who/ })
		.first()
		.click();
	await shoot(here, 'people');
	await page.keyboard.press('Escape');
	await visit('/history');
	await shoot(here, 'history');
	await page.getByRole('main').getByRole('link').first().click();
	await shoot(here, 'reading');
	await visit('/settings');
	await shoot(here, 'settings');
	await visit('/status');
	await shoot(here, 'status');
	await visit('/kiosk');
	await shoot(here, 'kiosk');
	await page.evaluate(() => localStorage.setItem('parley.theme', '"light"'));
	await visit('/');
	await shoot(here, 'paper');
}
