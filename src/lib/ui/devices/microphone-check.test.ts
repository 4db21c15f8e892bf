import { afterEach, expect, it, vi } from 'vitest';
import { USUAL_DEVICES } from '../../session/devices.ts';
import { FakeMediaDevices } from '../../session/testing/fake-devices.ts';
import { MicrophoneCheck, type CheckState } from './microphone-check.ts';

afterEach(() => void vi.unstubAllGlobals());

it('lets go of everything that it was stopped for before it was there', async () => {
	const machine = new FakeMediaDevices();
	machine.plugIn('desk');
	const routed = Promise.withResolvers<undefined>();
	const asked = Promise.withResolvers<undefined>();
	const pictures = new Set<number>();
	class FakeContext {
		currentTime = 0;
		sampleRate = 48_000;
		resume = (): Promise<void> => Promise.resolve();
		close = (): Promise<void> => Promise.resolve();
		setSinkId(): Promise<undefined> {
			asked.resolve(undefined);
			return routed.promise;
		}
		createMediaStreamSource = () => ({ connect: () => undefined, disconnect: () => undefined });
	}
	vi.stubGlobal('navigator', { mediaDevices: machine });
	vi.stubGlobal('AudioContext', FakeContext);
	vi.stubGlobal('AnalyserNode', vi.fn());
	vi.stubGlobal('requestAnimationFrame', () => {
		pictures.add(pictures.size + 1);
		return pictures.size;
	});
	vi.stubGlobal('cancelAnimationFrame', (picture: number) => void pictures.delete(picture));
	const states: CheckState[] = [];
	const check = new MicrophoneCheck({
		choices: { ...USUAL_DEVICES, speaker: 'hall' },
		volume: 1,
		onState: (state) => void states.push(state),
		onLevel: () => undefined
	});
	const started = check.start();
	await asked.promise;
	expect(machine.open).toEqual(['desk']);
	check.close();
	routed.resolve(undefined);
	await started;
	expect({ open: machine.open, pictures: pictures.size, states }).toEqual({
		open: [],
		pictures: 0,
		states: ['asking', 'off']
	});
});
