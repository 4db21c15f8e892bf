/**
 * Which neighbours belong to one piece: a voice that gets "3,5" and "km", or "Bonjour" and "!", one after the other
 * reads them as two. What is judged here is text between ordinary white space; no-break spaces never separated it.
 */
import { hasSound } from './utter.ts';

/** What a token without its marks is to its neighbours. */
export type TokenKind =
	/** Spoken, and complete. */
	| 'word'
	/** Belongs to the word after it: « ( $ */
	| 'opener'
	/** At the start of a line, of a list, a heading or a quote: belongs to the word after it and is not spoken. */
	| 'lineMark'
	/** Belongs to the word before it: ! » : – */
	| 'closer'
	/** Nothing to say, and nothing to belong to. */
	| 'silent';

const OPENER = /^(?:[«‹“„‘"'([{¿¡*_~]+|[$€£¥₹])$/;
const LINE_MARK = /^(?:#{1,6}|[-*+•‣◦>|]+|\|?[-:|]*\|)$/;

/** `voiced`: the token without the marks that `cuts` takes. `lineStart`: nothing but marks stands before it in its line. */
export function kindOf(voiced: string, spoken: string, lineStart: boolean): TokenKind {
	if (voiced === '') return 'silent';
	if (lineStart && LINE_MARK.test(voiced)) return 'lineMark';
	if (OPENER.test(voiced)) return 'opener';
	if (spoken !== '') return 'word';
	// Emoji and pure marks are nothing; punctuation is something.
	return /[\p{P}\p{S}]/u.test(voiced) && !/[\p{Extended_Pictographic}\uFE0F]/u.test(voiced) ? 'closer' : 'silent';
}

const UNITS = new Set(
	(
		'km hm dam m dm cm mm µm μm nm km² km2 m² m2 m³ m3 cm² cm³ ha kg hg g mg µg μg t l L cl dl ml mL ' +
		'h hr hrs min mn s sec ms µs ns km/h m/s mph kph kn Hz kHz MHz GHz W kW MW GW kWh Wh V mV A mA mAh J kJ kcal cal ' +
		'Pa hPa kPa bar dB °C °F ° K % ‰ € $ £ ¥ ₹ EUR USD GBP CHF bit B kB KB MB GB TB ko Ko Mo Go To px pt dpi fps ' +
		'am pm AM PM a.m. p.m. ft yd mi lb lbs oz million millions billion billions trillion trillions milliard milliards'
	).split(' ')
);

const NUMBER_END = /(?:^|[^\p{L}\p{N}_])[-+−~≈<>]?[\p{Sc}]?\p{N}+(?:[.,:/]\p{N}+)*$/u;
const CLOCK_END = /\p{N}[ \u00a0\u202f]?(?:h|min|mn)$/u;
const GROUP_END = /(?:^|[^\p{L}\p{N}.,])\d{1,3}(?:[ \u00a0\u202f]\d{3})*$/u;
/** What begins with a zero or a plus, or goes on after groups of three with one of another length: to be dialled. */
const DIALLED_END = /(?:^|[^\p{L}\p{N}.,])(?:\+\d{1,3}|0\d{0,3})(?:[ \u00a0\u202f]\d+)*$/u;
const GROUPS_END = /(?:^|[^\p{L}\p{N}.,])\d{1,3}(?:[ \u00a0\u202f]\d{3})+$/u;
const DIGIT_GROUP = /^\d{3}(?!\d|[.:/-]\d)/;
const TRAILING_MARKS = /[.,;:!?…)\]"'»”’*_]+$/u;

const bare = (text: string): string => text.replace(/[*_`~]/g, '');

/** Whether what follows `before` has to be known whole before `before` can be said. */
export const awaitsMore = (before: string): boolean => {
	const text = bare(before);
	return NUMBER_END.test(text) || CLOCK_END.test(text) || /\p{N} [-–—]$/u.test(text);
};

/** Whether `after` is the rest of the number or quantity at the end of `before`. */
export function continuesNumber(before: string, after: string): boolean {
	const head = bare(before);
	const tail = bare(after);
	if ((GROUP_END.test(head) || DIALLED_END.test(head)) && DIGIT_GROUP.test(tail)) return true;
	if (GROUPS_END.test(head) && /^\d{4}(?!\d|[.:/-]\d)/.test(tail)) return true;
	if (CLOCK_END.test(head)) return /^[0-5]?\d(?!\d|[.,:/]\d)/.test(tail);
	if (/\p{N} [-–—]$/u.test(head)) return /^\p{N}/u.test(tail);
	return NUMBER_END.test(head) && (UNITS.has(tail) || UNITS.has(tail.replace(TRAILING_MARKS, '')));
}

const DASH = /^[-–—―]+$/;

/** `before` with a closer after it, as the voice should have it: a dash between words is a pause. */
export function withCloser(before: string, closer: string): string {
	if (!DASH.test(closer)) return `${before} ${closer}`;
	if (awaitsMore(before)) return `${before} ${closer}`;
	return /[\p{L}\p{N}"'»”’)]$/u.test(before) ? `${before},` : before;
}

/** `spoken` at the end of a line: what the eye sees as a new line, the voice hears as a pause. */
export function withPause(spoken: string, mark: '.' | ','): string {
	return hasSound(spoken) && /[\p{L}\p{N}"')%°]$/u.test(spoken) ? spoken + mark : spoken;
}
