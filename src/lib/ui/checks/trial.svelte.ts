/** One trial after the other: the way to the relay, a talk opened there, the codec, and one's own voice heard again. */
import { SAMPLE_RATE } from '../../audio/frames.ts';
import type { DeviceChoices } from '../../session/devices.ts';
import { checkRelay } from '../../session/relay-check.ts';
import { askBuild, BUILD_PATH } from '../../session/relay-health.ts';
import { relayAddress, relayOrigin } from '../../session/relay-origin.ts';
import { likeness } from '../../session/worker/codec-trial.ts';
import { recallCode } from '../access-code.ts';
import { testSound, tryCodecInWorker } from './codec.ts';
import { tryLoopback } from './loopback.ts';
import type { CodecResult, TrialResults } from './trial-results.ts';

/** The quickest of so many: what is in the way of one is not the way. */
const ROUNDS = 3;
/** What comes out of the codec is the same sound, and not the same samples. */
const ALIKE = 0.9;

export class Trial implements TrialResults {
	roundTripMs = $state.raw<TrialResults['roundTripMs']>();
	talk = $state.raw<TrialResults['talk']>();
	codec = $state.raw<TrialResults['codec']>();
	loopback = $state.raw<TrialResults['loopback']>();
	/** What is being tried. */
	step = $state<'none' | 'relay' | 'codec' | 'speak' | 'play'>('none');
	/** Of the microphone, while it listens: 0 to 1. */
	level = $state(0);
	#ending = new AbortController();

	/** Call it from a press: the microphone is asked for. `busy`: a talk has microphone and loudspeaker. Never rejects. */
	async run(devices: DeviceChoices, busy: boolean): Promise<void> {
		if (this.step !== 'none') return;
		this.#ending = new AbortController();
		const { signal } = this.#ending;
		this.roundTripMs = this.talk = this.codec = this.loopback = undefined;
		// The microphone first: a browser counts the press for what is asked within it.
		this.step = busy ? 'relay' : 'speak';
		try {
			this.loopback = busy
				? 'busy'
				: await tryLoopback({
						devices,
						signal,
						onLevel: (level) => (this.level = level),
						onPlaying: () => (this.step = 'play')
					});
			this.step = 'codec';
			this.codec = await codecResult();
			signal.throwIfAborted();
			this.step = 'relay';
			this.roundTripMs = await roundTripMs(signal);
			signal.throwIfAborted();
			const origin = relayOrigin();
			if (this.roundTripMs !== null) this.talk = await checkRelay(origin, recallCode(origin));
		} catch {
			// Whoever looked has gone.
		}
		this.level = 0;
		this.step = 'none';
	}

	close(): void {
		this.#ending.abort();
	}
}

async function codecResult(): Promise<CodecResult> {
	const sent = testSound();
	const trial = await tryCodecInWorker(sent);
	if (trial === null || likeness(sent, trial.pcm) < ALIKE) return 'fails';
	return { ms: ((trial.encodeMs + trial.decodeMs) * SAMPLE_RATE) / sent.length };
}

async function roundTripMs(signal: AbortSignal): Promise<number | null> {
	let least: number | null = null;
	for (let round = 0; round < ROUNDS; round++) {
		const answer = await askBuild(relayAddress(BUILD_PATH), signal);
		if (answer === null) return least;
		least = Math.min(least ?? Infinity, answer.tookMs);
	}
	return least;
}
