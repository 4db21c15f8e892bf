/** The Web Worker's entry: wires a conversation to its ports, its socket and the clock. */
import { OggOpusDecoder } from '../../audio/ogg-opus-decoder.ts';
import { createOpusEncoder } from '../../audio/opus.ts';
import type { FromCapture, FromPlayback, ToCapture } from '../../audio/worklet-messages.ts';
import type { ToWorker } from '../worker-messages.ts';
import type { ViewMessage } from '../view.ts';
import { Conversation } from './conversation.ts';

/** Opens beside the page's work before the first press: compiling the codec takes longer than a person presses. */
const codec = Promise.all([createOpusEncoder(), OggOpusDecoder.create()]);

let conversation: Conversation | null = null;
let capture: MessagePort | null = null;
/** Counts `open`s: one that was overtaken while the codec loaded must not begin. */
let opened = 0;

const show = (message: ViewMessage): void => {
	postMessage(message);
};

async function open(message: Extract<ToWorker, { type: 'open' }>): Promise<void> {
	const mine = ++opened;
	const [encoder, decoder] = await codec;
	if (mine !== opened) return;
	const talk = new Conversation({
		...message,
		encoder,
		decoder,
		connect: (url, subprotocol) => new WebSocket(url, subprotocol),
		toPlayback: (out, transfer) => {
			message.playback.postMessage(out, transfer);
		},
		show: (view) => {
			if (mine === opened) show(view);
		},
		nowMs: () => performance.now(),
		timeOriginMs: performance.timeOrigin,
		later: (ms, callback) => {
			const timer = setTimeout(callback, ms);
			return () => {
				clearTimeout(timer);
			};
		},
		chance: Math.random
	});
	conversation = talk;
	capture = message.capture;
	message.capture.onmessage = ({ data }: MessageEvent<FromCapture>) => {
		talk.captured(data);
		const home: ToCapture = { type: 'recycle', pcm: data.pcm };
		message.capture.postMessage(home, [data.pcm.buffer]);
	};
	message.playback.onmessage = ({ data }: MessageEvent<FromPlayback>) => {
		talk.played(data);
	};
}

onmessage = ({ data }: MessageEvent<ToWorker>) => {
	switch (data.type) {
		case 'open':
			conversation?.stop();
			open(data).catch(() => {
				show({ type: 'phase', phase: 'failed', failure: 'unsupported_browser' });
			});
			return;
		case 'stop':
			opened += 1;
			conversation?.stop();
			conversation = null;
			show({ type: 'phase', phase: 'idle', failure: null });
			return;
		case 'mute':
			capture?.postMessage({ type: 'mute', muted: data.muted } satisfies ToCapture);
			return;
		case 'recogniser':
			conversation?.recogniser(data.active);
			return;
		case 'heardLocally':
			conversation?.heardLocally(data.text);
			return;
		case 'hurry':
			conversation?.hurry();
			return;
	}
};
