/** The Web Worker's entry: gives the talks their codec, their socket and the clock. */
import { OggOpusDecoder } from '../../audio/ogg-opus-decoder.ts';
import { createOpusEncoder } from '../../audio/opus.ts';
import type { ToWorker } from '../worker-messages.ts';
import { Talks, type Codec } from './talks.ts';

/** Opens beside the page's work before the first press: compiling the codec takes longer than a person presses. */
async function openCodec(): Promise<Codec> {
	const [encoder, decoder] = await Promise.all([createOpusEncoder(), OggOpusDecoder.create()]);
	return { encoder, decoder };
}

const talks = new Talks({
	codec: openCodec(),
	connect: (url, subprotocol) => new WebSocket(url, subprotocol),
	post: (message) => {
		postMessage(message);
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

onmessage = ({ data }: MessageEvent<ToWorker>) => {
	talks.take(data);
};
