/** A real Redis on a loopback port, without a file of its own: for tests that kill it and bring it back. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';

export interface RedisServer {
	readonly url: string;
	readonly port: number;
	/** Without a goodbye, as a crashed machine. Resolves when it is gone. */
	kill(): Promise<void>;
	/** Stops the process where it is: connections stay open and nothing is answered. */
	freeze(): void;
	thaw(): void;
}

export interface RedisServerOptions {
	/** Default: any free one. */
	readonly port?: number;
	readonly password?: string;
	/** More settings, as on the command line. */
	readonly settings?: readonly string[];
}

const READY = 'Ready to accept connections';

export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
	const port = options.port ?? (await freePort());
	const { password = '', settings = [] } = options;
	const process = spawn(
		'redis-server',
		[
			...['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--daemonize', 'no'],
			...(password === '' ? [] : ['--requirepass', password]),
			...settings
		],
		{ stdio: ['ignore', 'pipe', 'ignore'] }
	);
	const gone = new Promise<void>((resolve) => {
		process.once('exit', () => resolve());
		process.once('error', () => resolve()); // there is none on this machine: `ready` says so
	});
	await ready(process);
	return {
		url: `redis://127.0.0.1:${port}`,
		port,
		async kill() {
			process.kill('SIGKILL');
			await gone;
		},
		freeze: () => void process.kill('SIGSTOP'),
		thaw: () => void process.kill('SIGCONT')
	};
}

function ready({ stdout }: ChildProcess): Promise<void> {
	return new Promise((resolve, reject) => {
		let text = '';
		stdout?.on('data', (chunk: Buffer) => {
			text += chunk.toString();
			if (text.includes(READY)) resolve();
		});
		stdout?.once('close', () => reject(new Error(`redis-server did not start: ${text}`)));
	});
}

/** Redis takes 0 for no port at all, so one is found and let go. */
async function freePort(): Promise<number> {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	await new Promise((resolve) => server.close(resolve));
	if (address === null || typeof address === 'string') throw new Error('no port');
	return address.port;
}
