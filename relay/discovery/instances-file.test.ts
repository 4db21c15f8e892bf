import { execFileSync } from 'node:child_process';
import { mkdtemp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MAX_FILE_BYTES, parseInstancesFile, watchInstancesFile } from './instances-file.ts';
import type { ServiceName } from './instance.ts';

const GOOD = `# written by job 4711
stt  ws://node17:8090

TTS http://node17:8089/
tts ws://node18:8089
llm http://node17:8091/v1
`;

describe('what stands in an instances file', () => {
	it('is one server a line, of four services, in the relay’s own spelling', () => {
		expect(parseInstancesFile(GOOD)).toEqual({
			ok: true,
			file: {
				stt: ['ws://node17:8090'],
				tts: ['ws://node17:8089', 'ws://node18:8089'],
				llm: ['http://node17:8091/v1'],
				voice: []
			}
		});
		expect(parseInstancesFile('stt ws://a\r\nvoice http://b\r\n')).toMatchObject({ ok: true });
	});

	it.each([
		['asr ws://a\n', 'line 1: must begin with stt, tts, llm, voice'],
		['stt\n', 'line 1: names no address'],
		['stt ws://a ws://b\n', 'line 1: holds more than a service and an address'],
		['\n#\nstt secret.host\n', 'line 3: the address is no URL: write for instance http://127.0.0.1:8089'],
		[
			'tts ws://secret/api/tts_streaming\n',
			'line 1: the address must end before /api/tts_streaming: the relay adds that itself'
		],
		[
			'stt ws://me:secret@a\n',
			'line 1: the address must not hold a name or password: put the key into the …_API_KEY variable'
		],
		['stt ws://node1', 'its last line has no end: it may be half written'],
		['', 'its last line has no end: it may be half written'],
		['stt ws://a\n'.repeat(65), 'it names more than 64 servers of stt']
	])('%j has a fault, told with its line and without what stands there', (text, fault) => {
		const parsed = parseInstancesFile(text);
		expect(parsed).toEqual({ ok: false, faults: [fault] });
		expect(JSON.stringify(parsed)).not.toContain('secret');
	});

	it('cut off anywhere is refused, or a beginning of the same', () => {
		const whole = parseInstancesFile(GOOD);
		for (let end = 0; end < GOOD.length; end++) {
			const part = parseInstancesFile(GOOD.slice(0, end));
			if (!part.ok || !whole.ok) continue;
			for (const [name, urls] of Object.entries(part.file))
				expect(whole.file[name as ServiceName].slice(0, urls.length)).toEqual(urls);
		}
	});

	it('is read whatever it holds, with a bounded number of faults', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
				const parsed = parseInstancesFile(`${text}\n`);
				expect(parsed.ok || (parsed.faults.length > 0 && parsed.faults.length <= 5)).toBe(true);
			})
		);
	});
});

describe('a watched instances file', () => {
	let folder = '';
	let path = '';
	let now = 0;
	let lines: string[] = [];
	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), 'parley-instances-'));
		path = join(folder, 'instances');
		now = 0;
		lines = [];
	});
	afterEach(() => rm(folder, { recursive: true }));

	const log = { debug: () => undefined, warn: (fields: object) => void lines.push(JSON.stringify(fields)) };
	function watch(): (name: ServiceName) => Promise<readonly string[]> {
		const read = watchInstancesFile(path, { log, nowMs: () => now });
		return (name) => {
			now += 500;
			return read(name);
		};
	}
	const stt = (url: string): Promise<void> => writeFile(path, `stt ${url}\n`);

	it('is seen to change, whether it is replaced or written anew', async () => {
		await stt('ws://a');
		const read = watch();
		expect(await read('stt')).toEqual(['ws://a']);
		await stt('ws://b');
		expect(await read('stt')).toEqual(['ws://b']);
		await writeFile(`${path}.new`, 'stt ws://c\n');
		await rename(`${path}.new`, path);
		expect(await read('stt')).toEqual(['ws://c']);
		expect(lines).toEqual([]);
	});

	it('is looked at no more than twice a second', async () => {
		await stt('ws://a');
		const read = watchInstancesFile(path, { log, nowMs: () => now });
		await read('stt');
		await stt('ws://b');
		now += 499;
		expect(await read('stt')).toEqual(['ws://a']);
		now += 1;
		expect(await read('stt')).toEqual(['ws://b']);
	});

	it('on a file system that hangs is waited for once, which is told, and the last good one serves at once', async () => {
		const hanging: (() => void)[] = [];
		let url = 'ws://a';
		let isHung = false;
		const text = () => ({ text: `stt ${url}\n`, fault: '' });
		const read = watchInstancesFile(path, {
			log,
			nowMs: () => (now += 500),
			timeoutMs: 20,
			read: () => new Promise((resolve) => (isHung ? hanging.push(() => resolve(text())) : resolve(text())))
		});
		expect(await read('stt')).toEqual(['ws://a']);
		[isHung, url] = [true, 'ws://b'];
		expect(await read('stt')).toEqual(['ws://a']);
		const timers = vi.spyOn(globalThis, 'setTimeout');
		for (let i = 0; i < 10; i++) expect(await read('stt')).toEqual(['ws://a']);
		expect(timers).not.toHaveBeenCalled(); // nobody else waited
		timers.mockRestore();
		expect([hanging.length, lines.length]).toEqual([1, 1]);
		isHung = false;
		hanging[0]?.();
		await new Promise(setImmediate);
		expect(await read('stt')).toEqual(['ws://b']);
	});

	it('that goes missing or wrong leaves the last good one, and the operator is told of each state once', async () => {
		await stt('ws://a');
		const read = watch();
		await read('stt');
		const states: readonly (() => Promise<void>)[] = [
			() => rm(path),
			() => writeFile(path, ''),
			() => writeFile(path, 'stt ws://b'),
			() => writeFile(path, 'nonsense\n'),
			async () => {
				await rm(path);
				// Would hold whoever opens it until somebody writes.
				execFileSync('mkfifo', [path]);
			},
			async () => {
				await rm(path);
				await writeFile(path, 'x'.repeat(MAX_FILE_BYTES + 1));
			},
			async () => {
				await rm(path);
				await mkdir(path);
			}
		];
		for (const [i, change] of states.entries()) {
			await change();
			for (let look = 0; look < 3; look++) expect(await read('stt')).toEqual(['ws://a']);
			expect(lines).toHaveLength(i + 1);
		}
		await rm(path, { recursive: true });
		await stt('ws://b');
		expect(await read('stt')).toEqual(['ws://b']);
		expect(lines[0]).toBe('{"faults":["it is not there"],"instead":"the last good one"}');
		expect(lines[3]).toContain('line 1');
		expect(lines.join()).not.toContain('nonsense');
	});

	it('that is not there yet is unresolved until it comes, and so is a service that it does not name', async () => {
		const read = watch();
		await expect(read('stt')).rejects.toMatchObject({ code: 'unresolved' });
		await stt('ws://a');
		expect(await read('stt')).toEqual(['ws://a']);
		await expect(read('tts')).rejects.toMatchObject({ code: 'unresolved' });
		expect(lines).toHaveLength(1);
	});
});
