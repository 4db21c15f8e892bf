import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const started: ChildProcess[] = [];
afterEach(() => {
	for (const child of started.splice(0)) child.kill('SIGKILL');
});

/** Runs one of package.json's commands, as a person does. */
function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
	// FORCE_COLOR is Vitest's own for its terminal; an address with colour codes in it is not found.
	const child = spawn('npm', ['run', '--silent', ...args], {
		cwd: ROOT,
		env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0', ...env },
		stdio: ['ignore', 'pipe', 'pipe']
	});
	started.push(child);
	let said = '';
	const says = (pattern: RegExp): Promise<string> =>
		new Promise((resolve, reject) => {
			const look = (): void => {
				const found = pattern.exec(said);
				if (found !== null) resolve(found[1] ?? found[0]);
			};
			for (const stream of [child.stdout, child.stderr]) {
				stream.on('data', (text: Buffer) => {
					said += text.toString();
					look();
				});
			}
			child.once('exit', () => reject(new Error(`it ended without saying ${String(pattern)}:\n${said}`)));
		});
	const ends = async (): Promise<unknown> => {
		const exit = once(child, 'exit');
		child.kill('SIGTERM');
		return (await exit)[0];
	};
	return { says, ends };
}

async function freePort(): Promise<string> {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	server.close();
	return String(port);
}

const json = async (url: string): Promise<unknown> => (await fetch(url)).json();

describe('npm run engine', () => {
	it.each(['stt', 'tts'])('starts the %s alone, with the slots it was given, and ends when told to', async (engine) => {
		const port = await freePort();
		const { says, ends } = run(['engine', '--', engine, '--port', port, '--slots', '2']);
		expect(await says(/listens at (\S+)/)).toBe(`ws://127.0.0.1:${port}`);
		expect(JSON.stringify(await json(`http://127.0.0.1:${port}/api/modules_info`))).toContain('"total_slots":"2"');
		expect(await ends()).toBe(0);
		await expect(json(`http://127.0.0.1:${port}/api/build_info`)).rejects.toThrow();
	});

	it('starts the llm alone, and names its model', async () => {
		const port = await freePort();
		const { says, ends } = run(['engine', '--', 'llm', '--port', port]);
		expect(await says(/listens at (\S+)/)).toBe(`http://127.0.0.1:${port}`);
		expect(await json(`http://127.0.0.1:${port}/v1/models`)).toMatchObject({ data: [{ id: 'parley-demo' }] });
		expect(await ends()).toBe(0);
	});
});

describe('npm run dev', () => {
	it('serves the app and passes what is the relay’s on to it, as one command that one signal ends', async () => {
		const port = await freePort();
		const { says, ends } = run(['dev'], { PORT: port });
		const [app] = await Promise.all([says(/(http:\/\/localhost:\d+)\/\s/), says(/listening {2}url=/)]);
		expect(await (await fetch(app)).text()).toContain('Parley');
		expect(await json(`${app}/v1/health`)).toMatchObject({ ok: true });
		await ends();
		await expect(fetch(app)).rejects.toThrow();
		await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow();
	});
});
