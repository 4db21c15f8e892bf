/** What a text in a character may be made of: it is read aloud, shown on a button, and put before a model. */
import * as v from 'valibot';

/**
 * Nothing invisible: control characters, halves of characters, line separators, marks that turn the direction of what
 * follows, and the tag characters in which a text can hide a second one from its reader.
 */
const HIDDEN = '\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}\\u202a-\\u202e\\u2066-\\u2069\\u{e0000}-\\u{e007f}';
const HIDDEN_IN_LINE = new RegExp(`[${HIDDEN}]`, 'u');
const HIDDEN_IN_TEXT = new RegExp(`(?![\\n\\t])[${HIDDEN}]`, 'u');
/** Letters of any script, digits, and what stands in people's names; never markup. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{M}\p{N} '’.,&!?-]*$/u;
/** More marks on one letter than any language writes. */
const HEAPED = /\p{M}{4}/u;

const NOT_TEXT = 'must be text: put quotes around it';

function written(most: number, hidden: RegExp, where: string) {
	return v.pipe(
		v.string(NOT_TEXT),
		v.trim(),
		v.minLength(1, 'must not be empty'),
		v.maxLength(most, `must be at most ${most} characters long`),
		v.check((text) => !hidden.test(text), `must not hold invisible or control characters${where}`)
	);
}

/** One line of at most `most` UTF-16 units, trimmed. */
export const line = (most: number) => written(most, HIDDEN_IN_LINE, ' or line breaks');
/** Several lines of at most `most` UTF-16 units in all, trimmed. */
export const lines = (most: number) => written(most, HIDDEN_IN_TEXT, '');

export const name = (most: number) =>
	v.pipe(
		line(most),
		v.check(
			(text) => NAME.test(text) && !HEAPED.test(text),
			"must begin with a letter or digit and hold only letters, digits, spaces and ' . , & ! ? -"
		)
	);

/** `text` as an error message may repeat it: quoted, short, and with nothing in it that a terminal would act on. */
export function quoted(text: string): string {
	const short = text.length > 40 ? `${text.slice(0, 40)}…` : text;
	return JSON.stringify(short.replace(new RegExp(`[${HIDDEN}]`, 'gu'), '�'));
}
