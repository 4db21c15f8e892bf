/** `npm run loadtest`: reads the command line, prepares the speech, runs the test, prints what came out of it. */
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { readArguments, USAGE, type Arguments } from './arguments.ts';
import { LoadTestError } from './error.ts';
import type { OpenLine } from './line.ts';
import { Progress } from './progress.ts';
import { openRealtimeLine } from './realtime-line.ts';
import { json, table } from './report.ts';
import { run } from './run.ts';
import { checkHealth, firstVoice } from './server.ts';
import { openSessionLine } from './session-line.ts';
import { connectWith } from './socket.ts';
import { readRecordings, synthesise } from './sound/recordings.ts';
import { encodeSpeech, type Speech } from './sound/speech.ts';

/** The monitor's own timer: finer would be heard in the measurement. */
const RESOLUTION_MS = 10;
const STAGGER_MS = 2000;
/** No message of a spoken conversation is so long. */
const MESSAGE_S = 60;
const INTERRUPTED = 130;

const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function main(): Promise<void> {
	const args = readArguments(process.argv.slice(2));
	if (args === null) {
		process.stdout.write(USAGE);
		return;
	}
	if (args.json !== undefined) checkWritable(args.json);
	const server = new URL(args.url);
	await checkHealth(server);
	const { recordings, skipped } = await (args.audio === undefined ? synthesise() : readRecordings(args.audio));
	for (const line of skipped) say(`not used: ${line}`);
	const speech = await encodeSpeech(recordings);

	const stopping = new AbortController();
	process.once('SIGINT', () => {
		process.exitCode = INTERRUPTED;
		stopping.abort();
		// Who asks twice does not want to wait for the table.
		process.once('SIGINT', () => process.exit(INTERRUPTED));
	});
	const limit = setTimeout(() => stopping.abort(), args.limit * 1000);
	const loop = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
	loop.enable();
	const progress = new Progress(process.stderr, () => performance.now());
	const outcome = await run({
		open: await opener(args, server, speech),
		speech,
		talkers: args.talkers,
		conversations: args.conversations ?? args.talkers,
		messages: args.messages,
		patienceMs: args.patience * 1000,
		limitMs: (args.longest ?? args.messages * MESSAGE_S) * 1000,
		seed: args.seed,
		staggerMs: STAGGER_MS,
		signal: stopping.signal,
		progress: (tally) => progress.show(tally)
	});
	clearTimeout(limit);
	loop.disable();
	progress.end();
	const head = {
		server: `${server.protocol}//${server.host}`,
		protocol: args.protocol,
		talkers: args.talkers,
		testerLateMs: Math.max(0, loop.percentile(99) / 1e6 - RESOLUTION_MS)
	};
	process.stdout.write(`${table(outcome, head)}\n`);
	if (args.json !== undefined) writeFileSync(args.json, `${JSON.stringify(json(outcome, head), null, '\t')}\n`);
	if (outcome.tally.counts.bad > 0) process.exitCode ??= 1;
}

/** Before anybody talks: half an hour of figures is too much to lose to a wrong path. */
function checkWritable(path: string): void {
	try {
		closeSync(openSync(path, 'a'));
	} catch {
		throw new LoadTestError(`--json: ${path} cannot be written.`);
	}
}

async function opener(args: Arguments, server: URL, speech: Speech): Promise<OpenLine> {
	const { url, protocol, policy, patience } = args;
	const token = args.token ?? process.env['LOADTEST_TOKEN'];
	const shared = { url, connect: connectWith(token), readyLimitMs: patience * 1000 };
	if (protocol === 'session') {
		return openSessionLine({ ...shared, policy, silence: speech.silence, ...(token === undefined ? {} : { token }) });
	}
	return openRealtimeLine({ ...shared, voice: args.voice ?? (await firstVoice(server)) });
}

try {
	await main();
} catch (error) {
	if (!(error instanceof LoadTestError)) throw error;
	say(error.message);
	process.exitCode = 2;
}
