/** Recordings that are real enough for a test, and the forms that carry them. */
import type { HttpRequest, ReadBodyResult } from '../../http/transport.ts';

/** One second of 24 kHz mono silence in 16 bits. */
export function wav(samples = 24_000): Uint8Array<ArrayBuffer> {
	const bytes = new Uint8Array(44 + 2 * samples);
	const view = new DataView(bytes.buffer);
	const text = (at: number, it: string): void => bytes.set(new TextEncoder().encode(it), at);
	text(0, 'RIFF');
	view.setUint32(4, 36 + 2 * samples, true);
	text(8, 'WAVEfmt ');
	view.setUint32(16, 16, true);
	view.setUint16(20, 1, true);
	view.setUint16(22, 1, true);
	view.setUint32(24, 24_000, true);
	view.setUint32(28, 48_000, true);
	view.setUint16(32, 2, true);
	view.setUint16(34, 16, true);
	text(36, 'data');
	view.setUint32(40, 2 * samples, true);
	return bytes;
}

export interface RawForm {
	readonly type: string;
	readonly bytes: Uint8Array<ArrayBuffer>;
}

/** As a browser would send it. */
export async function form(fields: Readonly<Record<string, Uint8Array<ArrayBuffer> | string>>): Promise<RawForm> {
	const data = new FormData();
	for (const [name, value] of Object.entries(fields))
		data.append(name, typeof value === 'string' ? value : new File([value], 'voice.wav', { type: 'audio/wav' }));
	const request = new Response(data);
	return { type: request.headers.get('content-type') ?? '', bytes: new Uint8Array(await request.arrayBuffer()) };
}

/** A request as a transport hands it out. `headers` replace those that go with the form; undefined takes one away. */
export function post(
	{ type, bytes }: RawForm,
	headers: Readonly<Record<string, string | undefined>> = {},
	body: Promise<ReadBodyResult> | null = null
): HttpRequest {
	const all = { 'content-type': type, 'content-length': String(bytes.byteLength), ...headers };
	const present = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
	return {
		method: 'POST',
		path: '/v1/voices',
		query: '',
		headers: Object.fromEntries(present),
		remoteAddress: '127.0.0.1',
		readBody: async (maxBytes) =>
			body ?? (bytes.byteLength > maxBytes ? { ok: false, reason: 'too_big' } : { ok: true, bytes })
	};
}
