/** Base64 (RFC 4648, section 4), padded, without what only Node or only a browser has. */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const PAD = 0x3d;
const NONE = 255;

const codes = new Uint8Array(64);
const values = new Uint8Array(128).fill(NONE);
for (let i = 0; i < 64; i++) {
	const code = ALPHABET.charCodeAt(i);
	codes[i] = code;
	values[code] = i;
}
/** How many characters go into one call of `fromCharCode`: engines limit the number of arguments. */
const CHUNK = 0x2000;

export function encodeBase64(bytes: Uint8Array): string {
	const out = new Uint8Array(4 * Math.ceil(bytes.length / 3));
	let to = 0;
	for (let at = 0; at < bytes.length; at += 3) {
		const three = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
		out[to++] = codes[three >> 18] ?? 0;
		out[to++] = codes[(three >> 12) & 63] ?? 0;
		out[to++] = at + 1 < bytes.length ? (codes[(three >> 6) & 63] ?? 0) : PAD;
		out[to++] = at + 2 < bytes.length ? (codes[three & 63] ?? 0) : PAD;
	}
	let text = '';
	for (let at = 0; at < out.length; at += CHUNK) text += String.fromCharCode(...out.subarray(at, at + CHUNK));
	return text;
}

/** Whether `decodeBase64` would take it; allocates nothing. */
export function isBase64(text: string): boolean {
	const length = dataLength(text);
	if (length === -1) return false;
	for (let at = 0; at < length; at++) if (valueAt(text, at) === NONE) return false;
	return true;
}

/** The bytes, or null where the text is not whole, padded base64: line breaks and other alphabets are refused. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | null {
	const length = dataLength(text);
	if (length === -1) return null;
	const bytes = new Uint8Array(Math.floor((length * 3) / 4));
	let bits = 0;
	let to = 0;
	for (let at = 0; at < length; at++) {
		const value = valueAt(text, at);
		if (value === NONE) return null;
		bits = ((bits << 6) | value) & 0xff_ffff;
		// With the second, third and fourth of four characters 8 more bits are there: 4, 2 and none are left over.
		const nth = at % 4;
		if (nth > 0) bytes[to++] = (bits >> (6 - 2 * nth)) & 0xff;
	}
	return bytes;
}

/** How many characters stand before the padding; -1 where the length is not one of padded base64. */
function dataLength(text: string): number {
	if (text.length % 4 !== 0) return -1;
	if (!text.endsWith('=')) return text.length;
	return text.endsWith('==') ? text.length - 2 : text.length - 1;
}

function valueAt(text: string, at: number): number {
	return values[text.charCodeAt(at)] ?? NONE;
}
