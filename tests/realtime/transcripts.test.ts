/**
 * Conversations that were recorded at Unmute's own backend, with our scripted engines behind it (`transcripts/record.ts`),
 * are played to a relay of ours: the client does the same, and is to see the same, as soon or sooner.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { killRelays, startRelay } from '../faults/support/relay-process.ts';
import { startEngines, type Engines } from './transcripts/engines.ts';
import { makeSpeech, play } from './transcripts/player.ts';
import { answersIn, faultsOf, RULES, storiesOf } from './transcripts/rules.ts';
import { readTranscript, type Seen, type Transcript } from './transcripts/transcript.ts';

const folder = new URL('transcripts/unmute/', import.meta.url);
const recorded: readonly Transcript[] = readdirSync(folder).map((name) =>
	readTranscript(readFileSync(new URL(name, folder), 'utf8'))
);
/** Of a machine that does something else at the same time. */
const SLACK_MS = 400;

const ours = new Map<string, Transcript>();
let engines: Engines;
beforeAll(async () => {
	engines = await startEngines();
	const { stt, tts, llm } = engines;
	const relay = await startRelay({ STT_URL: stt.url, TTS_URL: tts.url, LLM_URL: llm.url });
	const speech = await makeSpeech();
	const server = { url: relay.url.replace('http', 'ws'), server: 'parley', speech, fillTts: engines.fillTts };
	const perform = async ({ scene, acts }: Transcript): Promise<void> => {
		ours.set(scene, await play(scene, acts, server));
	};
	// One that takes the TTS away from everybody is alone.
	const isAlone = ({ acts }: Transcript): boolean => acts.some(({ act }) => act.do === 'fillTts');
	for (const one of recorded.filter(isAlone)) await perform(one);
	await Promise.all(recorded.filter((one) => !isAlone(one)).map(perform));
}, 60_000);
afterAll(async () => {
	killRelays();
	await engines.close();
});

function oursOf(scene: string): Transcript {
	const transcript = ours.get(scene);
	if (transcript === undefined) throw new Error(`${scene} was not played`);
	return transcript;
}

/** How long it took from one kind of event to the next of another. */
function waitsMs({ events }: Transcript, from: string, to: string): number[] {
	return events.flatMap((event, at) => {
		if (event.type !== from) return [];
		const next = events.slice(at + 1).find(({ type }) => type === to || type === from);
		return next?.type === to ? [next.atMs - event.atMs] : [];
	});
}
/** From the client's point of view: what it waits for, and what lies between. */
const WAITS: readonly (readonly [string, string])[] = [
	['session.updated', 'response.created'],
	['response.created', 'response.audio.delta'],
	['input_audio_buffer.speech_stopped', 'response.created'],
	['input_audio_buffer.speech_started', 'input_audio_buffer.speech_stopped'],
	['unmute.interrupted_by_vad', 'input_audio_buffer.speech_started']
];
const isWarned = ({ events }: Transcript, type: string): boolean =>
	type === 'error' && events.every((event) => event.type !== 'error' || event.says === 'warning');
const soundMs = (events: readonly Seen[]): number => events.reduce((sum, { audioMs = 0 }) => sum + audioMs, 0);

/** The first word is on its way to the client when it interrupts, and is dropped with what else is queued. */
const UNMUTE_BREAKS: Readonly<Record<string, readonly string[]>> = {
	'interrupted by words': [
		'speech begins with the first word of a turn, which comes before it',
		'what the person said stands in the history when it is answered',
		'no voice interrupts within the first three seconds'
	]
};

describe('the rules', () => {
	it.each(recorded.map((transcript) => [transcript.scene, transcript] as const))(
		"are Unmute's own: %s",
		(scene, transcript) => expect(faultsOf(transcript).map(ruleOf)).toEqual(UNMUTE_BREAKS[scene] ?? [])
	);

	it('each find fault with a conversation that breaks them', () => {
		const blamed = new Set(recorded.flatMap((transcript) => spoilt(transcript).flatMap(faultsOf)).map(ruleOf));
		expect([...blamed].toSorted()).toEqual(Object.keys(RULES).toSorted());
	});
});

const ruleOf = (fault: string): string => Object.keys(RULES).find((name) => fault.startsWith(name)) ?? fault;

/** The same conversation, wrong in many ways. */
function spoilt(transcript: Transcript): Transcript[] {
	const { events } = transcript;
	const changed = (change: (event: Seen) => Seen): Transcript => ({ ...transcript, events: events.map(change) });
	return [
		{ ...transcript, subprotocol: '' },
		{ ...transcript, closed: transcript.closed === null ? { code: 1000, atMs: 0 } : null },
		{ ...transcript, events: events.toReversed() },
		{ ...transcript, events: events.filter(({ type }) => type !== 'unmute.additional_outputs') },
		{ ...transcript, events: events.flatMap((event) => [event, { ...event, atMs: event.atMs + 1 }]) },
		changed((event) => ({ ...event, atMs: Math.round(event.atMs / 10) })),
		changed((event) => ({ ...event, atMs: event.atMs * 10 })),
		changed((event) => ({ ...event, atMs: event.atMs * 100, ...(event.type === 'error' ? { says: 'x' } : {}) })),
		changed((event) => ({ ...event, says: `${event.says ?? ''}x` })),
		changed(({ history, ...event }) => ({ ...event, ...(history === undefined ? {} : { history: history.slice(1) }) }))
	];
}

describe.each(recorded.map((theirs) => [theirs.scene, theirs] as const))('%s, at Parley', (scene, theirs) => {
	it('keeps the rules', () => expect(faultsOf(oursOf(scene))).toEqual([]));

	it("goes as at Unmute's backend", () => expect(storiesOf(oursOf(scene))).toEqual(storiesOf(theirs)));

	it('has the same fields, and none that clients of Unmute do not know', () => {
		const { fields } = oursOf(scene);
		for (const [type, names] of Object.entries(fields)) expect([type, names]).toEqual([type, theirs.fields[type]]);
		// A warning is of a wait, which need not be.
		const missing = Object.keys(theirs.fields).filter((type) => !(type in fields));
		expect(missing.filter((type) => !isWarned(theirs, type))).toEqual([]);
	});

	it('says the same, and remembers the same', () => {
		const told = (transcript: Transcript) =>
			answersIn(transcript).map(([created]) => [created?.says, created?.history]);
		// Where somebody was interrupted depends on the moment.
		const isCut = theirs.events.some(({ type }) => type === 'unmute.interrupted_by_vad');
		if (!isCut) expect(told(oursOf(scene))).toEqual(told(theirs));
		else expect(told(oursOf(scene)).length).toBe(told(theirs).length);
	});

	it('is not slower', () => {
		for (const [from, to] of WAITS) {
			const [our, their] = [waitsMs(oursOf(scene), from, to), waitsMs(theirs, from, to)];
			expect(our.length, `${from} to ${to}`).toBe(their.length);
			for (const [at, ms] of our.entries()) expect(ms, `${from} to ${to}`).toBeLessThan((their[at] ?? 0) + SLACK_MS);
		}
	});

	it('sounds as long, but for the silence that Unmute puts behind an answer', () => {
		const [our, their] = [answersIn(oursOf(scene)).map(soundMs), answersIn(theirs).map(soundMs)];
		for (const [at, ms] of our.entries()) expect(Math.abs(ms - (their[at] ?? 0))).toBeLessThan(80 * 2 + SLACK_MS);
	});
});
