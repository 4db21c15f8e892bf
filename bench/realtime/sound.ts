/** What the talkers say, what they send meanwhile, and what they are answered: real Opus, encoded once for everybody. */
import { FRAME_SAMPLES, PACKETS_PER_PAGE, PACKET_SAMPLES } from '../../src/lib/audio/frames.ts';
import { OggOpusPager } from '../../src/lib/audio/ogg/pager.ts';
import { encodeAudio, encodeOggOpus } from '../../src/lib/protocol/moshi.ts';
import { moshiPages } from '../moshi-pages.ts';
import { encoded, voiceLike } from '../voice-like.ts';

/** One turn: two seconds of speech, four of answer. People speak longer; turns are what costs and what is waited for. */
export const SPEECH_FRAMES = 25;
export const ANSWER_FRAMES = 50;
/** The decoder's memory of the voice, and the encoder's, are over after a few frames: these are as quiet as any. */
const SILENT_FRAMES = 25;

/** 80 ms: four packets of 20 ms. */
export type Frame = readonly Uint8Array[];

export interface Sound {
	readonly speech: readonly Frame[];
	/** They repeat while nobody speaks. */
	readonly silence: readonly Frame[];
	/** The same as 16-bit samples, for who speaks those. */
	readonly speechSamples: readonly Uint8Array[];
	readonly silentSamples: Uint8Array;
	/** A page of speech is longer than this as an `OggOpus` message, one of silence is shorter. */
	readonly voicedBytes: number;
	/** The TTS's: the Ogg stream's head, and each frame of an answer, as messages of its two formats. */
	readonly opusHead: Uint8Array<ArrayBuffer>;
	readonly opusFrames: readonly Uint8Array<ArrayBuffer>[];
	readonly pcmFrames: readonly Uint8Array<ArrayBuffer>[];
}

export async function makeSound(): Promise<Sound> {
	const quiet = Array.from({ length: SILENT_FRAMES * PACKETS_PER_PAGE }, () => new Float32Array(PACKET_SAMPLES));
	const said = voiceLike(SPEECH_FRAMES * PACKETS_PER_PAGE);
	const microphone = framesOf(await encoded([...said, ...quiet, ...quiet]));
	const speech = microphone.slice(0, SPEECH_FRAMES);
	const silence = microphone.slice(SPEECH_FRAMES + SILENT_FRAMES);
	const voice = voiceLike(ANSWER_FRAMES * PACKETS_PER_PAGE);
	const { head, frames } = moshiPages(await encoded(voice));
	return {
		speech,
		silence,
		speechSamples: Array.from({ length: SPEECH_FRAMES }, (_, nth) => pcm16(samplesOf(said, nth))),
		silentSamples: pcm16(new Float32Array(FRAME_SAMPLES)),
		voicedBytes: boundary(bytesOf(silence), bytesOf(speech)),
		opusHead: encodeOggOpus(head),
		opusFrames: frames.map((frame) => encodeOggOpus(frame)),
		pcmFrames: Array.from({ length: ANSWER_FRAMES }, (_, nth) => encodeAudio(samplesOf(voice, nth)))
	};
}

function framesOf(packets: readonly Uint8Array[]): Frame[] {
	return Array.from({ length: packets.length / PACKETS_PER_PAGE }, (_, nth) =>
		packets.slice(nth * PACKETS_PER_PAGE, (nth + 1) * PACKETS_PER_PAGE)
	);
}

/** How long each frame is as a message to the STT. */
function bytesOf(frames: readonly Frame[]): number[] {
	const pager = new OggOpusPager({ serial: 1 });
	pager.headPages();
	return frames.flatMap((frame) =>
		frame.flatMap((packet) => {
			const page = pager.push(packet);
			return page === null ? [] : [encodeOggOpus(page).byteLength];
		})
	);
}

function boundary(below: readonly number[], above: readonly number[]): number {
	const [most, least] = [Math.max(...below), Math.min(...above)];
	if (most >= least) throw new Error('silence is as long as speech: nobody could tell them apart by length');
	return (most + least) / 2;
}

/** Little-endian. */
function pcm16(samples: Float32Array): Uint8Array {
	const view = new DataView(new ArrayBuffer(2 * samples.length));
	samples.forEach((sample, i) => view.setInt16(2 * i, Math.round(32_767 * Math.max(-1, Math.min(1, sample))), true));
	return new Uint8Array(view.buffer);
}

function samplesOf(packets: readonly Float32Array[], frame: number): Float32Array {
	const samples = new Float32Array(FRAME_SAMPLES);
	for (let nth = 0; nth < PACKETS_PER_PAGE; nth++) {
		const packet = packets[frame * PACKETS_PER_PAGE + nth];
		if (packet !== undefined) samples.set(packet, nth * PACKET_SAMPLES);
	}
	return samples;
}
