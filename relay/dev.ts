/** `npm run dev`: the app with hot reload and the relay that restarts when its files change, as one command. */
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const relayPort = process.env.PORT ?? '8080';
const relayOrigin = `http://127.0.0.1:${relayPort}`;

interface Part {
	readonly name: string;
	readonly child: ChildProcess;
	readonly ended: Promise<void>;
}

/** Both parts write to this terminal themselves, so colours and Vite's own screen stay as they are. */
function start(name: string, args: readonly string[], env: Readonly<Record<string, string>>): Part {
	const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
	const ended = new Promise<void>((resolve) => {
		child.once('error', (error) => {
			process.stderr.write(`${name} could not start: ${error.message}\n`);
			resolve();
		});
		child.once('exit', () => resolve());
	});
	return { name, child, ended };
}

const parts = [
	start('relay', ['--watch', '--watch-preserve-output', 'relay/main.ts'], { PORT: relayPort }),
	start('app', ['node_modules/vite/bin/vite.js', 'dev'], { PARLEY_RELAY: relayOrigin })
];
process.stdout.write(`relay on ${relayOrigin}, app on the address below; Ctrl-C stops both\n`);

let stopping = false;
function stopAll(): void {
	stopping = true;
	for (const { child } of parts) if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
}
// From a terminal, Ctrl-C reaches the children as well; a signal sent to this process alone does not.
process.on('SIGINT', stopAll);
process.on('SIGTERM', stopAll);

await Promise.race(parts.map(({ ended }) => ended));
const failed = !stopping;
stopAll();
await Promise.all(parts.map(({ ended }) => ended));
process.exit(failed ? 1 : 0);
