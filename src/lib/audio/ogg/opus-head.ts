/** The two header packets of an Ogg-Opus stream (RFC 7845, section 5). */
import { uint32 } from './page.ts';

export interface OpusHead {
	/** 1 or 2: mapping family 0, the only one that is one plain Opus stream. */
	readonly channels: number;
	/** Samples at 48 kHz that a decoder drops at the stream's beginning. */
	readonly preSkip48k: number;
	/** The rate before encoding, in Hz, for information; 0 means unknown. Opus itself always counts at 48 kHz. */
	readonly inputSampleRate: number;
}

const ID = new TextEncoder().encode('OpusHead');
const TAGS = new TextEncoder().encode('OpusTags');
const text = new TextDecoder();
const ID_BYTES = 19;

export const isOpusHead = (packet: Uint8Array): boolean => startsWith(packet, ID);
export const isOpusTags = (packet: Uint8Array): boolean => startsWith(packet, TAGS);

/** Null for anything but a version 0.x OpusHead of mapping family 0. */
export function parseOpusHead(packet: Uint8Array): OpusHead | null {
	if (packet.length < ID_BYTES || !isOpusHead(packet)) return null;
	const version = packet[8] ?? 0;
	const channels = packet[9] ?? 0;
	const family = packet[18];
	if (version >> 4 !== 0 || channels < 1 || channels > 2 || family !== 0) return null;
	return {
		channels,
		preSkip48k: (packet[10] ?? 0) | ((packet[11] ?? 0) << 8),
		inputSampleRate: uint32(packet, 12)
	};
}

export function formatOpusHead(head: OpusHead): Uint8Array<ArrayBuffer> {
	const packet = new Uint8Array(ID_BYTES);
	const view = new DataView(packet.buffer);
	packet.set(ID);
	packet[8] = 1;
	packet[9] = head.channels;
	view.setUint16(10, head.preSkip48k, true);
	view.setUint32(12, head.inputSampleRate, true);
	return packet; // output gain and mapping family: 0
}

/** The encoder's name in an OpusTags packet; null where the packet is cut short. The comments after it are not read. */
export function parseOpusTags(packet: Uint8Array): string | null {
	if (packet.length < 16 || !isOpusTags(packet)) return null;
	const length = uint32(packet, 8);
	return length <= packet.length - 16 ? text.decode(packet.subarray(12, 12 + length)) : null;
}

/** An OpusTags packet without comments. */
export function formatOpusTags(vendor: string): Uint8Array<ArrayBuffer> {
	const name = new TextEncoder().encode(vendor);
	const packet = new Uint8Array(16 + name.length);
	packet.set(TAGS);
	new DataView(packet.buffer).setUint32(8, name.length, true);
	packet.set(name, 12);
	return packet;
}

function startsWith(packet: Uint8Array, magic: Uint8Array): boolean {
	if (packet.length < magic.length) return false;
	for (let i = 0; i < magic.length; i++) if (packet[i] !== magic[i]) return false;
	return true;
}
