/** The relay as it runs in earnest: a process of its own, on a free port of this machine, that can be told to go or shot. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { relayOnUws, uwsIsImpossible } from './relay-on-uws.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export interface RelayProcess {
	/** `http://127.0.0.1:PORT`. */
	readonly url: string;
	/** Everything it has written, to either stream. */
	readonly said: () => string;
	kill(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): void;
	/** How it ended: its code, or the signal that ended it. */
	readonly ended: Promise<number | string>;
}

const running = new Set<() => void>();

/** Call it after each test: nothing that was started outlives it. */
export function killRelays(): void {
	for (const kill of running) kill();
}

/** Resolves once so many sessions, and no more, are open at `relay`: it hears of an end a moment after the other side. */
export async function sessionsDownTo(relay: RelayProcess, count: number): Promise<void> {
	for (;;) {
		const build: { sessions: number } = await (await fetch(`${relay.url}/v1/build`)).json();
		if (build.sessions <= count) return;
		await new Promise((resolve) => setTimeout(resolve, 10));
	}
}

/** The transports on which a relay can be started here, and why not, where one cannot. */
export const TRANSPORTS = ['node', 'uws'] as const;
export type TransportName = (typeof TRANSPORTS)[number];
export const isImpossible = (transport: TransportName): string | null => (transport === 'uws' ? uwsIsImpossible : null);

/** Rejects, with what it said, where it does not get as far as listening. */
export async function startRelay(
	env: Readonly<Record<string, string>> = {},
	transport: TransportName = 'node'
): Promise<RelayProcess> {
	const command =
		transport === 'uws'
			? await relayOnUws()
			: { node: process.execPath, script: 'relay/main.ts', env: { TRANSPORT: 'node' } };
	const child = spawn(command.node, [command.script], {
		cwd: ROOT,
		env: {
			PATH: process.env['PATH'],
			HOME: process.env['HOME'],
			PORT: '0',
			LOG_FORMAT: 'json',
			...command.env,
			...env
		},
		stdio: ['ignore', 'pipe', 'pipe']
	});
	const shoot = (): void => void child.kill('SIGKILL');
	running.add(shoot);
	const ended = once(child, 'exit').then(([code, signal]: (number | string | null)[]) => {
		running.delete(shoot);
		return code ?? signal ?? 'nothing';
	});
	let text = '';
	const url = await new Promise<string>((resolve, reject) => {
		for (const stream of [child.stdout, child.stderr]) {
			stream.on('data', (chunk: Buffer) => {
				text += chunk.toString();
				const port = /"url":"http:\/\/[^":]+:(\d+)"/.exec(text)?.[1];
				if (port !== undefined) resolve(`http://127.0.0.1:${port}`);
			});
		}
		void ended.then((how) => reject(new Error(`the relay ended with ${how}:\n${text}`)));
	});
	if (!text.includes(`"transport":"${transport}"`)) throw new Error(`the relay is not on ${transport}:\n${text}`);
	return { url, said: () => text, kill: (signal) => void child.kill(signal), ended };
}
