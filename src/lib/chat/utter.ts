/** From the words of one piece, marks and all, to what a voice should be given. */

/** Emoji with their joiners, tones, flags and key caps; © ® ™ are read. */
const EMOJI =
	/(?![©®™])(?:\p{Regional_Indicator}{1,2}|[#*0-9]\uFE0F?\u20E3|(?:\p{Extended_Pictographic}|\p{Emoji_Presentation})(?:\uFE0F|\p{Emoji_Modifier}|\u200D\p{Extended_Pictographic}|[\u{E0020}-\u{E007F}])*)|[\uFE0E\uFE0F\u200D]/gu;
const EMOTICON = /(?<=^|\s)(?:[:;=][-'^o]?[()DPp|*3]+|<3+|\^\^|xD+|XD+)(?=$|[\s.,!?])/g;
/** An address is spoken as its host: nobody can type from hearing, but a name helps. */
const ADDRESS = /<?(?:(?:https?|ftp|wss?):\/\/|www\.)(?:[^\s/?#@]*@)?(?:www\.)?([^\s/?#:>)\]]*)[^\s>]*>?/gi;
const ADDRESS_TAIL = /[.,;:!?…)\]"'»”’*_]+$/;
/** Controls, soft hyphens, zero-width and direction marks: some voices speak them. */
const INVISIBLE = /[\p{Cc}\p{Cf}]/gu;
const ESCAPED = /\\([!-/:-@[-`{-~])/g;
/** Groups of three digits after one to three, as thousands are written; no number that is dialled (+1 555 123 4567). */
const DIGIT_GROUPS = /(?<![\p{N}.,+]|\p{N} )[1-9]\d{0,2}(?: \d{3})+(?! ?\d)/gu;
const MAIL = /<([^\s<>@]+@[^\s<>]+)>/g;
/** Between numbers a star multiplies; it is nothing else that stands alone. */
const TIMES = /(?<=^|\s)\* (?=\p{N})/gu;

/**
 * What the voice gets for `text`, possibly '': no markdown, emoji or addresses, straight quotes, numbers of one piece,
 * and no punctuation mark that stands alone. Never answers a lone surrogate.
 */
export function utter(text: string): string {
	const plain = text
		.replace(ADDRESS, hostOf)
		.replace(MAIL, '$1')
		.replace(ESCAPED, '$1')
		.replace(EMOJI, '')
		.replace(EMOTICON, '')
		.replace(INVISIBLE, '')
		.replace(/~~/g, '')
		.replace(/`/g, '')
		.replace(TIMES, '× ')
		.replace(/\*+/g, (stars, at: number, all: string) => (isBetween(all, at, stars, /\d/) ? stars : ''))
		.replace(/_+/g, (lines, at: number, all: string) => (isBetween(all, at, lines, /[\p{L}\p{N}]/u) ? ' ' : ''))
		.replace(/(?<![\p{L}\p{N}])#+(?=\p{L})/gu, '')
		.replace(/\s*\|[\s|]*/g, ', ')
		.replace(/\s+/g, ' ');
	const typed = undashed(plain)
		.replace(/[‘’‚‛‹›ʼ]/g, "'")
		.replace(/[“”„‟]/g, '"')
		.replace(/« ?/g, '"')
		.replace(/ ?»/g, '"')
		.replace(/ (?=[!?;:%‰]+(?:$|[\s"')\]]))/g, '')
		.replace(/ (?=[.,…)\]]+(?:$|\s))/g, '')
		.replace(/([([¿¡]) /g, '$1')
		.replace(/(\d) (?=°)/g, '$1')
		.replace(DIGIT_GROUPS, (digits) => digits.replaceAll(' ', ''));
	const trimmed = typed.replace(/^[\s,]+|\s+$/g, '').toWellFormed();
	return hasSound(trimmed) ? trimmed : '';
}

/**
 * Only hyphens are left: some voices drop the longer dashes without a trace, and "3–5" becomes "35". A dash between words
 * is a pause.
 */
function undashed(text: string): string {
	return text
		.replace(/\u2212(?=\p{N})/gu, '-')
		.replace(/(\d) ?[-–—] (?=\d)/g, '$1-')
		.replace(/(?<=\p{N})[–—―](?=\p{N})|(?<=[\p{L}\p{N}])–(?=[\p{L}\p{N}])/gu, '-')
		.replace(/(?<=[\p{L}\p{N}"')’”»])(?: -+| ?[–—―]+)(?=["')\]’”»]*$)/u, ',')
		.replace(/(?<=[\p{L}\p{N}"')’”»])[—―]+(?=["'(‘“«\p{L}\p{N}])/gu, ', ')
		.replace(/ ?[–—―]+ ?/g, ' ');
}

/** Letters, digits, and the signs that have a name: what is left without is only punctuation. */
export const hasSound = (text: string): boolean => /[\p{L}\p{N}\p{Sc}+=<>&%‰@×÷√°§©®™∞≈≠≤≥±]/u.test(text);

function isBetween(text: string, at: number, marks: string, kind: RegExp): boolean {
	return kind.test(text[at - 1] ?? '') && kind.test(text[at + marks.length] ?? '');
}

function hostOf(address: string, host: string): string {
	let tail = ADDRESS_TAIL.exec(address.replace(/>$/, ''))?.[0] ?? '';
	// What was opened in the address is closed in it: …/Cat_(animal)
	for (let opened = address.split('(').length - 1; opened > 0; opened--) tail = tail.replace(')', '');
	return host.replace(ADDRESS_TAIL, '') + tail;
}
