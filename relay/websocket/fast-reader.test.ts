import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { FastReader } from './fast-reader.ts';
import { MASKED, clientFrame, mask, serverFrame } from './frame.ts';
import { MAX_BYTES, readFast, readWithWs } from './testing/ws-receiver.ts';

interface Frame {
	readonly first: number;
	readonly payload: Uint8Array;
	readonly masked: boolean;
	/** In how many bytes the length is written; a peer may use more than it needs. */
	readonly lengthBytes: 0 | 2 | 8;
}

function written({ first, payload, masked, lengthBytes }: Frame): Buffer {
	const size = payload.length;
	const wide = lengthBytes === 8 || size > 0xffff ? 8 : lengthBytes === 2 || size > 125 ? 2 : 0;
	const head = Buffer.alloc(2 + wide);
	head[0] = first;
	head[1] = (masked ? MASKED : 0) | (wide === 0 ? size : wide === 2 ? 126 : 127);
	if (wide === 2) head.writeUInt16BE(size, 2);
	if (wide === 8) head.writeBigUInt64BE(BigInt(size), 2);
	if (!masked) return Buffer.concat([head, payload]);
	const body = Buffer.concat([Uint8Array.of(1, 2, 3, 4), payload]);
	mask(body, 0, 4, body.length);
	return Buffer.concat([head, body]);
}

/** Whole binary messages mostly, as in life; and everything else that there is, also what there must not be. */
const first = fc.oneof(
	{ arbitrary: fc.constant(0x82), weight: 8 },
	{ arbitrary: fc.constantFrom(0x81, 0x89, 0x8a, 0x02, 0x00, 0x80, 0x01), weight: 4 },
	{ arbitrary: fc.constantFrom(0x88, 0xc2, 0x83, 0x8b, 0x09, 0xa2), weight: 1 }
);
const frame = (isServer: boolean): fc.Arbitrary<Buffer> =>
	fc
		.record({
			first,
			payload: fc.oneof(
				{ arbitrary: fc.uint8Array({ maxLength: 8 }), weight: 4 },
				{ arbitrary: fc.uint8Array({ minLength: 120, maxLength: 200 }), weight: 2 },
				{ arbitrary: fc.constantFrom(MAX_BYTES, MAX_BYTES + 1).map((size) => new Uint8Array(size).fill(7)), weight: 1 }
			),
			masked: fc.oneof(
				{ arbitrary: fc.constant(isServer), weight: 30 },
				{ arbitrary: fc.constant(!isServer), weight: 1 }
			),
			lengthBytes: fc.constantFrom(0 as const, 2 as const, 8 as const)
		})
		.map(written);

/** The same bytes, cut where the fractions say. */
function cut(bytes: Buffer, fractions: readonly number[]): Buffer[] {
	const places = [0, ...fractions.map((it) => Math.floor(it * bytes.length)).sort((a, b) => a - b), bytes.length];
	return places.flatMap((from, i) => (i + 1 < places.length ? [bytes.subarray(from, places[i + 1])] : []));
}

describe('FastReader', () => {
	it.each([true, false])(
		'tells what ws alone tells, whatever comes and wherever it is cut (server: %s)',
		async (side) => {
			await fc.assert(
				fc.asyncProperty(
					fc.array(frame(side), { minLength: 1, maxLength: 12 }),
					fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }),
					async (frames, fractions) => {
						const chunks = cut(Buffer.concat(frames), fractions);
						expect(await readFast(chunks, side)).toEqual(await readWithWs(chunks, side, MAX_BYTES));
					}
				),
				{ numRuns: 1500 }
			);
		}
	);

	it('tells what ws alone tells of any bytes', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 }), async (junk) => {
				const chunks = junk.map((bytes) => Buffer.from(bytes));
				expect(await readFast(chunks, true)).toEqual(await readWithWs(chunks, true, MAX_BYTES));
			}),
			{ numRuns: 1000 }
		);
	});

	it('reads byte by byte what was written at once', async () => {
		const bytes = Buffer.concat([300, 3, 0, 200].map((size) => clientFrame(new Uint8Array(size).fill(size))));
		const told = [300, 3, 0, 200].map((size) => `binary ${Buffer.alloc(size, size).toString('hex')}`);
		expect(await readFast([bytes], true)).toEqual(told);
		expect(
			await readFast(
				[...bytes].map((byte) => Buffer.of(byte)),
				true
			)
		).toEqual(told);
	});

	it('troubles the other reader only with what is not whole and binary, and is quick again afterwards', () => {
		const pass = vi.fn(() => true);
		const told: number[] = [];
		const reader = new FastReader({
			masked: false,
			maxBytes: MAX_BYTES,
			message: (bytes) => void told.push(bytes.length),
			other: { errored: null },
			pass
		});
		const ping = Buffer.of(0x89, 0);
		const whole = (size: number): Buffer => serverFrame(new Uint8Array(size));
		const long = whole(500);
		reader.write(Buffer.concat([whole(1), ping, whole(2), long.subarray(0, 3)]));
		reader.write(Buffer.concat([long.subarray(3), whole(3)]));
		expect(told).toEqual([1, 2, 3]);
		expect(pass.mock.calls.map(([bytes]: unknown[]) => (bytes as Buffer).length)).toEqual([2, 3, 501]);
	});

	it('hands on that the other reader asks to wait', () => {
		const reader = new FastReader({
			masked: false,
			maxBytes: MAX_BYTES,
			message: () => undefined,
			other: { errored: null },
			pass: () => false
		});
		expect(reader.write(serverFrame(new Uint8Array(3)))).toBe(true);
		expect(reader.write(Buffer.concat([Buffer.of(0x89, 0), serverFrame(new Uint8Array(3))]))).toBe(false);
	});
});
