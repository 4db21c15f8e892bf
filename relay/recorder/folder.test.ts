import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { StartError } from '../start-error.ts';
import { checkFolder, fileName, markOf } from './folder.ts';

const folders: string[] = [];
afterEach(() => {
	for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
function newFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), 'parley-folder-'));
	folders.push(folder);
	return folder;
}

describe('RECORDINGS_DIR', () => {
	it('is taken where files can be made', async () => {
		await expect(checkFolder(newFolder())).resolves.toBeUndefined();
	});

	it('that does not exist, is a file, or is below one keeps the relay from starting, with what to do', async () => {
		const folder = newFolder();
		const file = join(folder, 'file');
		writeFileSync(file, '');
		for (const [path, message] of [
			[join(folder, 'nowhere'), /does not exist: make/],
			[file, /is a file/],
			[join(file, 'below'), /does not exist/]
		] as const) {
			const failure: unknown = await checkFolder(path).catch((error: unknown) => error);
			expect(failure).toBeInstanceOf(StartError);
			expect(String(failure)).toMatch(message);
		}
	});

	it('that no file can be made in does too', async () => {
		await expect(checkFolder('/proc')).rejects.toThrow(StartError);
	});
});

describe('a file name', () => {
	it('sorts by time and cannot leave its folder', () => {
		const early = fileName(Date.UTC(2026, 0, 2), 'a');
		expect(early < fileName(Date.UTC(2026, 0, 2, 0, 0, 0, 1), 'a')).toBe(true);
		expect(fileName(0, 'a', markOf('x'))).toMatch(/^1970-01-01T00-00-00\.000Z_a_[0-9a-f]{32}\.jsonl$/);
		expect(fileName(0, '../../etc/x\0')).toBe('1970-01-01T00-00-00.000Z_______etc_x_.jsonl');
	});
});
