/**
 * Keeps a microphone open for the length of a talk: the chosen one while it is there, else the next, and none where
 * there is none, until one comes. It asks the browser and says what it got; what is done with the stream is the graph's.
 */
import {
	candidates,
	STAND_INS,
	systemGroup,
	type Device,
	type DeviceChoices,
	type Lack,
	type Swap
} from './devices.ts';
import { AudioGraphError, microphoneConstraints, microphoneFailure } from './microphone.ts';
import { Settling } from './settling.ts';

/** A microphone that another program holds is asked for again this often: nothing tells when it is free. */
const RETRY_MS = 4_000;

/** A track is mute for a moment while a device starts: only what lasts longer is said. */
const SILENCED_AFTER_MS = 1_000;

export interface MicrophoneKeeperOptions {
	readonly choices: DeviceChoices;
	/** Another stream from now on, or none. Throws where it cannot be used. */
	readonly onStream: (stream: MediaStream | null) => void;
	readonly onLack: (lack: Lack | null) => void;
	readonly onSwap: (swap: Swap) => void;
}

/** A stream, and what was asked for when it was opened. */
interface Held {
	readonly stream: MediaStream;
	readonly track: MediaStreamTrack;
	/** Null: the system's choice. */
	readonly asked: string | null;
	/** The group of the system's choice at that time, where the browser told. */
	readonly group: string | null;
	/** The switches that it was told. */
	readonly processing: Processing;
}

type Processing = Pick<DeviceChoices, 'echoCancellation' | 'noiseSuppression' | 'autoGainControl'>;
const PROCESSING = ['echoCancellation', 'noiseSuppression', 'autoGainControl'] as const;

export class MicrophoneKeeper {
	readonly #options: MicrophoneKeeperOptions;
	readonly #settling = new Settling(() => this.#settle());
	#choices: DeviceChoices;
	#held: Held | null = null;
	#lack: Lack | null = null;
	/** The person chose since: what follows from it need not be told. */
	#byHand = false;
	/** Another than the chosen one is in use, and that was told. */
	#inItsPlace = false;
	#closed = false;
	#opened = false;
	#silenced: ReturnType<typeof setTimeout> | null = null;
	#permission: PermissionStatus | null = null;

	constructor(options: MicrophoneKeeperOptions) {
		this.#options = options;
		this.#choices = options.choices;
	}

	/** Asks the person, where the browser wants that. Rejects with an AudioGraphError where there is nothing to begin with. */
	async open(): Promise<MediaStream> {
		const { microphone } = this.#choices;
		const held = await this.#ask(microphone).catch((error: unknown) => {
			// The chosen one was unplugged since the last talk.
			if (microphone !== null && failureOf(error) === 'microphone_missing') return this.#ask(null);
			throw error;
		});
		if (held === null) throw new DOMException('closed while the browser asked', 'AbortError');
		this.#options.onStream(held.stream);
		this.#take(held);
		this.#opened = true;
		navigator.mediaDevices.addEventListener('devicechange', this.#changed);
		void this.#watchPermission();
		// Unplugged while the browser asked, or another one than the chosen.
		if (held.asked !== this.#choices.microphone) this.#settling.now();
		return held.stream;
	}

	choose(choices: DeviceChoices): void {
		if (choices.microphone !== this.#choices.microphone) this.#byHand = true;
		this.#choices = choices;
		if (this.#opened) this.#settling.now();
	}

	/** The page or the sound is back after a while: who knows what happened meanwhile. */
	check(): void {
		if (!this.#opened) return;
		// Safari does not always give the sound back to a track that a call took it from.
		if (this.#lack === 'silenced') this.#drop();
		this.#settling.now();
	}

	close(): void {
		this.#closed = true;
		this.#settling.close();
		navigator.mediaDevices.removeEventListener('devicechange', this.#changed);
		this.#permission?.removeEventListener('change', this.#permitted);
		this.#drop();
	}

	readonly #changed = (): void => this.#settling.soon();
	readonly #ended = (): void => {
		this.#drop();
		this.#settling.now();
	};
	readonly #muted = (): void => {
		this.#silenced ??= setTimeout(() => {
			this.#silenced = null;
			if (this.#held?.track.muted === true) this.#tell('silenced');
		}, SILENCED_AFTER_MS);
	};
	readonly #unmuted = (): void => {
		this.#forgetSilence();
		if (this.#lack === 'silenced') this.#tell(null);
	};
	readonly #permitted = (): void => {
		if (this.#permission?.state === 'denied') this.#drop();
		this.#settling.now();
	};

	/** `ended` is not fired for our own `stop`, so what fires it is the device or the browser. */
	#take(held: Held): void {
		this.#drop();
		this.#held = held;
		held.track.addEventListener('ended', this.#ended);
		held.track.addEventListener('mute', this.#muted);
		held.track.addEventListener('unmute', this.#unmuted);
		if (held.track.readyState === 'ended') this.#ended();
		else if (held.track.muted) this.#muted();
	}

	#drop(): void {
		this.#forgetSilence();
		const held = this.#held;
		this.#held = null;
		if (held === null) return;
		held.track.removeEventListener('ended', this.#ended);
		held.track.removeEventListener('mute', this.#muted);
		held.track.removeEventListener('unmute', this.#unmuted);
		stop(held.stream);
	}

	async #settle(): Promise<void> {
		const devices = await inputs();
		let lack: Lack = 'missing';
		for (const asked of candidates(this.#choices.microphone, devices)) {
			if (this.#closed) return;
			if (this.#fits(asked, devices)) {
				await this.#process();
				this.#settled(asked, devices, false);
				return;
			}
			const failure = await this.#swapTo(asked, systemGroup(devices));
			if (failure === null) {
				this.#settled(asked, devices, true);
				return;
			}
			if (failure === 'refused') {
				lack = 'refused';
				break;
			}
			if (failure === 'busy') lack = 'busy';
		}
		if (this.#closed || this.#held !== null) return;
		this.#options.onStream(null);
		this.#tell(lack);
		if (lack !== 'refused') this.#settling.later(RETRY_MS);
	}

	/** What is open is what would be opened. */
	#fits(asked: string | null, devices: readonly Device[]): boolean {
		const held = this.#held;
		if (held === null || held.asked !== asked) return false;
		return asked !== null || held.group === systemGroup(devices);
	}

	/** The new one is open before the old one is closed, so that no word falls in between. */
	async #swapTo(asked: string | null, group: string | null): Promise<Lack | null> {
		try {
			const held = await this.#ask(asked, group);
			if (held === null) return 'missing';
			try {
				this.#options.onStream(held.stream);
			} catch {
				stop(held.stream);
				return 'busy';
			}
			this.#take(held);
			return null;
		} catch (error) {
			const failure = failureOf(error);
			return failure === 'microphone_refused' ? 'refused' : failure === 'microphone_busy' ? 'busy' : 'missing';
		}
	}

	#settled(asked: string | null, devices: readonly Device[], swapped: boolean): void {
		const chosen = this.#choices.microphone;
		const inItsPlace = asked !== chosen;
		const quiet = this.#byHand && !inItsPlace;
		this.#byHand = false;
		const why = inItsPlace ? 'gone' : this.#inItsPlace ? 'back' : 'system';
		const told = swapped ? !quiet : inItsPlace && !this.#inItsPlace;
		this.#inItsPlace = inItsPlace;
		if (this.#held?.track.muted !== true) this.#tell(null);
		if (told) this.#options.onSwap({ device: 'microphone', why, label: this.#label(devices) });
	}

	/** The track's name; for the system's choice, the name of the device that it stands for. */
	#label(devices: readonly Device[]): string {
		const held = this.#held;
		if (held === null) return '';
		const named = devices.find(({ deviceId, groupId }) => groupId === held.group && !STAND_INS.has(deviceId));
		return (held.asked === null ? named?.label : undefined) ?? held.track.label;
	}

	/** The switches, on the open track where the browser heeds them there, else by opening it once more. */
	async #process(): Promise<void> {
		const held = this.#held;
		const wanted: Processing = this.#choices;
		if (held === null || same(wanted, held.processing)) return;
		const { echoCancellation, noiseSuppression, autoGainControl } = wanted;
		await held.track.applyConstraints({ echoCancellation, noiseSuppression, autoGainControl }).catch(() => undefined);
		if (this.#held !== held) return;
		this.#held = { ...held, processing: wanted };
		if (same(wanted, done(held.track, wanted))) return;
		// What this does not change either, this browser does not offer: it is not tried again.
		await this.#swapTo(held.asked, held.group);
	}

	/** Null where nobody waits for it any more: however late it is granted, it is switched off again. */
	async #ask(asked: string | null, group?: string | null): Promise<Held | null> {
		const processing = this.#choices;
		let stream: MediaStream;
		try {
			stream = await navigator.mediaDevices.getUserMedia(
				microphoneConstraints({ ...processing, ...(asked === null ? {} : { deviceId: asked }) })
			);
		} catch (error) {
			throw new AudioGraphError(microphoneFailure(error), { cause: error });
		}
		const [track] = stream.getAudioTracks();
		const known = group === undefined ? systemGroup(await inputs()) : group;
		if (this.#closed || track === undefined) {
			stop(stream);
			return null;
		}
		return { stream, track, asked, group: known, processing };
	}

	/** Where the browser tells of a change, it need not be found out by a failure. */
	async #watchPermission(): Promise<void> {
		try {
			const permission = await navigator.permissions.query({ name: 'microphone' });
			if (this.#closed) return;
			this.#permission = permission;
			permission.addEventListener('change', this.#permitted);
		} catch {
			// This browser does not tell.
		}
	}

	#tell(lack: Lack | null): void {
		if (lack === this.#lack) return;
		this.#lack = lack;
		this.#options.onLack(lack);
	}

	#forgetSilence(): void {
		if (this.#silenced !== null) clearTimeout(this.#silenced);
		this.#silenced = null;
	}
}

async function inputs(): Promise<readonly Device[]> {
	const devices = await navigator.mediaDevices.enumerateDevices().catch(() => []);
	return devices.filter(({ kind }) => kind === 'audioinput');
}

const failureOf = (error: unknown): string | null => (error instanceof AudioGraphError ? error.failure : null);

const same = (one: Processing, other: Processing): boolean => PROCESSING.every((name) => one[name] === other[name]);

/** What the browser says that it does; what it keeps to itself is taken to be as wanted. Echo is cancelled in several ways. */
function done(track: MediaStreamTrack, wanted: Processing): Processing {
	const { echoCancellation, noiseSuppression, autoGainControl } = track.getSettings();
	return {
		echoCancellation: echoCancellation === undefined ? wanted.echoCancellation : echoCancellation !== false,
		noiseSuppression: noiseSuppression ?? wanted.noiseSuppression,
		autoGainControl: autoGainControl ?? wanted.autoGainControl
	};
}

function stop(stream: MediaStream): void {
	for (const track of stream.getTracks()) track.stop();
}
