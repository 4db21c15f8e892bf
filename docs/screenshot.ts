/**
 * `npm run docs:screenshot`: the picture in the README. A real conversation between a spoken microphone and the embedded
 * engines, on a desktop while Parley speaks and on a phone while the person does, set side by side.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { stage } from '../tests/e2e/support/stage.ts';

const PICTURE = new URL('talk.png', import.meta.url);
const DESKTOP = { width: 1280, height: 832 };
const PHONE = { width: 390, height: 844 };
/** Of the picture, in pixels; both screens are `HEIGHT` high. */
const WIDTH = 1600;
const HEIGHT = 736;

const QUESTION = 'How would you spend a rainy Sunday?';
const SECOND = 'And what would you read to me, if I asked you?';
const ANSWER =
	'Slowly. I would put the kettle on, open the window a little so that the rain can be heard, and read the book that has been waiting for no particular day.';

/** The liveliest of a few shots: more line takes more bytes. */
async function shoot(page: Page): Promise<Buffer> {
	const shots: Buffer[] = [];
	while (shots.length < 5) shots.push(await page.screenshot());
	return shots.reduce((best, shot) => (shot.length > best.length ? shot : best));
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const phase = (name: string) => ({ type: 'phase', phase: name });

execFileSync('npm', ['run', '--silent', 'build'], {
	cwd: fileURLToPath(new URL('..', import.meta.url)),
	stdio: ['ignore', 'ignore', 'inherit']
});
const { page, browser, press, until, close } = await stage({
	viewport: DESKTOP,
	hears: [{ silenceS: 5 }, { say: QUESTION }, { silenceS: 12.5 }, { say: SECOND }],
	writes: [QUESTION, SECOND],
	answers: ['Hello. What is on your mind?', ANSWER, 'A letter.']
});
try {
	await press('Start talking');
	await until(phase('speaking'), 2);
	await sleep(2500); // into the second half of the first sentence
	const desktop = await shoot(page);
	await page.setViewportSize(PHONE);
	await until(phase('hearing'), 2);
	await sleep(1400);
	const phone = await shoot(page);

	const sheet = await browser.newPage({ viewport: { width: WIDTH, height: HEIGHT + 64 } });
	const image = (shot: Buffer) => `<img src="data:image/png;base64,${shot.toString('base64')}">`;
	await sheet.setContent(`<style>
		body { display: flex; align-items: center; justify-content: center; gap: 32px; block-size: 100vh; margin: 0; background: #080604 }
		img { block-size: ${String(HEIGHT)}px; border: 1px solid #3a322b; border-radius: 12px }
		img + img { border-radius: 32px }
	</style>${image(desktop)}${image(phone)}`);
	writeFileSync(PICTURE, await sheet.screenshot());
} finally {
	await close();
}
