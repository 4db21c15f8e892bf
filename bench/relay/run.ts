/**
 * What the relay costs, beside the least that any relay on this stack can cost: `npm run bench:relay`, or
 * `npm run bench:relay -- --transport uws --talkers N --seconds S --connections N --json FILE --profile FOLDER`. See README.md in
 * this folder.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { churn, type Churned } from './churn.ts';
import { measure, type Measured, type World } from './measure.ts';
import { TRANSPORTS, programsOn } from './programs.ts';
import { makeSound } from './sound.ts';
import { startFloor } from './start-floor.ts';
import { startRelay } from '../parley.ts';
import type { Talker } from './talker.ts';
import { startUpstreams } from './upstreams.ts';
import type { Target } from '../target.ts';
import { Wheel } from '../wheel.ts';

const ON = { node: 'on node:http and ws', uws: 'on uWebSockets.js (and ws to the servers)' } as const;
const DEFAULT_TALKERS = [20, 100, 300];
const DEFAULT_CONNECTIONS = 10_000;
const MOST_TALKERS = 2000;
const MOST_SECONDS = 300;
const MOST_CONNECTIONS = 100_000;

const { values: options } = parseArgs({
	options: {
		talkers: { type: 'string' },
		transport: { type: 'string', default: 'node' },
		seconds: { type: 'string', default: '10' },
		json: { type: 'string' },
		profile: { type: 'string' },
		connections: { type: 'string' }
	}
});
const seconds = wholeNumber('--seconds', options.seconds, MOST_SECONDS);
const counts =
	options.talkers === undefined ? DEFAULT_TALKERS : [wholeNumber('--talkers', options.talkers, MOST_TALKERS)];

interface Run {
	readonly talkers: number;
	readonly relay: Measured;
	readonly floor: Measured;
}

const transport = TRANSPORTS.find((name) => name === options.transport) ?? notOne('--transport', TRANSPORTS);
const programs = await programsOn(transport);
const startMeasured = (profile?: string): Promise<Target> =>
	startRelay(upstreams, profile, programs.relay.env, programs.relay);

const wheel = new Wheel();
const talkers = new Map<number, Talker>();
const sound = await makeSound();
const upstreams = await startUpstreams(sound, wheel, talkers);
const world: World = { sound, wheel, talkers, upstreams };
const connections =
	options.connections === undefined
		? options.talkers === undefined
			? DEFAULT_CONNECTIONS
			: 0
		: wholeNumber('--connections', options.connections, MOST_CONNECTIONS);
const runs: Run[] = [];
let churned: Churned | null = null;
try {
	for (const count of counts) {
		const floorProcess = await startFloor(upstreams, programs);
		const floor = await measure(world, floorProcess, 'copy', count, seconds).finally(() => floorProcess.stop());
		const relayProcess = await startMeasured(options.profile);
		const relay = await measure(world, relayProcess, 'parley', count, seconds).finally(() => relayProcess.stop());
		runs.push({ talkers: count, relay, floor });
		print(runs.at(-1));
	}
	if (connections > 0) {
		const relayProcess = await startMeasured();
		churned = await churn(world, relayProcess, connections).finally(() => relayProcess.stop());
		printChurned(churned);
	}
} finally {
	wheel.stop();
	await upstreams.close();
}
if (options.json !== undefined) {
	const table = runs.map(({ talkers: count, relay, floor }) => ({
		talkers: count,
		cpuMsPerTalkerSecond: relay.cpuMsPerTalkerSecond,
		bytesPerTalker: relay.bytesPerTalker,
		addedMsP50: relay.all.p50,
		addedMsP99: relay.all.p99,
		loopDelayMsP99: relay.loopDelayMsP99,
		floorRatio: relay.cpuMsPerTalkerSecond / floor.cpuMsPerTalkerSecond
	}));
	writeFileSync(
		options.json,
		`${JSON.stringify({ transport, runs: table, ...(churned === null ? {} : { churned }) }, null, 2)}\n`
	);
}
if (runs.some(({ relay, floor }) => relay.problems.length + floor.problems.length > 0)) process.exitCode = 1;

function print(run: Run | undefined): void {
	if (run === undefined) return;
	const { relay, floor } = run;
	console.log(`${run.talkers} talkers, both directions always busy, ${ON[transport]}`);
	for (const [name, measured] of [
		['floor', floor],
		['relay', relay]
	] as const) {
		const { latency } = measured;
		const latencies = Object.entries(latency).map(
			([kind, { p50, p99 }]) => `${kind} ${p50.toFixed(2)}/${p99.toFixed(2)}`
		);
		console.log(
			`  ${name}: ${measured.cpuMsPerTalkerSecond.toFixed(3)} CPU-ms per talker-second, ` +
				`${(measured.bytesPerTalker / 1024).toFixed(0)} KiB live and ${(measured.residentBytesPerTalker / 1024).toFixed(0)} KiB resident a talker, ` +
				`latency p50/p99 ms: ${latencies.join(', ')}, event loop p99 ${measured.loopDelayMsP99.toFixed(1)} ms`
		);
		if (measured.problems.length > 0) {
			console.log(
				`  ${name}: ${measured.problems.length} talkers in trouble: ${[...new Set(measured.problems)].join(', ')}`
			);
		}
	}
	console.log(`  ratio to the floor: ${(relay.cpuMsPerTalkerSecond / floor.cpuMsPerTalkerSecond).toFixed(2)}`);
}

function printChurned(it: Churned): void {
	console.log(`${it.connections} connections made and closed, ${it.perSecond.toFixed(0)} a second`);
	console.log(
		`  relay: ${it.bytesPerConnection.toFixed(0)} bytes live and ${it.residentBytesPerConnection.toFixed(0)} resident ` +
			`left behind by each, ${it.slotsHeld} upstream connections still open`
	);
}

function notOne(name: string, choices: readonly string[]): never {
	console.error(`${name} must be one of ${choices.join(', ')}.`);
	process.exit(2);
}

function wholeNumber(name: string, text: string, most: number): number {
	const value = /^\d{1,6}$/.test(text) ? Number(text) : 0;
	if (value >= 1 && value <= most) return value;
	console.error(`${name} must be a whole number from 1 to ${most}.`);
	process.exit(2);
}
