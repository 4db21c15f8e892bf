/** A recording out of a request: `multipart/form-data` with a field `file`, as browsers and curl send it. */
import type { HttpRequest, HttpResponse } from '../http/transport.ts';
import { audioKind, KINDS_IN_WORDS } from './audio-kind.ts';
import { said } from './words.ts';

/** Of the whole body, as in Unmute: more than 10 s of anything but the plainest sound. */
export const MAX_UPLOAD_BYTES = 4 << 20;
/** A form sends one part, a careful client a few. The parser makes an object of each, and 4 MB hold 80,000. */
const MAX_PARTS = 16;
/** RFC 2046, 5.1.1. */
const MAX_BOUNDARY_CHARS = 70;

export type Upload =
	| { readonly ok: true; readonly recording: Uint8Array<ArrayBuffer> }
	| { readonly ok: false; readonly response: HttpResponse };

/** What can be said before a byte of the body is read; null where there is nothing to say. */
export function refuseHead({ headers }: Pick<HttpRequest, 'headers'>): HttpResponse | null {
	const length = headers['content-length'];
	if (length === undefined || !/^\d{1,15}$/.test(length)) return said(411, 'Say with Content-Length how long it is.');
	if (Number(length) > MAX_UPLOAD_BYTES) return TOO_LARGE;
	if (!/^multipart\/form-data\s*(;|$)/i.test(headers['content-type'] ?? ''))
		return said(415, 'Send multipart/form-data with the recording as its field "file".');
	return null;
}

export async function readUpload(request: HttpRequest): Promise<Upload> {
	const body = await request.readBody(MAX_UPLOAD_BYTES);
	if (!body.ok) return refused(body.reason === 'too_big' ? TOO_LARGE : said(400, 'The upload broke off.'));
	const file = await fileOf(body.bytes, request.headers['content-type'] ?? '');
	if (file === 'malformed') return refused(said(400, 'This is no multipart/form-data as its boundary announces it.'));
	if (file === 'absent') return refused(said(400, 'There is no file in the field "file".'));
	const recording = new Uint8Array(await file.arrayBuffer());
	if (recording.byteLength === 0) return refused(said(400, 'The file is empty.'));
	if (audioKind(recording) === null)
		return refused(said(415, `This file is no recording that can be read. Send ${KINDS_IN_WORDS}.`));
	return { ok: true, recording };
}

const TOO_LARGE = said(
	413,
	`A recording may take ${MAX_UPLOAD_BYTES >> 20} MB with what is around it. Ten seconds are enough.`
);

function refused(response: HttpResponse): Upload {
	return { ok: false, response };
}

/** Names, of fields and files, are the sender's and go no further than here. */
async function fileOf(bytes: Uint8Array, contentType: string): Promise<File | 'malformed' | 'absent'> {
	const boundary = boundaryOf(contentType);
	if (boundary === null || countUpTo(bytes, `--${boundary}`, MAX_PARTS + 1) > MAX_PARTS + 1) return 'malformed';
	try {
		const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } }).formData();
		const file = form.get('file');
		return file instanceof File ? file : 'absent';
	} catch {
		return 'malformed';
	}
}

function boundaryOf(contentType: string): string | null {
	const [, quoted, plain] = /;\s*boundary=(?:"([^"\\]+)"|([^\s";]+))/i.exec(contentType) ?? [];
	const boundary = quoted ?? plain ?? '';
	return boundary.length > 0 && boundary.length <= MAX_BOUNDARY_CHARS ? boundary : null;
}

/** How often `text` occurs, counted no further than one past `most`. */
function countUpTo(bytes: Uint8Array, text: string, most: number): number {
	const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	let count = 0;
	for (let at = buffer.indexOf(text, 0, 'latin1'); at !== -1 && count <= most; count++)
		at = buffer.indexOf(text, at + text.length, 'latin1');
	return count;
}
