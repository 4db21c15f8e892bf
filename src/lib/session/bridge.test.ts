import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Character } from '../chat/characters/character.ts';
import type { Headline } from '../chat/characters/headlines.ts';
import type { AudioGraph, AudioGraphOptions } from './audio-graph.ts';
import { createConversation } from './bridge.ts';
import { USUAL_DEVICES } from './devices.ts';
import { AudioGraphError } from './microphone.ts';
import type { Conversation, ViewMessage } from './view.ts';
import type { FromWorker, ToWorker } from './worker-messages.ts';

/** The graph that is being opened: the test decides when, and whether. */
let opening: { options: AudioGraphOptions; ready: PromiseWithResolvers<AudioGraph> }[] = [];
vi.mock('./audio-graph.ts', () => ({
	openAudioGraph: (options: AudioGraphOptions) => {
		const ready = Promise.withResolvers<AudioGraph>();
		options.signal?.addEventListener('abort', () => ready.reject(options.signal?.reason));
		opening.push({ options, ready });
		return ready.promise;
	}
}));

let news = Promise.withResolvers<Headline[]>();
vi.mock('../characters/served.ts', () => ({ headlinesFor: () => news.promise }));
const NEWSREADER: Character = {
	...{ id: 'gazette', name: 'La Gazette', language: 'fr/en', instructions: { type: 'news' } },
	...{ voice: 'fr', good: true }
};

class FakeWorker {
	static made: FakeWorker[] = [];
	onmessage: ((event: MessageEvent<FromWorker>) => void) | null = null;
	onerror: ((event: Event) => void) | null = null;
	readonly asked: ToWorker[] = [];
	terminated = false;

	constructor() {
		FakeWorker.made.push(this);
	}
	postMessage(message: ToWorker): void {
		this.asked.push(message);
	}
	terminate(): void {
		this.terminated = true;
	}
	say(message: ViewMessage, talk: number): void {
		this.onmessage?.(new MessageEvent('message', { data: { ...message, talk } }));
	}
	of<T extends ToWorker['type']>(type: T): Extract<ToWorker, { type: T }>[] {
		return this.asked.filter((message): message is Extract<ToWorker, { type: T }> => message.type === type);
	}
}

class FakeErrorEvent extends Event {}

class FakeGraph {
	readonly ports = new MessageChannel();
	readonly capturePort = this.ports.port1;
	readonly playbackPort = this.ports.port2;
	readonly onCapturePort = vi.spyOn(this.capturePort, 'postMessage');
	closed = false;
	setVolume = vi.fn();
	setDevices = vi.fn();
	setMuted = vi.fn();
	setSoundTaker = vi.fn();
	check = vi.fn();
	tick = vi.fn();
	close = (): Promise<void> => {
		this.closed = true;
		return Promise.resolve();
	};
}

const phase = (name: Extract<ViewMessage, { type: 'phase' }>['phase']): ViewMessage => ({
	type: 'phase',
	phase: name,
	failure: null
});
const entry: ViewMessage = {
	type: 'entry',
	entry: { id: 1, role: 'user', text: 'Hello', interrupted: false, open: false }
};

let seen: ViewMessage[] = [];
let conversation: Conversation;
let graphs: FakeGraph[] = [];
const worker = (): FakeWorker => FakeWorker.made.at(-1)!;
const last = (): ViewMessage | undefined => seen.at(-1);

beforeEach(() => {
	FakeWorker.made = [];
	opening = [];
	seen = [];
	graphs = [];
	vi.stubGlobal('Worker', FakeWorker);
	vi.stubGlobal('ErrorEvent', FakeErrorEvent);
	vi.stubGlobal('window', new EventTarget());
	vi.stubGlobal('document', Object.assign(new EventTarget(), { visibilityState: 'visible' }));
	vi.stubGlobal('location', { origin: 'https://parley.example' });
	conversation = createConversation((message) => seen.push(message));
});
afterEach(() => {
	conversation.close();
	for (const { ports } of graphs) ports.port1.close();
	vi.unstubAllGlobals();
});

/** Start is pressed and the microphone granted. */
async function started(): Promise<FakeGraph> {
	conversation.start({ language: 'en' });
	const graph = new FakeGraph();
	graphs.push(graph);
	opening.at(-1)!.ready.resolve(graph as unknown as AudioGraph);
	await vi.waitFor(() => expect(worker().of('open').at(-1)?.capture).toBe(graph.capturePort));
	return graph;
}

describe('start', () => {
	it('asks for the microphone and hands its ports to the worker', async () => {
		await started();
		expect(seen).toEqual([phase('asking')]);
		expect(worker().of('open')).toMatchObject([{ talk: 1, url: 'wss://parley.example/v1/session', language: 'en' }]);
	});

	it('hands on the access code and the leave to record, each once, the code with its talk', async () => {
		conversation.setRecording(true);
		conversation.start({ language: 'en', token: 'open-sesame-0123' });
		const graph = new FakeGraph();
		graphs.push(graph);
		opening.at(-1)!.ready.resolve(graph as unknown as AudioGraph);
		await vi.waitFor(() => expect(worker().of('open')).toMatchObject([{ token: 'open-sesame-0123' }]));
		expect(worker().of('recording')).toEqual([{ type: 'recording', agreed: true }]);
		conversation.stop();
		await started();
		expect(worker().of('open').at(-1)?.token).toBeNull();
	});

	it('mutes the microphone before the worker hears of it, where it was muted while the browser asked', async () => {
		conversation.start({ language: 'en' });
		conversation.setMuted(true);
		const graph = new FakeGraph();
		graphs.push(graph);
		opening[0]!.ready.resolve(graph as unknown as AudioGraph);
		await vi.waitFor(() => expect(worker().of('open')).toHaveLength(1));
		expect(graph.onCapturePort.mock.calls).toEqual([[{ type: 'mute', muted: true }]]);
	});

	it('twice gives up the first, which is heard of no more', async () => {
		const first = await started();
		const second = await started();
		expect([first.closed, second.closed]).toEqual([true, false]);
		expect(
			worker()
				.asked.map(({ type }) => type)
				.filter((type) => type !== 'mute')
		).toEqual(['stop', 'open', 'stop', 'open']);
		worker().say(phase('failed'), 1);
		expect(second.closed).toBe(false);
		expect(last()).toEqual(phase('asking'));
	});

	it('hands the worker the character with its language and voice, a seed, and the news where it tells them', async () => {
		await started();
		expect(worker().of('open')).toMatchObject([{ character: { id: 'parley' }, voice: null, news: [] }]);
		news = Promise.withResolvers();
		conversation.start({ language: 'en', character: NEWSREADER });
		const graph = new FakeGraph();
		graphs.push(graph);
		opening.at(-1)!.ready.resolve(graph as unknown as AudioGraph);
		await vi.waitFor(() => expect(graph.onCapturePort).toHaveBeenCalled());
		expect(worker().of('open')).toHaveLength(1);
		news.resolve([{ title: 'Rain', source: '' }]);
		await vi.waitFor(() => expect(worker().of('open')).toHaveLength(2));
		expect(worker().of('open')[1]).toMatchObject({
			...{ language: 'fr', voice: 'fr', character: NEWSREADER, news: [{ title: 'Rain', source: '' }] },
			seed: expect.any(Number)
		});
	});

	it('tells the worker of somebody else, with their news, and only of the last one chosen', async () => {
		await started();
		const owl: Character = { ...NEWSREADER, id: 'owl', name: 'Owl', voice: 'en', instructions: { type: 'smalltalk' } };
		news = Promise.withResolvers();
		conversation.setCharacter(NEWSREADER);
		conversation.setCharacter(owl);
		await vi.waitFor(() => expect(worker().of('partner')).toHaveLength(1));
		news.resolve([]);
		await news.promise;
		conversation.setCharacter(null);
		await vi.waitFor(() => expect(worker().of('partner')).toHaveLength(2));
		const seed = worker().of('open')[0]?.seed;
		expect(worker().of('partner')).toMatchObject([
			{ partner: { who: 'Owl', voice: 'en', language: 'fr', character: owl, seed } },
			{ partner: { who: null, voice: null, language: 'en', character: { id: 'parley' }, seed } }
		]);
		conversation.stop();
		conversation.setCharacter(owl);
		await Promise.resolve();
		expect(worker().of('partner')).toHaveLength(2);
	});

	it('opens with who was chosen while the browser asked', async () => {
		conversation.start({ language: 'en', voice: 'special' });
		conversation.setCharacter(NEWSREADER);
		news = Promise.withResolvers();
		const graph = new FakeGraph();
		graphs.push(graph);
		opening.at(-1)!.ready.resolve(graph as unknown as AudioGraph);
		news.resolve([]);
		await vi.waitFor(() => expect(worker().of('open')).toMatchObject([{ who: 'La Gazette', voice: 'fr' }]));
		expect(worker().of('partner')).toEqual([]);
	});

	it('given up while the news are waited for opens nothing and lets the microphone go', async () => {
		news = Promise.withResolvers();
		conversation.start({ language: 'en', character: NEWSREADER });
		const graph = new FakeGraph();
		graphs.push(graph);
		opening.at(-1)!.ready.resolve(graph as unknown as AudioGraph);
		await vi.waitFor(() => expect(graph.onCapturePort).toHaveBeenCalled());
		conversation.stop();
		expect(graph.closed).toBe(true);
		news.resolve([]);
		await news.promise;
		await new Promise((resolve) => setTimeout(resolve));
		expect(worker().of('open')).toEqual([]);
	});

	it('says why the microphone is not to be had', async () => {
		conversation.start({ language: 'en' });
		opening[0]!.ready.reject(new AudioGraphError('microphone_refused'));
		await vi.waitFor(() => expect(last()).toMatchObject({ phase: 'failed', failure: 'microphone_refused' }));
		expect(worker().of('open')).toEqual([]);
	});
});

describe('stop', () => {
	it('is seen at once, and finishes the lines of the log', async () => {
		const graph = await started();
		worker().say(phase('listening'), 1);
		conversation.stop();
		expect(last()).toEqual(phase('idle'));
		expect(graph.closed).toBe(true);
		worker().say(phase('thinking'), 1);
		worker().say(entry, 1);
		expect(last()).toEqual(entry);
		expect(seen).not.toContainEqual(phase('thinking'));
	});

	it('while the browser asks gives up asking', async () => {
		conversation.start({ language: 'en' });
		conversation.stop();
		await expect(opening[0]!.ready.promise).rejects.toBeDefined();
		expect(opening[0]!.options.signal?.aborted).toBe(true);
		expect(seen).toEqual([phase('asking'), phase('idle')]);
	});

	it('that the worker hears of late does not end the next talk', async () => {
		await started();
		conversation.stop();
		conversation.start({ language: 'en' });
		worker().say(phase('idle'), 1);
		worker().say(entry, 1);
		expect(last()).toEqual(phase('asking'));
	});
});

describe('an end that nobody asked for', () => {
	it('switches the microphone off and lets the worker let go', async () => {
		for (const name of ['ended', 'failed'] as const) {
			const graph = await started();
			const before = worker().of('stop').length;
			worker().say(phase(name), worker().of('open').length);
			expect(graph.closed).toBe(true);
			expect(worker().of('stop')).toHaveLength(before + 1);
			expect(last()).toEqual(phase(name));
		}
	});

	it('is a fault of the worker: it says so, and the next start has a new one', async () => {
		for (const [event, failure] of [
			[new Event('error'), 'relay_away'],
			[new FakeErrorEvent('error'), 'unsupported_browser']
		] as const) {
			const graph = await started();
			const broken = worker();
			broken.onerror?.(event);
			expect(graph.closed).toBe(true);
			expect(broken.terminated).toBe(true);
			expect(last()).toMatchObject({ phase: 'failed', failure });
		}
		await started();
		expect(FakeWorker.made).toHaveLength(3);
		expect(last()).toEqual(phase('asking'));
	});

	it('is silent where there is no talk: a script that did not come is loaded at the press', async () => {
		worker().onerror?.(new Event('error'));
		expect(seen).toEqual([]);
		await started();
		expect(FakeWorker.made).toHaveLength(2);
	});
});

describe('a device that goes', () => {
	it('ends no talk: it is said, and so is its coming back', async () => {
		const graph = await started();
		worker().say(phase('listening'), 1);
		const { onLack, onSwap } = opening[0]!.options;
		onLack?.('missing');
		expect(last()).toEqual({ type: 'lack', lack: 'missing' });
		onLack?.(null);
		const swap = { device: 'microphone', why: 'back', label: 'Desk' } as const;
		onSwap?.(swap);
		expect(seen.slice(-2)).toEqual([
			{ type: 'lack', lack: null },
			{ type: 'swap', swap }
		]);
		expect(graph.closed).toBe(false);
		expect(worker().of('open')).toHaveLength(1);
	});

	it('is not told of a talk that is over', async () => {
		await started();
		conversation.stop();
		const before = seen.length;
		opening[0]!.options.onLack?.('missing');
		opening[0]!.options.onSwap?.({ device: 'speaker', why: 'gone', label: '' });
		expect(seen).toHaveLength(before);
	});

	it('chosen before or during a talk is the one that is used', async () => {
		const devices = { ...USUAL_DEVICES, microphone: 'desk' };
		conversation.setDevices(devices);
		const graph = await started();
		expect(opening[0]!.options.devices).toEqual(devices);
		conversation.setDevices({ ...devices, speaker: 'hall' });
		expect(graph.setDevices).toHaveBeenLastCalledWith({ ...devices, speaker: 'hall' });
	});
});

describe('the tick', () => {
	it('is heard when Parley begins to listen and when it stops, and never while somebody speaks', async () => {
		const graph = await started();
		worker().say(phase('connecting'), 1);
		worker().say(phase('listening'), 1);
		worker().say(phase('hearing'), 1);
		worker().say(phase('thinking'), 1);
		worker().say(phase('speaking'), 1);
		conversation.setMuted(true);
		worker().say(phase('listening'), 1);
		conversation.setMuted(false);
		conversation.stop();
		expect(graph.tick.mock.calls).toEqual([['on'], ['on'], ['off']]);
	});

	it('tells of a microphone that is lost and found, and is silent where it is not wanted', async () => {
		const graph = await started();
		worker().say(phase('listening'), 1);
		opening[0]!.options.onLack?.('missing');
		opening[0]!.options.onLack?.(null);
		conversation.setSounds(false);
		conversation.stop();
		expect(graph.tick.mock.calls).toEqual([['on'], ['off'], ['on']]);
	});
});

it('looks after the sound when the page, the tab or the browser’s cache brings it back', async () => {
	document.dispatchEvent(new Event('resume'));
	const graph = await started();
	document.dispatchEvent(new Event('resume'));
	window.dispatchEvent(new Event('pageshow'));
	document.dispatchEvent(new Event('visibilitychange'));
	expect(graph.check).toHaveBeenCalledTimes(3);
	expect(worker().of('hurry')).toHaveLength(3);
	Object.assign(document, { visibilityState: 'hidden' });
	document.dispatchEvent(new Event('visibilitychange'));
	expect(graph.check).toHaveBeenCalledTimes(3);
});

it('hurries a reconnection when the network or the page comes back, while somebody talks', async () => {
	window.dispatchEvent(new Event('online'));
	expect(worker().of('hurry')).toEqual([]);
	await started();
	window.dispatchEvent(new Event('online'));
	document.dispatchEvent(new Event('visibilitychange'));
	expect(worker().of('hurry')).toHaveLength(2);
	conversation.close();
	window.dispatchEvent(new Event('online'));
	expect(worker().of('hurry')).toHaveLength(2);
	expect(worker().terminated).toBe(true);
});
