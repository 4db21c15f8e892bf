/** A conversation as a text for people and their programs. Pure: words, names and times are arguments. */
import type { ConversationRecord, KeptEntry } from './record.ts';
import { timeline } from './timeline.ts';

export const FORMATS = ['markdown', 'text', 'vtt', 'json'] as const;
export type Format = (typeof FORMATS)[number];
export const FILES = {
	markdown: { ending: 'md', type: 'text/markdown' },
	text: { ending: 'txt', type: 'text/plain' },
	vtt: { ending: 'vtt', type: 'text/vtt' },
	json: { ending: 'json', type: 'application/json' }
} as const satisfies Record<Format, { readonly ending: string; readonly type: string }>;

/** How a text for people is worded. */
export interface Telling {
	/** The conversation's name or first words. */
	readonly title: (record: ConversationRecord) => string;
	/** When it was, with whom, how long. */
	readonly about: (record: ConversationRecord) => string;
	readonly speaker: (entry: KeptEntry, record: ConversationRecord) => string;
	/** An entry's words, a dash at the end of an interrupted one; empty where it has none to tell. */
	readonly text: (entry: KeptEntry) => string;
}

export type TellingFormat = Exclude<Format, 'json'>;

export function tell(records: readonly ConversationRecord[], format: TellingFormat, telling: Telling): string {
	switch (format) {
		case 'markdown':
			return records.map((record) => markdown(record, telling)).join('\n---\n\n');
		case 'text':
			return records.map((record) => plain(record, telling)).join('\n\n\n');
		case 'vtt':
			return vtt(records, telling);
	}
}

function markdown(record: ConversationRecord, telling: Telling): string {
	const head = `# ${escapeMarkdown(telling.title(record))}\n\n*${escapeMarkdown(telling.about(record))}*\n`;
	const lines = told(record, telling).map(
		({ entry, text, fromMs }) =>
			`\n**${escapeMarkdown(telling.speaker(entry, record))}** · ${clock(fromMs)}\n\n${escapeMarkdown(text)}\n`
	);
	return head + lines.join('');
}

function plain(record: ConversationRecord, telling: Telling): string {
	const lines = told(record, telling).map(
		({ entry, text, fromMs }) => `[${clock(fromMs)}] ${oneLine(telling.speaker(entry, record))}: ${text}\n`
	);
	return `${oneLine(telling.title(record))}\n${oneLine(telling.about(record))}\n\n${lines.join('')}`;
}

/** Several follow one another, as if they had been talked without a break. */
function vtt(records: readonly ConversationRecord[], telling: Telling): string {
	let text = 'WEBVTT\n';
	let beginsMs = 0;
	for (const record of records) {
		const note = [telling.title(record), telling.about(record)].map(escapeVtt).filter((line) => line !== '');
		text += `\n${['NOTE', ...note].join('\n')}\n`;
		let endMs = timeline(record).lengthMs;
		let fromMs = 0;
		for (const { entry, text: said, ...span } of told(record, telling)) {
			// A clock may be set back in mid-talk, and no cue may begin before the one above it.
			fromMs = Math.max(fromMs, span.fromMs);
			const toMs = Math.max(fromMs + LEAST_CUE_MS, span.toMs);
			endMs = Math.max(endMs, toMs);
			const speaker = escapeVtt(telling.speaker(entry, record));
			text += `\n${cueTime(beginsMs + fromMs)} --> ${cueTime(beginsMs + toMs)}\n<v ${speaker}>${escapeVtt(said)}\n`;
		}
		beginsMs += endMs;
	}
	return text;
}

/** A cue has to end after it begins; a word that was written at once is to be read, too. */
const LEAST_CUE_MS = 1000;

interface Told {
	readonly entry: KeptEntry;
	readonly text: string;
	/** Of talk. */
	readonly fromMs: number;
	readonly toMs: number;
}

function told(record: ConversationRecord, telling: Telling): Told[] {
	const { span } = timeline(record);
	return record.entries
		.map((entry) => ({ entry, text: oneLine(telling.text(entry)), ...span(entry) }))
		.filter(({ text }) => text !== '');
}

/** Line ends of any kind become spaces: a text must not make itself a line, a cue or a heading of the file. */
const oneLine = (text: string): string =>
	text
		.toWellFormed()
		.replace(/[\s\u0085]+/gu, ' ')
		.trim();

/** What Markdown would take for its own, wherever it stands; a number and a dot only where they would begin a list. */
const escapeMarkdown = (text: string): string =>
	oneLine(text)
		.replace(/[\\`*_{}[\]<>#|~&]/gu, '\\$&')
		.replace(/^([-+=]|\d+(?=[.)]))/u, (mark) => (/\d/u.test(mark) ? `${mark}\\` : `\\${mark}`));

const escapeVtt = (text: string): string =>
	oneLine(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const two = (number: number): string => String(number).padStart(2, '0');

/** `1:05` or `1:02:05` into the talk. */
export function clock(ms: number): string {
	const seconds = Math.max(0, Math.floor(ms / 1000));
	const [h, min, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
	return h === 0 ? `${String(min)}:${two(s)}` : `${String(h)}:${two(min)}:${two(s)}`;
}

function cueTime(ms: number): string {
	const whole = Math.max(0, Math.round(ms));
	const seconds = Math.floor(whole / 1000);
	const [h, min, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
	return `${two(h)}:${two(min)}:${two(s)}.${String(whole % 1000).padStart(3, '0')}`;
}
