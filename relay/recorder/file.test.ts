import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { RecordingFile } from './file.ts';

const folders: string[] = [];
afterEach(() => {
	for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
function newFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), 'parley-recording-'));
	folders.push(folder);
	return folder;
}

const lost = (lines: number): string => `${lines} lost\n`;
const never = { lost, failed: (code: string) => expect.unreachable(code) };
const LIMITS = { maxBytes: 100_000, maxWaitingBytes: 50_000 };

describe('a recording file', () => {
	it('is readable by its owner alone and holds every line in order', async () => {
		const path = join(newFolder(), 'a.jsonl');
		const file = new RecordingFile(path, LIMITS, never);
		const lines = Array.from({ length: 500 }, (_, i) => `${i} ${'é'.repeat(i % 7)}\n`);
		for (const [at, line] of lines.entries()) {
			expect(file.add(line)).toBe('taken');
			// Some while a write is under way, some in one go.
			if (at % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
		}
		await file.end('last\n');
		expect(readFileSync(path, 'utf8')).toBe(`${lines.join('')}last\n`);
		expect(statSync(path).mode & 0o777).toBe(0o600);
		expect(file.add('too late\n')).toBe('dropped');
	});

	it('never grows beyond its limit, and has room for the line that says so', async () => {
		const path = join(newFolder(), 'a.jsonl');
		const file = new RecordingFile(path, { maxBytes: 1000, maxWaitingBytes: 1e6 }, never);
		const line = `${'x'.repeat(99)}\n`;
		const results = Array.from({ length: 12 }, () => file.add(line));
		expect(results.indexOf('full')).toBe(7);
		await file.end('that is all\n');
		expect(readFileSync(path, 'utf8')).toBe(`${line.repeat(7)}that is all\n`);
	});

	it('drops what the disk is too slow for, and says so where it is missing', async () => {
		const path = join(newFolder(), 'a.jsonl');
		const file = new RecordingFile(path, { maxBytes: 1e6, maxWaitingBytes: 1000 }, never);
		const line = `${'x'.repeat(299)}\n`;
		expect(Array.from({ length: 5 }, () => file.add(line))).toEqual(['taken', 'taken', 'taken', 'dropped', 'dropped']);
		await expect.poll(() => file.add('after\n')).toBe('taken');
		await file.end('end\n');
		expect(readFileSync(path, 'utf8')).toMatch(/^(x{299}\n){3}[2-9] lost\nafter\nend\n$/);
	});

	it.each(['at once', 'once it is written', 'after its end', 'twice'])(
		'is gone when it is removed %s',
		async (when) => {
			const folder = newFolder();
			const file = new RecordingFile(join(folder, 'a.jsonl'), LIMITS, never);
			file.add('what was said\n');
			if (when === 'once it is written') await expect.poll(() => statSync(join(folder, 'a.jsonl')).size).toBe(14);
			if (when === 'after its end') await file.end('end\n');
			if (when === 'twice') await file.remove();
			await file.remove();
			expect(readdirSync(folder)).toEqual([]);
		}
	);

	it('says once that there is no such folder, and takes nothing any more', async () => {
		const codes: string[] = [];
		const path = join(newFolder(), 'gone', 'a.jsonl');
		const file = new RecordingFile(path, LIMITS, { lost, failed: (code) => codes.push(code) });
		file.add('a\n');
		await file.end('b\n');
		expect(codes).toEqual(['ENOENT']);
		expect(file.add('c\n')).toBe('dropped');
		await file.remove();
	});

	it('overwrites nobody else: an existing file is a failure', async () => {
		const folder = newFolder();
		const path = join(folder, 'a.jsonl');
		await new RecordingFile(path, LIMITS, never).end('mine\n');
		const codes: string[] = [];
		await new RecordingFile(path, LIMITS, { lost, failed: (code) => codes.push(code) }).end('yours\n');
		expect([codes, readFileSync(path, 'utf8')]).toEqual([['EEXIST'], 'mine\n']);
	});

	it('says once that the disk is full', async () => {
		const codes: string[] = [];
		// Linux's own full disk: any write to it fails with ENOSPC.
		const file = new RecordingFile('/dev/full', LIMITS, { lost, failed: (code) => codes.push(code) }, 'w');
		file.add('a\n');
		await file.end('b\n');
		expect(codes).toEqual(['ENOSPC']);
	});
});

describe('a process that dies', () => {
	const die = (how: string): { readonly text: string; readonly status: number | null } => {
		const path = join(newFolder(), 'a.jsonl');
		const script = `
			import { RecordingFile } from '${join(import.meta.dirname, 'file.ts')}';
			const file = new RecordingFile(${JSON.stringify(path)}, { maxBytes: 1e9, maxWaitingBytes: 1e9 }, { failed() {}, lost: String });
			process.on('exit', () => file.rescue());
			let n = 0;
			const some = () => { for (let i = 0; i < 500; i++) file.add(String(n++) + ' ' + 'x'.repeat(200) + '\\n'); };
			some();
			setImmediate(some);
			setTimeout(() => { some(); setImmediate(() => { some(); ${how} }); }, 20);`;
		const { status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' });
		return { text: readFileSync(path, 'utf8'), status };
	};

	it.each([
		['of an uncaught error', "throw new Error('on purpose');", 1],
		['of a rejection that nobody handles', "Promise.reject(new Error('on purpose'));", 1],
		['by its own will', 'process.exit(3);', 3]
	])('%s leaves every line, each once, in order', (_, how, status) => {
		const died = die(how);
		expect(died.status).toBe(status);
		const numbers = died.text
			.trimEnd()
			.split('\n')
			.map((line) => Number.parseInt(line, 10));
		expect(numbers).toEqual(Array.from({ length: 2000 }, (_unused, n) => n));
	});
});
