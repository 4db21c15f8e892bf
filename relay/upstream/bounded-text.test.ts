import { describe, expect, it } from 'vitest';
import { boundedText } from './bounded-text.ts';

/** A body in these pieces, which says whether it was let go of. */
function bodyOf(...pieces: readonly Uint8Array[]) {
	const state = { isCancelled: false };
	const left = [...pieces];
	const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
		pull(controller) {
			const next = left.shift();
			if (next === undefined) controller.close();
			else controller.enqueue(Uint8Array.from(next));
		},
		cancel() {
			state.isCancelled = true;
		}
	});
	return { response: new Response(body), state };
}
const bytes = new TextEncoder().encode('Grüße, 世界 🎧');

describe('boundedText', () => {
	it('reads a text whole, wherever it is cut', async () => {
		for (let at = 0; at <= bytes.byteLength; at++) {
			const { response } = bodyOf(bytes.subarray(0, at), bytes.subarray(at));
			expect(await boundedText(response, bytes.byteLength)).toBe('Grüße, 世界 🎧');
		}
		expect(await boundedText({ body: null }, 0)).toBe('');
	});

	it('answers null where it is one byte too long, and lets go of what is left', async () => {
		const { response, state } = bodyOf(bytes, bytes, bytes);
		expect(await boundedText(response, 2 * bytes.byteLength - 1)).toBeNull();
		expect(state.isCancelled).toBe(true);
	});
});
