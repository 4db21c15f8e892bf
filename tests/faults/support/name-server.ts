/** A real DNS server (Debian's dnsmasq) on a port of this machine, whose names a test changes while it runs. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Reserved for tests: whatever is not in the server's list does not exist, and no other server is asked. */
export const DOMAIN = 'parley.test';

/** A port that is free for UDP may be taken for TCP, or be taken before the server has it. */
const PORT_TRIES = 5;

export class NameServer {
	readonly #folder: string;
	readonly #port: number;
	readonly #records = new Map<string, readonly string[]>();
	#process: ChildProcess | null = null;
	#said = '';
	#failure = '';
	#heard: () => void = () => undefined;

	private constructor(folder: string, port: number) {
		this.#folder = folder;
		this.#port = port;
	}

	static async start(): Promise<NameServer> {
		for (let tries = PORT_TRIES; ; tries--) {
			const server = new NameServer(await mkdtemp(join(tmpdir(), 'parley-dns-')), await freePort());
			await server.#write();
			try {
				await server.revive();
				return server;
			} catch (error) {
				await server.stop();
				if (tries === 1) throw error;
			}
		}
	}

	/** For DNS_SERVERS. */
	get address(): string {
		return `127.0.0.1:${this.#port}`;
	}

	/** `name` has these addresses from now on, or is gone. Resolves when the server says so. */
	async set(name: string, ...addresses: readonly string[]): Promise<void> {
		if (addresses.length === 0) this.#records.delete(name);
		else this.#records.set(name, addresses);
		await this.#write();
		this.#said = '';
		this.#process?.kill('SIGHUP');
		await this.#says(/read .*hosts/);
	}

	/** Nobody answers any more. */
	async kill(): Promise<void> {
		const running = this.#process;
		this.#process = null;
		if (running === null) return;
		const gone = once(running, 'exit');
		running.kill('SIGKILL');
		await gone;
	}

	async revive(): Promise<void> {
		const options = [
			...['--no-daemon', '--conf-file=/dev/null', '--no-resolv', '--no-hosts', '--no-poll', '--log-facility=-'],
			...['--cache-size=0', '--local-ttl=0', '--listen-address=127.0.0.1', '--bind-interfaces'],
			...[`--port=${this.#port}`, `--local=/${DOMAIN}/`, `--addn-hosts=${this.#hostsFile}`]
		];
		const child = spawn('dnsmasq', options, {
			stdio: ['ignore', 'ignore', 'pipe'],
			env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` }
		});
		this.#process = child;
		this.#said = '';
		this.#failure = '';
		child.once('error', (error) => this.#failed(`dnsmasq did not start: ${error.message}`));
		child.once('exit', () => this.#failed(`dnsmasq ended: ${this.#said}`));
		child.stderr.on('data', (chunk: Buffer) => {
			this.#said += chunk.toString();
			this.#heard();
		});
		await this.#says(/read .*hosts/);
	}

	async stop(): Promise<void> {
		await this.kill();
		await rm(this.#folder, { recursive: true });
	}

	#failed(why: string): void {
		this.#failure = why;
		this.#heard();
	}

	get #hostsFile(): string {
		return join(this.#folder, 'hosts');
	}

	#write(): Promise<void> {
		const lines = [...this.#records].flatMap(([name, all]) => all.map((address) => `${address} ${name}.${DOMAIN}\n`));
		return writeFile(this.#hostsFile, lines.join(''));
	}

	/** Rejects where the server ends without having said it. */
	async #says(pattern: RegExp): Promise<void> {
		while (!pattern.test(this.#said)) {
			if (this.#failure !== '') throw new Error(this.#failure);
			await new Promise<void>((resolve) => (this.#heard = resolve));
		}
	}
}

async function freePort(): Promise<number> {
	const socket = createSocket('udp4');
	socket.bind(0, '127.0.0.1');
	await once(socket, 'listening');
	const { port } = socket.address();
	socket.close();
	return port;
}
