/** Bytes as a person says them. Pure. */
import type { Language } from '../../i18n/languages.ts';

const UNITS = ['kilobyte', 'megabyte', 'gigabyte'] as const;

/** In thousands, as phones and desktops count: `12 kB`, `3.4 MB`, `2 Go`. Never less than one. */
export function sizeInWords(bytes: number, language: Language): string {
	const thousands = Math.max(1, bytes / 1000);
	const step = Math.min(UNITS.length - 1, Math.floor(Math.log10(thousands) / 3));
	const value = thousands / 1000 ** step;
	const unit = UNITS[step] ?? 'gigabyte';
	const format = new Intl.NumberFormat(language, {
		style: 'unit',
		unit,
		unitDisplay: 'short',
		maximumFractionDigits: value < 10 && step > 0 ? 1 : 0
	});
	return format.format(value);
}
