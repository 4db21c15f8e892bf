import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { audioKind } from './audio-kind.ts';
import { form, post, wav, type RawForm } from './testing/recordings.ts';
import { MAX_UPLOAD_BYTES, readUpload, refuseHead } from './upload.ts';

const REFUSALS = new Set([400, 413, 415]);
let good: RawForm;
beforeAll(async () => {
	good = await form({ note: 'mine', file: wav(50) });
});

/** What comes of a body is a recording, or one of the refusals: nothing else, and nothing is thrown. */
async function holds(raw: RawForm): Promise<'recording' | number> {
	const upload = await readUpload(post(raw));
	if (upload.ok) {
		expect(audioKind(upload.recording)).not.toBeNull();
		expect(upload.recording.byteLength).toBeLessThanOrEqual(raw.bytes.byteLength);
		return 'recording';
	}
	expect(REFUSALS).toContain(upload.response.status);
	return upload.response.status;
}

describe('an upload, whatever it is made of', () => {
	it('is the file of its form, between whichever other fields', async () => {
		const name = fc.string({ minLength: 1, maxLength: 20 }).filter((it) => it !== 'file');
		const fields = fc.dictionary(name, fc.string({ maxLength: 50 }), { maxKeys: 8, noNullPrototype: true });
		await fc.assert(
			fc.asyncProperty(fields, async (others) => {
				const upload = await readUpload(post(await form({ ...others, file: wav(50) })));
				expect(upload.ok && Buffer.from(upload.recording).equals(wav(50))).toBe(true);
			}),
			{ numRuns: 50 }
		);
	});

	it('is refused where it is cut short, at whichever byte', async () => {
		const end = Buffer.from(good.bytes).lastIndexOf('--');
		for (let at = 0; at < end; at++)
			expect(await holds({ ...good, bytes: good.bytes.slice(0, at) })).not.toBe('recording');
	});

	it('is a recording or refused, with bytes changed, put in and taken out', async () => {
		const change = fc.record({ at: fc.nat(500), cut: fc.nat(20), put: fc.uint8Array({ maxLength: 20 }) });
		await fc.assert(
			fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 5 }), async (changes) => {
				let bytes = Buffer.from(good.bytes);
				for (const { at, cut, put } of changes)
					bytes = Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + cut)]);
				await holds({ ...good, bytes: new Uint8Array(bytes) });
			}),
			{ numRuns: 300 }
		);
	});

	it('is refused or read with any content type and any bytes at all', async () => {
		const type = fc.oneof(
			fc.string().map((text) => `multipart/form-data; boundary=${text}`),
			fc.string().map((text) => `multipart/form-data; boundary="${text}"`),
			fc.string()
		);
		await fc.assert(
			fc.asyncProperty(type, fc.uint8Array({ maxLength: 300 }), async (contentType, bytes) => {
				await holds({ type: contentType, bytes: new Uint8Array(bytes) });
			}),
			{ numRuns: 300 }
		);
	});

	it('is never let through by a head that says nothing, too much or nonsense of its length', () => {
		fc.assert(
			fc.property(fc.oneof(fc.string(), fc.maxSafeInteger().map(String), fc.double().map(String)), (length) => {
				const refusal = refuseHead(post(good, { 'content-length': length }));
				const isFair = /^\d{1,15}$/.test(length) && Number(length) <= MAX_UPLOAD_BYTES;
				expect(refusal === null).toBe(isFair);
				if (refusal !== null) expect([411, 413]).toContain(refusal.status);
			})
		);
	});

	it('is parsed with the boundary that was looked for, and with no other that a reader of its type could find', async () => {
		const part = '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n';
		const file = `--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n${Buffer.from(wav(10)).toString('latin1')}\r\n`;
		const bytes = Buffer.from(`--a--\r\n${part.repeat(17)}${file}--b--\r\n`, 'latin1');
		for (const type of [
			'multipart/form-data; x="; boundary=a"; boundary=b',
			'multipart/form-data; x="; boundary=a; "; boundary=b',
			'multipart/form-data; boundary=b; boundary=a',
			'multipart/form-data; boundary="b"; x="; boundary=a"'
		])
			for (const body of [bytes, bytes.subarray(bytes.indexOf('--b'))])
				expect(await holds({ type, bytes: new Uint8Array(body) }), type).not.toBe('recording');
	});

	it('is refused though it is four megabytes of what parsers like least', async () => {
		const head = '--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n';
		const fill = (unit: string, before = ''): string =>
			before + unit.repeat(Math.floor((MAX_UPLOAD_BYTES - before.length) / unit.length));
		for (const text of [
			fill('--b\r\n'),
			fill('\r\n--', head),
			fill('\r\n-', head),
			fill('a: b\r\n', '--b\r\n'),
			fill('%22', '--b\r\nContent-Disposition: form-data; name="'),
			fill('\\"', '--b\r\nContent-Disposition: form-data; name="'),
			fill('; name="a"', '--b\r\nContent-Disposition: form-data'),
			fill('\0')
		])
			expect(await holds({ type: 'multipart/form-data; boundary=b', bytes: Buffer.from(text) })).not.toBe('recording');
	});
});
