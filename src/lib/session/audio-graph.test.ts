import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openAudioGraph } from './audio-graph.ts';

vi.mock('../../../worklets/capture.ts?worker&url', () => ({ default: 'capture.js' }));
vi.mock('../../../worklets/playback.ts?worker&url', () => ({ default: 'playback.js' }));

/** What the fake browser holds open, and how it behaves. */
const browser = {
	contexts: [] as FakeContext[],
	tracks: [] as FakeTrack[],
	ports: [] as MessagePort[],
	gains: [] as FakeNode['gain'][],
	refuseRate: false,
	addModule: (): Promise<void> => Promise.resolve(),
	getUserMedia: (): Promise<FakeStream> => Promise.resolve(new FakeStream())
};

class FakeTrack extends EventTarget {
	live = true;
	constructor() {
		super();
		browser.tracks.push(this);
	}
	stop(): void {
		this.live = false;
	}
}

class FakeStream {
	readonly #tracks = [new FakeTrack()];
	getTracks = (): FakeTrack[] => this.#tracks;
	getAudioTracks = (): FakeTrack[] => this.#tracks;
}

class FakeNode {
	readonly port = { postMessage: (message: { port: MessagePort }): unknown => browser.ports.push(message.port) };
	readonly gain = { setTargetAtTime: vi.fn() };
	constructor() {
		browser.gains.push(this.gain);
	}
	connect = (to: unknown): unknown => to;
	disconnect = (): void => undefined;
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
	createMediaStreamSource(): FakeNode {
		if (browser.refuseRate && this.sampleRate !== 48_000) throw new DOMException('rates', 'NotSupportedError');
		return new FakeNode();
	}
}

beforeEach(() => {
	Object.assign(browser, { contexts: [], tracks: [], gains: [], refuseRate: false });
	browser.addModule = () => Promise.resolve();
	browser.getUserMedia = () => Promise.resolve(new FakeStream());
	vi.stubGlobal('isSecureContext', true);
	vi.stubGlobal('navigator', { mediaDevices: { getUserMedia: () => browser.getUserMedia() } });
	vi.stubGlobal('document', new EventTarget());
	vi.stubGlobal('AudioContext', FakeContext);
	vi.stubGlobal('AudioWorkletNode', FakeNode);
	vi.stubGlobal('GainNode', FakeNode);
});

afterEach(() => {
	for (const port of browser.ports.splice(0)) port.close();
	vi.unstubAllGlobals();
});

function expectAllReleased(): void {
	expect(browser.contexts.map((context) => context.state)).toEqual(browser.contexts.map(() => 'closed'));
	expect(browser.tracks.filter((track) => track.live)).toEqual([]);
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
		['somebody touches the page', () => document.dispatchEvent(new Event('pointerdown'))]
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
		expect(browser.tracks.map(({ live }) => live)).toEqual([false]);
		expect(browser.gains.at(-1)?.setTargetAtTime.mock.calls.at(-1)?.[0]).toBe(0);
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
		['NotAllowedError', 'microphone_refused'],
		['NotFoundError', 'microphone_missing'],
		['NotReadableError', 'microphone_busy']
	])('releases everything when the microphone answers %s', async (name, failure) => {
		browser.getUserMedia = () => Promise.reject(new DOMException('', name));
		await expect(openAudioGraph()).rejects.toMatchObject({ name: 'AudioGraphError', failure });
		expectAllReleased();
	});

	it('releases everything when a worklet cannot be loaded, even a microphone that is granted later', async () => {
		browser.addModule = () => Promise.reject(new DOMException('', 'AbortError'));
		let grant = (): void => undefined;
		browser.getUserMedia = () =>
			new Promise((resolve) => {
				grant = () => {
					resolve(new FakeStream());
				};
			});
		await expect(openAudioGraph()).rejects.toMatchObject({ failure: 'relay_away' });
		grant();
		await Promise.resolve();
		await Promise.resolve();
		expect(browser.tracks).toHaveLength(1);
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
		browser.getUserMedia = () => new Promise(() => undefined);
		const stop = new AbortController();
		const opening = openAudioGraph({ signal: stop.signal });
		stop.abort();
		await expect(opening).rejects.toMatchObject({ name: 'AbortError' });
		expectAllReleased();
	});

	it('tells once that the device is lost, and not after it was closed', async () => {
		const onDeviceLost = vi.fn();
		const graph = await openAudioGraph({ onDeviceLost });
		const [track] = browser.tracks;
		track!.dispatchEvent(new Event('ended'));
		track!.dispatchEvent(new Event('ended'));
		expect(onDeviceLost).toHaveBeenCalledTimes(1);
		const closed = graph.close();
		const second = await openAudioGraph({ onDeviceLost });
		const secondClosed = second.close();
		browser.tracks[1]!.dispatchEvent(new Event('ended'));
		await Promise.all([closed, secondClosed]);
		browser.tracks[1]!.dispatchEvent(new Event('ended'));
		expect(onDeviceLost).toHaveBeenCalledTimes(1);
	});

	it('opens nothing where the origin is not secure or the browser too old', async () => {
		vi.stubGlobal('navigator', {});
		await expect(openAudioGraph()).rejects.toMatchObject({ failure: 'unsupported_browser' });
		vi.stubGlobal('isSecureContext', false);
		await expect(openAudioGraph()).rejects.toMatchObject({ failure: 'insecure_origin' });
		expect(browser.contexts).toEqual([]);
	});
});
