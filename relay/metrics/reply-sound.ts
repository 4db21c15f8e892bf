/** What can be told of a reply's sound from its messages, without decoding Opus. */
import { pageSize, readPage } from '../../src/lib/audio/ogg/page.ts';
import { decodeTtsOut, oggOpusData } from '../../src/lib/protocol/moshi.ts';
import { decodeRelayMessage } from '../../src/lib/protocol/session.ts';

/** Opus counts its granules at 48 kHz, whatever it was made from. */
const GRANULES_PER_S = 48_000;

/** Whether this `replyAudio` brings header pages: all their letters are bytes of their own on either wire. */
export function isHeadFrame(message: Uint8Array): boolean {
	const bytes = Buffer.from(message.buffer, message.byteOffset, message.byteLength);
	return bytes.includes('OpusHead') || bytes.includes('OpusTags');
}

/** Where the last page of an encoded `replyAudio` ends on its stream's clock; null where there is no such page in it. */
export function soundSeconds(message: Uint8Array): number | null {
	const envelope = decodeRelayMessage(message);
	if (!envelope.ok || envelope.value.type !== 'replyAudio') return null;
	const bytes = oggOpusData(envelope.value.frame) ?? decodedData(envelope.value.frame);
	if (bytes === null) return null;
	let lastS: number | null = null;
	for (let at = 0; at < bytes.byteLength;) {
		const size = pageSize(bytes, at);
		if (size <= 0 || at + size > bytes.byteLength) break;
		const { granule } = readPage(bytes, at, size);
		if (granule !== null) lastS = granule / GRANULES_PER_S;
		at += size;
	}
	return lastS;
}

/** Of a message that is written in a way of its own. */
function decodedData(message: Uint8Array): Uint8Array | null {
	const decoded = decodeTtsOut(message);
	return decoded.ok && decoded.value.type === 'OggOpus' ? decoded.value.data : null;
}
