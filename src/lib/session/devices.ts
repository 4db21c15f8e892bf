/** What a person chose of microphone and loudspeaker, and what became of it in mid-talk. Pure. */

/** Ids are the browser's; null is the system's choice. */
export interface DeviceChoices {
	readonly microphone: string | null;
	readonly speaker: string | null;
	/** The browser's own clean-up of the sound. Without the first, Parley may hear itself through a loudspeaker. */
	readonly echoCancellation: boolean;
	readonly noiseSuppression: boolean;
	readonly autoGainControl: boolean;
}

export const USUAL_DEVICES: DeviceChoices = {
	microphone: null,
	speaker: null,
	echoCancellation: true,
	noiseSuppression: true,
	autoGainControl: true
};

export function sameDevices(one: DeviceChoices, other: DeviceChoices): boolean {
	return (
		one.microphone === other.microphone &&
		one.speaker === other.speaker &&
		one.echoCancellation === other.echoCancellation &&
		one.noiseSuppression === other.noiseSuppression &&
		one.autoGainControl === other.autoGainControl
	);
}

/** Why the person is not heard just now, though the conversation goes on. */
export const LACKS = [
	'missing', // no microphone is plugged in
	'busy', // another program has it
	'refused', // the permission was taken back
	'silenced', // the system gives silence in its place: a call, or a switch on the device
	'held' // the system has all sound stopped, both ways: a call, or another application
] as const;
export type Lack = (typeof LACKS)[number];

/** Something else is in use than a moment ago, and the person did not ask for it. */
export interface Swap {
	readonly device: 'microphone' | 'speaker';
	readonly why: (typeof SWAPS)[number];
	/** The browser's name of what is used now; empty where it tells none. */
	readonly label: string;
}
export const SWAPS = [
	'gone', // the chosen one is not there: another does
	'back', // the chosen one is there again
	'system' // the system has another one now
] as const;

/** What `enumerateDevices` tells of a device. */
export interface Device {
	readonly deviceId: string;
	readonly groupId: string;
	readonly kind: string;
	readonly label: string;
}

/** Chromium lists the system's choice under this id, in the group of the device that it stands for. */
export const SYSTEM_ID = 'default';

/** Chromium lists, beside the devices, what the system has chosen for all and for calls. */
export const STAND_INS: ReadonlySet<string> = new Set([SYSTEM_ID, 'communications']);

/** More than these are not tried one after the other. */
const MAX_TRIED = 8;

/** The group of what the system uses now, where the browser tells. */
export function systemGroup(devices: readonly Device[]): string | null {
	return devices.find(({ deviceId }) => deviceId === SYSTEM_ID)?.groupId ?? null;
}

/** What to try, best first: the chosen one if it is there, the system's, then whatever else there is. */
export function candidates(chosen: string | null, devices: readonly Device[]): (string | null)[] {
	const ids = devices.map(({ deviceId }) => deviceId).filter((id) => id !== '' && !STAND_INS.has(id));
	const first = chosen !== null && ids.includes(chosen) ? [chosen] : [];
	return [...first, null, ...ids.filter((id) => id !== chosen)].slice(0, MAX_TRIED);
}
