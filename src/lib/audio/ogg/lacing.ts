/** Packets cut into pages: segments of 255 bytes, the last one of each packet shorter, perhaps empty. */
import { formatPage, MAX_SEGMENTS } from './page.ts';

export interface Logical {
	readonly serial: number;
	/** The sequence number of the first page written. */
	readonly sequence: number;
	/** The granule position before the first packet. */
	readonly granule: number;
	readonly first?: boolean;
	readonly last?: boolean;
	/** Subtracted from the last page's granule position (end trimming). */
	readonly trim?: number;
}

export interface LacedPacket {
	readonly data: Uint8Array;
	readonly samples: number;
}

/** As many pages as the packets need (one, unless they are huge); one empty page where there are none. */
export function pagesOf(stream: Logical, packets: readonly LacedPacket[]): Uint8Array<ArrayBuffer>[] {
	const segments: { readonly bytes: Uint8Array; readonly end: boolean; readonly samples: number }[] = [];
	for (const { data, samples } of packets) {
		for (let at = 0; at <= data.length; at += 255) {
			const bytes = data.subarray(at, at + 255);
			segments.push({ bytes, end: bytes.length < 255, samples });
		}
	}
	const pages: Uint8Array<ArrayBuffer>[] = [];
	let granule = stream.granule;
	let from = 0;
	do {
		const part = segments.slice(from, from + MAX_SEGMENTS);
		const final = from + part.length === segments.length;
		const lacing = Uint8Array.from(part, ({ bytes }) => bytes.length);
		const body = new Uint8Array(part.reduce((sum, { bytes }) => sum + bytes.length, 0));
		let at = 0;
		let ended = false;
		for (const { bytes, end, samples } of part) {
			body.set(bytes, at);
			at += bytes.length;
			if (!end) continue;
			granule += samples;
			ended = true;
		}
		const last = final && stream.last === true;
		pages.push(
			formatPage({
				continued: from > 0 && segments[from - 1]?.end === false,
				first: from === 0 && stream.first === true,
				last,
				granule: ended ? granule - (last ? (stream.trim ?? 0) : 0) : null,
				serial: stream.serial,
				sequence: (stream.sequence + pages.length) >>> 0,
				lacing,
				body
			})
		);
		from += part.length;
	} while (from < segments.length);
	return pages;
}

/** Nothing for nothing, the page itself for one, else a copy of all in a row. */
export function joined(parts: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
	const [only] = parts;
	if (only !== undefined && parts.length === 1) return only;
	const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
	let at = 0;
	for (const part of parts) {
		bytes.set(part, at);
		at += part.length;
	}
	return bytes;
}
