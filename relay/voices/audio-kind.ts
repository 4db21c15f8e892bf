/** Whether bytes look like a recording, by how such files begin: what a sender calls them says nothing. */

export type AudioKind = 'wav' | 'ogg' | 'flac' | 'mp3' | 'm4a' | 'webm';

/** For people. */
export const KINDS_IN_WORDS = 'WAV, Ogg, MP3, FLAC, M4A or WebM';

/** The longest of the beginnings below. */
const LEAST_BYTES = 12;

export function audioKind(bytes: Uint8Array): AudioKind | null {
	if (bytes.byteLength < LEAST_BYTES) return null;
	if (says(bytes, 0, 'RIFF') && says(bytes, 8, 'WAVE')) return 'wav';
	if (says(bytes, 0, 'OggS')) return 'ogg';
	if (says(bytes, 0, 'fLaC')) return 'flac';
	if (says(bytes, 4, 'ftyp')) return 'm4a';
	if (says(bytes, 0, '\x1a\x45\xdf\xa3')) return 'webm';
	return says(bytes, 0, 'ID3') || isMpegFrame(bytes) ? 'mp3' : null;
}

function says(bytes: Uint8Array, at: number, text: string): boolean {
	for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
	return true;
}

/** Layer II or III: eleven set bits, then fields of which each has a value that no frame may have. */
function isMpegFrame(bytes: Uint8Array): boolean {
	const [first = 0, second = 0, third = 0] = bytes;
	if (first !== 0xff || (second & 0xe0) !== 0xe0) return false;
	const version = (second >> 3) & 3;
	const layer = (second >> 1) & 3;
	const bitrate = third >> 4;
	const rate = (third >> 2) & 3;
	return version !== 1 && layer !== 0 && layer !== 3 && bitrate !== 15 && rate !== 3;
}
