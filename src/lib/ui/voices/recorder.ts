/** Ten seconds from the microphone, with its level meanwhile. Nothing leaves the browser here. */
import { LevelMeter } from '../../audio/level.ts';
import type { DeviceChoices } from '../../session/devices.ts';
import { microphoneConstraints, microphoneFailure } from '../../session/microphone.ts';
import { SAMPLE_S } from './sample.ts';

export type MicrophoneFault = 'refused' | 'missing' | 'busy' | 'impossible';

export type Recorded =
	{ readonly ok: true; readonly recording: Blob } | { readonly ok: false; readonly why: MicrophoneFault };

export interface RecorderOptions {
	readonly choices: DeviceChoices;
	/** For each picture: how much of the ten seconds is over, 0 to 1, and the level in dB to full scale. */
	readonly onProgress: (share: number, db: number) => void;
	/** Ends it; what there is by then is answered. */
	readonly signal: AbortSignal;
}

/** A little more is recorded than is wanted: whoever presses needs a moment to begin. */
const RECORDED_MS = (SAMPLE_S + 1) * 1000;
/** Of the waveform for the level: 43 ms at 48 kHz. */
const WINDOW = 2048;

/** Call it from a press. Never rejects. */
export async function recordVoice(options: RecorderOptions): Promise<Recorded> {
	if (typeof MediaRecorder !== 'function' || typeof navigator.mediaDevices?.getUserMedia !== 'function')
		return { ok: false, why: 'impossible' };
	const context = new AudioContext();
	void context.resume().catch(nothing);
	let stream: MediaStream | null = null;
	try {
		stream = await openMicrophone(options.choices);
		return { ok: true, recording: await record(stream, context, options) };
	} catch (error) {
		return { ok: false, why: faultOf(error) };
	} finally {
		for (const track of stream?.getTracks() ?? []) track.stop();
		void context.close().catch(nothing);
	}
}

/** The chosen one, or the system's where it is gone. */
async function openMicrophone(choices: DeviceChoices): Promise<MediaStream> {
	const { microphone } = choices;
	const ask = (id: string | null): Promise<MediaStream> =>
		navigator.mediaDevices.getUserMedia(
			microphoneConstraints({ ...choices, ...(id === null ? {} : { deviceId: id }) })
		);
	try {
		return await ask(microphone);
	} catch (error) {
		if (microphone === null || faultOf(error) !== 'missing') throw error;
		return ask(null);
	}
}

function record(stream: MediaStream, context: AudioContext, { onProgress, signal }: RecorderOptions): Promise<Blob> {
	return new Promise((resolve, reject) => {
		const recorder = new MediaRecorder(stream);
		const parts: Blob[] = [];
		const analyser = new AnalyserNode(context, { fftSize: WINDOW });
		context.createMediaStreamSource(stream).connect(analyser);
		const samples = new Float32Array(WINDOW);
		const meter = new LevelMeter({ sampleRate: context.sampleRate });
		const startMs = performance.now();
		let picture = 0;
		const look = (nowMs: number): void => {
			picture = requestAnimationFrame(look);
			analyser.getFloatTimeDomainData(samples);
			meter.push(samples);
			onProgress(Math.min(1, Math.max(0, nowMs - startMs) / RECORDED_MS), meter.dbfs);
		};
		const stop = (): void => {
			if (recorder.state !== 'inactive') recorder.stop();
		};
		const timer = setTimeout(stop, RECORDED_MS);
		// Pulled out in the middle: what there is may be enough.
		for (const track of stream.getTracks()) track.addEventListener('ended', stop);
		signal.addEventListener('abort', stop, { once: true });
		recorder.ondataavailable = ({ data }) => void parts.push(data);
		const end = (): void => {
			clearTimeout(timer);
			cancelAnimationFrame(picture);
		};
		recorder.onstop = () => {
			end();
			resolve(new Blob(parts, { type: recorder.mimeType }));
		};
		recorder.onerror = () => {
			end();
			reject(new Error('not recorded'));
		};
		recorder.start();
		if (signal.aborted) stop();
		else look(startMs);
	});
}

function faultOf(error: unknown): MicrophoneFault {
	switch (microphoneFailure(error)) {
		case 'microphone_refused':
			return 'refused';
		case 'microphone_missing':
			return 'missing';
		case 'microphone_busy':
			return 'busy';
		default:
			return 'impossible';
	}
}

const nothing = (): void => undefined;
