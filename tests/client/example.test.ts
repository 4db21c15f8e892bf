/** The example of the client library's README does what it says. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { OggOpusDecoder } from '../../src/lib/audio/ogg-opus-decoder.ts';
import { serveScript } from '../loadtest/support/realtime-server.ts';

const EXAMPLE = fileURLToPath(new URL('example.ts', import.meta.url));
const README = fileURLToPath(new URL('../../src/lib/client/README.md', import.meta.url));

const after: (() => unknown)[] = [];
afterEach(async () => {
	for (const undo of after.splice(0)) await undo();
});

describe("the client library's example", () => {
	it('is the one of its README', () => {
		const [, shown] = /```ts\n(.*?)```/s.exec(readFileSync(README, 'utf8')) ?? [];
		expect(shown).toBe(readFileSync(EXAMPLE, 'utf8'));
	});

	it('is greeted, and keeps the sound of it', async () => {
		const server = await serveScript({ frames: 5 });
		const folder = mkdtempSync(join(tmpdir(), 'parley-example-'));
		after.push(server.close, () => rmSync(folder, { recursive: true }));
		const file = join(folder, 'greeting.ogg');
		const { stdout, stderr } = await promisify(execFile)(process.execPath, [EXAMPLE, server.url, file]);
		expect(stdout).toBe('One two three.\nended: closed_here\n');
		expect(stderr).toBe('');
		expect(server.faults).toEqual([]);
		const decoder = await OggOpusDecoder.create();
		const samples = decoder.push(readFileSync(file)).reduce((sum, { length }) => sum + length, 0);
		expect(decoder.faults).toMatchObject({ junkBytes: 0, missingPages: 0, refusedPackets: 0 });
		decoder.free();
		expect(samples).toBe(5 * 1920 - 156);
	});
});
