/**
 * The page's end of a conversation: opens microphone and loudspeaker, hands their ports to the worker, and passes words
 * both ways. Callers see the `Conversation` of view.ts and nothing of threads.
 */
import type { Character } from '../chat/characters/character.ts';
import { defaultCharacter } from '../chat/characters/default.ts';
import type { Headline } from '../chat/characters/headlines.ts';
import { mainLanguage } from '../chat/characters/language.ts';
import { PATIENCE } from '../turn/options.ts';
import type { ToCapture } from '../audio/worklet-messages.ts';
import { openAudioGraph, type AudioGraph } from './audio-graph.ts';
import { USUAL_DEVICES, type Lack } from './devices.ts';
import { AudioGraphError } from './microphone.ts';
import { sessionAddress } from './relay-origin.ts';
import { Listens } from './tick.ts';
import type { Conversation, Failure, Phase, StartOptions, ViewMessage } from './view.ts';
import type { FromWorker, ToWorker } from './worker-messages.ts';

/** Makes the worker and compiles its codec; cheap to call when idle, before any press. No microphone is asked for. */
export function createConversation(onMessage: (message: ViewMessage) => void): Conversation {
	let worker: Worker | null = null;
	let graph: AudioGraph | null = null;
	let opening: AbortController | null = null;
	/** Counts starts. The worker is a thread of its own: what it says of an earlier talk may come after the next start. */
	let talk = 0;
	/** From the press until the page knows that the talk is over. */
	let running = false;
	let muted = false;
	let volume = 1;
	let devices = USUAL_DEVICES;
	let sounds = true;
	let phase: Phase = 'idle';
	let lack: Lack | null = null;
	const listens = new Listens();

	/** A worker that failed is not asked again: a relay that was away for a moment has its script a moment later. */
	const theWorker = (): Worker => {
		if (worker !== null) return worker;
		const made = new Worker(new URL('./worker/session.worker.ts', import.meta.url), { type: 'module', name: 'parley' });
		made.onmessage = ({ data }: MessageEvent<FromWorker>) => {
			hear(data);
		};
		made.onerror = (event) => {
			made.terminate();
			worker = null;
			// A script that did not come is told by a plain event, one that does not run by one with a message.
			if (running)
				end({ phase: 'failed', failure: event instanceof ErrorEvent ? 'unsupported_browser' : 'relay_away' });
		};
		worker = made;
		return made;
	};
	const tell = (message: ToWorker, transfer: Transferable[] = []): void => {
		theWorker().postMessage(message, transfer);
	};
	const hear = ({ talk: about, ...message }: FromWorker): void => {
		if (about !== talk) return;
		// How a talk ended is said once: what the worker still finishes are lines of the log.
		if (!running && message.type !== 'entry') return;
		if (message.type === 'phase') heed(message.phase);
		// The microphone goes off with the conversation, however that ended: the browser's own sign must be true.
		if (message.type === 'phase' && (message.phase === 'ended' || message.phase === 'failed')) release();
		onMessage(message);
	};
	/** Said with a tick, where that is wanted: that Parley listens from now on, or no longer. */
	const heed = (now: Phase): void => {
		phase = now;
		const kind = listens.heed({ phase, muted, lacking: lack !== null });
		if (kind !== null && sounds) graph?.tick(kind);
	};
	const end = (how: { phase: 'idle' | 'failed'; failure: Failure | null }): void => {
		heed(how.phase);
		release();
		onMessage({ type: 'phase', ...how });
	};
	const release = (): void => {
		running = false;
		opening?.abort();
		opening = null;
		worker?.postMessage({ type: 'stop' } satisfies ToWorker);
		void graph?.close();
		graph = null;
		lack = null;
	};

	const hurry = (): void => {
		if (running && document.visibilityState === 'visible') tell({ type: 'hurry' });
	};
	/** Back from the background, from a frozen tab or from the browser's cache of pages. */
	const back = (): void => {
		hurry();
		if (document.visibilityState === 'visible') graph?.check();
	};
	const places = [
		[window, 'online', hurry],
		[window, 'pageshow', back],
		[document, 'visibilitychange', back],
		[document, 'resume', back]
	] as const;
	for (const [place, event, follow] of places) place.addEventListener(event, follow);

	async function open(options: StartOptions, signal: AbortSignal): Promise<void> {
		const character = options.character ?? defaultCharacter(options.language);
		const language = mainLanguage(character.language);
		const { token = null } = options;
		// Asked for while the browser asks for the microphone.
		const askedNews = character.instructions.type === 'news' ? newsFor(character, token) : null;
		const opened = await openAudioGraph({
			signal,
			volume,
			devices,
			onLack: (next) => {
				if (signal.aborted) return;
				lack = next;
				onMessage({ type: 'lack', lack });
				heed(phase);
			},
			onSwap: (swap) => {
				if (!signal.aborted) onMessage({ type: 'swap', swap });
			}
		});
		graph = opened;
		// Chosen while the browser asked.
		opened.setVolume(volume);
		opened.setDevices(devices);
		// Before anything else, so that nothing is heard of who muted while the browser asked.
		opened.capturePort.postMessage({ type: 'mute', muted } satisfies ToCapture);
		const news = askedNews === null ? [] : await askedNews;
		if (signal.aborted) return;
		tell(
			{
				type: 'open',
				talk,
				url: sessionAddress(),
				language,
				voice: options.voice ?? character.voice ?? null,
				character,
				seed: crypto.getRandomValues(new Uint32Array(1))[0] ?? 0,
				news,
				token,
				earlier: options.earlier ?? [],
				today: new Date().toLocaleDateString(language, { dateStyle: 'full' }),
				capture: opened.capturePort,
				playback: opened.playbackPort
			},
			[opened.capturePort, opened.playbackPort]
		);
	}

	theWorker();
	return {
		start(options) {
			release();
			talk += 1;
			running = true;
			onMessage({ type: 'phase', phase: 'asking', failure: null });
			const started = new AbortController();
			opening = started;
			open(options, started.signal).catch((error: unknown) => {
				if (started.signal.aborted) return;
				end({ phase: 'failed', failure: error instanceof AudioGraphError ? error.failure : 'unsupported_browser' });
			});
		},
		stop() {
			end({ phase: 'idle', failure: null });
		},
		setMuted(next) {
			muted = next;
			tell({ type: 'mute', muted });
			heed(phase);
		},
		say(text) {
			tell({ type: 'person', event: { type: 'text', text } });
		},
		push(down) {
			tell({ type: 'person', event: { type: 'push', down } });
		},
		hold(on) {
			tell({ type: 'person', event: { type: 'hold', on } });
		},
		goOn() {
			tell({ type: 'person', event: { type: 'go' } });
		},
		setPatience(patience) {
			tell({ type: 'person', event: { type: 'patience', factor: PATIENCE[patience] } });
		},
		setVolume(next) {
			volume = next;
			graph?.setVolume(next);
		},
		setDevices(next) {
			devices = next;
			graph?.setDevices(next);
		},
		setSounds(on) {
			sounds = on;
		},
		setRecogniser(active) {
			tell({ type: 'recogniser', active });
		},
		setRecording(agreed) {
			tell({ type: 'recording', agreed });
		},
		heardLocally(text) {
			tell({ type: 'heardLocally', text });
		},
		close() {
			for (const [place, event, follow] of places) place.removeEventListener(event, follow);
			release();
			worker?.terminate();
			worker = null;
		}
	};
}

/** Loaded where a character tells the news: everybody else's first press does without. Never rejects. */
async function newsFor(character: Character, token: string | null): Promise<readonly Headline[]> {
	try {
		const { headlinesFor } = await import('../characters/served.ts');
		return await headlinesFor(character, token);
	} catch {
		return [];
	}
}
