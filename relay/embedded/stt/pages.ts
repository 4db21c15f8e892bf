/**
 * `OggOpus` messages into frames of 1920 samples. moshi-server's batched decoder has one rule: a message holds 80 ms of
 * Opus, no more and no less, or header pages alone; anything else panics under a lock that all its clients share. This one
 * says what was wrong instead, so that whoever forwards pages sees the mistake at once.
 */
import { FRAME_MS, FRAME_SAMPLES } from '../../../src/lib/audio/frames.ts';
import { OggUnpager, type OggEvent } from '../../../src/lib/audio/ogg/unpager.ts';
import { OpusError, createOpusDecoder, type OpusDecoder } from '../../../src/lib/audio/opus.ts';

export type PageFault =
	/** Not 80 ms of packets, and not headers alone. */
	| { readonly code: 'wrong_duration'; readonly ms: number }
	/** Bytes that belong to no sound page: the real server's reader never recovers from them. */
	| { readonly code: 'junk' }
	/** Packets that libopus refuses. */
	| { readonly code: 'bad_packet' };

export type PageSound =
	/** 1920 samples, or none where the message held headers alone. */
	{ readonly ok: true; readonly samples: Float32Array } | { readonly ok: false; readonly fault: PageFault };

const NOTHING = new Float32Array(0);
const SAMPLES_48K_PER_MS = 48;

export class PageReader {
	readonly #pages = new OggUnpager();
	readonly #decoder: OpusDecoder;

	private constructor(decoder: OpusDecoder) {
		this.#decoder = decoder;
	}

	/** Throws OpusError (`unavailable`). */
	static async create(): Promise<PageReader> {
		return new PageReader(await createOpusDecoder());
	}

	/** One message's bytes. The pre-skip is kept, as the real server keeps it: its clock counts packets. */
	read(bytes: Uint8Array): PageSound {
		const events = this.#pages.push(bytes);
		const ms = durationMs(events);
		if (events.some((event) => event.type === 'junk')) return { ok: false, fault: { code: 'junk' } };
		const headers = events.some((event) => event.type === 'head' || event.type === 'tags');
		if (ms !== FRAME_MS && !(ms === 0 && headers)) return { ok: false, fault: { code: 'wrong_duration', ms } };
		try {
			return { ok: true, samples: this.#decode(events, ms === 0 ? NOTHING : new Float32Array(FRAME_SAMPLES)) };
		} catch (error) {
			if (!(error instanceof OpusError)) throw error;
			return { ok: false, fault: { code: 'bad_packet' } };
		}
	}

	free(): void {
		this.#decoder.free();
	}

	#decode(events: readonly OggEvent[], frame: Float32Array): Float32Array {
		let at = 0;
		for (const event of events) {
			if (event.type === 'head') this.#decoder.reset();
			if (event.type !== 'packet') continue;
			frame.set(this.#decoder.decode(event.data), at);
			at += event.durationSamples48k / 2;
		}
		return frame;
	}
}

function durationMs(events: readonly OggEvent[]): number {
	let samples = 0;
	for (const event of events) if (event.type === 'packet') samples += event.durationSamples48k;
	return samples / SAMPLES_48K_PER_MS;
}

/** For the `Error` message and the log. */
export function describeFault(fault: PageFault): string {
	switch (fault.code) {
		case 'wrong_duration':
			return `an OggOpus message held ${fault.ms} ms of packets, not ${FRAME_MS}`;
		case 'junk':
			return 'an OggOpus message held bytes of no sound Ogg page';
		case 'bad_packet':
			return 'an OggOpus message held a packet that is no Opus';
	}
}
