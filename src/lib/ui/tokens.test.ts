import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { appearanceOf } from './appearance.ts';
import { THEMES, type Theme } from './preferences.ts';

const CSS = readFileSync(new URL('tokens.css', import.meta.url), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');

type Tokens = Readonly<Record<string, string>>;
const declared = (block: string): Tokens =>
	Object.fromEntries([...block.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name!, value!.trim()]));
const blockOf = (selector: string, css = CSS): Tokens => {
	const at = css.indexOf(`${selector} {`);
	expect(at, selector).not.toBe(-1);
	return declared(css.slice(at, css.indexOf('}', at)));
};

const mediaAt = CSS.indexOf('@media (prefers-contrast: more)');
const dark = blockOf(':root');
const light = { ...dark, ...blockOf(":root[data-theme='light']", CSS.slice(0, mediaAt)) };
const LOOKS: readonly (readonly [string, Tokens, Theme, boolean])[] = [
	['dark', dark, 'dark', false],
	['light', light, 'light', false],
	[
		'light, with more contrast',
		{ ...light, ...blockOf(":root[data-theme='light']", CSS.slice(mediaAt)) },
		'light',
		true
	],
	['contrast', { ...dark, ...blockOf(":root[data-theme='contrast']") }, 'contrast', false]
];

/** Linear sRGB of `L C H`, each clipped to what a screen can show. Björn Ottosson's OKLab, 2020. */
function linear(lch: string): [number, number, number] {
	const [L = NaN, C = NaN, H = NaN] = lch.split(/\s+/).map(Number);
	const a = C * Math.cos((H * Math.PI) / 180);
	const b = C * Math.sin((H * Math.PI) / 180);
	const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
	const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
	const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
	const clip = (value: number): number => Math.min(1, Math.max(0, value));
	return [
		clip(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
		clip(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
		clip(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s)
	];
}

function lchOf(tokens: Tokens, name: string): string {
	const value = tokens[name] ?? '';
	const inner = /^oklch\((.*)\)$/.exec(value)?.[1] ?? value;
	const reference = /^var\((--[\w-]+)\)$/.exec(inner)?.[1];
	return reference === undefined ? inner : lchOf(tokens, reference);
}

/** WCAG 2.2's relative luminance and contrast ratio. */
function contrast(tokens: Tokens, one: string, other: string): number {
	const luminance = (name: string): number => {
		const [r, g, b] = linear(lchOf(tokens, name));
		return 0.2126 * r + 0.7152 * g + 0.0722 * b;
	};
	const [bright = NaN, deep = NaN] = [luminance(one), luminance(other)].sort((x, y) => y - x);
	return (bright + 0.05) / (deep + 0.05);
}

/** Every token that text is set in, on every ground that it stands on. */
const PAIRS = [
	...['--text', '--quiet', '--faint', '--assistant-text', '--user-text'].flatMap((ink) =>
		['--ground', '--raised'].map((ground) => [ink, ground] as const)
	),
	['--on-assistant', '--assistant'],
	['--on-assistant', '--user']
] as const;
/** What is not text but has to be seen: 3:1 (WCAG 1.4.11). */
const SIGNS = ['--assistant', '--user', '--focus'] as const;

describe.each(LOOKS)('the theme %s', (_, tokens, theme, more) => {
	it.each(PAIRS)('can be read: %s on %s has 4.5:1', (ink, ground) => {
		expect(contrast(tokens, ink, ground)).toBeGreaterThanOrEqual(4.5);
	});

	it.each(SIGNS)('can be seen: %s on the ground has 3:1', (sign) => {
		expect(contrast(tokens, sign, '--ground')).toBeGreaterThanOrEqual(3);
	});

	it('tells the browser’s frame the same ground', () => {
		const [r, g, b] = linear(lchOf(tokens, '--ground')).map((value) =>
			Math.round(255 * (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055))
		);
		const hex = `#${[r, g, b].map((value) => value!.toString(16).padStart(2, '0')).join('')}`;
		expect(appearanceOf({ theme, motion: 'system' }, { more, still: false }).ground).toBe(hex);
	});
});

describe('the themes', () => {
	it('are all there', () => {
		expect(new Set(LOOKS.map(([, , theme]) => theme))).toEqual(new Set(THEMES));
	});

	it('name no token that the dark one has not', () => {
		for (const [, tokens] of LOOKS) expect(Object.keys(tokens).sort()).toEqual(Object.keys(dark).sort());
	});

	it('are measured rightly: black on white is 21:1', () => {
		expect(contrast({ '--a': 'oklch(0 0 0)', '--b': 'oklch(1 0 0)' }, '--a', '--b')).toBeCloseTo(21, 3);
	});
});
