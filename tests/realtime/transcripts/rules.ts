/** What holds of every conversation on `/v1/realtime`, whoever serves it: each rule answers what breaks it. */
import { REALTIME_SUBPROTOCOL } from '../../../src/lib/protocol/realtime.ts';
import type { Seen, Transcript } from './transcript.ts';

/** Unmute lets sound go four frames ahead of real time; a page holds one, and a machine may be busy. */
const AHEAD_MS = 4 * 80 + 80;
const SLACK_MS = 300;
/** Unmute waits so long after the last word of a goodbye. */
const LEAVE_MS = 1000;
/** A silence of so long is answered; what was sent last is heard later, and Unmute begins to count a second later still. */
const SILENCE_MS = 7000;
const SILENCE_SLACK_MS = 2500;
/** Until so much sound has come no voice interrupts. */
const UNINTERRUPTIBLE_MS = 3000;
/** Who waits for longer wonders. */
const PATIENCE_MS = 2500;

const WRITTEN = 'unmute.response.text.delta.ready';
const OUTPUTS = 'unmute.additional_outputs';
const HEARD = 'conversation.item.input_audio_transcription.delta';

type Rule = (transcript: Transcript) => string[];

/** The events of each answer, from its `response.created` to the next one's. */
export function answersIn({ events }: Pick<Transcript, 'events'>): Seen[][] {
	const at = events.flatMap(({ type }, i) => (type === 'response.created' ? [i] : []));
	return at.map((from, i) => events.slice(from, at[i + 1]));
}
const said = (events: readonly Seen[], type: string): string[] =>
	events.filter((event) => event.type === type).map(({ says }) => says ?? '');
const words = (texts: readonly string[]): string[] => texts.join(' ').split(' ').filter(Boolean);
const broken = (what: string, isBroken: boolean): string[] => (isBroken ? [what] : []);

export const RULES: Readonly<Record<string, Rule>> = {
	'the subprotocol is the one that was offered': ({ subprotocol }) =>
		broken(subprotocol, subprotocol !== REALTIME_SUBPROTOCOL),

	'nothing is said before the instructions, and no answer before the first sound': ({ events }) => {
		const first = events.findIndex(({ type }) => type === 'response.created');
		const isUpdated = events.slice(0, first).some(({ type }) => type === 'session.updated');
		return broken('an answer', first !== -1 && (!isUpdated || (events[first]?.atMs ?? 0) < 0));
	},

	'an answer is told as in progress, with the history and an empty message that it will fill': ({ events }) =>
		events
			.filter(({ type }) => type === 'response.created')
			.filter(({ says = '', history = [] }) => {
				const last = history.at(-1);
				return !says.startsWith('in_progress ') || last?.[0] !== 'assistant' || last[1] !== '';
			})
			.map(({ atMs }) => `at ${atMs}`),

	'the whole text is what was written word by word, each with the space before it': (transcript) =>
		answersIn(transcript).flatMap((events) => {
			const done = events.findIndex(({ type }) => type === 'response.text.done');
			if (done === -1) return [];
			const written = said(events.slice(0, done), WRITTEN);
			const isSpaced = written.every((word, at) => word.startsWith(' ') === at > 0);
			const isRest = said(events.slice(done), WRITTEN).length > 0;
			return broken(`${events[done]?.says ?? ''}`, written.join('') !== events[done]?.says || !isSpaced || isRest);
		}),

	'words are told as they are heard, in the order in which they were written, without spaces': (transcript) =>
		answersIn(transcript).flatMap((events) => {
			const heard = said(events, 'response.text.delta');
			const written = words(said(events, WRITTEN));
			return broken(
				heard.join(),
				heard.some((word, at) => word !== written[at] || word.trim() !== word)
			);
		}),

	'an answer sounds at most some frames ahead of real time': (transcript) =>
		answersIn(transcript).flatMap((events) => {
			const sounds = events.filter(({ type }) => type === 'response.audio.delta');
			let soundMs = 0;
			const beganMs = sounds[0]?.atMs ?? 0;
			return sounds.flatMap(({ atMs, audioMs = 0 }) => {
				soundMs += audioMs;
				return broken(`${soundMs} ms`, soundMs - (atMs - beganMs) > AHEAD_MS + SLACK_MS);
			});
		}),

	'how things are is told right before an answer is done, with all that was heard': (transcript) =>
		answersIn(transcript).flatMap((events) => {
			const done = events.findIndex(({ type }) => type === 'response.audio.done');
			if (done === -1) return [];
			const before = events[done - 1];
			const told = before?.history?.findLast(([role]) => role === 'assistant')?.[1];
			return broken(
				told ?? 'nothing',
				before?.type !== OUTPUTS || told !== said(events, 'response.text.delta').join(' ')
			);
		}),

	'how things are is told about once a second of received sound': ({ events }) => {
		const done = new Set(events.flatMap(({ type }, at) => (type === 'response.audio.done' ? [at - 1] : [])));
		const timesS = events.flatMap(({ type, receivedS }, at) =>
			type === OUTPUTS && receivedS !== undefined && !done.has(at) ? [receivedS] : []
		);
		const tooSoon = timesS.filter((timeS, at) => timeS - (timesS[at - 1] ?? 0) < 0.95).map((timeS) => `at ${timeS} s`);
		// Unmute has other things to tell while it speaks, so only the quiet seconds have to be there.
		const quiet = events.slice(events.findLastIndex(({ type }) => type === 'response.audio.done') + 1);
		const lastMs = (quiet.at(-1)?.atMs ?? 0) - (quiet[0]?.atMs ?? 0);
		return [...tooSoon, ...broken('seldom', said(quiet, OUTPUTS).length < Math.floor(lastMs / 1300))];
	},

	'speech begins with the first word of a turn, which comes before it': ({ events }) =>
		events.flatMap(({ type, atMs }, at) => {
			if (type !== 'input_audio_buffer.speech_started') return [];
			// The same word may have interrupted an answer, which is told in between.
			const before = events.slice(0, at).findLast((event) => event.type !== 'unmute.interrupted_by_vad');
			return broken(`at ${atMs}`, before?.type !== HEARD || before.says === '');
		}),

	'what the person said stands in the history when it is answered': ({ events }) => {
		let heard: string[] = [];
		return events.flatMap((event) => {
			if (event.type === HEARD) heard.push(event.says ?? '');
			if (event.type !== 'response.created' || heard.length === 0) return [];
			const text = words(heard).join(' ');
			heard = [];
			return broken(text, event.history?.findLast(([role]) => role === 'user')?.[1] !== text);
		});
	},

	'behind an interruption the answer is silent, and what was heard of it ends in a dash': ({ events }) =>
		events.flatMap(({ type }, at) => {
			if (type !== 'unmute.interrupted_by_vad') return [];
			const next = events.findIndex((event, i) => i > at && event.type === 'response.created');
			const rest = events.slice(at + 1, next === -1 ? undefined : next);
			const isHeard = rest.some((event) => /^response\.(text|audio)/.test(event.type));
			const cut = events[next]?.history?.findLast(([role, text]) => role === 'assistant' && text !== '')?.[1] ?? '—';
			return [...broken('it goes on', isHeard), ...broken(cut, !cut.endsWith('—'))];
		}),

	'who waits for a voice is told so': (transcript) =>
		answersIn(transcript).flatMap((events) => {
			const sound = events.findIndex(({ type }) => type === 'response.audio.delta');
			const waitedMs = (events[sound]?.atMs ?? 0) - (events[0]?.atMs ?? 0);
			return broken(
				`${waitedMs} ms`,
				waitedMs > PATIENCE_MS && !said(events.slice(0, sound), 'error').includes('warning')
			);
		}),

	'no voice interrupts within the first three seconds': ({ events }) =>
		events.flatMap(({ type, atMs }, at) => {
			const isByWord = events.slice(0, at).some((event) => event.type === HEARD && event.says !== '');
			return broken(`at ${atMs}`, type === 'unmute.interrupted_by_vad' && !isByWord && atMs < UNINTERRUPTIBLE_MS);
		}),

	'a silence of seven seconds is answered as three dots, and is no speech': ({ events }) =>
		events.flatMap(({ type, atMs, history }, at) => {
			if (type !== 'response.created' || history?.findLast(([role]) => role === 'user')?.[1] !== '...') return [];
			const since = events.slice(0, at).findLast((event) => event.type === 'response.audio.done')?.atMs ?? 0;
			const waitedMs = atMs - since;
			const isSpeech = events.slice(0, at).some((event) => event.type === 'input_audio_buffer.speech_started');
			const isStopped = events[at - 1]?.type === 'input_audio_buffer.speech_stopped';
			return [
				...broken(`${waitedMs} ms`, waitedMs < SILENCE_MS - SLACK_MS || waitedMs > SILENCE_MS + SILENCE_SLACK_MS),
				...broken('speech', isSpeech || !isStopped)
			];
		}),

	'the server takes its leave one second after a goodbye was heard, and no sooner': ({ events, closed }) => {
		const isGoodbye = said(events, 'response.text.done').some((text) => text.toLowerCase().endsWith('bye!'));
		if (!isGoodbye || closed === null) return broken('closed', isGoodbye !== (closed !== null));
		const afterMs = closed.atMs - (events.findLast(({ type }) => type === 'response.audio.done')?.atMs ?? 0);
		const isInTime = afterMs > LEAVE_MS - SLACK_MS && afterMs < LEAVE_MS + AHEAD_MS + SLACK_MS;
		return broken(`${closed.code} after ${afterMs} ms`, closed.code !== 1000 || !isInTime);
	}
};

/** What each rule finds. */
export const faultsOf = (transcript: Transcript): string[] =>
	Object.entries(RULES).flatMap(([name, rule]) => rule(transcript).map((what) => `${name}: ${what}`));

/**
 * What a client sees happen, without what may come in one order or the other: runs of words or of sound are one thing each,
 * what is written, beside what is heard, is a story of its own, and how often somebody had to wait is none. Before an
 * interruption Unmute sends a last frame of silence.
 */
export function storiesOf({ events, closed }: Transcript): { readonly told: string[]; readonly written: string[] } {
	const names = events
		.filter(({ type, says }) => type !== OUTPUTS && says !== 'warning')
		.map(({ type, says = '' }) => `${NAMES[type] ?? type}${SAYS.has(type) ? ` ${says}` : ''}`);
	const runs = (all: readonly string[]): string[] => all.filter((name, at) => name !== all[at - 1]);
	const isWritten = (name: string): boolean => name.startsWith('written');
	const told = runs([
		...names.filter((name) => !isWritten(name)),
		...(closed === null ? [] : [`closed ${closed.code}`])
	]);
	return {
		told: told.filter((name, at) => name !== 'sound' || told[at + 1] !== 'unmute.interrupted_by_vad'),
		written: runs(names.filter((name) => isWritten(name) || name.startsWith('response.created')))
	};
}

const NAMES: Readonly<Record<string, string>> = {
	'response.audio.delta': 'sound',
	'response.text.delta': 'sound',
	[WRITTEN]: 'written word',
	'response.text.done': 'written:',
	[HEARD]: 'heard'
};
const SAYS: ReadonlySet<string> = new Set(['error', 'session.updated', 'response.created', 'response.text.done']);
