/**
 * What a client sends of the microphone, in pages of any packing, cut into frames of exactly 80 ms: any other length takes
 * moshi-server down. Nothing is decoded; a packet of several Opus frames that lies across a border is taken apart.
 */
import { framesOf } from '../../src/lib/audio/ogg/opus-frames.ts';
import { opusPacketSamples48k } from '../../src/lib/audio/ogg/opus-packet.ts';
import { FLAG_FIRST, pageSize } from '../../src/lib/audio/ogg/page.ts';
import { OggUnpager } from '../../src/lib/audio/ogg/unpager.ts';

/** 80 ms at Opus's own 48 kHz. */
const FRAME_SAMPLES_48K = 3840;
/** At the Opus ceiling of 510 kbit/s, 80 ms are 5,100 bytes. What is more is padding. */
const MAX_FRAME_BYTES = 8000;
const FLAGS_AT = 5;

/** `early`: no stream has begun yet. `uncuttable`: single Opus frames that do not add up to 80 ms. */
export type IntakeFault = 'early' | 'not_ogg' | 'uncuttable' | 'too_big';

export interface Taken {
	/** The packets of 80 ms each. */
	readonly frames: readonly (readonly Uint8Array[])[];
	/** What was of no use, if anything. */
	readonly fault: IntakeFault | null;
}

export class Intake {
	/** Null until a stream has begun: what comes before is left from another connection. */
	#unpager: OggUnpager | null = null;
	#packets: Uint8Array[] = [];
	#samples48k = 0;
	#bytes = 0;

	/** The next bytes, in any chunking but for the first page, which stands at a beginning. Never throws. */
	push(bytes: Uint8Array): Taken {
		if (this.#unpager === null) {
			const begins = pageSize(bytes) > 0 && ((bytes[FLAGS_AT] ?? 0) & FLAG_FIRST) !== 0;
			if (!begins) return { frames: [], fault: 'early' };
			this.#unpager = new OggUnpager();
		}
		const frames: Uint8Array[][] = [];
		let fault: IntakeFault | null = null;
		for (const event of this.#unpager.push(bytes)) {
			if (event.type === 'junk') fault ??= 'not_ogg';
			// Of a stream that broke off, half a frame goes with no other's.
			if (event.type === 'head') this.clear();
			if (event.type === 'packet') fault = this.#add(event.data, event.durationSamples48k, frames) ?? fault;
		}
		return { frames, fault };
	}

	/** Forgets what does not fill a frame yet. */
	clear(): void {
		this.#packets = [];
		this.#samples48k = 0;
		this.#bytes = 0;
	}

	#add(packet: Uint8Array, samples48k: number, frames: Uint8Array[][]): IntakeFault | null {
		if (this.#samples48k + samples48k <= FRAME_SAMPLES_48K) return this.#put(packet, samples48k, frames);
		const parts = framesOf(packet);
		let fault: IntakeFault | null = null;
		for (const part of parts) {
			const size = opusPacketSamples48k(part);
			if (this.#samples48k + size <= FRAME_SAMPLES_48K) fault = this.#put(part, size, frames) ?? fault;
			else {
				this.clear();
				return 'uncuttable';
			}
		}
		return fault;
	}

	#put(packet: Uint8Array, samples48k: number, frames: Uint8Array[][]): IntakeFault | null {
		this.#packets.push(packet);
		this.#samples48k += samples48k;
		this.#bytes += packet.length;
		if (this.#bytes > MAX_FRAME_BYTES) {
			this.clear();
			return 'too_big';
		}
		if (this.#samples48k < FRAME_SAMPLES_48K) return null;
		frames.push(this.#packets);
		this.clear();
		return null;
	}
}
