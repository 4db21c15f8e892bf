/** No microphone stays on that nobody listens to any more, whenever the talk was stopped. */
import { afterEach, expect, it, vi } from 'vitest';
import { USUAL_DEVICES } from './devices.ts';
import { MicrophoneKeeper } from './microphone-keeper.ts';
import { FakeMediaDevices } from './testing/fake-devices.ts';

afterEach(() => void vi.unstubAllGlobals());

it('switches off what was granted just before it was closed', async () => {
	const machine = new FakeMediaDevices();
	machine.plugIn('desk');
	vi.stubGlobal('navigator', { mediaDevices: machine });
	const asked = Promise.withResolvers<undefined>();
	const listed = Promise.withResolvers<undefined>();
	const enumerate = machine.enumerateDevices.bind(machine);
	machine.enumerateDevices = async () => {
		asked.resolve(undefined);
		await listed.promise;
		return enumerate();
	};
	const streams: (MediaStream | null)[] = [];
	const keeper = new MicrophoneKeeper({
		choices: USUAL_DEVICES,
		onStream: (stream) => void streams.push(stream),
		onLack: () => undefined,
		onSwap: () => undefined
	});
	const opened = keeper.open();
	await asked.promise;
	expect(machine.open).toEqual(['desk']);
	keeper.close();
	listed.resolve(undefined);
	await expect(opened).rejects.toMatchObject({ name: 'AbortError' });
	expect({ open: machine.open, streams }).toEqual({ open: [], streams: [] });
});
