/** The sound of a talk as a file of its own: Ogg-Opus as it was written, whether its end came or not. */
import { formatPage, parsePage } from '../audio/ogg/page.ts';
import type { Piece } from './sound.ts';

export const SOUND_TYPE = 'audio/ogg; codecs=opus';

/** What a file consists of, in order: the pieces' pages, the last one marked as the stream's end. */
export async function oggParts(
	pieces: AsyncIterable<Piece> | Iterable<Piece>
): Promise<readonly Uint8Array<ArrayBuffer>[]> {
	const parts: Uint8Array<ArrayBuffer>[] = [];
	for await (const { pages } of pieces) parts.push(pages);
	const last = parts.pop();
	if (last !== undefined) parts.push(withEnd(last));
	return parts;
}

/** The same pages; where the last one ends no stream, because a crash did, it now does. */
function withEnd(pages: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
	let at = 0;
	for (;;) {
		const read = parsePage(pages.subarray(at));
		if (!read.ok) return pages;
		const { page, size } = read;
		if (at + size < pages.length) {
			at += size;
			continue;
		}
		if (page.last) return pages;
		const ended = new Uint8Array(pages);
		ended.set(formatPage({ ...page, last: true }), at);
		return ended;
	}
}
