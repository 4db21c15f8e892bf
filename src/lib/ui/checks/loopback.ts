/**
 * The whole way of the sound on this device, as a talk goes it: microphone, capture worklet, Opus in Ogg pages and back in a
 * worker, playback worklet, loudspeaker. Nothing leaves the device.
 */
import { PACKET_SAMPLES } from '../../audio/frames.ts';
import { LevelMeter, toDbfs } from '../../audio/level.ts';
import type { FromCapture, FromPlayback, ToCapture, ToPlayback } from '../../audio/worklet-messages.ts';
import { openAudioGraph, type AudioGraph } from '../../session/audio-graph.ts';
import type { DeviceChoices } from '../../session/devices.ts';
import { AudioGraphError, type AudioFailure } from '../../session/microphone.ts';
import { tryCodecInWorker } from './codec.ts';

/** Long enough for a word or two. */
const LISTENING_S = 2.5;
const LISTENING_FRAMES = Math.ceil((LISTENING_S * 24_000) / PACKET_SAMPLES);
/** Frames come every 20 ms; where they do not, the microphone is not there. */
const LISTENING_LIMIT_MS = 8000;
const PLAYING_LIMIT_MS = 8000;
/** Below this, relative to full scale, not even a quiet room was heard: the microphone is muted, or is none. */
const SILENT_DBFS = -70;

export type Loopback =
	| { readonly ok: true; readonly peakDbfs: number; readonly silent: boolean; readonly played: boolean }
	| { readonly ok: false; readonly failure: AudioFailure };

export interface LoopbackOptions {
	readonly devices: DeviceChoices;
	readonly signal: AbortSignal;
	/** Some 50 times a second while it listens: 0 to 1. */
	readonly onLevel: (level: number) => void;
	/** It has listened, and what it heard begins to sound. */
	readonly onPlaying: () => void;
}

/** Call it from a press. Rejects only with the signal's reason. */
export async function tryLoopback({ devices, signal, onLevel, onPlaying }: LoopbackOptions): Promise<Loopback> {
	let graph: AudioGraph | null = null;
	try {
		let lacks = false;
		graph = await openAudioGraph({
			devices,
			signal,
			onLack: (lack) => {
				lacks = lack !== null;
			}
		});
		const heard = await listen(graph.capturePort, signal, onLevel);
		if (heard === null || lacks) return { ok: false, failure: 'microphone_missing' };
		const peakDbfs = toDbfs(heard.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0));
		const trial = await tryCodecInWorker(heard);
		signal.throwIfAborted();
		if (trial !== null) onPlaying();
		const played = trial !== null && (await play(graph.playbackPort, trial.pcm, signal));
		return { ok: true, peakDbfs, silent: peakDbfs < SILENT_DBFS, played };
	} catch (error) {
		signal.throwIfAborted();
		return { ok: false, failure: error instanceof AudioGraphError ? error.failure : 'unsupported_browser' };
	} finally {
		void graph?.close();
	}
}

/** Null where no sound comes. */
function listen(
	port: MessagePort,
	signal: AbortSignal,
	onLevel: (level: number) => void
): Promise<Float32Array<ArrayBuffer> | null> {
	const sound = new Float32Array(LISTENING_FRAMES * PACKET_SAMPLES);
	const meter = new LevelMeter();
	let at = 0;
	return within(LISTENING_LIMIT_MS, signal, (done) => {
		port.onmessage = ({ data: { pcm } }: MessageEvent<FromCapture>) => {
			if (at < sound.length) {
				sound.set(pcm.subarray(0, sound.length - at), at);
				at += pcm.length;
				meter.push(pcm);
				onLevel(meter.smoothed);
				if (at >= sound.length) done(sound);
			}
			port.postMessage({ type: 'recycle', pcm } satisfies ToCapture, [pcm.buffer]);
		};
	});
}

async function play(port: MessagePort, pcm: Float32Array<ArrayBuffer>, signal: AbortSignal): Promise<boolean> {
	const tell = (message: ToPlayback, transfer: Transferable[] = []): void => {
		port.postMessage(message, transfer);
	};
	const drained = await within<true>(PLAYING_LIMIT_MS, signal, (done) => {
		port.onmessage = ({ data }: MessageEvent<FromPlayback>) => {
			if (data.type === 'drained') done(true);
		};
		tell({ type: 'begin', reply: 1 });
		tell({ type: 'pcm', reply: 1, pcm }, [pcm.buffer]);
		tell({ type: 'end', reply: 1 });
	});
	return drained === true;
}

/** What `begin` calls back with; null when it takes longer than `ms`, or the signal ends it. */
function within<T>(ms: number, signal: AbortSignal, begin: (done: (value: T) => void) => void): Promise<T | null> {
	return new Promise((resolve) => {
		const over = (value: T | null): void => {
			clearTimeout(limit);
			signal.removeEventListener('abort', stop);
			resolve(value);
		};
		const stop = (): void => {
			over(null);
		};
		const limit = setTimeout(stop, ms);
		signal.addEventListener('abort', stop, { once: true });
		begin(over);
	});
}
