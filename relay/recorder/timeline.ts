/** A recording as a person reads it: one line for what was said in one go, with the seconds since the beginning. */
import type { Recording } from './read.ts';
import type { Line } from './schema.ts';

type Event = Line['event'];

/** Words of one speaker, not yet told because more may follow. */
interface Speech {
	readonly sinceMs: number;
	readonly words: string[];
}

export function timeline({ lines, faults, truncated }: Recording): string {
	const startMs = lines[0]?.atMs ?? 0;
	const told: { readonly atMs: number; readonly text: string }[] = [];
	const speeches = new Map<string, Speech>();
	const tell = (atMs: number, text: string): void => void told.push({ atMs, text });
	const add = (who: string, atMs: number, word: string): void => {
		const speech = speeches.get(who) ?? { sinceMs: atMs, words: [] };
		speech.words.push(word.trim());
		speeches.set(who, speech);
	};
	const end = (...speakers: readonly string[]): void => {
		for (const who of speakers) {
			const speech = speeches.get(who);
			if (speech !== undefined) tell(speech.sinceMs, `${who.padEnd(8)} ${shown(speech.words.join(' '))}`);
			speeches.delete(who);
		}
	};
	for (const { atMs, event } of lines) {
		if (event.type === 'word') add('person', atMs, event.text);
		else if (event.type === 'replyWord') add('model', atMs, event.text);
		else if (event.type === 'replyText') add('voice', atMs, event.text);
		else {
			if (event.type === 'reply') end('person');
			if (event.type === 'replyWritten' || event.type === 'replyDone') end('model');
			if (event.type === 'replyDone' || event.type === 'replySplice') end('voice');
			const text = describe(event);
			if (text !== null) tell(atMs, text);
		}
	}
	end('person', 'model', 'voice');
	told.sort((a, b) => a.atMs - b.atMs);
	const steps = lines.filter(({ event }) => event.type === 'step').length;
	return [
		lines.length === 0
			? 'nothing can be read of this recording'
			: `recorded from ${new Date(startMs).toISOString()}, ${lines.length} events, ${steps} of them steps of the STT`,
		...told.map(({ atMs, text }) => `${((atMs - startMs) / 1000).toFixed(3).padStart(9)}  ${text}`),
		...faults.map(({ number, reason }) => `line ${number} is left out: ${reason}`),
		...(truncated ? ['the last line is cut off: the relay was killed while it wrote'] : []),
		''
	].join('\n');
}

/** Null: nothing to say beside what other lines say. */
function describe(event: Event): string | null {
	switch (event.type) {
		case 'welcome':
			return `session  ${shown(event.session)} at ${shown(event.relay)}: ${[event.stt, event.llm, event.tts].map(({ name }) => shown(name)).join(', ')}`;
		case 'listen':
			return `listen   stream ${event.stream}`;
		case 'listening':
			return `ears     open, stream ${event.stream}`;
		case 'audio':
			return 'person   can be heard from here on';
		case 'replyAudio':
			return 'voice    first sound';
		case 'reply': {
			const last = event.messages.at(-1);
			const kind = event.speculative === true ? 'asked ahead for' : 'asked for';
			const about = last === undefined ? '' : `: ${last.role} ${shown(last.content)}`;
			return `reply ${event.reply}  ${kind}, ${event.same + event.messages.length} messages${about}`;
		}
		case 'commit':
			return `reply ${event.reply}  is meant`;
		case 'cancel':
			return `reply ${event.reply}  cancelled`;
		case 'replyWritten':
			return `reply ${event.reply}  written`;
		case 'replySplice':
			return `reply ${event.reply}  goes on with another voice from ${event.atS.toFixed(2)} s`;
		case 'replyDone':
			return `reply ${event.reply}  ${event.outcome}`;
		case 'problem':
			return `problem  ${event.fault} ${event.code}${event.detail === '' ? '' : `: ${shown(event.detail)}`}`;
		case 'report': {
			const { type: _, ...numbers } = event;
			const parts = Object.entries(numbers).map(([name, value]) => `${name} ${Math.round(value ?? 0)}`);
			return `measured ${parts.join(', ')}`;
		}
		case 'drain':
			return `drain    within ${event.withinMs} ms`;
		case 'lost':
			return `(${event.lines} events are missing: the disk was too slow)`;
		case 'end':
			return event.reason === 'size'
				? 'end      the recording is as long as it may be'
				: `end      ${event.code ?? ''}`;
		default:
			return null;
	}
}

/** In quotes and on one line, and nothing that drives a terminal. */
function shown(text: string): string {
	const visible = text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029]/gu, (character) =>
		character === '\n' ? ' ⏎ ' : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
	);
	return `“${visible}”`;
}
