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
/** A group of three digits after one to three, held together by a space that is one with them. */
const DIGIT_GROUPS = /(?<![\p{N}.,])\d{1,3}(?: \d{3})+(?!\d)/gu;

/**
 * What the voice gets for `text`, possibly '': no markdown, emoji or addresses, straight quotes, numbers of one piece,
 * and no punctuation mark that stands alone. Never answers a lone surrogate.
 */
export function utter(text: string): string {
	const plain = text
		.replace(ADDRESS, hostOf)
		.replace(ESCAPED, '$1')
		.replace(EMOJI, '')
		.replace(EMOTICON, '')
		.replace(INVISIBLE, '')
		.replace(/~~/g, '')
		.replace(/`/g, '')
		.replace(/\*+/g, (stars, at: number, all: string) => (isBetween(all, at, stars, /\d/) ? stars : ''))
		.replace(/_+/g, (lines, at: number, all: string) => (isBetween(all, at, lines, /[\p{L}\p{N}]/u) ? ' ' : ''))
		.replace(/(?<![\p{L}\p{N}])#+(?=\p{L})/gu, '')
		.replace(/\s*\|[\s|]*/g, ', ')
		.replace(/\s+/g, ' ');
	const typed = plain
		.replace(/[‘’‚‛‹›ʼ]/g, "'")
		.replace(/[“”„‟]/g, '"')
		.replace(/« ?/g, '"')
		.replace(/ ?»/g, '"')
		.replace(/ (?=[!?;:%‰]+(?:$|[\s"')\]]))/g, '')
		.replace(/ (?=[.,…)\]]+(?:$|\s))/g, '')
		.replace(/([([¿¡]) /g, '$1')
		.replace(/(\d) (?=°)/g, '$1')
		.replace(/(\d) ?[-–—] (?=\d)/g, '$1-')
		.replace(/(?<=[\p{L}\p{N}"')]) [-–—―]+$/u, ',')
		.replace(DIGIT_GROUPS, (digits) => digits.replaceAll(' ', ''));
	const trimmed = typed.replace(/^[\s,]+|\s+$/g, '').toWellFormed();
	return hasSound(trimmed) ? trimmed : '';
}

/** Letters, digits, and the signs that have a name: what is left without is only punctuation. */
export const hasSound = (text: string): boolean => /[\p{L}\p{N}\p{Sc}+=<>&%‰@×÷√°§©®™∞≈≠≤≥±]/u.test(text);

function isBetween(text: string, at: number, marks: string, kind: RegExp): boolean {
	return kind.test(text[at - 1] ?? '') && kind.test(text[at + marks.length] ?? '');
}

function hostOf(address: string, host: string): string {
	const tail = ADDRESS_TAIL.exec(address.replace(/>$/, ''))?.[0] ?? '';
	return host.replace(ADDRESS_TAIL, '') + tail;
}
