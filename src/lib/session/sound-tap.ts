/**
 * Both voices as they sound, for whoever keeps them. The person's is the microphone's after the browser's clean-up, and
 * silence while it is muted; the assistant's is what is played, cut off and ducked as it was, and before the volume: who
 * listens softly does not want a soft file. Nothing is loaded and no node made until somebody asks.
 */
import soundUrl from '../../../worklets/sound.ts?worker&url';
import type { ConnectMessage } from '../audio/worklet-messages.ts';
import type { MicrophonePlug } from './microphone-plug.ts';
import type { SoundTaker, SoundTap } from './sound-taker.ts';

/** Muting takes about three times this long, in seconds: no click. */
const MUTE_TIME_CONSTANT_S = 0.003;

export interface SoundSource {
	readonly context: AudioContext;
	readonly plug: MicrophonePlug;
	/** The assistant's, as it is played. */
	readonly voice: AudioNode;
}

/** One graph's. */
export class SoundTaps {
	readonly #source: SoundSource;
	#taker: SoundTaker | null = null;
	#ending: AbortController | null = null;
	#muting: GainNode | null = null;
	#muted = false;
	#closed = false;

	constructor(source: SoundSource) {
		this.#source = source;
	}

	/** From now on the sound goes there; null: nowhere. */
	set(taker: SoundTaker | null): void {
		if (taker === this.#taker || this.#closed) return;
		this.#ending?.abort();
		this.#taker = taker;
		if (taker === null) return;
		const ending = (this.#ending = new AbortController());
		this.#open(ending.signal).then(
			(tap) => {
				if (!ending.signal.aborted) taker(tap);
			},
			() => {
				if (!ending.signal.aborted) taker(null);
			}
		);
	}

	setMuted(muted: boolean): void {
		this.#muted = muted;
		this.#muting?.gain.setTargetAtTime(muted ? 0 : 1, this.#source.context.currentTime, MUTE_TIME_CONSTANT_S);
	}

	close(): void {
		this.#closed = true;
		this.#ending?.abort();
	}

	async #open(over: AbortSignal): Promise<SoundTap> {
		const { context, plug, voice } = this.#source;
		await context.audioWorklet.addModule(soundUrl);
		over.throwIfAborted();
		const sound = new AudioWorkletNode(context, 'parley-sound', {
			numberOfInputs: 2,
			outputChannelCount: [1],
			processorOptions: { contextRate: context.sampleRate }
		});
		const muting = new GainNode(context, { gain: this.#muted ? 0 : 1 });
		this.#muting = muting;
		// Silence: so that every browser keeps calling it.
		sound.connect(context.destination);
		muting.connect(sound, 0, 0);
		voice.connect(sound, 0, 1);
		const unshare = plug.share(muting);
		const { port1, port2 } = new MessageChannel();
		sound.port.postMessage({ type: 'connect', port: port2 } satisfies ConnectMessage<MessagePort>, [port2]);
		over.addEventListener('abort', () => {
			unshare();
			muting.disconnect();
			sound.disconnect();
			voice.disconnect(sound);
			if (this.#muting === muting) this.#muting = null;
			// Where it was never transferred.
			port1.close();
		});
		return { port: port1, nowS: () => context.currentTime, over };
	}
}
