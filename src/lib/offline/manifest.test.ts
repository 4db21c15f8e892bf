/** The manifest names files, and says what they are: a shop or a launcher believes it. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const STATIC = new URL('../../../static/', import.meta.url);
interface Picture {
	readonly src: string;
	readonly sizes: string;
	readonly type: string;
	readonly purpose?: string;
}
interface Manifest {
	readonly icons: readonly Picture[];
	readonly screenshots: readonly Picture[];
	readonly shortcuts: readonly { readonly url: string; readonly icons: readonly Picture[] }[];
	readonly background_color: string;
	readonly theme_color: string;
}
const manifest = JSON.parse(readFileSync(new URL('manifest.webmanifest', STATIC), 'utf8')) as Manifest;
const html = readFileSync(new URL('../../app.html', import.meta.url), 'utf8');

/** Width and height stand in a PNG's first chunk. */
function sizeOf(path: string): string {
	const bytes = readFileSync(new URL(`.${path}`, STATIC));
	expect(bytes.subarray(1, 4).toString('latin1'), path).toBe('PNG');
	return `${String(bytes.readUInt32BE(16))}x${String(bytes.readUInt32BE(20))}`;
}

describe('the manifest', () => {
	const shortcutIcons = manifest.shortcuts.flatMap(({ icons }) => icons);
	it.each([...manifest.icons, ...manifest.screenshots, ...shortcutIcons].filter(({ type }) => type === 'image/png'))(
		'says truly how big $src is',
		({ src, sizes }) => {
			expect(sizeOf(src)).toBe(sizes);
		}
	);

	it('has what every launcher asks for: small, large, and to be cut to shape', () => {
		const of = (purpose: string): string[] =>
			manifest.icons.filter((icon) => icon.purpose === purpose).map(({ sizes }) => sizes);
		expect(of('any')).toEqual(expect.arrayContaining(['192x192', '512x512', 'any']));
		expect(of('maskable')).toEqual(['192x192', '512x512']);
	});

	it('leads to pages that there are', () => {
		for (const { url } of manifest.shortcuts) {
			expect(readFileSync(new URL(`../../routes${url}/+page.svelte`, import.meta.url), 'utf8')).toContain('<Page');
		}
	});

	it('has the colours of the page before its script has run', () => {
		expect(html).toContain(`content="${manifest.theme_color}"`);
		expect(manifest.background_color).toBe(manifest.theme_color);
	});

	it('is not what iPhone and iPad read: their icon is named in the page', () => {
		const [, icon = ''] = /rel="apple-touch-icon" href="%sveltekit.assets%([^"]+)"/.exec(html) ?? [];
		expect(sizeOf(icon)).toBe('180x180');
	});
});
