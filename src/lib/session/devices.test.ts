import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import { candidates, sameDevices, systemGroup, USUAL_DEVICES, type Device } from './devices.ts';

const device = (deviceId: string): Device => ({
	deviceId,
	kind: 'audioinput',
	label: '',
	groupId: deviceId === 'default' ? 'group of desk' : `group of ${deviceId}`
});
const machine = ['default', 'communications', 'desk', 'headset'].map(device);

describe('candidates', () => {
	it('are the chosen one, the system’s and the others, in this order', () => {
		expect(candidates('headset', machine)).toEqual(['headset', null, 'desk']);
		expect(candidates('lapel', machine)).toEqual([null, 'desk', 'headset']);
		expect(candidates(null, [])).toEqual([null]);
	});

	it('are not many, none twice, and none that the browser keeps to itself', () => {
		fc.assert(
			fc.property(
				fc.uniqueArray(fc.string({ maxLength: 3 })),
				fc.option(fc.string({ maxLength: 3 })),
				(ids, chosen) => {
					const tried = candidates(chosen, ids.map(device));
					expect(tried).toContain(null);
					expect(tried).not.toContain('');
					expect(new Set(tried).size).toBe(tried.length);
					expect(tried.length).toBeLessThanOrEqual(8);
				}
			)
		);
	});
});

it('the system’s group is known where the browser tells, and null where it does not', () => {
	expect(systemGroup(machine)).toBe('group of desk');
	expect(systemGroup([device('desk')])).toBeNull();
});

it('two choices are the same where every field is', () => {
	expect(sameDevices(USUAL_DEVICES, { ...USUAL_DEVICES })).toBe(true);
	for (const change of [
		{ microphone: 'desk' },
		{ speaker: 'hall' },
		{ echoCancellation: false },
		{ noiseSuppression: false },
		{ autoGainControl: false }
	]) {
		expect(sameDevices(USUAL_DEVICES, { ...USUAL_DEVICES, ...change })).toBe(false);
	}
});
