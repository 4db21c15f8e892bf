/**
 * The page's end of a conversation: opens microphone and loudspeaker, hands their ports to the worker, and passes words
 * both ways. Callers see the `Conversation` of view.ts and nothing of threads.
 */
import { SESSION_PATH } from '../protocol/session.ts';
import { openAudioGraph, type AudioGraph } from './audio-graph.ts';
import { AudioGraphError } from './microphone.ts';
import type { Conversation, Failure, StartOptions, ViewMessage } from './view.ts';
import type { FromWorker, ToWorker } from './worker-messages.ts';

/** Makes the worker and compiles its codec; cheap to call when idle, before any press. No microphone is asked for. */
export function createConversation(onMessage: (message: ViewMessage) => void): Conversation {
	const worker = new Worker(new URL('./worker/session.worker.ts', import.meta.url), { type: 'module', name: 'parley' });
	const tell = (message: ToWorker, transfer: Transferable[] = []): void => {
		worker.postMessage(message, transfer);
	};
	let graph: AudioGraph | null = null;
	let opening: AbortController | null = null;
	let muted = false;
	let volume = 1;
	let broken = false;

	const fail = (failure: Failure): void => {
		release();
		onMessage({ type: 'phase', phase: 'failed', failure });
	};
	const release = (): void => {
		opening?.abort();
		opening = null;
		void graph?.close();
		graph = null;
	};

	worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
		// The microphone goes off with the conversation, however that ended: the browser's own sign must be true.
		if (data.type === 'phase' && (data.phase === 'ended' || data.phase === 'failed')) release();
		onMessage(data);
	};
	worker.onerror = () => {
		broken = true;
		fail('unsupported_browser');
	};
	const hurry = (): void => {
		if (document.visibilityState === 'visible') tell({ type: 'hurry' });
	};
	window.addEventListener('online', hurry);
	document.addEventListener('visibilitychange', hurry);

	async function open(options: StartOptions, signal: AbortSignal): Promise<void> {
		const opened = await openAudioGraph({
			signal,
			volume,
			onDeviceLost: () => {
				tell({ type: 'stop' });
				fail('microphone_missing');
			}
		});
		graph = opened;
		tell(
			{
				type: 'open',
				url: relayUrl(location),
				language: options.language,
				voice: options.voice ?? null,
				today: new Date().toLocaleDateString(options.language, { dateStyle: 'full' }),
				capture: opened.capturePort,
				playback: opened.playbackPort
			},
			[opened.capturePort, opened.playbackPort]
		);
		tell({ type: 'mute', muted });
	}

	return {
		start(options) {
			release();
			if (broken) {
				fail('unsupported_browser');
				return;
			}
			onMessage({ type: 'phase', phase: 'asking', failure: null });
			const started = new AbortController();
			opening = started;
			open(options, started.signal).catch((error: unknown) => {
				if (started.signal.aborted) return;
				fail(error instanceof AudioGraphError ? error.failure : 'unsupported_browser');
			});
		},
		stop() {
			tell({ type: 'stop' });
			release();
		},
		setMuted(next) {
			muted = next;
			tell({ type: 'mute', muted });
		},
		setVolume(next) {
			volume = next;
			graph?.setVolume(next);
		},
		setRecogniser(active) {
			tell({ type: 'recogniser', active });
		},
		heardLocally(text) {
			tell({ type: 'heardLocally', text });
		},
		close() {
			window.removeEventListener('online', hurry);
			document.removeEventListener('visibilitychange', hurry);
			release();
			worker.terminate();
		}
	};
}

/** The relay that served the page. */
function relayUrl({ protocol, host }: Location): string {
	return `${protocol === 'https:' ? 'wss' : 'ws'}://${host}${SESSION_PATH}`;
}
