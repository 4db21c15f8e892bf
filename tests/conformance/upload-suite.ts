/** Recordings that are uploaded: how long they say they are, how long they are, and how they break off. */
import { describe, expect, it } from 'vitest';
import { MAX_UPLOAD_BYTES } from '../../relay/voices/upload.ts';
import { form, wav } from '../../relay/voices/testing/recordings.ts';
import { nextId, type ClientOf } from './client.ts';
import { Raw } from './raw.ts';

const TYPE = 'multipart/form-data; boundary=b';
const head = (...lines: string[]): string => ['POST /upload HTTP/1.1', 'Host: h', ...lines, '', ''].join('\r\n');

export function uploadSuite(client: ClientOf): void {
	describe('uploads', () => {
		const send = (body: BodyInit, type?: string): Promise<Response> =>
			client().get('/upload', {
				method: 'POST',
				body,
				...(type === undefined ? {} : { headers: { 'content-type': type } })
			});

		async function answered(request: string | Uint8Array, ...more: (string | Uint8Array)[]): Promise<string> {
			const raw = await Raw.open(client().url);
			for (const part of [request, ...more]) raw.write(part);
			const text = await raw.until((it) => it.includes('\r\n\r\n'));
			raw.vanish();
			return text.slice(0, text.indexOf('\r\n'));
		}

		it('arrive whole, and are read as the form that they are', async () => {
			const data = new FormData();
			data.append('file', new File([wav()], 'voice.wav'));
			const answer = await send(data);
			expect(answer.status).toBe(200);
			expect(Buffer.from(await answer.arrayBuffer()).equals(wav())).toBe(true);
		});

		it('arrive whole in small pieces, with the boundaries cut through', async () => {
			const { type, bytes } = await form({ file: wav(20) });
			const raw = await Raw.open(client().url);
			raw.write(head(`Content-Type: ${type}`, `Content-Length: ${bytes.byteLength}`));
			for (let at = 0; at < bytes.byteLength; at += 7) {
				raw.write(bytes.subarray(at, at + 7));
				await new Promise(setImmediate);
			}
			expect(await raw.until((it) => it.includes('RIFF'))).toMatch(/^HTTP\/1\.1 200 /);
			raw.vanish();
		});

		it('of the largest size are taken, and of one byte more are not', async () => {
			const filler = (length: number): string => `--b\r\n${' '.repeat(length - 5)}`;
			expect((await send(filler(MAX_UPLOAD_BYTES), TYPE)).status).toBe(400);
			expect((await send(filler(MAX_UPLOAD_BYTES + 1), TYPE)).status).toBe(413);
		});

		it('must say how long they are: 411', async () => {
			const chunked = head(`Content-Type: ${TYPE}`, 'Transfer-Encoding: chunked');
			expect(await answered(chunked, '5\r\n--b--\r\n0\r\n\r\n')).toMatch(/^HTTP\/1\.1 411 /);
			expect(await answered(head(`Content-Type: ${TYPE}`))).toMatch(/^HTTP\/1\.1 411 /);
		});

		it('are refused by what they announce, before they come: 413', async () => {
			const announced = head(`Content-Type: ${TYPE}`, `Content-Length: ${MAX_UPLOAD_BYTES + 1}`);
			expect(await answered(announced)).toMatch(/^HTTP\/1\.1 413 /);
			expect(await answered(head(`Content-Type: ${TYPE}`, 'Content-Length: 999999999'), '--b')).toMatch(
				/^HTTP\/1\.1 413 /
			);
		});

		it.each(['-1', 'many', '0x10', '1e3', ' '])('with a length that is none are never read: %j', async (length) => {
			const raw = await Raw.open(client().url);
			raw.write(`${head(`Content-Type: ${TYPE}`, `Content-Length: ${length}`)}--b--\r\n`);
			expect(await raw.until((it) => it.includes('\r\n\r\n'))).not.toMatch(/^HTTP\/1\.1 [23]/);
			raw.vanish();
		});

		it('of another type are refused before they come: 415', async () => {
			expect(await answered(head('Content-Type: audio/wav', 'Content-Length: 4000'))).toMatch(/^HTTP\/1\.1 415 /);
		});

		it('that break off half way are let go, with nothing kept waiting', async () => {
			const id = nextId();
			const raw = await Raw.open(client().url);
			raw.write(
				head(`Content-Type: ${TYPE}`, 'Content-Length: 4000').replace('/upload', `/upload?id=${id}`) + '--b\r\n'
			);
			await client().diary(id, 'reading');
			raw.vanish();
			expect(await client().diary(id, 'refused')).toEqual(['reading', 'refused:400']);
		});
	});
}
