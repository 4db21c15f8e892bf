/**
 * The page's end of a conversation: opens microphone and loudspeaker, hands their ports to the worker, and passes words
 * both ways. Callers see the `Conversation` of view.ts and nothing of threads.
 */
import { PATIENCE } from '../turn/options.ts';
import type { ToCapture } from '../audio/worklet-messages.ts';
import { openAudioGraph, type AudioGraph } from './audio-graph.ts';
import { USUAL_DEVICES, type Lack } from './devices.ts';
import { AudioGraphError } from './microphone.ts';
import { partnerOf } from './partner.ts';
import { sessionAddress } from './relay-origin.ts';
import type { SoundTaker } from './sound-taker.ts';
import { Listens } from './tick.ts';
import type { Conversation, Failure, Phase, StartOptions, ViewMessage } from './view.ts';
import type { FromWorker, Partner, ToWorker } from './worker-messages.ts';

/** Makes the worker and compiles its codec; cheap to call when idle, before any press. No microphone is asked for. */
export function createConversation(onMessage: (message: ViewMessage) => void): Conversation {
	let worker: Worker | null = null;
	let graph: AudioGraph | null = null;
	let opening: AbortController | null = null;
	/** Counts starts. The worker is a thread of its own: what it says of an earlier talk may come after the next start. */
	let talk = 0;
	/** From the press until the page knows that the talk is over. */
	let running = false;
	/** Somebody else for the talk under way, from its next turn on; set by its start. */
	let recast: ((character: StartOptions['character'] | null) => void) | null = null;
	let muted = false;
	let volume = 1;
	let devices = USUAL_DEVICES;
	let sounds = true;
	let soundTaker: SoundTaker | null = null;
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
		recast = null;
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
		const seed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
		// Its news are asked for while the browser asks for the microphone.
		let casting = partnerOf(options.character ?? null, options, seed);
		let isTold = false;
		recast = (character) => {
			// A voice that was chosen for the first one is theirs.
			const { language, token } = options;
			const asked = partnerOf(character ?? null, token === undefined ? { language } : { language, token }, seed);
			casting = asked;
			void asked.then((partner) => {
				if (isTold && casting === asked && !signal.aborted) tell({ type: 'partner', partner });
			});
		};
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
		opened.setMuted(muted);
		opened.setSoundTaker(soundTaker);
		// Before anything else, so that nothing is heard of who muted while the browser asked.
		opened.capturePort.postMessage({ type: 'mute', muted } satisfies ToCapture);
		let asked: Promise<Partner>;
		let partner: Partner;
		do partner = await (asked = casting);
		while (asked !== casting);
		if (signal.aborted) return;
		isTold = true;
		tell(
			{
				type: 'open',
				talk,
				url: sessionAddress(),
				...partner,
				token: options.token ?? null,
				earlier: options.earlier ?? [],
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
			graph?.setMuted(muted);
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
		setCharacter(character) {
			recast?.(character);
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
		setSoundTaker(taker) {
			soundTaker = taker;
			graph?.setSoundTaker(taker);
		},
		setProbes(on) {
			tell({ type: 'probe', on });
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
