/**
 * A look at how a MessagePack value is nested, before anything is decoded. An array's header of five bytes may announce a
 * million elements, and the decoder makes room for them at once: two hundred such headers, each inside the one before,
 * are a message of 1 kB that takes 1.7 GB and five seconds. Here every announced element has to be paid for by a byte.
 */

/** Our deepest message is a reply's list of messages: 3. */
export const MAX_DEPTH = 16;

/** False where it is cut short, nested too deeply, or announces more than can follow. True says nothing of its content. */
export function hasSaneShape(bytes: Uint8Array): boolean {
	/** Of each open array and map: the elements that are still to come. */
	const open: number[] = [];
	/** All of them together: none is shorter than a byte. */
	let owed = 1;
	let at = 0;
	do {
		const tag = bytes[at];
		if (tag === undefined) return false;
		const [head, payload, elements] = extent(bytes, at, tag);
		at += head + payload;
		owed += elements - 1;
		if (head === 0 || at > bytes.byteLength || owed > bytes.byteLength - at) return false;
		if (elements > 0 && open.push(elements) > MAX_DEPTH) return false;
		if (elements > 0) continue;
		for (let level = open.length - 1; level >= 0; level--) {
			const left = (open[level] ?? 0) - 1;
			open[level] = left;
			if (left > 0) break;
			open.pop();
		}
	} while (owed > 0);
	return true;
}

type Extent = readonly [head: number, payload: number, elements: number];

const NONE: Extent = [0, 0, 0];
const ONE: Extent = [1, 0, 0];
/** Bytes after the tag, from 0xca (float32) to 0xd3 (int64). */
const NUMBER_BYTES = [4, 8, 1, 2, 4, 8, 1, 2, 4, 8] as const;

/** Of the value at `at`: its header and payload in bytes, and how many values it holds. A header of 0: none of ours. */
function extent(bytes: Uint8Array, at: number, tag: number): Extent {
	if (tag <= 0x7f || tag >= 0xe0) return ONE;
	if (tag <= 0x8f) return [1, 0, 2 * (tag & 0x0f)];
	if (tag <= 0x9f) return [1, 0, tag & 0x0f];
	if (tag <= 0xbf) return [1, tag & 0x1f, 0];
	if (tag === 0xc0 || tag === 0xc2 || tag === 0xc3) return ONE;
	if (tag >= 0xca && tag <= 0xd3) return [1, NUMBER_BYTES[tag - 0xca] ?? 0, 0];
	switch (tag) {
		case 0xc4: // bin 8
		case 0xd9: // str 8
			return [2, size(bytes, at + 1, 1), 0];
		case 0xc5:
		case 0xda:
			return [3, size(bytes, at + 1, 2), 0];
		case 0xc6:
		case 0xdb:
			return [5, size(bytes, at + 1, 4), 0];
		case 0xdc: // array 16
			return [3, 0, size(bytes, at + 1, 2)];
		case 0xdd:
			return [5, 0, size(bytes, at + 1, 4)];
		case 0xde: // map 16
			return [3, 0, 2 * size(bytes, at + 1, 2)];
		case 0xdf:
			return [5, 0, 2 * size(bytes, at + 1, 4)];
		default: // extensions, which nobody here uses, and the one byte that MessagePack leaves out
			return NONE;
	}
}

/** Big-endian; bytes that are not there count as 0, and the value then ends behind the message. */
function size(bytes: Uint8Array, at: number, width: number): number {
	let value = 0;
	for (let i = 0; i < width; i++) value = value * 256 + (bytes[at + i] ?? 0);
	return value;
}
