/** A load test of a few talkers who say short things, for tests. */
import { run, type Outcome, type RunOptions } from '../../../loadtest/run.ts';
import { openRealtimeLine } from '../../../loadtest/realtime-line.ts';
import { openSessionLine } from '../../../loadtest/session-line.ts';
import { connectWith } from '../../../loadtest/socket.ts';
import { encodeSpeech, type Speech } from '../../../loadtest/sound/speech.ts';

/** Half a second of a buzz: energy is what the embedded ears go by. */
export const SPEECH_MS = 500;
export function buzzes(): Promise<Speech> {
	const pcm = Float32Array.from({ length: (24_000 * SPEECH_MS) / 1000 }, (_, i) =>
		[1, 2, 3, 5, 8].reduce((sum, nth) => sum + 0.1 * Math.sin((2 * Math.PI * 140 * nth * i) / 24_000), 0)
	);
	return encodeSpeech([{ name: 'buzz', pcm }]);
}

export interface TalkOptions extends Partial<RunOptions> {
	readonly url: string;
	readonly protocol: 'realtime' | 'session';
	readonly policy?: 'parley' | 'unmute';
}

export async function talk({ url, protocol, policy = 'parley', ...more }: TalkOptions): Promise<Outcome> {
	const speech = await buzzes();
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
