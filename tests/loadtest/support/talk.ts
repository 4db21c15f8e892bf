/** A load test of a few talkers who say short things, for tests. */
import { vi } from 'vitest';
import { run, type Outcome, type RunOptions } from '../../../loadtest/run.ts';
import { openRealtimeLine } from '../../../loadtest/realtime-line.ts';
import { openSessionLine } from '../../../loadtest/session-line.ts';
import type { Connect } from '../../../src/lib/client/index.ts';
import { connectWith } from '../../../loadtest/socket.ts';
import { babble } from '../../../relay/ears/testing/sounds.ts';
import { encodeSpeech, type Speech } from '../../../loadtest/sound/speech.ts';

/** Something with the rhythm of speech: a steady tone is no voice to the embedded ears. */
export const SPEECH_MS = 900;
let speech: Promise<Speech> | null = null;
function babbling(): Promise<Speech> {
	speech ??= encodeSpeech([{ name: 'babble', pcm: babble(SPEECH_MS / 1000) }]);
	return speech;
}

export interface TalkOptions extends Partial<RunOptions> {
	readonly url?: string;
	/** Instead of a network. */
	readonly connect?: Connect;
	readonly protocol: 'realtime' | 'session';
	readonly policy?: 'parley' | 'unmute';
}

export async function talk({
	url = 'ws://127.0.0.1',
	connect = connectWith(),
	protocol,
	policy = 'parley',
	...more
}: TalkOptions): Promise<Outcome> {
	const speech = await babbling();
	const patienceMs = more.patienceMs ?? 10_000;
	const shared = { url, connect, readyLimitMs: patienceMs };
	return run({
		open:
			protocol === 'session'
				? openSessionLine({ ...shared, policy, silence: speech.silence })
				: openRealtimeLine({ ...shared, voice: null }),
		speech,
		talkers: 1,
		conversations: 1,
		messages: 3,
		patienceMs,
		limitMs: 60_000,
		seed: 1,
		staggerMs: 200,
		signal: new AbortController().signal,
		...more
	});
}

/** On false timers (`vi.useFakeTimers`), as fast as the machine can. */
export async function talkInNoTime(options: TalkOptions): Promise<Outcome> {
	let outcome: Outcome | null = null;
	void talk(options).then((result) => (outcome = result));
	// The codec loads on the machine's own time.
	while (outcome === null) {
		await vi.advanceTimersByTimeAsync(STRIDE_MS);
		await new Promise((resolve) => setImmediate(resolve));
	}
	return outcome;
}
const STRIDE_MS = 1000;

/** The reasons of those that did not go well. */
export const reasons = ({ tally }: Outcome): Record<string, number> => Object.fromEntries(tally.reasons);
