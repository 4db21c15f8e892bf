/** YAML that an operator wrote, as data: every mistake with its line and column. Pure; what a file may be is decided elsewhere. */
import { isMap, isNode, isScalar, isSeq, Lexer, LineCounter, parseDocument, type Document, type ErrorCode } from 'yaml';

export interface Mistake {
	/** From 1. */
	readonly line: number;
	readonly column: number;
	/** What is wrong and what to do, without a full stop. */
	readonly text: string;
}

/** What the file should be, in its author's words. */
export interface Wanted {
	/** Such as `a list of characters`. */
	readonly what: string;
	/** Its kind in one word, such as `list`. */
	readonly kind: string;
}

export type ParsedYaml =
	| {
			readonly ok: true;
			readonly value: unknown;
			/** Places what is wrong with the value, in the order of the file: each where its field begins. */
			readonly place: (faults: readonly PathFault[]) => readonly Mistake[];
	  }
	| { readonly ok: false; readonly mistakes: readonly Mistake[] };

export interface PathFault {
	/** Fields and positions (from 0) that lead to it; empty for the whole. */
	readonly path: readonly (string | number)[];
	readonly text: string;
}

/** A character needs three. A parser that recurses has to be kept from more than its stack holds. */
const DEEPEST = 20;
/** Two hundred characters with every field have 20,000; the parser takes the square of a mapping's keys. */
const MOST_TOKENS = 40_000;
/** What follows the first few is mostly an echo of them. */
const MOST_SYNTAX_MISTAKES = 3;
const LONGEST_MESSAGE = 160;

/** The parser says what it had expected; an author wants to know what to do. In place of its words, or behind them. */
const INSTEAD: Readonly<Partial<Record<ErrorCode, string>>> = {
	DUPLICATE_KEY: 'this field stands here twice: take one of them out',
	MULTILINE_IMPLICIT_KEY: 'a colon and a space are missing behind the field: put them there',
	UNEXPECTED_TOKEN:
		'something stands behind the end of a text in quotes: put quotes of the other kind around all of it',
	BAD_INDENT: 'the line is indented wrongly, or a bracket above it is not closed: indent it as those beside it'
};
const ADDED: Readonly<Partial<Record<ErrorCode, string>>> = {
	MISSING_CHAR: 'put it there, or indent the line as those beside it',
	BAD_SCALAR_START: 'put quotes around it',
	BAD_DQ_ESCAPE: 'write two backslashes, or put single quotes around the text',
	BAD_DIRECTIVE: 'take the line out'
};
/** Both are a field that begins where a value should be; only the former is within one line. */
const SECOND_COLON = 'a second colon stands on this line: put quotes around the text that holds it';
const UNEVEN = 'the lines below are not indented as this one is: indent them alike, and put a space behind each hyphen';

/** Never throws. Mistakes come in the order of the file. */
export function parseYaml(text: string, wanted: Wanted): ParsedYaml {
	const lines = new LineCounter();
	const at = (offset: number): Pick<Mistake, 'line' | 'column'> => {
		const { line, col } = lines.linePos(offset);
		return { line: Math.max(1, line), column: Math.max(1, col) };
	};
	lines.addNewLine(0);
	for (const { index } of text.matchAll(/\n/g)) lines.addNewLine(index + 1);

	const refusal = refuseTokens(text, wanted);
	if (refusal !== null) return { ok: false, mistakes: [{ ...at(refusal.offset), text: refusal.text }] };
	const document = parseDocument(text, { version: '1.2', schema: 'core', stringKeys: true, prettyErrors: false });
	const syntax = [...document.errors, ...document.warnings];
	if (syntax.length > 0) {
		const spread = new Set(
			syntax.flatMap(({ code, pos: [offset] }) => (code === 'MULTILINE_IMPLICIT_KEY' ? [offset] : []))
		);
		const mistakes = syntax.map(({ pos: [offset], code, message }) => {
			const place = at(offset);
			if (isTabbed(text, offset)) return { ...place, text: 'the line begins with a tab: use spaces' };
			if (code === 'BLOCK_AS_IMPLICIT_KEY') return { ...place, text: spread.has(offset) ? UNEVEN : SECOND_COLON };
			if (code === 'MULTIPLE_DOCS') return { ...place, text: secondDocument(wanted) };
			const fix = ADDED[code];
			return {
				...place,
				text: INSTEAD[code] ?? (fix === undefined ? printable(message) : `${printable(message)}: ${fix}`)
			};
		});
		// On one line, what follows the first is an echo of it.
		const told = mistakes.filter(({ line }, i) => line !== mistakes[i - 1]?.line);
		return { ok: false, mistakes: told.slice(0, MOST_SYNTAX_MISTAKES) };
	}
	if (document.contents === null)
		return { ok: false, mistakes: [{ ...at(0), text: `the file is empty: write ${wanted.what}` }] };
	return {
		ok: true,
		value: document.toJS({ maxAliasCount: 0 }),
		place(faults) {
			const placed = faults.map(({ path, text }) => ({ text, offset: offsetOf(document, path) }));
			placed.sort((a, b) => a.offset - b.offset);
			return placed.map(({ text, offset }) => ({ ...at(offset), text }));
		}
	};
}

const secondDocument = ({ kind }: Wanted): string =>
	`a second document begins here: keep one ${kind}, and take out the line with the three dashes`;

function isTabbed(text: string, offset: number): boolean {
	const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1).slice(0, 200);
	return /^ *\t/.test(line);
}

/** The parser's own words, which may repeat what it found. */
function printable(message: string): string {
	const text = message.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]+/gu, ' ').replace(/\.$/, '');
	return text.length > LONGEST_MESSAGE ? `${text.slice(0, LONGEST_MESSAGE)}…` : text;
}

interface Refusal {
	readonly offset: number;
	readonly text: string;
}

/** What a parser should not even be given: towers, and references with which ten lines become a gigabyte. */
function refuseTokens(text: string, { what }: Wanted): Refusal | null {
	let offset = 0;
	let tokens = 0;
	let brackets = 0;
	let marks = 0;
	let isContent = false;
	for (const token of new Lexer().lex(text)) {
		tokens += 1;
		if (tokens > MOST_TOKENS) return { offset, text: `the file has too many parts to be ${what}` };
		// These three are the lexer's own and stand for nothing in the file; the last says that content follows.
		if (token === '\u0002' || token === '\u0018' || token === '\u001f') {
			isContent = token === '\u001f';
			continue;
		}
		if (!isContent) {
			if (token === '[' || token === '{') brackets += 1;
			else if (token === ']' || token === '}') brackets -= 1;
			else if (token === '-' || token === '?') marks += 1;
			else if (/^\r?\n/.test(token)) marks = 0;
			if (brackets > DEEPEST || marks > DEEPEST) return { offset, text: 'this is nested too deeply' };
			const refused = REFUSED[token.charAt(0)];
			if (refused !== undefined)
				return { offset, text: `${refused} are not taken here: write the value out, or put it into quotes` };
		}
		isContent = false;
		offset += token.length;
	}
	return null;
}

const REFUSED: Readonly<Record<string, string>> = { '&': 'anchors (&)', '*': 'aliases (*)', '!': 'tags (!)' };

/** Where the field at `path` begins; of one that is missing, what it is missing from. */
function offsetOf(document: Document, path: PathFault['path']): number {
	let node: unknown = document.contents;
	let offset = 0;
	for (const step of path) {
		if (isMap(node)) {
			const pair = node.items.find(({ key }) => isScalar(key) && key.value === step);
			if (pair === undefined) break;
			offset = startOf(pair.key) ?? offset;
			node = pair.value;
		} else if (isSeq(node) && typeof step === 'number') {
			node = node.items[step];
			offset = startOf(node) ?? offset;
		} else break;
	}
	return offset;
}

function startOf(node: unknown): number | undefined {
	return isNode(node) ? node.range?.[0] : undefined;
}
