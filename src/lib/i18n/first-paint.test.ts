import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { appearanceOf } from '../ui/appearance.ts';
import { MOTIONS, THEMES } from '../ui/preferences.ts';
import { KEYS } from '../ui/stored.ts';
import { chooseLanguage, LANGUAGES } from './languages.ts';

const HTML = readFileSync(new URL('../../app.html', import.meta.url), 'utf8');
const SCRIPT = /<script>([\s\S]*?)<\/script>/.exec(HTML)?.[1] ?? '';

interface Browser {
	readonly languages?: readonly string[];
	readonly getItem?: (key: string) => string | null;
	readonly more?: boolean;
	readonly still?: boolean;
}

/** What the script in app.html makes of a browser: the page's language, whether its words are kept unseen, and its looks. */
function firstPaint({ languages = ['en'], getItem = () => null, more = false, still = false }: Browser) {
	const documentElement = { lang: 'en', dataset: {} as Record<string, string> };
	const metas: Record<string, { content: string }> = {};
	runInNewContext(SCRIPT, {
		navigator: { languages },
		localStorage: { getItem },
		document: { documentElement, querySelector: (query: string) => (metas[query] = { content: '' }) },
		matchMedia: (query: string) => ({ matches: query.includes('contrast') ? more : still })
	});
	const { theme, motion } = documentElement.dataset;
	return {
		lang: documentElement.lang,
		unseen: 'turning' in documentElement.dataset,
		looks: {
			theme,
			motion,
			scheme: metas['meta[name="color-scheme"]']?.content,
			ground: metas['meta[name="theme-color"]']?.content
		}
	};
}

const forbidden = (): never => {
	throw new Error('SecurityError');
};

describe('the script before the first paint', () => {
	it('chooses as the page will', () => {
		const tag = fc.oneof(fc.constantFrom('fr', 'FR-ca', 'fr_CH', 'en-GB', 'de', 'frr', 'enm', ''), fc.string());
		fc.assert(
			fc.property(fc.array(tag, { maxLength: 5 }), (languages) => {
				expect(firstPaint({ languages }).lang).toBe(chooseLanguage(languages));
			})
		);
	});

	it('hides the rendered words only where they are in the wrong language', () => {
		expect(firstPaint({ languages: ['en-GB', 'fr'] }).unseen).toBe(false);
		expect(firstPaint({ languages: ['fr-FR', 'en'] }).unseen).toBe(true);
	});

	it.each(LANGUAGES)('takes the language kept here, %s, over the browser’s', (language) => {
		const getItem = (key: string): string | null => (key === KEYS.language ? JSON.stringify(language) : null);
		expect(firstPaint({ languages: ['fr'], getItem }).lang).toBe(language);
		expect(firstPaint({ languages: ['en'], getItem }).lang).toBe(language);
	});

	it('puts on what the page will wear: each theme and motion, under each of the system’s wishes', () => {
		for (const theme of THEMES)
			for (const motion of MOTIONS)
				for (const more of [true, false])
					for (const still of [true, false]) {
						const kept: Record<string, string> = { [KEYS.theme]: theme, [KEYS.motion]: motion };
						const getItem = (key: string): string | null => (key in kept ? JSON.stringify(kept[key]) : null);
						const { looks } = firstPaint({ getItem, more, still });
						expect(looks).toEqual(appearanceOf({ theme, motion }, { more, still }));
					}
	});

	it('minds neither a shelf that throws nor what somebody else left on it', () => {
		const usual = appearanceOf({ theme: 'dark', motion: 'system' }, { more: false, still: false });
		expect(firstPaint({ languages: ['fr'], getItem: forbidden })).toEqual({ lang: 'fr', unseen: true, looks: usual });
		for (const left of ['', '{', '"de"', '["fr"]', 'null', '"<b>"', '"system"', '"__proto__"', '"constructor"']) {
			expect(firstPaint({ languages: ['fr'], getItem: () => left })).toMatchObject({ lang: 'fr', looks: usual });
		}
	});

	it('finds its <meta> tags: they stand before it', () => {
		const before = HTML.slice(0, HTML.indexOf('<script>'));
		expect(before).toMatch(/<meta name="color-scheme"/);
		expect(before).toMatch(/<meta name="theme-color"/);
	});
});
