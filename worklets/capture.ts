/** `parley-capture`: one input, one silent output (so that every browser keeps calling it), frames to the worker's port. */
import type { ConnectMessage, FromCapture, ToCapture } from '../src/lib/audio/worklet-messages.ts';
import { CaptureCore } from './capture-core.ts';
import { RENDER_QUANTUM } from './quantum.ts';
import { contextRate, type ProcessorOptions } from './context-rate.ts';

const NO_CHANNELS: readonly Float32Array[] = [];

class Capture extends AudioWorkletProcessor {
	#port: MessagePort | null = null;
	readonly #core: CaptureCore;
	/** One message and one transfer list, filled in anew for each frame. */
	readonly #nothing = new Float32Array(0);
	readonly #message: { -readonly [K in keyof FromCapture]: FromCapture[K] } = {
		type: 'frame',
		pcm: this.#nothing,
		contextTimeS: 0,
		postedAtMs: 0
	};
	readonly #transfer: ArrayBuffer[] = [this.#nothing.buffer];

	constructor(options: ProcessorOptions) {
		super();
		this.#core = new CaptureCore(contextRate(options), (frame, contextTimeS) => {
			this.#message.pcm = frame;
			this.#message.contextTimeS = contextTimeS;
			this.#message.postedAtMs = Date.now();
			this.#transfer[0] = frame.buffer;
			this.#port?.postMessage(this.#message, this.#transfer);
			this.#message.pcm = this.#nothing;
			this.#transfer[0] = this.#nothing.buffer;
		});
		this.port.onmessage = (event: MessageEvent<ConnectMessage<MessagePort>>) => {
			const { port } = event.data;
			port.onmessage = (message: MessageEvent<ToCapture>) => {
				if (message.data.type === 'recycle') this.#core.recycle(message.data.pcm);
				else this.#core.setMuted(message.data.muted);
			};
			this.#port = port;
		};
	}

	process(inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
		// Until somebody listens there is no time to keep: what is heard before is dropped.
		if (this.#port === null) return true;
		const channels = inputs[0] ?? NO_CHANNELS;
		this.#core.process(channels, channels[0]?.length ?? outputs[0]?.[0]?.length ?? RENDER_QUANTUM, currentTime);
		return true;
	}
}

registerProcessor('parley-capture', Capture);
