import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultCharacter } from '../../chat/characters/default.ts';
import { OggOpusDecoder } from '../../audio/ogg-opus-decoder.ts';
import { createOpusEncoder } from '../../audio/opus.ts';
import type { FromCapture, ToCapture, ToPlayback } from '../../audio/worklet-messages.ts';
import type { FromWorker, ToWorker } from '../worker-messages.ts';
import { Conversation } from './conversation.ts';
import { Talks, type Codec } from './talks.ts';
import { FakeRelay } from './testing/fake-relay.ts';
import { FakeTime } from './testing/fake-time.ts';

const codec: Codec = {
	encoder: await createOpusEncoder({ complexity: 0 }),
	decoder: await OggOpusDecoder.create()
};

const relay = { current: new FakeRelay() };
const told: FromWorker[] = [];
/** The worklets' ends of the ports that were handed over, closed after each test: an open one keeps Node alive. */
let worklets: MessagePort[] = [];

beforeEach(() => {
	relay.current = new FakeRelay();
	told.length = 0;
});
afterEach(() => {
	for (const port of worklets) port.close();
	worklets = [];
});

function talks(loading: Promise<Codec> = Promise.resolve(codec)): Talks {
	const time = new FakeTime();
	return new Talks({
		codec: loading,
		connect: (url, subprotocol) => relay.current.connect(url, subprotocol),
		post: (message) => told.push(message),
		nowMs: time.now,
		timeOriginMs: 0,
		later: time.later,
		chance: () => 0
	});
}

/** The page opens a talk; answers the two worklets' ends. */
function open(desk: Talks, talk: number) {
	const [capture, playback] = [new MessageChannel(), new MessageChannel()];
	worklets.push(capture.port2, playback.port2);
	const toCapture: ToCapture[] = [];
	capture.port2.onmessage = ({ data }: MessageEvent<ToCapture>) => toCapture.push(data);
	const toPlayback: ToPlayback[] = [];
	playback.port2.onmessage = ({ data }: MessageEvent<ToPlayback>) => toPlayback.push(data);
	const closed = { capture: false, playback: false };
	capture.port2.addEventListener('close', () => (closed.capture = true));
	playback.port2.addEventListener('close', () => (closed.playback = true));
	const message: ToWorker = {
		type: 'open',
		talk,
		url: 'ws://relay/v1/session',
		language: 'en',
		voice: null,
		character: defaultCharacter('en'),
		who: null,
		seed: 1,
		news: [],
		today: 'today',
		token: null,
		earlier: [],
		capture: capture.port1,
		playback: playback.port1
	};
	desk.take(message);
	return { capture: capture.port2, toCapture, toPlayback, closed };
}

const frame = (): FromCapture => ({
	type: 'frame',
	pcm: new Float32Array(480),
	contextTimeS: 0,
	postedAtMs: 0
});
const connected = (): Promise<void> => vi.waitFor(() => expect(relay.current.sockets).not.toHaveLength(0));

describe('a talk', () => {
	it('is begun with the codec, and what it says carries its number', async () => {
		open(talks(), 7);
		await connected();
		relay.current.last.welcome();
		expect(told[0]).toEqual({ type: 'phase', phase: 'connecting', failure: null, talk: 7 });
		expect(new Set(told.map(({ talk }) => talk))).toEqual(new Set([7]));
	});

	it('is answered by whoever was chosen last, while the codec loaded too, and the next one by its own', async () => {
		const loading = Promise.withResolvers<Codec>();
		const desk = talks(loading.promise);
		const asked = (): string | undefined => relay.current.last.of('reply')[0]?.messages[0]?.content;
		const begin = (): void => {
			relay.current.last.welcome();
			relay.current.last.say({ type: 'listening', stream: 1 });
		};
		open(desk, 1);
		const owl = { ...defaultCharacter('en'), id: 'owl', name: 'Owl' };
		const common = { who: 'Owl', voice: null, language: 'en', seed: 1, news: [], today: 'today' } as const;
		desk.take({ type: 'partner', partner: { ...common, character: owl } });
		loading.resolve(codec);
		await connected();
		begin();
		expect(asked()).toContain('You are Owl.');
		open(desk, 2);
		await vi.waitFor(() => expect(relay.current.sockets).toHaveLength(2));
		begin();
		expect(asked()).not.toContain('Owl');
	});

	it('loses nothing of what was said while the codec loaded, and sends every buffer home', async () => {
		const loading = Promise.withResolvers<Codec>();
		const { capture, toCapture } = open(talks(loading.promise), 1);
		for (let i = 0; i < 8; i++) capture.postMessage(frame());
		loading.resolve(codec);
		await connected();
		await vi.waitFor(() => expect(toCapture.map(({ type }) => type)).toEqual(new Array(8).fill('recycle')));
		relay.current.last.welcome();
		relay.current.last.say({ type: 'listening', stream: 1 });
		expect(relay.current.last.of('audio')).toHaveLength(2);
	});

	it('is muted while the codec still loads', async () => {
		const desk = talks(new Promise(() => undefined));
		const { toCapture } = open(desk, 1);
		desk.take({ type: 'mute', muted: true });
		await vi.waitFor(() => expect(toCapture).toEqual([{ type: 'mute', muted: true }]));
	});

	it('says hello with the leave to record that the person gave or took back while the codec loaded', async () => {
		const desk = talks();
		desk.take({ type: 'recording', agreed: true });
		open(desk, 1);
		await connected();
		relay.current.last.open();
		expect(relay.current.last.of('hello')).toMatchObject([{ recording: true }]);
		const loading = Promise.withResolvers<Codec>();
		const slow = talks(loading.promise);
		relay.current = new FakeRelay();
		slow.take({ type: 'recording', agreed: true });
		open(slow, 1);
		slow.take({ type: 'recording', agreed: false });
		loading.resolve(codec);
		await connected();
		relay.current.last.open();
		expect(relay.current.last.of('hello')).toEqual([expect.not.objectContaining({ recording: true })]);
	});

	it('knows of the browser’s recogniser, though that began while the codec loaded', async () => {
		const loading = Promise.withResolvers<Codec>();
		const desk = talks(loading.promise);
		open(desk, 1);
		desk.take({ type: 'recogniser', active: true });
		loading.resolve(codec);
		await connected();
		relay.current.last.welcome();
		relay.current.last.say({ type: 'listening', stream: 1 });
		relay.current.last.say({ type: 'word', text: '[speech]', startS: 0 });
		desk.take({ type: 'heardLocally', text: 'Hello' });
		expect(told.findLast((message) => message.type === 'entry')).toMatchObject({ entry: { text: 'Hello' } });
	});

	it('begins as the person chose before it, however patient and with the microphone off', async () => {
		const person = vi.spyOn(Conversation.prototype, 'person');
		const desk = talks();
		desk.take({ type: 'person', event: { type: 'patience', factor: 0.6 } });
		desk.take({ type: 'person', event: { type: 'patience', factor: 1.8 } });
		desk.take({ type: 'mute', muted: true });
		desk.take({ type: 'person', event: { type: 'text', text: 'nobody is there' } });
		open(desk, 1);
		await connected();
		expect(person.mock.calls).toEqual([[{ type: 'patience', factor: 1.8 }], [{ type: 'mute', muted: true }]]);
		person.mockRestore();
	});

	it('says that the codec cannot be had', async () => {
		open(talks(Promise.reject(new Error('no WebAssembly'))), 3);
		await vi.waitFor(() =>
			expect(told).toEqual([{ type: 'phase', phase: 'failed', failure: 'unsupported_browser', talk: 3 }])
		);
	});
});

describe('the end of a talk', () => {
	it('silences the voice, finishes its lines, closes its socket, and lets go of its ports', async () => {
		const desk = talks();
		const { closed, toPlayback } = open(desk, 1);
		await connected();
		relay.current.last.welcome();
		relay.current.last.say({ type: 'listening', stream: 1 });
		relay.current.last.say({ type: 'word', text: 'Hello', startS: 0 });
		desk.take({ type: 'stop' });
		expect(told.findLast((message) => message.type === 'entry')?.entry).toMatchObject({ text: 'Hello', open: false });
		expect(relay.current.last.closedWith).toBe(1000);
		await vi.waitFor(() => expect(closed).toEqual({ capture: true, playback: true }));
		// The second question is the first with the word that came after it.
		expect(toPlayback.at(-1)).toEqual({ type: 'stop', reply: 2 });
	});

	it('comes with the next one, and says nothing under its number', async () => {
		const desk = talks();
		const first = open(desk, 1);
		await connected();
		const [socket] = relay.current.sockets;
		open(desk, 2);
		expect(told.at(-1)).toMatchObject({ phase: 'idle', talk: 1 });
		expect(socket?.closedWith).toBe(1000);
		await vi.waitFor(() => expect(relay.current.sockets).toHaveLength(2));
		await vi.waitFor(() => expect(first.closed.capture).toBe(true));
		expect(told.at(-1)).toMatchObject({ phase: 'connecting', talk: 2 });
	});

	it('before the codec was there leaves nothing behind', async () => {
		const loading = Promise.withResolvers<Codec>();
		const desk = talks(loading.promise);
		const { closed } = open(desk, 1);
		desk.take({ type: 'stop' });
		loading.resolve(codec);
		await vi.waitFor(() => expect(closed).toEqual({ capture: true, playback: true }));
		expect(relay.current.sockets).toHaveLength(0);
		expect(told).toEqual([]);
	});

	it('is no failure when the codec fails only then', async () => {
		const loading = Promise.withResolvers<Codec>();
		const desk = talks(loading.promise);
		const { closed } = open(desk, 1);
		desk.take({ type: 'stop' });
		loading.reject(new Error('no WebAssembly'));
		await vi.waitFor(() => expect(closed.capture).toBe(true));
		expect(told).toEqual([]);
	});
});
