/**
 * The page's part in the sound: asks for the microphone, builds the graph, hands the worker its two ports, and is out of
 * the audio path from then on.
 *
 *     microphone ─▶ parley-capture ─▶ (silence) destination        parley-playback ─▶ voice ─▶ volume ─▶ destination
 *                        └── capturePort                                └── playbackPort   tick ─┘
 *
 * Microphone and loudspeaker may change meanwhile: the two worklets stay, so no turn and no sample is lost but what fell
 * into the change itself.
 */
import captureUrl from '../../../worklets/capture.ts?worker&url';
import playbackUrl from '../../../worklets/playback.ts?worker&url';
import { SAMPLE_RATE } from '../audio/frames.ts';
import type { ConnectMessage } from '../audio/worklet-messages.ts';
import { openContext } from './audio-context.ts';
import { holdAudioSession } from './audio-session.ts';
import { Cleanup } from './cleanup.ts';
import { USUAL_DEVICES, type DeviceChoices, type Lack, type Swap } from './devices.ts';
import { MicrophoneKeeper } from './microphone-keeper.ts';
import { AudioGraphError, nameOf, obstacle } from './microphone.ts';
import { MicrophonePlug } from './microphone-plug.ts';
import { SoundNews } from './sound-news.ts';
import type { SoundTaker } from './sound-taker.ts';
import { SoundTaps } from './sound-tap.ts';
import { SpeakerKeeper } from './speaker-keeper.ts';
import { playTick, type TickKind } from './tick.ts';

/** A change of volume takes about three times this long, in seconds: no click, and no lag under the thumb. */
const VOLUME_TIME_CONSTANT_S = 0.015;

/** At the end the voice fades like this, in seconds, for so long, in milliseconds: then it is 50 dB down and cannot click. */
const END_TIME_CONSTANT_S = 0.005;
const END_FADE_MS = 30;

export interface AudioGraphOptions {
	readonly devices?: DeviceChoices;
	/** 0 to 1; 1 by default. */
	readonly volume?: number;
	/** Gives up: whatever was opened is released, and the promise rejects with the signal's reason. */
	readonly signal?: AbortSignal;
	/** Why the person cannot be heard, whenever that changes; null when they can again. Never called after `close`. */
	readonly onLack?: (lack: Lack | null) => void;
	/** Another microphone or loudspeaker is in use than a moment ago. Never called after `close`. */
	readonly onSwap?: (swap: Swap) => void;
}

export interface AudioGraph {
	readonly context: AudioContext;
	/** For the worker, to be transferred: see `FromCapture` and `ToCapture`. */
	readonly capturePort: MessagePort;
	/** For the worker, to be transferred: see `FromPlayback` and `ToPlayback`. */
	readonly playbackPort: MessagePort;
	/** 0 to 1. */
	setVolume(volume: number): void;
	/** What the person chose; takes effect at once. */
	setDevices(devices: DeviceChoices): void;
	/** Both voices as they sound go there from now on; null: nowhere. */
	setSoundTaker(taker: SoundTaker | null): void;
	/** In what `setSoundTaker` is given; the microphone itself is muted by its worklet. */
	setMuted(muted: boolean): void;
	/** The page was away, or the tab frozen: sees whether everything is still there. */
	check(): void;
	/** The soft sound for “I listen” or “I no longer do”. Before `close`, it is still heard. */
	tick(kind: TickKind): void;
	/** From the playback worklet to the loudspeaker, in seconds, as far as the browser tells. */
	outputLatencyS(): number;
	/** Releases the microphone at once, and the context when the voice has faded. A second call does nothing. Never rejects. */
	close(): Promise<void>;
}

/**
 * Call it in the press itself, with nothing awaited before: the context is made and resumed before this function first
 * waits, so that the press counts for it. Rejects with an `AudioGraphError`, with everything released.
 */
export async function openAudioGraph(options: AudioGraphOptions = {}): Promise<AudioGraph> {
	const inTheWay = obstacle({
		isSecureContext,
		getUserMedia: typeof navigator.mediaDevices?.getUserMedia === 'function',
		audioContext: typeof AudioContext === 'function',
		messageChannel: typeof MessageChannel === 'function'
	});
	if (inTheWay !== null) throw new AudioGraphError(inTheWay);
	options.signal?.throwIfAborted();

	const cleanup = new Cleanup();
	const news = new SoundNews(options);
	cleanup.add(() => {
		news.close();
	});
	try {
		cleanup.add(holdAudioSession());
		const wanted = openContext(cleanup, SAMPLE_RATE, news.held);
		const plug = new MicrophonePlug();
		const microphone = new MicrophoneKeeper({
			choices: options.devices ?? USUAL_DEVICES,
			onStream: (stream) => {
				plug.put(stream);
			},
			onLack: news.lack,
			onSwap: news.swap
		});
		cleanup.add(() => {
			microphone.close();
		});
		// Both at once: the worklets load while the person reads the browser's question.
		const ready = Promise.all([microphone.open(), loadWorklets(wanted)]);
		const [stream] = await unlessAborted(ready, options.signal);
		const context = await unlessAborted(contextFor(cleanup, wanted, stream, news), options.signal);
		return buildGraph({ cleanup, context, plug, microphone, news, options });
	} catch (error) {
		cleanup.run();
		options.signal?.throwIfAborted();
		throw error instanceof AudioGraphError ? error : new AudioGraphError('unsupported_browser', { cause: error });
	}
}

async function loadWorklets(context: AudioContext): Promise<void> {
	const native = typeof AudioWorkletNode !== 'undefined';
	try {
		if (!native) await import('audioworklet-polyfill');
		await Promise.all([context.audioWorklet.addModule(captureUrl), context.audioWorklet.addModule(playbackUrl)]);
	} catch (error) {
		// The files come from the relay, like the page: what cannot be loaded now could be a moment ago. The polyfill has
		// another reason to fail: it evaluates the worklets' text, which a strict Content-Security-Policy forbids.
		throw new AudioGraphError(native ? 'relay_away' : 'unsupported_browser', { cause: error });
	}
}

/** Firefox connects no microphone to a context of another rate: then a second context at the device's, and a resampler. */
async function contextFor(
	cleanup: Cleanup,
	wanted: AudioContext,
	stream: MediaStream,
	news: SoundNews
): Promise<AudioContext> {
	try {
		wanted.createMediaStreamSource(stream);
		return wanted;
	} catch (error) {
		if (nameOf(error) !== 'NotSupportedError') throw error;
	}
	await wanted.close().catch(nothing);
	const context = openContext(cleanup, undefined, news.held);
	await loadWorklets(context);
	return context;
}

interface Parts {
	readonly cleanup: Cleanup;
	readonly context: AudioContext;
	readonly plug: MicrophonePlug;
	readonly microphone: MicrophoneKeeper;
	readonly news: SoundNews;
	readonly options: AudioGraphOptions;
}

function buildGraph({ cleanup, context, plug, microphone, news, options }: Parts): AudioGraph {
	const mono = { outputChannelCount: [1], processorOptions: { contextRate: context.sampleRate } };
	const capture = new AudioWorkletNode(context, 'parley-capture', { numberOfInputs: 1, ...mono });
	const playback = new AudioWorkletNode(context, 'parley-playback', { numberOfInputs: 0, ...mono });
	const voice = new GainNode(context, { gain: 1 });
	const volume = new GainNode(context, { gain: options.volume ?? 1 });
	capture.connect(context.destination);
	playback.connect(voice).connect(volume).connect(context.destination);
	plug.mount(context, capture);
	const capturePort = connectPort(capture);
	const playbackPort = connectPort(playback);
	cleanup.add(() => {
		plug.put(null);
		for (const node of [capture, playback, voice, volume]) node.disconnect();
		// Closes them where they were never transferred; the worker closes its own.
		capturePort.close();
		playbackPort.close();
	});
	const speaker = new SpeakerKeeper({ context, speaker: options.devices?.speaker ?? null, onSwap: news.swap });
	cleanup.add(() => {
		speaker.close();
	});
	const taps = new SoundTaps({ context, plug, voice });
	cleanup.add(() => {
		taps.close();
	});
	let chosenSpeaker = options.devices?.speaker ?? null;
	let tickEndS = 0;
	let closing = false;
	return {
		context,
		capturePort,
		playbackPort,
		setVolume: (level) => {
			volume.gain.setTargetAtTime(level, context.currentTime, VOLUME_TIME_CONSTANT_S);
		},
		setDevices: (devices) => {
			microphone.choose(devices);
			if (devices.speaker !== chosenSpeaker) speaker.choose(devices.speaker);
			chosenSpeaker = devices.speaker;
		},
		setSoundTaker: (taker) => {
			taps.set(taker);
		},
		setMuted: (muted) => {
			taps.setMuted(muted);
		},
		check: () => {
			microphone.check();
		},
		tick: (kind) => {
			if (!closing && context.state === 'running') tickEndS = playTick(context, volume, kind);
		},
		// Safari reports only the first of the two.
		outputLatencyS: () => (context.baseLatency ?? 0) + (context.outputLatency ?? 0),
		close: async () => {
			if (closing) return;
			closing = true;
			news.close();
			microphone.close();
			voice.gain.setTargetAtTime(0, context.currentTime, END_TIME_CONSTANT_S);
			const restMs = Math.max(END_FADE_MS, 1000 * (tickEndS - context.currentTime));
			await new Promise((resolve) => setTimeout(resolve, restMs));
			const closed = context.close().catch(nothing);
			cleanup.run();
			await closed;
		}
	};
}

/** Gives the node one end of a new channel and answers the other. */
function connectPort(node: AudioWorkletNode): MessagePort {
	const { port1, port2 } = new MessageChannel();
	const message: ConnectMessage<MessagePort> = { type: 'connect', port: port2 };
	node.port.postMessage(message, [port2]);
	return port1;
}

/** `promise`, or a rejection with the signal's reason as soon as it is aborted. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
	if (signal === undefined) return promise;
	return new Promise((resolve, reject) => {
		const abort = (): void => {
			reject(signal.reason);
		};
		if (signal.aborted) abort();
		signal.addEventListener('abort', abort, { once: true });
		promise.then(resolve, reject).finally(() => {
			signal.removeEventListener('abort', abort);
		});
	});
}

const nothing = (): void => undefined;
