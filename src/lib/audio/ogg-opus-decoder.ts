/** An Ogg-Opus stream into samples at 24 kHz. */
import { OggUnpager, type OggEvent } from './ogg/unpager.ts';
import { createOpusDecoder, OpusError, type OpusDecoder } from './opus.ts';

/** What is filled in for lost pages, at most: 1 s. It keeps the words' times true; concealment fades out by itself. */
const MAX_CONCEALED_SAMPLES = 24_000;
/** One call: 20 ms. Opus conceals multiples of 2.5 ms, 60 samples. */
const CONCEAL_STEP = 480;
const CONCEAL_UNIT = 60;

/** What was wrong with the streams so far. */
export interface DecodingFaults {
	readonly junkBytes: number;
	readonly missingPages: number;
	/** At 24 kHz, made up for what was lost. */
	readonly concealedSamples: number;
	/** Well-formed packets that libopus refused all the same. */
	readonly refusedPackets: number;
}

type Packet = Extract<OggEvent, { type: 'packet' }>;
type Pcm = Float32Array<ArrayBuffer>;

export class OggOpusDecoder {
	#input = new OggUnpager();
	readonly #decoder: OpusDecoder;
	#preSkip = 0;
	/** Of the pre-skip, still to be dropped, at 24 kHz. */
	#skip = 0;
	#faults: DecodingFaults = { junkBytes: 0, missingPages: 0, concealedSamples: 0, refusedPackets: 0 };

	private constructor(decoder: OpusDecoder) {
		this.#decoder = decoder;
	}

	/** Throws OpusError (`unavailable`). */
	static async create(): Promise<OggOpusDecoder> {
		return new OggOpusDecoder(await createOpusDecoder());
	}

	/** The current stream's pre-skip at 24 kHz, which is not in the sound that comes out; 0 where no head was seen. */
	get preSkipSamples(): number {
		return this.#preSkip;
	}

	get faults(): DecodingFaults {
		return this.#faults;
	}

	/**
	 * Takes the next bytes, in any chunking, and answers the sound that they complete: 24 kHz mono, an array a packet, the
	 * caller's own to transfer. Pre-skip and end trimming are honoured, streams may follow each other, damage is passed
	 * over, and lost pages are concealed. Throws OpusError (`freed`) and nothing else.
	 */
	push(bytes: Uint8Array): Pcm[] {
		const sound: Pcm[] = [];
		for (const event of this.#input.push(bytes)) this.#take(event, sound);
		return sound;
	}

	/** The transport is over: the next `push` begins another. Nothing is waiting to come out, Opus has no tail. */
	end(): void {
		const nothing: Pcm[] = [];
		for (const event of this.#input.end()) this.#take(event, nothing);
	}

	free(): void {
		this.#decoder.free();
	}

	#take(event: OggEvent, sound: Pcm[]): void {
		switch (event.type) {
			case 'head':
				this.#preSkip = Math.round(event.preSkip48k / 2);
				this.#skip = this.#preSkip;
				return;
			case 'packet':
				this.#add(this.#decoded(event), Math.round(event.trimSamples48k / 2), sound);
				return;
			case 'gap':
				this.#count({ missingPages: event.missingPages });
				this.#conceal(Math.min(MAX_CONCEALED_SAMPLES, event.missingSamples48k / 2), sound);
				return;
			case 'junk':
				this.#count({ junkBytes: event.bytes });
				return;
			case 'end':
				this.#skip = 0;
				this.#decoder.reset();
				return;
			case 'tags':
		}
	}

	#decoded(packet: Packet): Pcm {
		try {
			return this.#decoder.decode(packet.data);
		} catch (error) {
			if (!(error instanceof OpusError) || error.code === 'freed') throw error;
			this.#count({ refusedPackets: 1 });
			return this.#decoder.conceal(packet.durationSamples48k / 2);
		}
	}

	#conceal(samples: number, sound: Pcm[]): void {
		let left = samples - (samples % CONCEAL_UNIT);
		while (left > 0) {
			const step = Math.min(CONCEAL_STEP, left);
			this.#add(this.#decoder.conceal(step), 0, sound);
			this.#count({ concealedSamples: step });
			left -= step;
		}
	}

	/** Adds the samples that neither the pre-skip nor the end trimming takes. */
	#add(pcm: Pcm, trim: number, sound: Pcm[]): void {
		const from = Math.min(this.#skip, pcm.length);
		this.#skip -= from;
		const to = Math.max(from, pcm.length - trim);
		if (from === 0 && to === pcm.length) sound.push(pcm);
		else if (to > from) sound.push(pcm.slice(from, to));
	}

	#count(more: Partial<DecodingFaults>): void {
		const { junkBytes, missingPages, concealedSamples, refusedPackets } = this.#faults;
		this.#faults = {
			junkBytes: junkBytes + (more.junkBytes ?? 0),
			missingPages: missingPages + (more.missingPages ?? 0),
			concealedSamples: concealedSamples + (more.concealedSamples ?? 0),
			refusedPackets: refusedPackets + (more.refusedPackets ?? 0)
		};
	}
}
