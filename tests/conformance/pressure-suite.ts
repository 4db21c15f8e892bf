/** Back-pressure: readers that stop for a while or for ever, and that every byte which was sent arrives as it was. */
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { nextId, type ClientOf } from './client.ts';
import { LIMITS } from './limits.ts';
import { messageOf, mixedSize } from './messages.ts';
import { Raw, frame } from './raw.ts';

/** Bytes of a server's frame: its header, and what it carries. */
const frameBytes = (payload: number): number => (payload < 126 ? 2 : payload < 65_536 ? 4 : 10) + payload;

/** The number of the first of `count` frames that does not carry what it was sent with; null where there is none. */
function firstBroken(frames: Buffer, count: number, payload: number): number | null {
	const stride = frameBytes(payload);
	for (let n = 0; n < count; n++) {
		const whole = frames.subarray(n * stride, (n + 1) * stride);
		const body = whole.subarray(stride - payload);
		if (whole[0] !== 0x82 || !body.equals(messageOf(n, payload))) return n;
	}
	return null;
}

export function pressureSuite(client: ClientOf): void {
	describe('back-pressure', () => {
		it.each([125, 4000, 16_000, 16_383, 16_384, 32_000, 65_535, 65_536])(
			'says full to a reader of %i bytes a message that does not read, queues nothing more, and says drained when it has',
			async (size) => {
				const id = nextId();
				const raw = await Raw.webSocket(client().url, `/ws?id=${id}`);
				raw.pause();
				raw.write(frame(1, `!flood ${size}`));
				const flooded = (await client().diary(id, 'full-after:')).at(-1)!;
				const [, count, result, buffered] = flooded.split(':');
				expect(result).toBe('full');
				expect(Number(buffered)).toBeGreaterThan(0);
				expect(Number(buffered)).toBeLessThanOrEqual(LIMITS.maxBufferedBytes + size);
				raw.resume();
				await raw.until((it) => it.endsWith('drained'));
				expect((await client().diary(id, 'drained')).filter((line) => line.startsWith('drained'))).toEqual([
					'drained:0'
				]);
				// Every frame that was `sent` arrived, in order and with the bytes it had then; none that was `full` did.
				expect(firstBroken(raw.frames, Number(count), size)).toBeNull();
				expect(raw.frames.byteLength).toBe(Number(count) * frameBytes(size) + 2 + 'drained'.length);
				raw.vanish();
			},
			20_000
		);

		it('says every byte of every message, whatever its size, to a reader that stops and reads on, again and again', async () => {
			const id = nextId();
			const ws = await client().open(id);
			const messages = 1000;
			let heard = 0;
			const broken: number[] = [];
			/** Reads nothing until the server can send nothing more. */
			const rest = async (): Promise<void> => {
				ws.pause();
				for (let stuck = false; !stuck;) {
					const lines = await client().diary(id, '');
					const count = (word: string): number => lines.filter((line) => line.startsWith(word)).length;
					stuck = lines.includes('poured') || count('full') > count('drained');
				}
				ws.resume();
			};
			const rests: Promise<void>[] = [];
			ws.on('message', (data: Buffer, isBinary) => {
				if (!isBinary) return;
				if (!data.equals(messageOf(heard, mixedSize(heard)))) broken.push(heard);
				heard++;
				if (heard % 200 === 1) rests.push(rest());
			});
			ws.on('error', () => broken.push(heard));
			ws.send(`!pour ${messages}`);
			await new Promise((resolve) => {
				ws.on('message', (_, isBinary) => isBinary || resolve('poured'));
				ws.once('close', resolve);
			});
			await Promise.all(rests);
			expect([broken, heard, rests.length]).toEqual([[], messages, 5]);
			ws.terminate();
		}, 20_000);

		it('takes one message above the limit where nothing waits, since it could never be sent otherwise', async () => {
			const id = nextId();
			const ws = await client().open(id);
			const size = LIMITS.maxBufferedBytes * 4;
			ws.send(`!huge ${size}`);
			const [data] = await once(ws, 'message');
			expect(messageOf(0, size).every((byte, i) => data[i] === byte) && data.byteLength === size).toBe(true);
			expect(await client().diary(id, 'huge:')).toContain('huge:sent');
			ws.terminate();
		});

		it('says a last word though the buffer is full: it comes after all that was queued, and then the close', async () => {
			const id = nextId();
			const raw = await Raw.webSocket(client().url, `/ws?id=${id}`);
			const size = 20_000;
			raw.pause();
			raw.write(frame(1, `!flood ${size}`));
			const count = Number((await client().diary(id, 'full-after:')).at(-1)!.split(':')[1]);
			raw.write(frame(1, '!last 4000'));
			expect(await client().diary(id, 'closed:')).toContain('closed:4000:closed:0');
			raw.resume();
			const close = Buffer.concat([Uint8Array.of(0x88, 6, 0x0f, 0xa0), Buffer.from('slow')]);
			await raw.until((it) => it.endsWith('slow'));
			expect(firstBroken(raw.frames, count, size)).toBeNull();
			const end = raw.frames.subarray(count * frameBytes(size));
			expect(end).toEqual(Buffer.concat([Uint8Array.of(0x82, 9), Buffer.from('last word'), close]));
			raw.vanish();
		}, 20_000);

		it('closes a socket whose peer never reads', async () => {
			const id = nextId();
			const raw = await Raw.webSocket(client().url, `/ws?id=${id}`);
			raw.pause();
			raw.write(frame(1, '!flood 16000'));
			await client().diary(id, 'full-after:');
			raw.write(frame(1, '!close 4000 slow'));
			expect(await client().diary(id, 'closed:')).toContain('closed:4000:closed:0');
			raw.vanish();
		});
	});
}
