/** What an Opus packet says about itself without being decoded (RFC 6716, section 3). */

/** The most that a packet may last: 120 ms at 48 kHz. */
export const MAX_PACKET_SAMPLES_48K = 5760;
const MAX_FRAME_BYTES = 1275;

/**
 * How long the packet in `bytes[from, to)` lasts, in samples at 48 kHz: a multiple of 120 (2.5 ms). 0 means that it is
 * malformed: it breaks one of the requirements R1 to R7 of RFC 6716, section 3.4, and no decoder need accept it.
 * Allocates nothing.
 */
export function opusPacketSamples48k(bytes: Uint8Array, from = 0, to = bytes.length): number {
	if (to <= from) return 0; // R1
	const toc = bytes[from] ?? 0;
	const frame = frameSamples48k(toc >> 3);
	const left = to - from - 1;
	switch (toc & 3) {
		case 0:
			return left <= MAX_FRAME_BYTES ? frame : 0; // R2
		case 1:
			return left % 2 === 0 && left / 2 <= MAX_FRAME_BYTES ? 2 * frame : 0; // R3
		case 2: {
			const rest = afterLength(bytes, from + 1, to); // R4
			return rest >= 0 && rest <= MAX_FRAME_BYTES ? 2 * frame : 0;
		}
		default:
			return manyFrames(bytes, from + 1, to, frame);
	}
}

/** Code 3: a count of frames, perhaps padding, and frames of equal or of stated lengths (R5 to R7). */
function manyFrames(bytes: Uint8Array, from: number, to: number, frame: number): number {
	if (from >= to) return 0;
	const head = bytes[from] ?? 0;
	const count = head & 0x3f;
	const samples = count * frame;
	if (count === 0 || samples > MAX_PACKET_SAMPLES_48K) return 0;
	let at = from + 1;
	let end = to;
	if (head & 0x40) {
		let length: number;
		do {
			if (at >= end) return 0;
			length = bytes[at++] ?? 0;
			// 255 stands for 254 bytes of padding and another length byte after this one.
			end -= length === 255 ? 254 : length;
		} while (length === 255);
		if (at > end) return 0;
	}
	if ((head & 0x80) === 0) {
		const left = end - at;
		return left % count === 0 && left / count <= MAX_FRAME_BYTES ? samples : 0;
	}
	let frames = 0;
	for (let i = 1; i < count; i++) {
		const first = bytes[at] ?? 0;
		const size = first < 252 ? 1 : 2;
		if (at + size > end) return 0;
		frames += size === 1 ? first : 4 * (bytes[at + 1] ?? 0) + first;
		at += size;
	}
	const last = end - at - frames;
	return last >= 0 && last <= MAX_FRAME_BYTES ? samples : 0;
}

/** What is left for the second frame once the first one's stated length is taken; negative where it does not fit. */
function afterLength(bytes: Uint8Array, at: number, end: number): number {
	if (at >= end) return -1;
	const first = bytes[at] ?? 0;
	if (first < 252) return end - at - 1 - first;
	if (at + 1 >= end) return -1;
	return end - at - 2 - first - 4 * (bytes[at + 1] ?? 0);
}

/** Samples of one frame for a configuration of the TOC byte (RFC 6716, table 2). */
function frameSamples48k(config: number): number {
	if (config >= 16) return 120 << (config & 3);
	if (config >= 12) return config & 1 ? 960 : 480;
	return (config & 3) === 3 ? 2880 : 480 << (config & 3);
}
