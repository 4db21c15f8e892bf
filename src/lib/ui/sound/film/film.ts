/**
 * The film of a talk: the rings as they moved, the captions as they were heard, both voices in the middle. Made from what
 * is kept, on this machine, as fast as it can: nothing of it has to be played. The page stays usable meanwhile.
 */
import { SAMPLE_RATE } from '../../../audio/frames.ts';
import { formatOpusHead } from '../../../audio/ogg/opus-head.ts';
import { OggUnpager } from '../../../audio/ogg/unpager.ts';
import { createOpusDecoder, createOpusEncoder, type OpusDecoder, type OpusEncoder } from '../../../audio/opus.ts';
import { WaveWindow } from '../../../audio/wave-window.ts';
import { WINDOW_POINTS } from '../../../session/view.ts';
import type { Cue } from '../../../sound/cue.ts';
import { WebmWriter } from '../../../sound/film/webm.ts';
import { changed, FIRST_SCENE } from '../../../sound/scene.ts';
import type { Piece } from '../../../sound/sound.ts';
import { isCalm } from '../../appearance.ts';
import { codecFor, type Codec } from './codec.ts';
import { Mixer } from './mixer.ts';
import { Picture, SIDE } from './picture.ts';

/** 25 pictures a second: two packets of sound to each. */
const FRAME_MS = 40;
const PACKETS_PER_FRAME = 2;
/** A player can go to each of these; more of them make the file larger. */
const KEY_EVERY_FRAMES = 100;
/** Pictures that wait for the encoder: it is busy all the time, and memory stays small. */
const MOST_WAITING = 4;
/** Bits a second: one voice after the other, or both for a moment. */
const SOUND_BITRATE = 40_000;
/** How long the page's thread is kept at a time. */
const SLICE_MS = 12;

export interface FilmOptions {
	readonly pieces: AsyncIterable<Piece>;
	readonly lengthMs: number;
	/** Aborted: gives up; the promise rejects with its reason. */
	readonly signal: AbortSignal;
	/** 0 to 1. */
	readonly onProgress: (share: number) => void;
	/** Answers when it may go on: the page may have better to do. */
	readonly leave: () => Promise<void>;
}

/** Rejects where the browser cannot make videos, or gives up in the middle. */
export async function makeFilm(options: FilmOptions): Promise<Blob> {
	const codec = await codecFor(SIDE, 1000 / FRAME_MS);
	if (codec === null) throw new Error('no video encoder');
	await document.fonts.ready;
	const [decoder, encoder] = await Promise.all([createOpusDecoder(2), createOpusEncoder({ bitrate: SOUND_BITRATE })]);
	const film = new Film(options, codec, decoder, encoder);
	try {
		return await film.make();
	} finally {
		film.close();
		decoder.free();
		encoder.free();
	}
}

class Film {
	readonly #options: FilmOptions;
	readonly #decoder: OpusDecoder;
	readonly #picture = new Picture(isCalm());
	readonly #video: VideoEncoder;
	readonly #webm: WebmWriter;
	readonly #mixer: Mixer;
	readonly #parts: Blob[] = [];
	readonly #user = new WaveWindow();
	readonly #assistant = new WaveWindow();
	readonly #windows = [new Float32Array(WINDOW_POINTS), new Float32Array(WINDOW_POINTS)] as const;
	readonly #cues: Cue[] = [];
	#scene = FIRST_SCENE;
	#failure: unknown = null;
	#packets = 0;
	#frames = 0;
	#sliceMs = performance.now();

	constructor(options: FilmOptions, codec: Codec, decoder: OpusDecoder, encoder: OpusEncoder) {
		this.#options = options;
		this.#decoder = decoder;
		const preSkip48k = 2 * encoder.lookaheadSamples;
		this.#webm = new WebmWriter({
			codec: codec.name,
			widthPixels: SIDE,
			heightPixels: SIDE,
			frameMs: FRAME_MS,
			opusHead: formatOpusHead({ channels: 1, preSkip48k, inputSampleRate: SAMPLE_RATE }),
			channels: 1,
			preSkip48k,
			// A browser keeps what lies in blobs where it has most room.
			onPart: (part) => this.#parts.push(new Blob([part]))
		});
		this.#mixer = new Mixer(encoder, (packet, timeMs) => this.#webm.packet(timeMs, packet));
		this.#video = new VideoEncoder({
			output: (chunk) => {
				const data = new Uint8Array(chunk.byteLength);
				chunk.copyTo(data);
				this.#webm.frame(Math.round(chunk.timestamp / 1000), data, chunk.type === 'key');
			},
			error: (error) => (this.#failure = error)
		});
		this.#video.configure(codec.config);
	}

	async make(): Promise<Blob> {
		const unpager = new OggUnpager();
		for await (const { pages, cues } of this.#options.pieces) {
			this.#cues.push(...cues);
			for (const event of unpager.push(pages)) {
				if (event.type === 'packet' && this.#packets * 20 < this.#options.lengthMs) await this.#packet(event.data);
			}
		}
		await this.#video.flush();
		this.#heed();
		this.#mixer.end();
		const durationMs = Math.max(this.#frames * FRAME_MS, this.#options.lengthMs);
		const beginning = this.#webm.end(durationMs);
		return new Blob([beginning, ...this.#parts], { type: 'video/webm' });
	}

	close(): void {
		if (this.#video.state !== 'closed') this.#video.close();
	}

	async #packet(data: Uint8Array): Promise<void> {
		const both = this.#decoder.decode(data);
		const user = both.filter((_, at) => at % 2 === 0);
		const assistant = both.filter((_, at) => at % 2 === 1);
		this.#user.push(user);
		this.#assistant.push(assistant);
		this.#mixer.push(user, assistant);
		this.#packets += 1;
		if (this.#packets % PACKETS_PER_FRAME === 0) await this.#frame();
	}

	async #frame(): Promise<void> {
		const atMs = this.#frames * FRAME_MS;
		this.#perform(atMs);
		const [user, assistant] = this.#windows;
		this.#user.read(user);
		this.#assistant.read(assistant);
		this.#picture.hear(user, assistant, this.#scene.duck);
		this.#picture.draw(this.#scene, atMs);
		const frame = new VideoFrame(this.#picture.canvas, { timestamp: 1000 * atMs, duration: 1000 * FRAME_MS });
		this.#video.encode(frame, { keyFrame: this.#frames % KEY_EVERY_FRAMES === 0 });
		frame.close();
		this.#frames += 1;
		await this.#rest();
	}

	/** What was seen to change until then. */
	#perform(atMs: number): void {
		for (;;) {
			const [cue] = this.#cues;
			if (cue === undefined || cue.atMs > atMs) return;
			this.#cues.shift();
			if (cue.type === 'cut' && cue.cut) this.#picture.interrupt();
			this.#scene = changed(this.#scene, cue);
		}
	}

	/** Lets the encoder catch up, and the page do what it has to. */
	async #rest(): Promise<void> {
		while (this.#video.encodeQueueSize > MOST_WAITING && this.#failure === null) {
			await new Promise((resolve) => this.#video.addEventListener('dequeue', resolve, { once: true }));
		}
		if (performance.now() - this.#sliceMs > SLICE_MS) {
			await nextTask();
			await this.#options.leave();
			this.#sliceMs = performance.now();
			this.#options.onProgress(Math.min(1, (this.#frames * FRAME_MS) / this.#options.lengthMs));
		}
		this.#heed();
	}

	#heed(): void {
		this.#options.signal.throwIfAborted();
		if (this.#failure !== null) throw new Error('the encoder gave up', { cause: this.#failure });
	}
}

/** After whatever waits; unlike a timer it is not held back in a page that is not looked at. */
function nextTask(): Promise<void> {
	return new Promise((resolve) => {
		const { port1, port2 } = new MessageChannel();
		port1.onmessage = () => {
			port1.close();
			resolve();
		};
		port2.postMessage(null);
	});
}
