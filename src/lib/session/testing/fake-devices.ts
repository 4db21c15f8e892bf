/** A machine's microphones and loudspeakers for tests: plugged in, pulled out, held by others, and asked for. */

export class FakeTrack extends EventTarget {
	readonly kind = 'audio';
	readyState: 'live' | 'ended' = 'live';
	muted = false;
	readonly label: string;
	readonly deviceId: string;
	readonly applied: MediaTrackConstraints[] = [];
	/** What the browser says that it does with the sound. */
	settings: MediaTrackSettings;
	/** Whether the browser heeds the switches on a track that is open. */
	heeds = true;

	constructor(deviceId: string, label: string, settings: MediaTrackSettings) {
		super();
		this.deviceId = deviceId;
		this.label = label;
		this.settings = settings;
	}
	getSettings = (): MediaTrackSettings => this.settings;
	applyConstraints(constraints: MediaTrackConstraints): Promise<void> {
		this.applied.push(constraints);
		if (this.heeds) this.settings = { ...this.settings, ...(constraints as MediaTrackSettings) };
		return Promise.resolve();
	}
	stop(): void {
		this.readyState = 'ended';
	}
	/** The device goes, or the browser takes it away. */
	end(): void {
		this.readyState = 'ended';
		this.dispatchEvent(new Event('ended'));
	}
	silence(muted: boolean): void {
		this.muted = muted;
		this.dispatchEvent(new Event(muted ? 'mute' : 'unmute'));
	}
}

export class FakeStream {
	readonly #tracks: FakeTrack[];
	constructor(track: FakeTrack) {
		this.#tracks = [track];
	}
	getTracks = (): FakeTrack[] => this.#tracks;
	getAudioTracks = (): FakeTrack[] => this.#tracks;
}

interface Plugged {
	readonly deviceId: string;
	readonly groupId: string;
	readonly kind: 'audioinput' | 'audiooutput';
	readonly label: string;
}

/** What stands in for `navigator.mediaDevices`. */
export class FakeMediaDevices extends EventTarget {
	/** The first of each kind is the system's choice. */
	readonly plugged: Plugged[] = [];
	/** Every track that was ever given, in order. */
	readonly tracks: FakeTrack[] = [];
	/** The devices that another program holds. */
	readonly busy = new Set<string>();
	permission: 'granted' | 'denied' = 'granted';
	/** Chromium lists the system's choice as a device of its own. */
	listsSystem = true;
	asked = 0;
	/** Called before an answer is given: holds it up, or lets something happen meanwhile. */
	meanwhile: () => Promise<void> | void = () => undefined;
	trackHeeds = true;

	plugIn(name: string, kind: Plugged['kind'] = 'audioinput', first = false): void {
		const device = { deviceId: name, groupId: `group of ${name}`, kind, label: `The ${name}` };
		if (first) this.plugged.unshift(device);
		else this.plugged.push(device);
		this.dispatchEvent(new Event('devicechange'));
	}

	/** Its tracks end, as the browsers do it, before or after they tell of the change. */
	pullOut(name: string): void {
		this.plugged.splice(
			this.plugged.findIndex(({ deviceId }) => deviceId === name),
			1
		);
		for (const track of this.tracks) if (track.deviceId === name && track.readyState === 'live') track.end();
		this.dispatchEvent(new Event('devicechange'));
	}

	enumerateDevices(): Promise<Plugged[]> {
		const system = (['audioinput', 'audiooutput'] as const).flatMap((kind) => {
			const device = this.plugged.find((one) => one.kind === kind);
			return device !== undefined && this.listsSystem
				? [{ ...device, deviceId: 'default', label: `Default - ${device.label}` }]
				: [];
		});
		return Promise.resolve([...system, ...this.plugged]);
	}

	async getUserMedia(constraints: { audio: MediaTrackConstraints }): Promise<FakeStream> {
		this.asked += 1;
		await this.meanwhile();
		if (this.permission === 'denied') throw new DOMException('', 'NotAllowedError');
		const wanted = constraints.audio.deviceId as { exact: string } | undefined;
		const inputs = this.plugged.filter(({ kind }) => kind === 'audioinput');
		const device = wanted === undefined ? inputs[0] : inputs.find(({ deviceId }) => deviceId === wanted.exact);
		if (device === undefined) {
			throw new DOMException('', wanted === undefined ? 'NotFoundError' : 'OverconstrainedError');
		}
		if (this.busy.has(device.deviceId)) throw new DOMException('', 'NotReadableError');
		const track = new FakeTrack(device.deviceId, device.label, {
			echoCancellation: constraints.audio.echoCancellation as boolean,
			noiseSuppression: constraints.audio.noiseSuppression as boolean,
			autoGainControl: constraints.audio.autoGainControl as boolean
		});
		track.heeds = this.trackHeeds;
		this.tracks.push(track);
		return new FakeStream(track);
	}

	/** The devices that are recorded from just now. */
	get open(): string[] {
		return this.tracks.filter(({ readyState }) => readyState === 'live').map(({ deviceId }) => deviceId);
	}
}
