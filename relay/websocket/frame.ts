/**
 * Binary messages as WebSocket frames (RFC 6455, 5.2), header and payload in one buffer: one allocation, one copy, and
 * one write. `ws` makes two buffers of it, and a list of them.
 */
import { randomFillSync } from 'node:crypto';

/** FIN, and the opcode of a binary message. */
export const WHOLE_BINARY = 0x82;
export const MASKED = 0x80;
/** In the second byte, instead of a length: it follows in two bytes, or in eight. */
export const LENGTH_16 = 126;
export const LENGTH_64 = 127;
export const MASK_BYTES = 4;

/** A message as a server sends it. */
export function serverFrame(payload: Uint8Array): Buffer {
	const size = payload.byteLength;
	const header = headerBytes(size);
	const frame = Buffer.allocUnsafe(header + size);
	writeHeader(frame, size, 0);
	frame.set(payload, header);
	return frame;
}

/** A message as a client sends it: under a mask, of a strong source's bytes as the RFC demands. */
export function clientFrame(payload: Uint8Array): Buffer {
	const size = payload.byteLength;
	const header = headerBytes(size);
	const frame = Buffer.allocUnsafe(header + MASK_BYTES + size);
	writeHeader(frame, size, MASKED);
	frame.set(payload, header + MASK_BYTES);
	if (keyAt + MASK_BYTES > keys.length) {
		randomFillSync(keys);
		keyAt = 0;
	}
	for (let i = 0; i < MASK_BYTES; i++) frame[header + i] = keys[keyAt++] ?? 0;
	mask(frame, header, header + MASK_BYTES, frame.length);
	return frame;
}

/** Masks `bytes[from, to)` with the four bytes at `key`, or takes the mask off again. */
export function mask(bytes: Uint8Array, key: number, from: number, to: number): void {
	const a = bytes[key] ?? 0;
	const b = bytes[key + 1] ?? 0;
	const c = bytes[key + 2] ?? 0;
	const d = bytes[key + 3] ?? 0;
	let at = from;
	for (const whole = to - ((to - from) % MASK_BYTES); at < whole; at += MASK_BYTES) {
		bytes[at] = (bytes[at] ?? 0) ^ a;
		bytes[at + 1] = (bytes[at + 1] ?? 0) ^ b;
		bytes[at + 2] = (bytes[at + 2] ?? 0) ^ c;
		bytes[at + 3] = (bytes[at + 3] ?? 0) ^ d;
	}
	if (at < to) bytes[at] = (bytes[at] ?? 0) ^ a;
	if (++at < to) bytes[at] = (bytes[at] ?? 0) ^ b;
	if (++at < to) bytes[at] = (bytes[at] ?? 0) ^ c;
}

/** Bytes for masks, drawn many at once: a call for each would cost more than the frame. */
const keys = Buffer.alloc(8192);
let keyAt = keys.length;

const headerBytes = (size: number): number => (size < LENGTH_16 ? 2 : size < 0x10000 ? 4 : 10);

function writeHeader(frame: Buffer, size: number, masked: number): void {
	frame[0] = WHOLE_BINARY;
	if (size < LENGTH_16) {
		frame[1] = masked | size;
	} else if (size < 0x10000) {
		frame[1] = masked | LENGTH_16;
		frame[2] = size >> 8;
		frame[3] = size & 0xff;
	} else {
		frame[1] = masked | LENGTH_64;
		frame.writeBigUInt64BE(BigInt(size), 2);
	}
}
