import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as fc from 'fast-check';
import { USUAL_DEVICES, type DeviceChoices, type Lack, type Swap } from './devices.ts';
import { MicrophoneKeeper } from './microphone-keeper.ts';
import { FakeMediaDevices, type FakeTrack } from './testing/fake-devices.ts';

let machine: FakeMediaDevices;
let permission: EventTarget & { state: string };
const keepers: MicrophoneKeeper[] = [];

beforeEach(() => {
	vi.useFakeTimers();
	machine = new FakeMediaDevices();
	machine.plugIn('desk');
	machine.plugIn('headset');
	permission = Object.assign(new EventTarget(), { state: 'granted' });
	vi.stubGlobal('navigator', { mediaDevices: machine, permissions: { query: () => Promise.resolve(permission) } });
});
afterEach(() => {
	for (const keeper of keepers.splice(0)) keeper.close();
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

/** All that is to come of itself, comes. */
const settle = (ms = 1_000): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

function keeper(choices: Partial<DeviceChoices> = {}) {
	const lacks: (Lack | null)[] = [];
	const swaps: Swap[] = [];
	/** Where the sound goes, from the first stream on. */
	const heard: (string | null)[] = [];
	const made = new MicrophoneKeeper({
		choices: { ...USUAL_DEVICES, ...choices },
		onStream: (stream) => heard.push((stream?.getAudioTracks()[0] as FakeTrack | undefined)?.deviceId ?? null),
		onLack: (lack) => lacks.push(lack),
		onSwap: (swap) => swaps.push(swap)
	});
	keepers.push(made);
	return { made, lacks, swaps, heard };
}

describe('at the start', () => {
	it('takes the chosen one, or the system’s, and says nothing', async () => {
		for (const [microphone, device] of [
			['headset', 'headset'],
			[null, 'desk']
		] as const) {
			const { made, lacks, swaps, heard } = keeper({ microphone });
			await made.open();
			await settle();
			expect({ heard, lacks, swaps }).toEqual({ heard: [device], lacks: [], swaps: [] });
			made.close();
			expect(machine.open).toEqual([]);
		}
	});

	it('takes the system’s where the chosen one is gone, says so, and takes the chosen one when it comes', async () => {
		const { made, swaps, heard } = keeper({ microphone: 'lapel' });
		await made.open();
		await settle();
		expect(swaps).toEqual([{ device: 'microphone', why: 'gone', label: 'The desk' }]);
		machine.plugIn('lapel');
		await settle();
		expect(heard).toEqual(['desk', 'lapel']);
		expect(swaps.at(-1)).toEqual({ device: 'microphone', why: 'back', label: 'The lapel' });
		expect(machine.open).toEqual(['lapel']);
	});

	it.each([
		['there is none', () => machine.plugged.splice(0), 'microphone_missing'],
		['it is refused', () => (machine.permission = 'denied'), 'microphone_refused'],
		['another program has it', () => machine.busy.add('desk'), 'microphone_busy']
	])('rejects where %s', async (_, arrange, failure) => {
		arrange();
		const { made } = keeper();
		await expect(made.open()).rejects.toMatchObject({ failure });
	});

	it('switches off what is granted after it was closed', async () => {
		const answer = Promise.withResolvers<undefined>();
		machine.meanwhile = async () => void (await answer.promise);
		const { made } = keeper();
		const opened = made.open();
		made.close();
		answer.resolve(undefined);
		await expect(opened).rejects.toMatchObject({ name: 'AbortError' });
		expect(machine.tracks).toHaveLength(1);
		expect(machine.open).toEqual([]);
	});

	it('survives that the device goes while the browser asks, and right after it answered', async () => {
		let pulled = false;
		machine.meanwhile = () => {
			if (pulled) return;
			pulled = true;
			machine.pullOut('headset');
		};
		const { made, heard } = keeper({ microphone: 'headset' });
		const opened = made.open();
		await opened;
		machine.pullOut('desk');
		machine.plugIn('lapel');
		await settle();
		expect([heard[0], heard.at(-1)]).toEqual(['desk', 'lapel']);
		expect(machine.open).toEqual(['lapel']);
	});
});

describe('in mid-talk', () => {
	it('a device pulled out gives way to the next, twice in a row, and comes back when it is there again', async () => {
		machine.plugIn('lapel');
		const { made, lacks, swaps, heard } = keeper({ microphone: 'lapel' });
		await made.open();
		machine.pullOut('lapel');
		await settle();
		machine.pullOut('desk');
		await settle();
		machine.plugIn('lapel');
		await settle();
		expect(heard).toEqual(['lapel', 'desk', 'headset', 'lapel']);
		expect(swaps.map(({ why, label }) => `${why}: ${label}`)).toEqual([
			'gone: The desk',
			'gone: The headset',
			'back: The lapel'
		]);
		expect(lacks).toEqual([]);
	});

	it('without any microphone it says so once, and goes on by itself when one comes', async () => {
		const { made, lacks, swaps, heard } = keeper();
		await made.open();
		machine.pullOut('headset');
		machine.pullOut('desk');
		await settle(60_000);
		expect(lacks).toEqual(['missing']);
		expect(heard).toContain(null);
		machine.plugIn('lapel');
		await settle();
		expect(lacks).toEqual(['missing', null]);
		expect(heard.at(-1)).toBe('lapel');
		expect(swaps.at(-1)?.label).toBe('The lapel');
	});

	it('one that another program took is asked for again until it is free', async () => {
		machine.pullOut('headset');
		const { made, lacks, heard } = keeper();
		await made.open();
		machine.busy.add('desk');
		machine.tracks[0]!.end();
		await settle();
		expect(lacks).toEqual(['busy']);
		machine.busy.clear();
		await settle(5_000);
		expect(lacks).toEqual(['busy', null]);
		expect(heard.at(-1)).toBe('desk');
	});

	it('where the system’s is busy, another that is plugged in does', async () => {
		const { made, lacks, heard } = keeper();
		await made.open();
		machine.busy.add('desk');
		machine.tracks[0]!.end();
		await settle();
		expect(heard).toEqual(['desk', 'headset']);
		expect(lacks).toEqual([]);
	});

	it('follows the system when that chooses another one, as when a headset is connected', async () => {
		const { made, swaps, heard } = keeper();
		await made.open();
		machine.plugIn('earbuds', 'audioinput', true);
		await settle();
		expect(heard).toEqual(['desk', 'earbuds']);
		expect(swaps).toEqual([{ device: 'microphone', why: 'system', label: 'The earbuds' }]);
	});

	it('leaves alone what works where the browser does not say what the system has chosen', async () => {
		machine.listsSystem = false;
		const { made, heard } = keeper();
		await made.open();
		machine.plugIn('earbuds', 'audioinput', true);
		await settle();
		expect(heard).toEqual(['desk']);
	});

	it('opens the new one before it lets the old one go', async () => {
		const { made } = keeper();
		await made.open();
		let openMeanwhile: string[] = [];
		machine.meanwhile = () => {
			openMeanwhile = machine.open;
		};
		made.choose({ ...USUAL_DEVICES, microphone: 'headset' });
		await settle();
		expect(openMeanwhile).toEqual(['desk']);
		expect(machine.open).toEqual(['headset']);
	});

	it('says nothing of what the person chose, and something where it cannot be had', async () => {
		const { made, swaps, heard } = keeper();
		await made.open();
		made.choose({ ...USUAL_DEVICES, microphone: 'headset' });
		await settle();
		expect(swaps).toEqual([]);
		machine.busy.add('desk');
		made.choose({ ...USUAL_DEVICES, microphone: 'desk' });
		await settle();
		expect(heard).toEqual(['desk', 'headset']);
		expect(machine.open).toEqual(['headset']);
		expect(swaps).toEqual([{ device: 'microphone', why: 'gone', label: 'The headset' }]);
	});

	it('asks once in a storm of changes, and never twice at the same time', async () => {
		const { made, heard } = keeper({ microphone: 'headset' });
		await made.open();
		let now = 0;
		let most = 0;
		machine.meanwhile = async () => {
			most = Math.max(most, ++now);
			await new Promise((resolve) => setTimeout(resolve, 50));
			now -= 1;
		};
		const before = machine.asked;
		for (let i = 0; i < 200; i++) machine.dispatchEvent(new Event('devicechange'));
		await settle();
		expect(machine.asked).toBe(before);
		for (let i = 0; i < 20; i++) {
			machine.pullOut('headset');
			machine.plugIn('headset');
		}
		await settle(5_000);
		expect(most).toBe(1);
		expect(heard.at(-1)).toBe('headset');
		expect(machine.open).toEqual(['headset']);
	});

	it('a permission taken back is said, and given again is used, without asking in between', async () => {
		const { made, lacks, heard } = keeper();
		await made.open();
		await settle();
		machine.permission = 'denied';
		permission.state = 'denied';
		permission.dispatchEvent(new Event('change'));
		await settle();
		expect(lacks).toEqual(['refused']);
		expect(machine.open).toEqual([]);
		const before = machine.asked;
		await settle(120_000);
		expect(machine.asked).toBe(before);
		machine.permission = 'granted';
		permission.state = 'granted';
		permission.dispatchEvent(new Event('change'));
		await settle();
		expect(lacks).toEqual(['refused', null]);
		expect(heard.at(-1)).toBe('desk');
	});

	it('a track that the system silences for a while is said, and when it speaks again', async () => {
		const { made, lacks } = keeper();
		await made.open();
		machine.tracks[0]!.silence(true);
		machine.tracks[0]!.silence(false);
		await settle(3_000);
		expect(lacks).toEqual([]);
		machine.tracks[0]!.silence(true);
		await settle(3_000);
		expect(lacks).toEqual(['silenced']);
		machine.tracks[0]!.silence(false);
		expect(lacks).toEqual(['silenced', null]);
	});

	it('a track that is still silenced when the page comes back is opened anew', async () => {
		const { made, lacks } = keeper();
		await made.open();
		machine.tracks[0]!.silence(true);
		await settle(3_000);
		made.check();
		await settle();
		expect(machine.tracks.map(({ readyState }) => readyState)).toEqual(['ended', 'live']);
		expect(lacks).toEqual(['silenced', null]);
	});

	it('goes on where the page’s own use of the stream fails, with the one before', async () => {
		const { made, swaps } = keeper();
		const stream = await made.open();
		machine.plugIn('odd');
		const odd = new MicrophoneKeeper({
			choices: USUAL_DEVICES,
			onStream: (next) => {
				if ((next?.getAudioTracks()[0] as FakeTrack | undefined)?.deviceId === 'odd') throw new Error('another rate');
			},
			onLack: () => undefined,
			onSwap: (swap) => swaps.push(swap)
		});
		keepers.push(odd);
		await odd.open();
		odd.choose({ ...USUAL_DEVICES, microphone: 'odd' });
		await settle();
		expect(machine.open).toEqual(['desk', 'desk']);
		expect(swaps).toEqual([{ device: 'microphone', why: 'gone', label: 'The desk' }]);
		expect(stream.active).not.toBe(false);
	});

	it('does nothing any more once it is closed', async () => {
		const { made, heard } = keeper();
		await made.open();
		made.close();
		machine.plugIn('earbuds', 'audioinput', true);
		made.choose({ ...USUAL_DEVICES, microphone: 'headset' });
		made.check();
		await settle(10_000);
		expect(heard).toEqual(['desk']);
		expect(machine.open).toEqual([]);
	});
});

describe('the switches', () => {
	it('are applied to the open track where the browser heeds them there', async () => {
		const { made, heard } = keeper();
		await made.open();
		made.choose({ ...USUAL_DEVICES, noiseSuppression: false });
		await settle();
		expect(heard).toEqual(['desk']);
		expect(machine.tracks[0]!.applied).toEqual([
			{ echoCancellation: true, noiseSuppression: false, autoGainControl: true }
		]);
	});

	it('open the track anew where it does not, once, and without a word', async () => {
		machine.trackHeeds = false;
		const { made, heard, swaps } = keeper();
		await made.open();
		made.choose({ ...USUAL_DEVICES, echoCancellation: false });
		await settle();
		expect(heard).toEqual(['desk', 'desk']);
		expect(machine.tracks.map(({ readyState }) => readyState)).toEqual(['ended', 'live']);
		expect(machine.tracks[1]!.settings.echoCancellation).toBe(false);
		made.check();
		machine.dispatchEvent(new Event('devicechange'));
		await settle();
		expect(machine.tracks).toHaveLength(2);
		expect(swaps).toEqual([]);
	});

	it('changed while a device is being opened are heeded as well', async () => {
		const { made } = keeper();
		await made.open();
		const answer = Promise.withResolvers<undefined>();
		machine.meanwhile = async () => void (await answer.promise);
		made.choose({ ...USUAL_DEVICES, microphone: 'headset' });
		await settle();
		made.choose({ ...USUAL_DEVICES, microphone: 'headset', autoGainControl: false });
		answer.resolve(undefined);
		await settle();
		expect(machine.tracks.at(-1)!.settings.autoGainControl).toBe(false);
	});
});

it('whatever is plugged, pulled, taken and chosen, ends on what is best, with one microphone open at most', async () => {
	const deed = fc.oneof(
		fc.record({ do: fc.constant('toggle' as const), name: fc.constantFrom('desk', 'headset', 'lapel') }),
		fc.record({ do: fc.constant('busy' as const), name: fc.constantFrom('desk', 'headset', 'lapel') }),
		fc.record({ do: fc.constant('choose' as const), name: fc.constantFrom('desk', 'headset', 'lapel', null) }),
		fc.record({ do: fc.constant('wait' as const), name: fc.constant(null), ms: fc.integer({ min: 0, max: 800 }) })
	);
	await fc.assert(
		fc.asyncProperty(fc.array(deed, { maxLength: 20 }), async (deeds) => {
			machine = new FakeMediaDevices();
			machine.plugIn('desk');
			vi.stubGlobal('navigator', { mediaDevices: machine, permissions: {} });
			const { made, lacks, heard } = keeper();
			await made.open();
			let microphone: string | null = null;
			for (const one of deeds) {
				if (one.do === 'toggle') {
					if (machine.plugged.some(({ deviceId }) => deviceId === one.name)) machine.pullOut(one.name);
					else machine.plugIn(one.name);
				} else if (one.do === 'busy') {
					if (!machine.busy.delete(one.name)) machine.busy.add(one.name);
				} else if (one.do === 'choose') {
					microphone = one.name;
					made.choose({ ...USUAL_DEVICES, microphone });
				} else await settle(one.ms);
			}
			machine.busy.clear();
			machine.dispatchEvent(new Event('devicechange'));
			await settle(10_000);
			const there = machine.plugged.map(({ deviceId }) => deviceId);
			const best = microphone !== null && there.includes(microphone) ? microphone : (there[0] ?? null);
			expect(machine.open).toEqual(best === null ? [] : [best]);
			expect(heard.at(-1)).toBe(best);
			expect(lacks.at(-1) ?? null).toBe(best === null ? 'missing' : null);
			made.close();
			expect(machine.open).toEqual([]);
		}),
		{ numRuns: 150 }
	);
});
