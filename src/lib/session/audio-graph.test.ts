import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openAudioGraph } from './audio-graph.ts';
import { USUAL_DEVICES, type Lack } from './devices.ts';
import { FakeMediaDevices, type FakeStream } from './testing/fake-devices.ts';

vi.mock('../../../worklets/capture.ts?worker&url', () => ({ default: 'capture.js' }));
vi.mock('../../../worklets/sound.ts?worker&url', () => ({ default: 'sound.js' }));
vi.mock('../../../worklets/playback.ts?worker&url', () => ({ default: 'playback.js' }));

/** What the fake browser holds open, and how it behaves. */
const browser = {
	contexts: [] as FakeContext[],
	devices: new FakeMediaDevices(),
	ports: [] as MessagePort[],
	/** In the order in which the graph makes them: the voice's, the volume's, then one for each tick. */
	gains: [] as FakeGain['gain'][],
	/** Which microphones are connected just now. */
	sources: new Set<string>(),
	ticks: 0,
	refuseRate: false,
	addModule: (): Promise<void> => Promise.resolve()
};

class FakeNode {
	readonly port = { postMessage: (message: { port: MessagePort }): unknown => browser.ports.push(message.port) };
	connect = (to: unknown): unknown => to;
	disconnect = (): void => undefined;
}

const param = () => ({
	setTargetAtTime: vi.fn(),
	setValueAtTime: vi.fn(),
	linearRampToValueAtTime: vi.fn(),
	exponentialRampToValueAtTime: vi.fn()
});

class FakeGain extends FakeNode {
	readonly gain = param();
	constructor() {
		super();
		browser.gains.push(this.gain);
	}
}

class FakeOscillator extends FakeNode {
	readonly frequency = param();
	onended: (() => void) | null = null;
	start = (): void => void browser.ticks++;
	stop = (): void => this.onended?.();
}

class FakeSource extends FakeNode {
	constructor(device: string) {
		super();
		this.connect = (to: unknown): unknown => {
			browser.sources.add(device);
			return to;
		};
		this.disconnect = () => void browser.sources.delete(device);
	}
}

class FakeContext extends EventTarget {
	state = 'suspended';
	/** As for the length of a telephone call. */
	refusesToRun = false;
	readonly sampleRate: number;
	readonly destination = {};
	readonly currentTime = 0;
	readonly audioWorklet = { addModule: () => browser.addModule() };
	constructor({ sampleRate = 48_000 }: { sampleRate?: number }) {
		super();
		this.sampleRate = sampleRate;
		browser.contexts.push(this);
	}
	resume(): Promise<void> {
		if (this.refusesToRun) return Promise.reject(new DOMException('interrupted', 'InvalidStateError'));
		this.state = 'running';
		return Promise.resolve();
	}
	close(): Promise<void> {
		if (this.state === 'closed') return Promise.reject(new DOMException('closed', 'InvalidStateError'));
		this.state = 'closed';
		return Promise.resolve();
	}
	createMediaStreamSource(stream: FakeStream): FakeNode {
		if (browser.refuseRate && this.sampleRate !== 48_000) throw new DOMException('rates', 'NotSupportedError');
		return new FakeSource(stream.getTracks()[0]?.deviceId ?? '');
	}
}

beforeEach(() => {
	Object.assign(browser, { contexts: [], gains: [], ticks: 0, refuseRate: false, devices: new FakeMediaDevices() });
	browser.sources.clear();
	browser.devices.plugIn('desk');
	browser.devices.plugIn('headset');
	browser.addModule = () => Promise.resolve();
	vi.stubGlobal('isSecureContext', true);
	vi.stubGlobal('navigator', { mediaDevices: browser.devices });
	vi.stubGlobal('document', new EventTarget());
	vi.stubGlobal('window', new EventTarget());
	vi.stubGlobal('AudioContext', FakeContext);
	vi.stubGlobal('AudioWorkletNode', FakeNode);
	vi.stubGlobal('GainNode', FakeGain);
	vi.stubGlobal('OscillatorNode', FakeOscillator);
});

afterEach(() => {
	for (const port of browser.ports.splice(0)) port.close();
	vi.unstubAllGlobals();
});

function expectAllReleased(): void {
	expect(browser.contexts.map((context) => context.state)).toEqual(browser.contexts.map(() => 'closed'));
	expect(browser.devices.open).toEqual([]);
	expect([...browser.sources]).toEqual([]);
}

describe('openAudioGraph', () => {
	it('makes and resumes the context before it first waits, so that the press counts', async () => {
		const opening = openAudioGraph();
		expect(browser.contexts.map(({ state, sampleRate }) => ({ state, sampleRate }))).toEqual([
			{ state: 'running', sampleRate: 24_000 }
		]);
		const graph = await opening;
		expect(browser.ports).toHaveLength(2);
		expect(graph.outputLatencyS()).toBe(0);
		await graph.close();
		await graph.close();
		expectAllReleased();
	});

	it.each([
		['the context says so', () => browser.contexts[0]!.dispatchEvent(new Event('statechange'))],
		['the page comes back', () => document.dispatchEvent(new Event('visibilitychange'))],
		['the tab is thawed', () => document.dispatchEvent(new Event('resume'))],
		['the page is taken from the browser’s cache', () => window.dispatchEvent(new Event('pageshow'))],
		['somebody touches the page', () => document.dispatchEvent(new Event('pointerdown'))],
		['somebody presses a key', () => document.dispatchEvent(new Event('keydown'))]
	])('goes on after an interruption when %s, and never once it was closed', async (_, over) => {
		const graph = await openAudioGraph();
		const context = browser.contexts[0]!;
		Object.assign(context, { state: 'interrupted', refusesToRun: true });
		over();
		expect(context.state).toBe('interrupted');
		context.refusesToRun = false;
		over();
		expect(context.state).toBe('running');
		await graph.close();
		over();
		expect(context.state).toBe('closed');
	});

	it('switches the microphone off at once when it is closed, and lets the voice fade first', async () => {
		const graph = await openAudioGraph();
		const closed = graph.close();
		expect(browser.devices.open).toEqual([]);
		expect(browser.gains[0]?.setTargetAtTime.mock.calls.at(-1)?.[0]).toBe(0);
		expect(browser.contexts[0]!.state).toBe('running');
		await closed;
		expectAllReleased();
	});

	it('takes the rate of the device where the browser insists on it', async () => {
		browser.refuseRate = true;
		const graph = await openAudioGraph();
		expect(graph.context.sampleRate).toBe(48_000);
		expect(browser.contexts.map((context) => context.state)).toEqual(['closed', 'running']);
		await graph.close();
		expectAllReleased();
	});

	it.each([
		['is refused', () => (browser.devices.permission = 'denied'), 'microphone_refused'],
		['is missing', () => browser.devices.plugged.splice(0), 'microphone_missing'],
		['is busy', () => browser.devices.busy.add('desk'), 'microphone_busy']
	])('releases everything when the microphone %s', async (_, arrange, failure) => {
		arrange();
		await expect(openAudioGraph()).rejects.toMatchObject({ name: 'AudioGraphError', failure });
		expectAllReleased();
	});

	it('releases everything when a worklet cannot be loaded, even a microphone that is granted later', async () => {
		browser.addModule = () => Promise.reject(new DOMException('', 'AbortError'));
		const granted = Promise.withResolvers<undefined>();
		browser.devices.meanwhile = async () => void (await granted.promise);
		await expect(openAudioGraph()).rejects.toMatchObject({ failure: 'relay_away' });
		granted.resolve(undefined);
		await vi.waitFor(() => expect(browser.devices.tracks).toHaveLength(1));
		await vi.waitFor(expectAllReleased);
		expectAllReleased();
	});

	it('releases everything when the graph cannot be built', async () => {
		vi.stubGlobal('AudioWorkletNode', function refuse() {
			throw new DOMException('no such processor', 'InvalidStateError');
		});
		await expect(openAudioGraph()).rejects.toMatchObject({ failure: 'unsupported_browser' });
		expectAllReleased();
	});

	it('gives up at once when it is told to, while the browser still asks', async () => {
		browser.devices.meanwhile = () => new Promise(() => undefined);
		const stop = new AbortController();
		const opening = openAudioGraph({ signal: stop.signal });
		stop.abort();
		await expect(opening).rejects.toMatchObject({ name: 'AbortError' });
		expectAllReleased();
	});

	it('hears another microphone when the first is lost, with the same ports and context, and says so', async () => {
		const onSwap = vi.fn();
		const graph = await openAudioGraph({ onSwap });
		expect([...browser.sources]).toEqual(['desk']);
		browser.devices.pullOut('desk');
		await vi.waitFor(() => expect([...browser.sources]).toEqual(['headset']));
		expect(onSwap.mock.calls).toEqual([[{ device: 'microphone', why: 'system', label: 'The headset' }]]);
		expect(browser.ports).toHaveLength(2);
		expect(browser.contexts).toHaveLength(1);
		await graph.close();
		expectAllReleased();
	});

	it('hears nothing without any microphone, says why, and nothing more once it is closed', async () => {
		const lacks: (Lack | null)[] = [];
		const graph = await openAudioGraph({ onLack: (lack) => lacks.push(lack) });
		browser.devices.pullOut('headset');
		browser.devices.pullOut('desk');
		await vi.waitFor(() => expect(lacks).toEqual(['missing']));
		expect([...browser.sources]).toEqual([]);
		const closed = graph.close();
		browser.devices.plugIn('lapel');
		await closed;
		expect(lacks).toEqual(['missing']);
		expectAllReleased();
	});

	it('takes the microphone that is chosen meanwhile', async () => {
		const graph = await openAudioGraph({ devices: { ...USUAL_DEVICES, microphone: 'desk' } });
		graph.setDevices({ ...USUAL_DEVICES, microphone: 'headset' });
		await vi.waitFor(() => expect(browser.devices.open).toEqual(['headset']));
		expect([...browser.sources]).toEqual(['headset']);
		await graph.close();
	});

	it('says that all sound is stopped when that lasts, and when it goes on', async () => {
		vi.useFakeTimers();
		try {
			const lacks: (Lack | null)[] = [];
			const graph = await openAudioGraph({ onLack: (lack) => lacks.push(lack) });
			const context = browser.contexts[0]!;
			const become = (state: string): void => {
				Object.assign(context, { state, refusesToRun: state !== 'running' });
				context.dispatchEvent(new Event('statechange'));
			};
			become('running');
			become('interrupted');
			await vi.advanceTimersByTimeAsync(300);
			become('running');
			await vi.advanceTimersByTimeAsync(5_000);
			expect(lacks).toEqual([]);
			become('interrupted');
			await vi.advanceTimersByTimeAsync(2_000);
			expect(lacks).toEqual(['held']);
			become('running');
			expect(lacks).toEqual(['held', null]);
			const closed = graph.close();
			await vi.advanceTimersByTimeAsync(1_000);
			await closed;
		} finally {
			vi.useRealTimers();
		}
	});

	it('ticks through the volume, and a tick is heard to its end though the graph is closed', async () => {
		const graph = await openAudioGraph();
		graph.tick('off');
		expect(browser.ticks).toBe(1);
		const closed = graph.close();
		expect(browser.contexts[0]!.state).toBe('running');
		graph.tick('on');
		expect(browser.ticks).toBe(1);
		await closed;
		expectAllReleased();
	});

	it('tells Safari what the sound is for, while it is for that', async () => {
		const audioSession = { type: 'auto' };
		vi.stubGlobal('navigator', { mediaDevices: browser.devices, audioSession });
		const graph = await openAudioGraph();
		expect(audioSession.type).toBe('play-and-record');
		// A talk that begins while the last one still fades keeps it.
		const closed = graph.close();
		const next = await openAudioGraph();
		await closed;
		expect(audioSession.type).toBe('play-and-record');
		await next.close();
		expect(audioSession.type).toBe('auto');
	});

	it('opens nothing where the origin is not secure or the browser too old', async () => {
		vi.stubGlobal('navigator', {});
		await expect(openAudioGraph()).rejects.toMatchObject({ failure: 'unsupported_browser' });
		vi.stubGlobal('isSecureContext', false);
		await expect(openAudioGraph()).rejects.toMatchObject({ failure: 'insecure_origin' });
		expect(browser.contexts).toEqual([]);
	});
});
