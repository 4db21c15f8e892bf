/** Days, times and lengths in words. */
import type { HistoryMessages } from '../../i18n/topics/history.ts';
import type { Language } from '../../i18n/languages.ts';
import type { Day } from '../../history/days.ts';

/** The page's language as the browser's formats want it, in its own region where that speaks it. */
function localeOf(language: Language): string {
	return navigator.languages.find((tag) => tag.toLowerCase().startsWith(`${language}-`)) ?? language;
}

const formats = new Map<string, Intl.DateTimeFormat>();
function format(atMs: number, language: Language, options: Intl.DateTimeFormatOptions): string {
	const key = `${language}${JSON.stringify(options)}`;
	const made = formats.get(key) ?? new Intl.DateTimeFormat(localeOf(language), options);
	formats.set(key, made);
	return made.format(atMs);
}

export const timeOf = (atMs: number, language: Language): string => format(atMs, language, { timeStyle: 'short' });
export const dateOf = (atMs: number, language: Language): string =>
	format(atMs, language, { dateStyle: 'long', timeStyle: 'short' });

export function dayInWords({ ago, startMs }: Day, say: HistoryMessages, language: Language): string {
	if (ago === 0) return say.today;
	if (ago === 1) return say.yesterday;
	return format(startMs, language, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
}

export function lengthInWords(ms: number, say: HistoryMessages): string {
	const seconds = Math.round(ms / 1000);
	if (seconds < 60) return say.lengthS(seconds);
	const minutes = Math.round(seconds / 60);
	return minutes < 60 ? say.lengthMin(minutes) : say.lengthH(Math.floor(minutes / 60), minutes % 60);
}
