import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseLanguage, LANGUAGES } from './languages.ts';
import { KEYS } from '../ui/stored.ts';

const HTML = readFileSync(new URL('../../app.html', import.meta.url), 'utf8');
const SCRIPT = /<script>([\s\S]*?)<\/script>/.exec(HTML)?.[1] ?? '';

/** What the script in app.html makes of a browser: the page's language, and whether its words are kept unseen. */
function firstPaint(languages: readonly string[], getItem: (key: string) => string | null = () => null) {
	const documentElement = { lang: 'en', dataset: {} as { turning?: string } };
	runInNewContext(SCRIPT, { navigator: { languages }, localStorage: { getItem }, document: { documentElement } });
	return { lang: documentElement.lang, unseen: 'turning' in documentElement.dataset };
}

describe('the script before the first paint', () => {
	it('chooses as the page will', () => {
		const tag = fc.oneof(fc.constantFrom('fr', 'FR-ca', 'fr_CH', 'en-GB', 'de', 'frr', 'enm', ''), fc.string());
		fc.assert(
			fc.property(fc.array(tag, { maxLength: 5 }), (tags) => {
				expect(firstPaint(tags).lang).toBe(chooseLanguage(tags));
			})
		);
	});

	it('hides the rendered words only where they are in the wrong language', () => {
		expect(firstPaint(['en-GB', 'fr']).unseen).toBe(false);
		expect(firstPaint(['fr-FR', 'en']).unseen).toBe(true);
	});

	it.each(LANGUAGES)('takes the language kept here, %s, over the browser’s', (language) => {
		const kept = (key: string): string | null => (key === KEYS.language ? JSON.stringify(language) : null);
		expect(firstPaint(['fr'], kept).lang).toBe(language);
		expect(firstPaint(['en'], kept).lang).toBe(language);
	});

	it('minds neither a shelf that throws nor what somebody else left on it', () => {
		const forbidden = (): never => {
			throw new Error('SecurityError');
		};
		expect(firstPaint(['fr'], forbidden).lang).toBe('fr');
		for (const left of ['', '{', '"de"', '["fr"]', 'null', '"<b>"'])
			expect(firstPaint(['fr'], () => left).lang).toBe('fr');
	});
});
