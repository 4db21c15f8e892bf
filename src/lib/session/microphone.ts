/** How the microphone is asked for, and what a refusal means. Pure: the asking itself is in `audio-graph.ts`. */
import type { Failure } from './view.ts';

/** The browser's own clean-up of the sound. All on by default: without echo cancellation Parley would hear itself. */
export interface MicrophoneOptions {
	readonly echoCancellation?: boolean;
	readonly noiseSuppression?: boolean;
	readonly autoGainControl?: boolean;
	/** From `enumerateDevices`; the system's choice without it. */
	readonly deviceId?: string;
}

/** Why sound cannot be had: those failures of the page that `openAudioGraph` rejects with. */
export type AudioFailure = Extract<
	Failure,
	| 'microphone_refused'
	| 'microphone_missing'
	| 'microphone_busy'
	| 'insecure_origin'
	| 'unsupported_browser'
	| 'relay_away'
>;

export class AudioGraphError extends Error {
	override readonly name = 'AudioGraphError';
	readonly failure: AudioFailure;

	constructor(failure: AudioFailure, options?: ErrorOptions) {
		super(failure, options);
		this.failure = failure;
	}
}

export function microphoneConstraints(options: MicrophoneOptions): MediaStreamConstraints {
	return {
		audio: {
			channelCount: 1,
			echoCancellation: options.echoCancellation ?? true,
			noiseSuppression: options.noiseSuppression ?? true,
			autoGainControl: options.autoGainControl ?? true,
			// `exact`, so that a device that was unplugged is reported and not silently replaced by another room's.
			...(options.deviceId === undefined ? {} : { deviceId: { exact: options.deviceId } })
		}
	};
}

/** What `getUserMedia` rejects with (Media Capture and Streams, 10.2), as what a person can do something about. */
export function microphoneFailure(error: unknown): AudioFailure {
	switch (nameOf(error)) {
		case 'NotAllowedError':
		case 'SecurityError': // A permissions policy or the browser's settings, before anybody was asked.
			return 'microphone_refused';
		case 'NotFoundError':
		case 'OverconstrainedError':
			return 'microphone_missing';
		case 'NotReadableError':
		case 'AbortError': // "Some problem occurred": the device is there and cannot be used.
			return 'microphone_busy';
		default:
			return 'unsupported_browser';
	}
}

/** What the page's surroundings offer; in a browser, all of them are globals. */
export interface Surroundings {
	readonly isSecureContext: boolean;
	readonly getUserMedia: boolean;
	readonly audioContext: boolean;
	readonly messageChannel: boolean;
}

/** What stands in the way before anything is asked for. An insecure origin hides the rest, so it is named first. */
export function obstacle(has: Surroundings): AudioFailure | null {
	if (!has.isSecureContext) return 'insecure_origin';
	return has.getUserMedia && has.audioContext && has.messageChannel ? null : 'unsupported_browser';
}

/** The `name` of a DOMException, or of what an older browser throws in its place. */
export function nameOf(error: unknown): string {
	return typeof error === 'object' && error !== null && 'name' in error ? String(error.name) : '';
}
