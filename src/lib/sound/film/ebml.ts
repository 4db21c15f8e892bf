/** The elements that a WebM file is made of (RFC 8794): an id, a length, and numbers, texts or more elements. */

export type Bytes = Uint8Array<ArrayBuffer>;

/** `id` as it is written, its length marker included. */
export function element(id: number, ...content: readonly Bytes[]): Bytes {
	const length = content.reduce((sum, part) => sum + part.length, 0);
	return joined([idBytes(id), lengthBytes(length), ...content]);
}

export function joined(parts: readonly Bytes[]): Bytes {
	const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
	let at = 0;
	for (const part of parts) {
		all.set(part, at);
		at += part.length;
	}
	return all;
}

/** An unsigned integer in `bytes` bytes, or in as few as it fits. */
export function uint(value: number, bytes?: number): Bytes {
	const length = bytes ?? Math.max(1, Math.ceil(Math.log2(value + 1) / 8));
	const out = new Uint8Array(length);
	let rest = value;
	for (let at = length - 1; at >= 0; at--) {
		out[at] = rest % 256;
		rest = Math.floor(rest / 256);
	}
	return out;
}

export function float(value: number): Bytes {
	const out = new Uint8Array(8);
	new DataView(out.buffer).setFloat64(0, value);
	return out;
}

export const text = (value: string): Bytes => new TextEncoder().encode(value);

export function idBytes(id: number): Bytes {
	return uint(id);
}

/** Always in eight bytes: what is filled in at the end takes as much room as it did before. */
export function lengthBytes(length: number): Bytes {
	const out = uint(length, 8);
	out[0] = 1;
	return out;
}
