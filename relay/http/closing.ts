/** What may stand in a close frame (RFC 6455, 7.4): checked before a transport throws or mangles it. */

const INTERNAL = 1011;
const MAX_REASON_BYTES = 123;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** `code` if an endpoint may send it, else 1011: 1005, 1006 and 1015 are for reading only. */
export function sendableCode(code: number): number {
	const registered = code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006;
	return Number.isInteger(code) && (registered || (code >= 3000 && code <= 4999)) ? code : INTERNAL;
}

/** `reason`, cut to the 123 bytes that a control frame has room for, never inside a character. */
export function sendableReason(reason: string): string {
	const bytes = encoder.encode(reason);
	if (bytes.byteLength <= MAX_REASON_BYTES) return reason;
	let end = MAX_REASON_BYTES;
	while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
	return decoder.decode(bytes.subarray(0, end));
}
