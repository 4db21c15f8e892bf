/**
 * The page's part in the sound: asks for the microphone, builds the graph, hands the worker its two ports, and is out of
 * the audio path from then on.
 *
 *     microphone ─▶ parley-capture ─▶ (silence) destination        parley-playback ─▶ volume ─▶ destination
 *                        └── capturePort                                └── playbackPort
 */
import captureUrl from '../../../worklets/capture.ts?worker&url';
import playbackUrl from '../../../worklets/playback.ts?worker&url';
import { SAMPLE_RATE } from '../audio/frames.ts';
import type { ConnectMessage } from '../audio/worklet-messages.ts';
import { Cleanup } from './cleanup.ts';
import { AudioGraphError, microphoneConstraints, microphoneFailure, nameOf, obstacle } from './microphone.ts';
import type { MicrophoneOptions } from './microphone.ts';

/** A change of volume takes about three times this long, in seconds: no click, and no lag under the thumb. */
const VOLUME_TIME_CONSTANT_S = 0.015;

/** At the end the voice fades like this, in seconds, for so long, in milliseconds: then it is 50 dB down and cannot click. */
const END_TIME_CONSTANT_S = 0.005;
const END_FADE_MS = 30;

export interface AudioGraphOptions {
	readonly microphone?: MicrophoneOptions;
	/** 0 to 1; 1 by default. */
	readonly volume?: number;
	/** Gives up: whatever was opened is released, and the promise rejects with the signal's reason. */
	readonly signal?: AbortSignal;
	/** The microphone was unplugged, or its permission withdrawn. Called at most once, never after `close`. */
	readonly onDeviceLost?: () => void;
}

export interface AudioGraph {
	readonly context: AudioContext;
	/** For the worker, to be transferred: see `FromCapture` and `ToCapture`. */
	readonly capturePort: MessagePort;
	/** For the worker, to be transferred: see `FromPlayback` and `ToPlayback`. */
	readonly playbackPort: MessagePort;
	/** 0 to 1. */
	setVolume(volume: number): void;
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
	try {
		const wanted = openContext(cleanup, SAMPLE_RATE);
		// Both at once: the worklets load while the person reads the browser's question.
		const ready = Promise.all([openMicrophone(cleanup, options.microphone ?? {}), loadWorklets(wanted)]);
		const [stream] = await unlessAborted(ready, options.signal);
		const { context, source } = await unlessAborted(connectMicrophone(cleanup, wanted, stream), options.signal);
		return buildGraph(cleanup, context, source, stream, options);
	} catch (error) {
		cleanup.run();
		options.signal?.throwIfAborted();
		throw error instanceof AudioGraphError ? error : new AudioGraphError('unsupported_browser', { cause: error });
	}
}

/** A running context at `sampleRate`, or at the device's own where that is not to be had. */
function openContext(cleanup: Cleanup, sampleRate: number | undefined): AudioContext {
	const context = newContext(sampleRate);
	cleanup.add(() => void context.close().catch(nothing));
	const resume = (): void => {
		if (context.state !== 'running' && context.state !== 'closed') void context.resume().catch(nothing);
	};
	resume();
	// A telephone call or another application suspends the context, and only some browsers resume it afterwards: when it
	// is over they tell by the context's state, when the page comes back, or not before somebody touches it.
	context.addEventListener('statechange', resume);
	document.addEventListener('visibilitychange', resume);
	document.addEventListener('pointerdown', resume);
	cleanup.add(() => {
		context.removeEventListener('statechange', resume);
		document.removeEventListener('visibilitychange', resume);
		document.removeEventListener('pointerdown', resume);
	});
	return context;
}

function newContext(sampleRate: number | undefined): AudioContext {
	try {
		return new AudioContext({ latencyHint: 'interactive', ...(sampleRate === undefined ? {} : { sampleRate }) });
	} catch (error) {
		if (sampleRate !== undefined) return newContext(undefined);
		throw error;
	}
}

/** However late the answer comes, a microphone that nobody waits for any more is switched off again. */
async function openMicrophone(cleanup: Cleanup, options: MicrophoneOptions): Promise<MediaStream> {
	try {
		const stream = await navigator.mediaDevices.getUserMedia(microphoneConstraints(options));
		cleanup.add(() => {
			for (const track of stream.getTracks()) track.stop();
		});
		return stream;
	} catch (error) {
		throw new AudioGraphError(microphoneFailure(error), { cause: error });
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

interface Connected {
	readonly context: AudioContext;
	readonly source: MediaStreamAudioSourceNode;
}

/** Firefox connects no microphone to a context of another rate: then a second context at the device's, and a resampler. */
async function connectMicrophone(cleanup: Cleanup, wanted: AudioContext, stream: MediaStream): Promise<Connected> {
	try {
		return { context: wanted, source: wanted.createMediaStreamSource(stream) };
	} catch (error) {
		if (nameOf(error) !== 'NotSupportedError') throw error;
	}
	await wanted.close().catch(nothing);
	const context = openContext(cleanup, undefined);
	await loadWorklets(context);
	return { context, source: context.createMediaStreamSource(stream) };
}

function buildGraph(
	cleanup: Cleanup,
	context: AudioContext,
	source: MediaStreamAudioSourceNode,
	stream: MediaStream,
	options: AudioGraphOptions
): AudioGraph {
	const mono = { outputChannelCount: [1], processorOptions: { contextRate: context.sampleRate } };
	const capture = new AudioWorkletNode(context, 'parley-capture', { numberOfInputs: 1, ...mono });
	const playback = new AudioWorkletNode(context, 'parley-playback', { numberOfInputs: 0, ...mono });
	const volume = new GainNode(context, { gain: options.volume ?? 1 });
	source.connect(capture).connect(context.destination);
	playback.connect(volume).connect(context.destination);
	const capturePort = connectPort(capture);
	const playbackPort = connectPort(playback);
	cleanup.add(() => {
		for (const node of [source, capture, playback, volume]) node.disconnect();
		// Closes them where they were never transferred; the worker closes its own.
		capturePort.close();
		playbackPort.close();
	});
	let closing = false;
	watchDevice(cleanup, stream, () => {
		if (!closing) options.onDeviceLost?.();
	});
	return {
		context,
		capturePort,
		playbackPort,
		setVolume: (level) => {
			volume.gain.setTargetAtTime(level, context.currentTime, VOLUME_TIME_CONSTANT_S);
		},
		// Safari reports only the first of the two.
		outputLatencyS: () => (context.baseLatency ?? 0) + (context.outputLatency ?? 0),
		close: async () => {
			if (closing) return;
			closing = true;
			for (const track of stream.getTracks()) track.stop();
			volume.gain.setTargetAtTime(0, context.currentTime, END_TIME_CONSTANT_S);
			await new Promise((resolve) => setTimeout(resolve, END_FADE_MS));
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

/** `ended` is not fired for our own `stop`, so what fires it is the device or the browser. */
function watchDevice(cleanup: Cleanup, stream: MediaStream, onDeviceLost: () => void): void {
	for (const track of stream.getAudioTracks()) {
		track.addEventListener('ended', onDeviceLost, { once: true });
		cleanup.add(() => {
			track.removeEventListener('ended', onDeviceLost);
		});
	}
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
