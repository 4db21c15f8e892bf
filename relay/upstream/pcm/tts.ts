/** A moshi-server that is asked for PCM (`format=PcmMessagePack`): its sound is encoded here, in a thread. */
import { decodeTtsOut, encodeMoshi } from '../../../src/lib/protocol/moshi.ts';
import { peekType } from '../../../src/lib/protocol/msgpack.ts';
import type { CodecPool } from '../../codec/pool.ts';
import { UpstreamError } from '../failure.ts';
import { errorFrame, type ConnectOptions, type MoshiSocket } from '../moshi-socket.ts';
import { openTts, type ConnectTts, type TtsLeg, type TtsListener } from '../tts.ts';
import { onlyItsOwn } from './codec-failure.ts';
import { VoiceCodec } from './voice-codec.ts';

export function pcmTts(codecs: CodecPool): ConnectTts {
	return async (endpoint, options) => {
		const failed = onlyItsOwn(options.failed);
		const socket = await openTts(endpoint, { ...options, failed }, 'PcmMessagePack');
		return new PcmTtsLeg(socket, codecs, options.signal);
	};
}

class PcmTtsLeg implements TtsLeg {
	readonly #socket: MoshiSocket;
	readonly #codecs: CodecPool;
	readonly #signal: ConnectOptions['signal'];
	#codec: VoiceCodec | null = null;
	#finished = false;

	constructor(socket: MoshiSocket, codecs: CodecPool, signal: ConnectOptions['signal']) {
		this.#socket = socket;
		this.#codecs = codecs;
		this.#signal = signal;
	}

	get isOpen(): boolean {
		return this.#socket.isOpen;
	}

	start(listener: TtsListener): void {
		if (this.#signal.aborted) return;
		const codec = new VoiceCodec(this.#codecs, 'voice-moshi', {
			audio: (frame) => listener.audio(frame),
			pause: () => this.#socket.pause(),
			resume: () => this.#socket.resume(),
			failed: (cause) => {
				if (this.#socket.isOpen) return this.#socket.fail(cause);
				end(cause); // the server has said all that it had to say
			}
		});
		let isOver = false;
		const end = (cause: UpstreamError | null): void => {
			if (isOver) return;
			isOver = true;
			codec.close();
			listener.ended(cause);
		};
		this.#codec = codec;
		this.#signal.addEventListener('abort', () => codec.close(), { once: true });
		this.#socket.start({
			frame: (bytes) => this.#frame(bytes, codec, listener),
			ended: (cause) => {
				// What came before a loss was spoken: it is still heard, and the words with it.
				codec.end(() => end(cause ?? this.#farewell()));
			}
		});
	}

	say(text: string): void {
		this.#socket.send(encodeMoshi({ type: 'Text', text }));
	}

	finish(): void {
		if (this.#finished) return;
		this.#finished = true;
		this.#socket.send(encodeMoshi({ type: 'Eos' }));
	}

	pause(): void {
		this.#codec?.hold();
	}

	resume(): void {
		this.#codec?.release();
	}

	fail(cause: UpstreamError): void {
		this.#socket.fail(cause);
	}

	blame(cause: UpstreamError): void {
		this.#socket.blame(cause);
	}

	/** A proper goodbye is a proper end only after we said that the text is over. */
	#farewell(): UpstreamError | null {
		if (this.#finished) return null;
		const cause = new UpstreamError('lost', 'the server ended the stream');
		this.blame(cause);
		return cause;
	}

	#frame(bytes: Uint8Array, codec: VoiceCodec, listener: TtsListener): void {
		if (peekType(bytes) === 'Audio') return codec.push(bytes);
		const decoded = decodeTtsOut(bytes);
		if (!decoded.ok) return this.#socket.fail(new UpstreamError('protocol', decoded.reason));
		const message = decoded.value;
		switch (message.type) {
			case 'Audio': // its type was not the first key
				return codec.push(bytes);
			case 'Text': {
				const { text, start_s: startS, stop_s: stopS } = message;
				// The first one is empty.
				if (text === '') return;
				const at = VoiceCodec.onStreamClock;
				return codec.after(() => listener.text(text, at(startS), at(stopS)));
			}
			case 'Ready':
				return;
			case 'OggOpus':
				return this.#socket.fail(new UpstreamError('protocol', 'Opus where raw audio was asked for'));
			case 'Error':
				return this.#socket.fail(errorFrame(bytes));
		}
	}
}
