/** An Opus packet of several frames, taken apart into packets of one frame each (RFC 6716, section 3.2). Nothing is decoded. */

/** Of a TOC byte, all but the number of frames. */
const CONFIG = 0xfc;

/** One packet a frame, in order, copied. The packet must be well-formed: `opusPacketSamples48k` answers more than 0 for it. */
export function framesOf(packet: Uint8Array): Uint8Array<ArrayBuffer>[] {
	const toc = packet[0] ?? 0;
	const one = (from: number, to: number): Uint8Array<ArrayBuffer> => {
		const frame = new Uint8Array(1 + to - from);
		frame[0] = toc & CONFIG;
		frame.set(packet.subarray(from, to), 1);
		return frame;
	};
	const end = packet.length;
	switch (toc & 3) {
		case 0:
			return [packet.slice()];
		case 1: {
			const middle = 1 + (end - 1) / 2;
			return [one(1, middle), one(middle, end)];
		}
		case 2: {
			const [length, from] = lengthAt(packet, 1);
			return [one(from, from + length), one(from + length, end)];
		}
		default:
			return cuts(packet).map(([from, to]) => one(from, to));
	}
}

/** Where each frame of a packet with a count of frames lies. */
function cuts(packet: Uint8Array): [from: number, to: number][] {
	const head = packet[1] ?? 0;
	const count = head & 0x3f;
	let at = 2;
	let end = packet.length;
	if ((head & 0x40) !== 0) {
		let padding: number;
		do {
			padding = packet[at++] ?? 0;
			// 255 stands for 254 bytes of padding and another length byte after this one.
			end -= padding === 255 ? 254 : padding;
		} while (padding === 255);
	}
	const lengths: number[] = [];
	if ((head & 0x80) !== 0) {
		for (let i = 1; i < count; i++) {
			const [length, next] = lengthAt(packet, at);
			lengths.push(length);
			at = next;
		}
		lengths.push(end - at - lengths.reduce((sum, length) => sum + length, 0));
	} else {
		for (let i = 0; i < count; i++) lengths.push((end - at) / count);
	}
	return lengths.map((length) => [at, (at += length)]);
}

/** A frame's length as it is written at `at`, and where what follows begins. */
function lengthAt(packet: Uint8Array, at: number): [length: number, next: number] {
	const first = packet[at] ?? 0;
	return first < 252 ? [first, at + 1] : [4 * (packet[at + 1] ?? 0) + first, at + 2];
}
