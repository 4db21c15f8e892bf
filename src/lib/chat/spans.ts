/**
 * What in a stretch of text is not for the voice because of marks around it: code, images, link targets, HTML tags,
 * citations, stage directions. Works on a few words at a time: see `isOpen` for when more of them are needed.
 */
import { isStageDirection, mayBecomeStageDirection } from './stage-directions.ts';

/** A range of the text that the voice leaves out, or says otherwise. UTF-16 units. */
interface Cut {
	readonly from: number;
	readonly to: number;
	readonly say: string;
}

/** Most words have none of these, and then there is nothing to look for. */
const MARKED = /[`*_<([\]【]/;
const CODE = /(`+)(?!`)([^`]|[^`][^]*?[^`])\1(?!`)/g;
const IMAGE = /!\[[^\]]*\](?:\([^)]*\))?/g;
const LINK_TARGET = /\]\((?:[^()]|\([^()]*\))*\)/g;
const CITATION = /\[\^?\d+(?:\s*[,–-]\s*\d+)*\]|\[\^[^\]\s]*\]|\[[ xX]?\]|【[^】]*】/g;
const TAG = /<!--[^]*?-->|<\/?[a-z](?![a-z+.-]*:\/\/|[^\s<>]*@)[^<>]*>|<\|[^<>]*\|>/gi;
const BRACKETED = /\(([^()]*)\)|\[([^[\]]*)\](?!\()/g;
const STARRED = /(?<![\p{L}\p{N}*_\\])([*_])(?![\s*_])([^*_]+)(?<!\s)\1(?![\p{L}\p{N}*_])/gu;
/** A code span that can be read out: names and plain words. */
const READABLE_CODE = /^[\p{L}\p{N}]+(?:['’ -][\p{L}\p{N}]+)*$/u;

/** How code is spoken of where it stands in a sentence: '' says nothing. Called once for each span. */
export type CodeStandIn = () => string;

/**
 * Cuts of `text` in order, without overlap. `before` is the text before it, as far as it is known: it tells a stressed
 * verb from a stage direction.
 */
export function cuts(text: string, before: string, standIn: CodeStandIn): Cut[] {
	if (!MARKED.test(text)) return [];
	const found: Cut[] = [];
	const add = (from: number, to: number, say = ''): void => {
		if (from < to && !found.some((cut) => from < cut.to && cut.from < to)) found.push({ from, to, say });
	};
	for (const match of text.matchAll(CODE)) {
		const [all, ticks = '', inner = ''] = match;
		const end = match.index + all.length;
		if (READABLE_CODE.test(inner.trim())) {
			add(match.index, match.index + ticks.length);
			add(end - ticks.length, end);
		} else add(match.index, end, standIn());
	}
	for (const pattern of [IMAGE, LINK_TARGET, CITATION, TAG])
		for (const match of text.matchAll(pattern)) add(match.index, match.index + match[0].length);
	for (const match of text.matchAll(STARRED)) {
		const preceding = before + text.slice(0, match.index);
		if (isStageDirection(match[2] ?? '', 'asterisks', preceding)) add(match.index, match.index + match[0].length);
	}
	for (const match of text.matchAll(BRACKETED)) {
		const inner = (match[1] ?? match[2] ?? '').replace(/[*_]/g, '');
		if (isStageDirection(inner, 'brackets', '')) add(match.index, match.index + match[0].length);
	}
	for (const match of text.matchAll(/\\?[[\]]/g)) add(match.index, match.index + match[0].length);
	return found.sort((a, b) => a.from - b.from);
}

/** What begins something whose end decides how it is spoken, and what may stand between. */
const OPEN_CODE = /(?<!`)(`+)(?!`)/g;
const OPEN = [
	/!\[[^\]]*(?:\]\([^)]*)?$/,
	/\]\((?:[^()]|\([^()]*\))*(?:\([^()]*)?$/,
	/\[[ ^]?$|【[^】]*$/,
	/<(?:\/?[a-z](?![a-z+.-]*:\/\/|[^\s<>]*@)|!--|\|)[^<>]*$/i
];
const OPEN_STARRED = /(?<![\p{L}\p{N}*_\\])[*_](?![\s*_])([^*_]*)$/u;
const OPEN_BRACKETED = /[([]([^()[\]]*)$/;

/** Whether the end of something that begins in `text` is still to come, so that its words cannot be judged yet. */
export function isOpen(text: string): boolean {
	if (!MARKED.test(text)) return false;
	const withoutCode = text.replace(CODE, (all) => ' '.repeat(all.length));
	if (withoutCode.search(OPEN_CODE) >= 0) return true;
	if (OPEN.some((pattern) => pattern.test(withoutCode))) return true;
	const starred = OPEN_STARRED.exec(withoutCode)?.[1];
	if (starred !== undefined && mayBecomeStageDirection(starred, 'asterisks')) return true;
	const bracketed = OPEN_BRACKETED.exec(withoutCode)?.[1]?.replace(/[*_]/g, '');
	return bracketed !== undefined && mayBecomeStageDirection(bracketed, 'brackets');
}

/** `text` from `from` to `to` as the voice gets it. A cut that begins in the range says its stand-in there. */
export function voiced(text: string, from: number, to: number, all: readonly Cut[]): string {
	let said = '';
	let at = from;
	for (const cut of all) {
		if (cut.to <= from || cut.from >= to) continue;
		said += text.slice(at, Math.max(at, cut.from));
		if (cut.from >= from) said += cut.say;
		at = Math.max(at, Math.min(cut.to, to));
	}
	return said + text.slice(at, to);
}
