/** The system's `espeak-ng`, one short-lived process per pass: some 10 ms for five seconds of speech. */
import { spawn } from 'node:child_process';
import type { EspeakRunner } from './espeak.ts';

const COMMAND = 'espeak-ng';
/** A healthy run takes milliseconds: this one is stuck. */
const TIMEOUT_MS = 15_000;
/** Two minutes of sound: more than any clause, and a bound on memory. */
const MAX_OUTPUT_BYTES = 2 * 22_050 * 120;

/** The runner, or null where the machine has no `espeak-ng`. */
export async function systemEspeak(): Promise<EspeakRunner | null> {
	const never = new AbortController().signal;
	try {
		const answer = await run(['--version'], '', never);
		const version = /\d+\.\d+(\.\d+)?/.exec(new TextDecoder().decode(answer))?.[0] ?? '';
		return {
			name: `espeak-ng ${version}`.trim(),
			run: (args, input, signal) => run([...args, '--stdout'], input, signal)
		};
	} catch {
		return null;
	}
}

function run(args: readonly string[], input: string, signal: AbortSignal): Promise<Uint8Array> {
	return new Promise((resolve, reject) => {
		// No shell, and the text only ever travels on standard input.
		const child = spawn(COMMAND, args, {
			stdio: ['pipe', 'pipe', 'ignore'],
			signal,
			killSignal: 'SIGKILL',
			timeout: TIMEOUT_MS
		});
		const parts: Buffer[] = [];
		let size = 0;
		child.stdout.on('data', (part: Buffer) => {
			size += part.length;
			if (size > MAX_OUTPUT_BYTES) child.kill('SIGKILL');
			else parts.push(part);
		});
		child.on('error', reject);
		child.on('close', (code, killedBy) => {
			if (code === 0) resolve(Buffer.concat(parts));
			else reject(new Error(`${COMMAND} ended with ${killedBy ?? code}`));
		});
		// It may be gone before it has read everything; its exit code says what happened.
		child.stdin.on('error', () => undefined);
		child.stdin.end(input);
	});
}
