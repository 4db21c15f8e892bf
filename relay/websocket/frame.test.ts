import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientFrame, serverFrame } from './frame.ts';
import { readWithWs } from './testing/ws-receiver.ts';

const SIZES = [0, 1, 2, 3, 4, 5, 125, 126, 127, 400, 0xffff, 0x10000, 70_001];

describe('a frame of ours', () => {
	it.each(SIZES)('of %i bytes is read by ws, from either side', async (size) => {
		const payload = Uint8Array.from({ length: size }, (_, i) => (i * 31) & 0xff);
		const told = [`binary ${Buffer.from(payload).toString('hex')}`];
		expect(await readWithWs([serverFrame(payload)], false)).toEqual(told);
		expect(await readWithWs([clientFrame(payload)], true)).toEqual(told);
	});

	it('leaves what it was made of alone, and takes any view', async () => {
		await fc.assert(
			fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.nat(20), async (bytes, skip) => {
				const view = bytes.subarray(Math.min(skip, bytes.length));
				const before = Buffer.from(bytes);
				const told = [`binary ${Buffer.from(view).toString('hex')}`];
				expect(await readWithWs([clientFrame(view)], true)).toEqual(told);
				expect(before.equals(bytes)).toBe(true);
			})
		);
	});

	it('of a client has a mask of its own each time', () => {
		const masks = Array.from({ length: 5000 }, () => clientFrame(Uint8Array.of(0, 0, 0, 0)).toString('hex'));
		expect(new Set(masks).size).toBeGreaterThan(4990);
	});
});
