/** The devices as a person chooses among them. Pure. */
import { STAND_INS, type Device } from '../../session/devices.ts';

export interface Listed {
	readonly id: string;
	/** Empty where the browser tells none. */
	readonly label: string;
	/** Counts from 1, for those without a label. */
	readonly nth: number;
}

/** Those of one kind. Without the permission browsers tell neither id nor name, and there is nothing to choose among. */
export function listed(devices: readonly Device[], kind: 'audioinput' | 'audiooutput'): readonly Listed[] {
	const seen = new Set(['']);
	return devices
		.filter((device) => {
			if (device.kind !== kind) return false;
			const fresh = !STAND_INS.has(device.deviceId) && !seen.has(device.deviceId);
			seen.add(device.deviceId);
			return fresh;
		})
		.map(({ deviceId, label }, at) => ({ id: deviceId, label: label.trim(), nth: at + 1 }));
}
