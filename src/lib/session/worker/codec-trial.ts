/** Sound through the whole of our own codec, as a talk sends and takes it: Opus, Ogg pages, and back. */
import { PACKET_SAMPLES, PACKETS_PER_PAGE } from '../../audio/frames.ts';
import { OggOpusDecoder } from '../../audio/ogg-opus-decoder.ts';
import { OggOpusPager } from '../../audio/ogg/pager.ts';
import { createOpusEncoder } from '../../audio/opus.ts';

export interface CodecTrial {
	/** 24 kHz, as many whole packets as went in. */
	readonly pcm: Float32Array<ArrayBuffer>;
	/** In milliseconds, for all of it. */
	readonly encodeMs: number;
	readonly decodeMs: number;
	readonly bytes: number;
}

/** What its worker answers. */
export type FromCodecTrial = ({ readonly ok: true } & CodecTrial) | { readonly ok: false };

/** `pcm`: 24 kHz mono; what is left of a packet of 20 ms at its end is dropped. Throws OpusError. */
export async function tryCodec(pcm: Float32Array, nowMs: () => number): Promise<CodecTrial> {
	const [encoder, decoder] = await Promise.all([createOpusEncoder(), OggOpusDecoder.create()]);
	try {
		const pager = new OggOpusPager({ serial: 1, packetsPerPage: PACKETS_PER_PAGE });
		const startMs = nowMs();
		const pages = [pager.headPages()];
		const push = (packet: Uint8Array): void => {
			const page = pager.push(packet);
			if (page !== null) pages.push(page);
		};
		const whole = pcm.length - (pcm.length % PACKET_SAMPLES);
		for (let at = 0; at < whole; at += PACKET_SAMPLES) push(encoder.encode(pcm.subarray(at, at + PACKET_SAMPLES)));
		// What the codec's look-ahead still holds back.
		push(encoder.encode(new Float32Array(PACKET_SAMPLES)));
		const last = pager.flush();
		if (last !== null) pages.push(last);
		const encodedMs = nowMs();
		const sound = new Float32Array(whole);
		let at = 0;
		for (const page of pages) {
			for (const piece of decoder.push(page)) {
				const room = sound.subarray(at);
				room.set(piece.subarray(0, room.length));
				at = Math.min(whole, at + piece.length);
			}
		}
		const bytes = pages.reduce((sum, page) => sum + page.length, 0);
		return { pcm: sound, encodeMs: encodedMs - startMs, decodeMs: nowMs() - encodedMs, bytes };
	} finally {
		encoder.free();
		decoder.free();
	}
}

/** How alike two sounds are, aligned: 1 the same, 0 unrelated (their normalised correlation). */
export function likeness(one: Float32Array, other: Float32Array): number {
	let product = 0;
	let [ones, others] = [0, 0];
	for (let at = 0; at < one.length; at++) {
		const a = one[at] ?? 0;
		const b = other[at] ?? 0;
		product += a * b;
		ones += a * a;
		others += b * b;
	}
	return ones === 0 || others === 0 ? 0 : product / Math.sqrt(ones * others);
}
