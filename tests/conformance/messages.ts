/** Messages whose every byte both ends can say, so that neither needs to send the other what it expects. */

/** Message `n` of `bytes` bytes: each byte depends on its place and on the message, so that one that slipped is seen. */
export function messageOf(n: number, bytes: number): Uint8Array<ArrayBuffer> {
	const message = new Uint8Array(bytes);
	for (let i = 0; i < bytes; i++) message[i] = (i * 7 + (i >> 8) * 13 + n * 31) & 0xff;
	return message;
}

/** What a frame's header, the native side's own short ways and its cork buffer turn on, in bytes. */
const EDGES = [1, 2, 125, 126, 127, 16_379, 16_380, 16_383, 16_384, 16_385, 32_000, 65_531, 65_535, 65_536];

/** The size of message `n` of a mixed stream, in bytes: 1 B to 64 KiB, every edge in every 28. */
export function mixedSize(n: number): number {
	const edge = EDGES[(n >> 1) % EDGES.length] ?? 1;
	return n % 2 === 0 ? edge : 1 + ((n * 40_503) % 65_536);
}
