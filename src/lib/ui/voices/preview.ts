/**
 * A voice, to be heard before it is chosen: it says one sentence. Loaded with the first press; one at a time is heard,
 * whoever asked for it.
 */
import { SAMPLE_RATE } from '../../audio/frames.ts';
import { OggOpusDecoder } from '../../audio/ogg-opus-decoder.ts';
import { sessionAddress } from '../../session/relay-origin.ts';
import { isRoutable } from '../../session/speaker-keeper.ts';
import { speakLine, type Line } from './spoken-line.ts';

export interface PreviewOptions extends Line {
	/** The access code, for a relay that asks for one. */
	readonly token: string | null;
	/** 0 to 1. */
	readonly volume: number;
	/** Null: the system's. */
	readonly speaker: string | null;
	/** From `asking` on; `over` or `failed` comes last, and nothing after `close`. */
	readonly onState: (state: 'asking' | 'sounding' | 'over' | 'failed') => void;
}

/** Between two pages of a stream that comes in real time. */
const CUSHION_S = 0.2;

export class VoicePreview {
	readonly #options: PreviewOptions;
	readonly #context: AudioContext;
	readonly #gain: GainNode;
	#giveUp: () => void = () => undefined;
	#closed = false;
	/** On the context's clock: where the next sound goes. */
	#untilS = 0;
	#end: ReturnType<typeof setTimeout> | undefined;

	/** `context`: made in a press, or the browser gives no sound; it is closed with this. */
	constructor(context: AudioContext, options: PreviewOptions) {
		this.#context = context;
		this.#options = options;
		this.#gain = new GainNode(this.#context, { gain: options.volume });
		this.#gain.connect(this.#context.destination);
		void this.#start();
	}

	/** Silence, at once. A second call does nothing. */
	close(): void {
		if (this.#closed) return;
		this.#closed = true;
		clearTimeout(this.#end);
		this.#giveUp();
		void this.#context.close().catch(() => undefined);
	}

	async #start(): Promise<void> {
		const { onState, speaker, token, ...line } = this.#options;
		onState('asking');
		try {
			const context = this.#context;
			if (speaker !== null && isRoutable(context)) await context.setSinkId(speaker).catch(() => undefined);
			const decoder = await OggOpusDecoder.create();
			if (this.#closed) {
				decoder.free();
				return;
			}
			const hangUp = speakLine(
				line,
				{
					url: sessionAddress(),
					token,
					connect: (url, subprotocol) => new WebSocket(url, subprotocol),
					nowMs: () => performance.now(),
					later: (ms, callback) => {
						const timer = setTimeout(callback, ms);
						return () => clearTimeout(timer);
					}
				},
				{
					page: (bytes) => {
						for (const pcm of decoder.push(bytes)) this.#play(pcm);
					},
					over: (whole) => {
						this.#giveUp = () => undefined;
						decoder.free();
						this.#finish(whole);
					}
				}
			);
			this.#giveUp = () => {
				hangUp();
				decoder.free();
			};
		} catch {
			this.#finish(false);
		}
	}

	#play(pcm: Float32Array<ArrayBuffer>): void {
		if (this.#untilS === 0) this.#options.onState('sounding');
		const buffer = new AudioBuffer({ length: pcm.length, sampleRate: SAMPLE_RATE });
		buffer.copyToChannel(pcm, 0);
		const source = new AudioBufferSourceNode(this.#context, { buffer });
		source.connect(this.#gain);
		const { currentTime } = this.#context;
		if (this.#untilS < currentTime) this.#untilS = currentTime + CUSHION_S;
		source.start(this.#untilS);
		this.#untilS += buffer.duration;
	}

	/** What is here is heard to its end. */
	#finish(whole: boolean): void {
		if (this.#closed) return;
		const left = this.#untilS === 0 ? 0 : Math.max(0, this.#untilS - this.#context.currentTime);
		this.#end = setTimeout(() => {
			this.close();
			this.#options.onState(whole && this.#untilS > 0 ? 'over' : 'failed');
		}, left * 1000);
	}
}
