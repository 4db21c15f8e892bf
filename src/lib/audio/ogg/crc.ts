/** The checksum of an Ogg page (RFC 3533, section 6): CRC-32, polynomial 0x04c11db7, unreflected, from 0, not inverted. */

const POLYNOMIAL = 0x04c11db7;
/** Where the checksum stands in a page; it is computed as if these four bytes were 0. */
export const CRC_OFFSET = 22;

/** Four tables, so that four bytes cost four independent look-ups ("slicing by 4"). */
const table0 = new Uint32Array(256);
const table1 = new Uint32Array(256);
const table2 = new Uint32Array(256);
const table3 = new Uint32Array(256);

for (let i = 0; i < 256; i++) {
	let crc = i << 24;
	for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000_0000 ? (crc << 1) ^ POLYNOMIAL : crc << 1;
	table0[i] = crc;
}
for (let i = 0; i < 256; i++) {
	table1[i] = shifted(table0[i] ?? 0);
	table2[i] = shifted(table1[i] ?? 0);
	table3[i] = shifted(table2[i] ?? 0);
}

function shifted(crc: number): number {
	return (crc << 8) ^ (table0[crc >>> 24] ?? 0);
}

/** The checksum that the page in `bytes[from, to)` should carry, as an unsigned 32-bit number. */
export function pageCrc(bytes: Uint8Array, from = 0, to = bytes.length): number {
	let crc = update(0, bytes, from, from + CRC_OFFSET);
	for (let i = 0; i < 4; i++) crc = shifted(crc);
	return update(crc, bytes, from + CRC_OFFSET + 4, to) >>> 0;
}

function update(start: number, bytes: Uint8Array, from: number, to: number): number {
	let crc = start;
	let i = from;
	for (; i + 4 <= to; i += 4) {
		crc ^= ((bytes[i] ?? 0) << 24) | ((bytes[i + 1] ?? 0) << 16) | ((bytes[i + 2] ?? 0) << 8) | (bytes[i + 3] ?? 0);
		crc =
			(table3[crc >>> 24] ?? 0) ^
			(table2[(crc >>> 16) & 0xff] ?? 0) ^
			(table1[(crc >>> 8) & 0xff] ?? 0) ^
			(table0[crc & 0xff] ?? 0);
	}
	for (; i < to; i++) crc = (crc << 8) ^ (table0[(crc >>> 24) ^ (bytes[i] ?? 0)] ?? 0);
	return crc;
}
