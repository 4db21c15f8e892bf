/** A recording out of a request: `multipart/form-data` with a field `file`, as browsers and curl send it. */
import type { HttpRequest, HttpResponse } from '../http/transport.ts';
import { audioKind, KINDS_IN_WORDS } from './audio-kind.ts';
import { said } from './words.ts';

/** Of the whole body, as in Unmute: more than 10 s of anything but the plainest sound. */
export const MAX_UPLOAD_BYTES = 4 << 20;
/** A form sends one part, a careful client a few. The parser makes an object of each, and 4 MB hold 80,000. */
const MAX_PARTS = 16;
/** A name, a file's name, a type. */
const MAX_PART_HEAD_BYTES = 4096;
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
async function fileOf(bytes: Uint8Array<ArrayBuffer>, contentType: string): Promise<File | 'malformed' | 'absent'> {
	const boundary = boundaryOf(contentType);
	if (boundary === null || !hasSaneParts(bytes, boundary)) return 'malformed';
	try {
		// The boundary that was looked for, and not the type as it came: in odd ones the parser finds another boundary.
		const headers = { 'content-type': `multipart/form-data; boundary="${boundary}"` };
		const form = await new Response(bytes, { headers }).formData();
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

/**
 * Few parts, each with a short head. The parser spends half a second on a head of 4 MB, and so long nobody's voice is passed
 * on. Whether it is a form at all, the parser says.
 */
function hasSaneParts(bytes: Uint8Array, boundary: string): boolean {
	const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const delimiter = `--${boundary}`;
	let parts = 0;
	let at = buffer.indexOf(delimiter, 0, 'latin1');
	while (at !== -1) {
		const after = at + delimiter.length;
		if (buffer.toString('latin1', after, after + 2) === '--') return true;
		if (++parts > MAX_PARTS) return false;
		if (!buffer.subarray(after, after + MAX_PART_HEAD_BYTES).includes('\r\n\r\n')) return false;
		const lineEnd = buffer.indexOf(`\r\n${delimiter}`, after, 'latin1');
		at = lineEnd === -1 ? -1 : lineEnd + 2;
	}
	return false;
}
