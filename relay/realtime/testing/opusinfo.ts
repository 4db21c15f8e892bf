/** What opus-tools make of the sound that a client got. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { formatPage } from '../../../src/lib/audio/ogg/page.ts';

const SERIAL_AT = 14;

/** The report on one Ogg stream, given the last page that a client's connection never gets: that it is missing is no fault. */
export async function opusinfo(chunks: readonly Uint8Array[]): Promise<string> {
	const folder = await mkdtemp(join(tmpdir(), 'parley-realtime-'));
	try {
		await writeFile(join(folder, 'heard.opus'), ended(chunks));
		return (await promisify(execFile)('opusinfo', [join(folder, 'heard.opus')])).stdout;
	} finally {
		await rm(folder, { recursive: true });
	}
}

function ended(chunks: readonly Uint8Array[]): Uint8Array {
	const bytes = Buffer.concat(chunks);
	const pages = bytes.toString('latin1').split('OggS').length - 1;
	const serial = bytes.readUInt32LE(SERIAL_AT);
	const none = new Uint8Array(0);
	const end = { continued: false, first: false, last: true, granule: null, lacing: none, body: none };
	return Buffer.concat([bytes, formatPage({ ...end, serial, sequence: pages })]);
}
