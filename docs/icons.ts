/**
 * `npm run docs:icons`: every icon there is, drawn from `static/icon.svg`. Chromium draws them; they are kept in the
 * repository, so that building the app needs no browser.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { CHROMIUM_FLAGS } from '../tests/e2e/support/stage.ts';
import { chromiumPath } from '../tests/support/system-packages.ts';

const STATIC = new URL('../static/', import.meta.url);
const svg = readFileSync(new URL('icon.svg', STATIC), 'utf8');

interface Icon {
	readonly file: string;
	readonly sizePx: number;
	/** `whole`: to its edges, for whoever cuts it to a shape of their own. `rounded`: as it is shown, without a rim around the rings. */
	readonly shape: 'whole' | 'rounded';
}
const ICONS: readonly Icon[] = [
	...[48, 96, 192, 256, 512].map((sizePx) => ({
		file: `icons/icon-${String(sizePx)}.png`,
		sizePx,
		shape: 'rounded' as const
	})),
	...[192, 512].map((sizePx) => ({ file: `icons/maskable-${String(sizePx)}.png`, sizePx, shape: 'whole' as const })),
	{ file: 'icons/apple-180.png', sizePx: 180, shape: 'whole' },
	{ file: 'favicon-32.png', sizePx: 32, shape: 'rounded' }
];

const browser = await chromium.launch({ executablePath: chromiumPath(), args: [...CHROMIUM_FLAGS] });
try {
	const page = await browser.newPage();
	for (const { file, sizePx, shape } of ICONS) {
		await page.setViewportSize({ width: sizePx, height: sizePx });
		// What a launcher may cut away is a fifth all around; where nothing is cut, the rings may fill the icon.
		const style = shape === 'whole' ? '' : 'svg { border-radius: 22% } svg > * { transform-origin: 50% 50% }';
		const box = shape === 'whole' ? '0 0 512 512' : '46 46 420 420';
		await page.setContent(
			`<style>body { margin: 0 } svg { display: block; inline-size: 100vw; block-size: 100vh } ${style}</style>${svg.replace(/viewBox="[^"]*"/, `viewBox="${box}"`)}`
		);
		writeFileSync(new URL(file, STATIC), await page.screenshot({ omitBackground: true }));
	}
} finally {
	await browser.close();
}
