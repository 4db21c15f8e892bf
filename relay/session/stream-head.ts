/** The head that a browser opens its stream with. */
import { checkAudioPage } from '../../src/lib/audio/ogg/check-page.ts';
import { pageSize } from '../../src/lib/audio/ogg/page.ts';

/**
 * Whether `head` is exactly two whole header pages, OpusHead and OpusTags. moshi-server's reader never recovers from one
 * bad byte, so what is forwarded is checked first.
 */
export function isStreamHead(head: Uint8Array): boolean {
	const size = pageSize(head);
	if (size <= 0 || size >= head.byteLength) return false;
	const second = head.subarray(size);
	return pageSize(second) === second.byteLength && isHeaderPage(head.subarray(0, size)) && isHeaderPage(second);
}

function isHeaderPage(page: Uint8Array): boolean {
	const checked = checkAudioPage(page);
	return checked.ok && checked.kind === 'head';
}
