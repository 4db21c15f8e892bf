/** `parley-sound`: the microphone and the assistant's voice as they sound, in step, to the port of whoever keeps them. */
import type { ConnectMessage, FromSound, ToSound } from '../src/lib/audio/worklet-messages.ts';
import { contextRate, type ProcessorOptions } from './context-rate.ts';
import { RENDER_QUANTUM } from './quantum.ts';
import { SoundCore } from './sound-core.ts';

const NO_CHANNELS: readonly Float32Array[] = [];

class Sound extends AudioWorkletProcessor {
	#port: MessagePort | null = null;
	readonly #core: SoundCore;
	/** One message and one transfer list, filled in anew for each pair. */
	readonly #nothing = new Float32Array(0);
	readonly #message: { -readonly [K in keyof FromSound]: FromSound[K] } = {
		type: 'pair',
		user: this.#nothing,
		assistant: this.#nothing,
		contextTimeS: 0
	};
	readonly #transfer: ArrayBuffer[] = [this.#nothing.buffer, this.#nothing.buffer];

	constructor(options: ProcessorOptions) {
		super();
		this.#core = new SoundCore(contextRate(options), (user, assistant, contextTimeS) => {
			this.#message.user = user;
			this.#message.assistant = assistant;
			this.#message.contextTimeS = contextTimeS;
			this.#transfer[0] = user.buffer;
			this.#transfer[1] = assistant.buffer;
			this.#port?.postMessage(this.#message, this.#transfer);
			this.#message.user = this.#message.assistant = this.#nothing;
			this.#transfer[0] = this.#transfer[1] = this.#nothing.buffer;
		});
		this.port.onmessage = (event: MessageEvent<ConnectMessage<MessagePort>>) => {
			const { port } = event.data;
			port.onmessage = ({ data }: MessageEvent<ToSound>) => {
				this.#core.recycle(data.user, data.assistant);
			};
			this.#port = port;
		};
	}

	process(inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
		if (this.#port === null) return true;
		const user = inputs[0] ?? NO_CHANNELS;
		const assistant = inputs[1] ?? NO_CHANNELS;
		const count = user[0]?.length ?? assistant[0]?.length ?? outputs[0]?.[0]?.length ?? RENDER_QUANTUM;
		this.#core.process(user, assistant, count, currentTime);
		return true;
	}
}

registerProcessor('parley-sound', Sound);
