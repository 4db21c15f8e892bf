/** Text as it is searched: without accents, case and ligatures. Pure. */

/** What Unicode does not take apart, and a person who searches would type otherwise. */
const SPELT: Readonly<Record<string, string>> = {
	œ: 'oe',
	æ: 'ae',
	ß: 'ss',
	ø: 'o',
	ł: 'l',
	đ: 'd',
	ı: 'i',
	ς: 'σ',
	'’': "'"
};

/** Of a text it is what its characters are, one after the other: `folded` relies on it. */
export function fold(text: string): string {
	return text
		.normalize('NFKD')
		.toLowerCase()
		.normalize('NFKD')
		.replace(/\p{M}+/gu, '')
		.replace(/[œæßøłđıς’]/gu, (letter) => SPELT[letter] ?? letter);
}

export interface Folded {
	readonly text: string;
	/** For every unit of `text`, and for its end: where in the original the character that it stands for begins. */
	readonly from: readonly number[];
}

/** With the way back, for a highlight. */
export function folded(text: string): Folded {
	const from: number[] = [];
	let all = '';
	let at = 0;
	for (const character of text) {
		// Most letters are plain, and Unicode's tables take their time.
		const part = character <= '\x7f' ? character.toLowerCase() : fold(character);
		for (let unit = 0; unit < part.length; unit++) from.push(at);
		all += part;
		at += character.length;
	}
	from.push(at);
	return { text: all, from };
}
