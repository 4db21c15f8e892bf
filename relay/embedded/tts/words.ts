/** Text as moshi-server hears it: a row of words and pauses. Source: its tts_preprocess, described in docs/protocols.md. */

export type Entry =
	{ readonly kind: 'word'; readonly text: string } | { readonly kind: 'pause'; readonly seconds: number };

const BREAK = /<break\s+time="([0-9.]+)s"\s*\/>/g;
/** moshi-server speaks no longer pause, whatever it is asked for, and none shorter than a frame. */
const MAX_PAUSE_S = 10;
const FRAME_S = 0.08;

/** The words and pauses of one `Text` message. Characters that moshi-server drops or replaces are dropped or replaced. */
export function entriesOf(text: string): Entry[] {
	const entries: Entry[] = [];
	let last = 0;
	for (const match of text.matchAll(BREAK)) {
		pushWords(entries, text.slice(last, match.index));
		last = match.index + match[0].length;
		const seconds = Number(match[1]);
		if (seconds > 0) {
			const frames = Math.max(1, Math.floor(Math.min(seconds, MAX_PAUSE_S) / FRAME_S));
			entries.push({ kind: 'pause', seconds: frames * FRAME_S });
		}
	}
	pushWords(entries, text.slice(last));
	return entries;
}

function pushWords(entries: Entry[], text: string): void {
	const normalised = text.replace(/’/g, "'").replace(/[–()]/g, '').replace(/:/g, ' ');
	for (const word of normalised.split(/\s+/)) if (word !== '') entries.push({ kind: 'word', text: word });
}
