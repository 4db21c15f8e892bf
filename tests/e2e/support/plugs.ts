/**
 * A machine whose devices can be plugged in and pulled out, where Chromium's fakes cannot: what is recorded and played is
 * real, which device it comes from is told by this. Runs in the page before Parley does, so it uses nothing from outside.
 */

export interface Plugs {
	plugIn(name: string, kind?: 'audioinput' | 'audiooutput'): void;
	pullOut(name: string): void;
	/** The microphones that are recorded from just now. */
	open(): string[];
	/** Those of them that hear anything. */
	hearing(): string[];
	/** Where the sound of the newest AudioContext goes; empty is the system's choice. */
	sink(): string;
	/** What a headset's button does. */
	press(action: string): void;
	/** The screen is kept on. */
	awake(): boolean;
}

declare global {
	interface Window {
		plugs: Plugs;
	}
}

export function plugs(): void {
	interface Plugged {
		readonly deviceId: string;
		readonly groupId: string;
		readonly label: string;
		readonly kind: 'audioinput' | 'audiooutput';
	}
	const devices: Plugged[] = [];
	const tracks: { readonly track: MediaStreamTrack; readonly name: string }[] = [];
	const { mediaDevices } = navigator;
	const ask = mediaDevices.getUserMedia.bind(mediaDevices);
	const changed = (): void => {
		mediaDevices.dispatchEvent(new Event('devicechange'));
	};
	const add = (name: string, kind: Plugged['kind'] = 'audioinput'): void => {
		devices.push({ deviceId: name, groupId: `group of ${name}`, label: `The ${name}`, kind });
	};
	add('desk');
	add('headset');
	add('shelf', 'audiooutput');
	mediaDevices.enumerateDevices = () => Promise.resolve(devices.map((device) => ({ ...device, toJSON: () => device })));
	mediaDevices.getUserMedia = async (constraints) => {
		const audio = typeof constraints?.audio === 'object' ? constraints.audio : {};
		const { deviceId, ...others } = audio;
		const exact = typeof deviceId === 'object' && 'exact' in deviceId ? deviceId.exact : null;
		const inputs = devices.filter(({ kind }) => kind === 'audioinput');
		const device = exact === null ? inputs[0] : inputs.find((one) => one.deviceId === exact);
		if (device === undefined) throw new DOMException('', exact === null ? 'NotFoundError' : 'OverconstrainedError');
		const stream = await ask({ audio: others });
		for (const track of stream.getAudioTracks()) {
			Object.defineProperty(track, 'label', { value: device.label });
			tracks.push({ track, name: device.deviceId });
		}
		return stream;
	};
	let sink = '';
	const NativeContext = window.AudioContext;
	window.AudioContext = class extends NativeContext {
		constructor(...args: ConstructorParameters<typeof AudioContext>) {
			super(...args);
			sink = '';
		}
		setSinkId(id: string): Promise<void> {
			if (id !== '' && !devices.some(({ deviceId }) => deviceId === id)) {
				return Promise.reject(new DOMException('', 'NotFoundError'));
			}
			sink = id;
			return Promise.resolve();
		}
	};
	const handlers = new Map<string, (() => void) | null>();
	const { mediaSession } = navigator;
	const handle = mediaSession.setActionHandler.bind(mediaSession) as (name: string, handler: unknown) => void;
	Object.defineProperty(mediaSession, 'setActionHandler', {
		value: (name: string, handler: (() => void) | null) => {
			handlers.set(name, handler);
			handle(name, handler);
		}
	});
	// A headless Chromium has no screen to keep on, and refuses.
	let awake = 0;
	Object.defineProperty(navigator.wakeLock, 'request', {
		value: () => {
			awake += 1;
			const lock = Object.assign(new EventTarget(), {
				released: false,
				release: () => {
					if (!lock.released) awake -= 1;
					lock.released = true;
					lock.dispatchEvent(new Event('release'));
					return Promise.resolve();
				}
			});
			return Promise.resolve(lock);
		}
	});
	window.plugs = {
		plugIn(name, kind) {
			add(name, kind);
			changed();
		},
		pullOut(name) {
			const at = devices.findIndex(({ deviceId }) => deviceId === name);
			if (at >= 0) devices.splice(at, 1);
			for (const { track } of tracks.filter((one) => one.name === name && one.track.readyState === 'live')) {
				track.stop();
				track.dispatchEvent(new Event('ended'));
			}
			changed();
		},
		open: () => tracks.filter(({ track }) => track.readyState === 'live').map(({ name }) => name),
		hearing: () => tracks.filter(({ track }) => track.readyState === 'live' && track.enabled).map(({ name }) => name),
		sink: () => sink,
		press: (action) => handlers.get(action)?.(),
		awake: () => awake > 0
	};
}
