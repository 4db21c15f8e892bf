/** `npm run loadtest` as it is typed, and what it prints. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { babble, joined, silence } from '../../relay/ears/testing/sounds.ts';
import { writeWave } from '../../relay/embedded/tts/wave-file.ts';
import { serveScript, type ScriptedServer } from './support/realtime-server.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
// Side by side: they wait far longer than they work.
const after: (() => unknown)[] = [];
const folder = mkdtempSync(join(tmpdir(), 'parley-loadtest-'));
after.push(() => rmSync(folder, { recursive: true }));
beforeAll(speech);
afterAll(async () => {
	for (const undo of after.splice(0).reverse()) await undo();
});

interface Ran {
	readonly code: number | null;
	readonly out: string;
	readonly told: string;
}

interface More {
	/** How to press Ctrl-C. */
	readonly started?: (interrupt: () => void) => void;
	readonly path?: string;
}

async function loadtest(args: readonly string[], { started, path }: More = {}): Promise<Ran> {
	const child = spawn(process.execPath, ['loadtest/cli.ts', ...args], {
		cwd: ROOT,
		env: { ...process.env, PATH: path ?? process.env['PATH'] },
		stdio: ['ignore', 'pipe', 'pipe']
	});
	after.push(() => child.kill('SIGKILL'));
	started?.(() => child.kill('SIGINT'));
	let [out, told] = ['', ''];
	child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
	child.stderr.on('data', (chunk: Buffer) => (told += chunk.toString()));
	const [code]: (number | null)[] = await once(child, 'close');
	return { code: code ?? null, out, told };
}

async function server(options: Parameters<typeof serveScript>[0] = {}): Promise<ScriptedServer> {
	const serving = await serveScript(options);
	after.push(serving.close);
	return serving;
}

function speech(): void {
	const pcm = joined(silence(0.4), babble(0.6), silence(0.4));
	writeFileSync(join(folder, 'one.wav'), writeWave(pcm, 24_000));
	writeFileSync(join(folder, 'two.wav'), 'no wave at all');
	writeFileSync(join(folder, 'notes.txt'), 'not looked at');
}

describe.concurrent('npm run loadtest', () => {
	it('talks, prints a table, and writes the same as JSON', async () => {
		const file = join(folder, 'out.json');
		const { url, faults } = await server();
		const args = ['--url', `${url}?token=nightingale`, '--audio', folder, '--messages', '3', '--json', file];
		const { code, out, told } = await loadtest([...args, '--talkers', '2', '--conversations', '3']);
		expect(told).toContain('not used: two.wav: not a WAV file');
		expect(told).toMatch(/3\/3 conversations, 3 well, 0 not, 0 talking/);
		expect(out).toMatch(/turn: speech ends → answer asked for( +\d+ ms){5} +3$/m);
		expect(out).toContain('went well: 100.0 %');
		expect(out + told).not.toContain('nightingale');
		expect(code).toBe(0);
		expect(faults).toEqual([]);
		const written = readFileSync(file, 'utf8');
		expect(written).not.toContain('nightingale');
		expect(JSON.parse(written)).toMatchObject({
			server: url,
			protocol: 'realtime',
			talkers: 2,
			conversations: { planned: 3, good: 3, bad: 0, unfinished: 0, goodShare: 1, reasons: {} },
			messages: 9,
			figures: { turn: { n: 3 }, llm: { n: 6 } }
		});
	});

	it('says by its exit code that some did not go well, and why', async () => {
		const { url } = await server({ mute: true });
		const { code, out } = await loadtest(['--url', url, '--audio', folder, '--patience', '1']);
		expect(out).toContain('went well: 0.0 %\n  1 × no_greeting');
		expect(code).toBe(1);
	});

	it('prints what there is after Ctrl-C', async () => {
		let interrupt = (): void => undefined;
		const { url } = await server({
			frames: 2,
			connected: (count) => {
				if (count === 4) interrupt();
			}
		});
		const args = ['--url', url, '--audio', folder, '--messages', '1', '--conversations', '5000'];
		const { code, out } = await loadtest(args, { started: (kill) => (interrupt = kill) });
		expect(out).toMatch(/realtime: [4-9] of 5000 conversations/);
		expect(out).toContain('went well: 100.0 % (1 unfinished, not counted)');
		expect(code).toBe(130);
	});

	it('says what is missing where there is neither a recording nor espeak-ng', async () => {
		const { url } = await server();
		const { code, told } = await loadtest(['--url', url], { path: folder });
		expect(told).toBe(
			'Give --audio DIR, a folder with recordings of speech (.wav, .ogg, .opus), or install espeak-ng to have some made.\n'
		);
		expect(code).toBe(2);
	});

	it('does not begin where nobody answers, or where it is said that nothing works', async () => {
		const nobody = await loadtest(['--url', 'ws://127.0.0.1:1']);
		expect(nobody).toMatchObject({ code: 2, told: 'Nobody answers at ws://127.0.0.1:1.\n' });
		const sick = createServer((_, response) => response.end('{"ok":false}')).listen(0, '127.0.0.1');
		await once(sick, 'listening');
		after.push(() => sick.close());
		const address = sick.address();
		const url = `ws://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
		expect(await loadtest(['--url', url])).toMatchObject({ code: 2, told: expect.stringContaining('cannot work') });
	});

	it('names every option when asked', async () => {
		const { code, out } = await loadtest(['--help']);
		expect(out).toMatch(/--talkers N .*\n.*--conversations M /);
		expect(code).toBe(0);
	});

	it('does not wait for a server that never lets go', async () => {
		// It answers no close, and reads nothing any more.
		const { url } = await server({ deafens: true });
		const startedMs = performance.now();
		const { code, out } = await loadtest(['--url', url, '--audio', folder, '--patience', '1']);
		expect(out).toContain('1 × no_greeting');
		expect(code).toBe(1);
		expect(performance.now() - startedMs).toBeLessThan(15_000);
	});

	it('says that its result cannot be written before anybody has talked', async () => {
		const { url } = await server();
		const file = join(folder, 'nowhere', 'out.json');
		const { code, told } = await loadtest(['--url', url, '--json', file]);
		expect(told).toBe(`--json: ${file} cannot be written.\n`);
		expect(code).toBe(2);
	});
});
