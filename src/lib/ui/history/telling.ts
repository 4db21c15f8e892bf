/** Conversations as files, worded in the page's language. */
import { exportJson } from '../../history/exchange.ts';
import { fold } from '../../history/fold.ts';
import { FILES, tell, type Format, type Telling } from '../../history/formats.ts';
import type { ConversationRecord, KeptEntry } from '../../history/record.ts';
import { summarise } from '../../history/summary.ts';
import type { Language } from '../../i18n/languages.ts';
import type { Messages } from '../../i18n/messages.ts';
import type { HistoryMessages } from '../../i18n/topics/history.ts';
import { download } from '../download.ts';
import { logText } from '../log-text.ts';
import { dateOf, lengthInWords } from './when.ts';

export interface Wording {
	readonly say: HistoryMessages;
	readonly now: Messages;
	readonly language: Language;
}

/** Of first words that stand for a name, in UTF-16 units: two lines of a heading on a phone. */
const MOST_TITLE = 64;

/** Its name, else its first words, cut at a space where there is one. */
export function titleOf(
	{ title, first }: { readonly title: string | null; readonly first: string },
	say: HistoryMessages
): string {
	if (title !== null) return title;
	if (first.length <= MOST_TITLE) return first === '' ? say.untitled : first;
	const cut = first.slice(0, MOST_TITLE).toWellFormed();
	const space = cut.lastIndexOf(' ');
	return `${(space > MOST_TITLE / 2 ? cut.slice(0, space) : cut).replace(/[\s,;:.–—-]+$/u, '')}…`;
}

/** Who said it, by name. */
export function speakerOf({ role, who }: KeptEntry, { character }: ConversationRecord, now: Messages): string {
	if (role === 'user') return now.you;
	return (who === undefined ? character?.name : who) ?? now.parley;
}

/** Gives the person the file: `all` of them, or one by its name. */
export function give(
	records: readonly ConversationRecord[],
	format: Format,
	all: boolean,
	{ say, now, language }: Wording
): void {
	const telling: Telling = {
		title: (record) => titleOf(summarise(record), say),
		about: (record) => {
			const { startedAtMs, durationMs, who } = summarise(record);
			return [dateOf(startedAtMs, language), who ?? now.parley, lengthInWords(durationMs, say)].join(' · ');
		},
		speaker: (entry, record) => speakerOf(entry, record, now),
		text: (entry) => logText(entry, now.unrecognised).text
	};
	const text = format === 'json' ? exportJson(records) : tell(records, format, telling);
	const [only] = records;
	const name = all || only === undefined ? '' : `-${slug(telling.title(only))}`;
	const at = new Date(all || only === undefined ? Date.now() : summarise(only).startedAtMs);
	const day = [at.getFullYear(), at.getMonth() + 1, at.getDate()]
		.map((part) => String(part).padStart(2, '0'))
		.join('-');
	const { ending, type } = FILES[format];
	download(`parley-${day}${name}.${ending}`, text, type);
}

function slug(title: string): string {
	const plain = fold(title)
		.replace(/[^\p{L}\p{N}]+/gu, '-')
		.replace(/^-|-$/g, '');
	return [...plain].slice(0, 40).join('').replace(/-$/, '') || 'talk';
}
