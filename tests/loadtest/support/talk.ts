/** A load test of a few talkers who say short things, for tests. */
import { run, type Outcome, type RunOptions } from '../../../loadtest/run.ts';
import { openRealtimeLine } from '../../../loadtest/realtime-line.ts';
import { openSessionLine } from '../../../loadtest/session-line.ts';
import { connectWith } from '../../../loadtest/socket.ts';
import { babble } from '../../../relay/ears/testing/sounds.ts';
import { encodeSpeech, type Speech } from '../../../loadtest/sound/speech.ts';

/** Something with the rhythm of speech: a steady tone is no voice to the embedded ears. */
const SPEECH_MS = 900;
export function babbling(): Promise<Speech> {
	return encodeSpeech([{ name: 'babble', pcm: babble(SPEECH_MS / 1000) }]);
}

export interface TalkOptions extends Partial<RunOptions> {
	readonly url: string;
	readonly protocol: 'realtime' | 'session';
	readonly policy?: 'parley' | 'unmute';
}

export async function talk({ url, protocol, policy = 'parley', ...more }: TalkOptions): Promise<Outcome> {
	const speech = await babbling();
	const patienceMs = more.patienceMs ?? 10_000;
	const shared = { url, connect: connectWith(), readyLimitMs: patienceMs };
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
		seed: 1,
		staggerMs: 200,
		signal: new AbortController().signal,
		...more
	});
}

/** The reasons of those that did not go well. */
export const reasons = ({ tally }: Outcome): Record<string, number> => Object.fromEntries(tally.reasons);
