/** A process under measurement: the relay, or the floor. Started with the probe inside, asked for what it used, stopped. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';

const UsageSchema = v.object({
	/** Used since the process began, user and system together: before the collection that this question makes, and after. */
	cpuMsBefore: v.number(),
	cpuMsAfter: v.number(),
	/** After a collection: what is still referred to, in V8's heap and outside it. */
	liveBytes: v.number(),
	/** Resident: with what V8 keeps for the next allocations. */
	rssBytes: v.number(),
	/** Since the last question. */
	loopDelayMsP99: v.number()
});
export type Usage = v.InferOutput<typeof UsageSchema>;

export interface Target {
	readonly port: number;
	usage(): Promise<Usage>;
	/** SIGTERM, and its exit. */
	stop(): Promise<void>;
}

export interface Command {
	/** The Node that runs it. */
	readonly node: string;
	/** Node's own settings; default none. */
	readonly flags?: readonly string[];
	/** The probe, as that Node can load it; default PROBE. */
	readonly probe?: string;
	readonly script: string;
	readonly env: Readonly<Record<string, string>>;
	/** Reads the port from a line of its standard output; null where that is not the line. */
	readonly portIn: (line: string) => number | null;
}

export const PROBE = fileURLToPath(new URL('probe.ts', import.meta.url));
const START_LIMIT_MS = 30_000;

/** `profileFolder`: where V8 writes what it spent its time on. */
export async function start(command: Command, profileFolder?: string): Promise<Target> {
	const profiling = profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`];
	const child = spawn(
		command.node,
		[...profiling, ...(command.flags ?? []), '--expose-gc', '--import', command.probe ?? PROBE, command.script],
		{
			env: { ...process.env, ...command.env },
			stdio: ['ignore', 'pipe', 'inherit', 'ipc']
		}
	);
	const port = await portOf(child, command);
	return {
		port,
		async usage() {
			child.send('usage');
			const [answer]: unknown[] = await once(child, 'message');
			return v.parse(UsageSchema, answer);
		},
		async stop() {
			const exited = once(child, 'exit');
			child.kill('SIGTERM');
			await exited;
		}
	};
}

function portOf(child: ChildProcess, { script, portIn }: Command): Promise<number> {
	return new Promise((resolve, reject) => {
		let text = '';
		const timer = setTimeout(() => {
			child.kill('SIGKILL');
			reject(new Error(`${script} did not say its port in time`));
		}, START_LIMIT_MS);
		child.stdout?.on('data', (chunk: Buffer) => {
			text += chunk.toString();
			for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
				const port = portIn(text.slice(0, end));
				text = text.slice(end + 1);
				if (port === null) continue;
				clearTimeout(timer);
				resolve(port);
			}
		});
		child.once('exit', (code) => {
			clearTimeout(timer);
			reject(new Error(`${script} ended with ${code}`));
		});
	});
}
