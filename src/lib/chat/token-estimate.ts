/** How many tokens a model makes of a text, guessed from above without its tokenizer. */

/**
 * Tokens per character, by script. Measured with the tokenizers of GPT-4o, GPT-4, Llama 3, Mistral 7B and Llama 2 on
 * conversational sentences (the test holds them, with the largest count of the five): the old ones with small
 * vocabularies fall back to bytes outside Latin and need two to four times the tokens of the new.
 */
const PER_LETTER = 1 / 3;
const PER_CAPITAL = 1 / 2;
const PER_ACCENTED = 1.6;
/** Of Vietnamese: two accents on one letter. */
const PER_TWICE_ACCENTED = 2.6;
const PER_CYRILLIC = 0.6;
const PER_HAN = 1.6;
const PER_HANGUL = 2.2;
const PER_OTHER = 1.4;
/** And the space before a number. */
const PER_DIGIT = 1.25;
/** Byte by byte. */
const PER_ASTRAL = 4;

const PARTS = /([A-Za-z\u00C0-\u024F\u1E00-\u1EFF]+)|([0-9])|( +)|([^])/gu;

/** Tokens of `text`, rounded up; rather too many than too few. 0 for ''. */
export function estimateTokens(text: string): number {
	let tokens = 0;
	for (const [, word, digit, spaces, other] of text.matchAll(PARTS)) {
		if (word !== undefined) tokens += ofWord(word);
		else if (digit !== undefined) tokens += PER_DIGIT;
		// One space is part of the word after it.
		else if (spaces !== undefined) tokens += (spaces.length - 1) / 4;
		else if (other !== undefined) tokens += ofCharacter(other);
	}
	return Math.ceil(tokens);
}

/** At least one, as every word is. */
function ofWord(word: string): number {
	let tokens = 0;
	for (const letter of word) tokens += ofLetter(letter);
	return Math.max(1, tokens);
}

function ofLetter(letter: string): number {
	if (letter >= '\u1e00') return PER_TWICE_ACCENTED;
	if (letter > 'z') return PER_ACCENTED;
	return letter < 'a' ? PER_CAPITAL : PER_LETTER;
}

function ofCharacter(character: string): number {
	const code = character.codePointAt(0) ?? 0;
	if (code < 0x80) return 1;
	if (code > 0xffff) return PER_ASTRAL;
	if (code >= 0x400 && code < 0x530) return PER_CYRILLIC;
	if (code >= 0xac00 && code < 0xd7b0) return PER_HANGUL;
	if (code >= 0x2e80 && code < 0xa000) return PER_HAN;
	if (code >= 0x2600 && code < 0x2800) return PER_ASTRAL;
	return PER_OTHER;
}
