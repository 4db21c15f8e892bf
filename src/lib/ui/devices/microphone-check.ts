/**
 * The microphone, tried before a talk: its level, and three seconds of it played back. Nothing leaves the browser. While
 * it plays, the microphone is off, so that no loudspeaker can howl into it.
 */
import { LevelMeter } from '../../audio/level.ts';
import type { DeviceChoices } from '../../session/devices.ts';
import { microphoneConstraints, microphoneFailure } from '../../session/microphone.ts';
import { isRoutable } from '../../session/speaker-keeper.ts';
import { LoudnessJudge, type Loudness } from './loudness.ts';

export const CHECK_FAILURES = ['refused', 'missing', 'busy', 'impossible'] as const;
export type CheckFailure = (typeof CHECK_FAILURES)[number];
export type CheckState = 'off' | 'asking' | 'listening' | 'recording' | 'playing' | CheckFailure;

/** How much of it is kept to be played back. */
const KEPT_MS = 3_000;
/** A window of the waveform for the level: 43 ms at 48 kHz, more than a picture lasts. */
const WINDOW = 2_048;

export interface MicrophoneCheckOptions {
	readonly choices: DeviceChoices;
	/** Of what is played back, 0 to 1. */
	readonly volume: number;
	readonly onState: (state: CheckState) => void;
	/** For each picture: the level in dB to full scale, and what it means. */
	readonly onLevel: (db: number, loudness: Loudness) => void;
}

export class MicrophoneCheck {
	readonly #options: MicrophoneCheckOptions;
	readonly #ends: (() => void)[] = [];
	#stream: MediaStream | null = null;
	#context: AudioContext | null = null;
	#closed = false;
	#state: CheckState = 'off';

	constructor(options: MicrophoneCheckOptions) {
		this.#options = options;
	}

	/** Where the browser can record at all. */
	get canPlayBack(): boolean {
		return typeof MediaRecorder === 'function';
	}

	/** Call it from a press: the browser wants one before it gives sound. Never rejects. */
	async start(): Promise<void> {
		if (typeof navigator.mediaDevices?.getUserMedia !== 'function' || typeof AudioContext !== 'function') {
			this.#become('impossible');
			return;
		}
		this.#become('asking');
		const context = new AudioContext();
		this.#context = context;
		this.#ends.push(() => void context.close().catch(nothing));
		void context.resume().catch(nothing);
		try {
			const { microphone, speaker } = this.#options.choices;
			const stream = await openMicrophone(this.#options.choices, microphone);
			if (this.#closed) {
				stopTracks(stream);
				return;
			}
			this.#stream = stream;
			this.#ends.push(() => {
				stopTracks(stream);
			});
			for (const track of stream.getAudioTracks()) track.addEventListener('ended', () => this.#fail('missing'));
			if (speaker !== null && isRoutable(context)) await context.setSinkId(speaker).catch(nothing);
			if (this.#closed) return;
			this.#listen(context, context.createMediaStreamSource(stream));
			this.#become('listening');
		} catch (error) {
			if (!this.#closed) this.#fail(failureOf(error));
		}
	}

	/** Three seconds, and then the same again. Never rejects. */
	async hearYourself(): Promise<void> {
		const context = this.#context;
		const stream = this.#stream;
		if (context === null || stream === null || this.#state !== 'listening') return;
		try {
			this.#become('recording');
			const kept = await this.#record(stream);
			const sound = await context.decodeAudioData(await kept.arrayBuffer());
			if (this.#closed) return;
			this.#become('playing');
			setEnabled(stream, false);
			await this.#play(context, sound);
		} catch {
			// Too short to be decoded, or closed meanwhile: the level goes on.
		}
		setEnabled(stream, true);
		if (!this.#closed) this.#become('listening');
	}

	/** Lets go of everything. A second call does nothing. */
	close(): void {
		if (this.#closed) return;
		this.#closed = true;
		for (const end of this.#ends.splice(0).reverse()) end();
		this.#become('off');
	}

	#listen(context: AudioContext, source: MediaStreamAudioSourceNode): void {
		const analyser = new AnalyserNode(context, { fftSize: WINDOW });
		source.connect(analyser);
		const samples = new Float32Array(WINDOW);
		const meter = new LevelMeter({ sampleRate: context.sampleRate });
		let judge = new LoudnessJudge(performance.now());
		let seenS = context.currentTime;
		let picture = 0;
		const look = (): void => {
			picture = requestAnimationFrame(look);
			const nowS = context.currentTime;
			const fresh = Math.min(WINDOW, Math.round((nowS - seenS) * context.sampleRate));
			seenS = nowS;
			if (fresh <= 0) return;
			analyser.getFloatTimeDomainData(samples);
			meter.push(samples.subarray(WINDOW - fresh));
			// What is played back is no judgement of who sits there silently.
			if (this.#state === 'playing') judge = new LoudnessJudge(performance.now());
			else this.#options.onLevel(meter.dbfs, judge.hear(meter.dbfs, meter.peak, performance.now()));
		};
		look();
		this.#ends.push(() => {
			cancelAnimationFrame(picture);
			source.disconnect();
		});
	}

	#record(stream: MediaStream): Promise<Blob> {
		return new Promise((resolve, reject) => {
			const recorder = new MediaRecorder(stream);
			const parts: Blob[] = [];
			const stop = (): void => {
				if (recorder.state !== 'inactive') recorder.stop();
			};
			const timer = setTimeout(stop, KEPT_MS);
			this.#ends.push(() => {
				clearTimeout(timer);
				stop();
			});
			recorder.ondataavailable = ({ data }) => void parts.push(data);
			recorder.onstop = () => {
				resolve(new Blob(parts, { type: recorder.mimeType }));
			};
			recorder.onerror = () => {
				reject(new Error('not recorded'));
			};
			recorder.start();
		});
	}

	#play(context: AudioContext, sound: AudioBuffer): Promise<void> {
		return new Promise((resolve) => {
			const source = new AudioBufferSourceNode(context, { buffer: sound });
			source.connect(new GainNode(context, { gain: this.#options.volume })).connect(context.destination);
			source.onended = () => {
				resolve();
			};
			source.start();
			// A context that is closed never says that it has ended.
			this.#ends.push(resolve);
		});
	}

	#fail(failure: CheckFailure): void {
		if (this.#closed) return;
		this.close();
		this.#become(failure);
	}

	#become(state: CheckState): void {
		this.#state = state;
		this.#options.onState(state);
	}
}

/** The chosen one, or the system's where it is gone: the check is about what a talk would use. */
async function openMicrophone(choices: DeviceChoices, deviceId: string | null): Promise<MediaStream> {
	const ask = (id: string | null): Promise<MediaStream> =>
		navigator.mediaDevices.getUserMedia(
			microphoneConstraints({ ...choices, ...(id === null ? {} : { deviceId: id }) })
		);
	try {
		return await ask(deviceId);
	} catch (error) {
		if (deviceId === null || failureOf(error) !== 'missing') throw error;
		return ask(null);
	}
}

function failureOf(error: unknown): CheckFailure {
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

function setEnabled(stream: MediaStream, enabled: boolean): void {
	for (const track of stream.getTracks()) track.enabled = enabled;
}
function stopTracks(stream: MediaStream): void {
	for (const track of stream.getTracks()) track.stop();
}
const nothing = (): void => undefined;
