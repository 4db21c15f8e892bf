/** Back-pressure: readers that stop for a while or for ever, and that every byte which was sent arrives as it was. */
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { nextId, type ClientOf } from './client.ts';
import { LIMITS } from './limits.ts';
import { messageOf, mixedSize } from './messages.ts';
import { Raw, frame, payloadsOf } from './raw.ts';

/** What came, in the words of a failed test: how many messages as they were sent, and then what. */
function heard(raw: Raw, payload: number): string {
	let count = 0;
	const rest: string[] = [];
	for (const bytes of payloadsOf(raw.frames)) {
		if (rest.length === 0 && bytes.equals(messageOf(count, payload))) count++;
		else rest.push(bytes.toString('latin1').slice(0, 20));
	}
	return [count, ...rest].join();
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
				await raw.untilEnds('drained');
				expect((await client().diary(id, 'drained')).filter((line) => line.startsWith('drained'))).toEqual([
					'drained:0'
				]);
				// Every frame that was `sent` arrived, in order and with the bytes it had then; none that was `full` did.
				expect(heard(raw, size)).toBe(`${count},drained`);
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
					await new Promise((resolve) => setTimeout(resolve, 10));
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
			await raw.untilEnds('slow');
			expect(heard(raw, size)).toBe(`${count},last word,\x0f\xa0slow`);
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
