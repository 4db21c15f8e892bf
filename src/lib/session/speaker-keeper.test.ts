import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Swap } from './devices.ts';
import { SpeakerKeeper } from './speaker-keeper.ts';
import { FakeMediaDevices } from './testing/fake-devices.ts';

let machine: FakeMediaDevices;
const keepers: SpeakerKeeper[] = [];

beforeEach(() => {
	vi.useFakeTimers();
	machine = new FakeMediaDevices();
	machine.plugIn('built-in', 'audiooutput');
	machine.plugIn('hall', 'audiooutput');
	vi.stubGlobal('navigator', { mediaDevices: machine });
});
afterEach(() => {
	for (const keeper of keepers.splice(0)) keeper.close();
	vi.useRealTimers();
	vi.unstubAllGlobals();
});
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(1_000);

function keeper(speaker: string | null) {
	const swaps: Swap[] = [];
	const sinks: string[] = [];
	const context = {
		refuses: '',
		setSinkId(id: string): Promise<void> {
			if (id === this.refuses && id !== '') return Promise.reject(new DOMException('', 'NotAllowedError'));
			sinks.push(id);
			return Promise.resolve();
		}
	};
	const made = new SpeakerKeeper({ context, speaker, onSwap: (swap) => swaps.push(swap) });
	keepers.push(made);
	return { made, swaps, sinks, context };
}

it('speaks through the chosen one, without a word', async () => {
	const { swaps, sinks } = keeper('hall');
	await settle();
	expect({ sinks, swaps }).toEqual({ sinks: ['hall'], swaps: [] });
});

it('leaves the system’s choice to the system', async () => {
	const { made, sinks } = keeper(null);
	machine.plugIn('headphones', 'audiooutput', true);
	await settle();
	expect(sinks).toEqual([]);
	made.choose('hall');
	await settle();
	made.choose(null);
	await settle();
	expect(sinks).toEqual(['hall', '']);
});

it('speaks through the system’s while the chosen one is away, and says both', async () => {
	const { swaps, sinks } = keeper('hall');
	await settle();
	machine.pullOut('hall');
	machine.plugIn('hall', 'audiooutput');
	machine.pullOut('hall');
	await settle();
	machine.dispatchEvent(new Event('devicechange'));
	await settle();
	machine.plugIn('hall', 'audiooutput');
	await settle();
	expect(sinks).toEqual(['hall', '', 'hall']);
	expect(swaps).toEqual([
		{ device: 'speaker', why: 'gone', label: 'The built-in' },
		{ device: 'speaker', why: 'back', label: 'The hall' }
	]);
});

it('says so where the browser refuses the chosen one, and takes the next that is chosen', async () => {
	const { made, context, swaps, sinks } = keeper(null);
	context.refuses = 'hall';
	made.choose('hall');
	await settle();
	expect(swaps).toEqual([{ device: 'speaker', why: 'gone', label: 'The built-in' }]);
	made.choose('built-in');
	await settle();
	expect(sinks).toEqual(['built-in']);
	expect(swaps).toHaveLength(1);
});

it('does nothing where the browser cannot route, nor once it is closed', async () => {
	const unable = new SpeakerKeeper({ context: {}, speaker: 'hall', onSwap: () => expect.unreachable() });
	unable.choose('built-in');
	unable.close();
	const { made, sinks } = keeper('hall');
	await settle();
	made.close();
	machine.pullOut('hall');
	await settle();
	expect(sinks).toEqual(['hall']);
});
