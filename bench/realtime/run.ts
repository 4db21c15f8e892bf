/**
 * What a server of `/v1/realtime` costs and how long its talkers wait, beside others: `npm run bench:realtime`. See
 * README.md in this folder.
 */
import { writeFileSync } from 'node:fs';
import { usageOf } from '../process-usage.ts';
import { startRelay } from '../parley.ts';
import { Wheel } from '../wheel.ts';
import { startEngines } from './engines.ts';
import { measure, type Measured } from './measure.ts';
import { readOptions, USAGE, type Options } from './options.ts';
import { findDoubling, type Doubling } from './ramp.ts';
import { describe, describeDoubling } from './report.ts';
import { serve } from './serve.ts';
import { foreignServer, ownServer, type Server } from './server.ts';
import { makeSound } from './sound.ts';
import type { TalkerWorld } from './talker.ts';

interface Result {
	readonly server: string;
	readonly runs: readonly Measured[];
	readonly doubling: Doubling | null;
}

const options = readOptions(process.argv.slice(2));
if (options === null) {
	console.log(USAGE);
	process.exit(0);
}
if ('mistake' in options) {
	console.error(`${options.mistake} All options: npm run bench:realtime -- --help`);
	process.exit(2);
}

for (const { pid } of options.foreign) {
	if (pid === null || (await usageOf(pid).catch(() => null)) !== null) continue;
	console.error(`There is no process ${pid} whose use could be looked at.`);
	process.exit(2);
}

const given: Options = options;
const wheel = new Wheel();
const voicedMs = new Map<string, number>();
const sound = await makeSound();
const engines = await startEngines(sound, wheel, options.enginesPort, (name) => voicedMs.set(name, performance.now()));
const results: Result[] = [];
const servers: Server[] = [];
try {
	if (options.serve) await serve(engines);
	else if (options.own) {
		const [moshiUrl, llmUrl] = [`ws://${engines.host}`, `http://${engines.host}`];
		servers.push(ownServer(await startRelay({ moshiUrl, llmUrl }, options.profile)));
	}
	if (!options.serve) servers.push(...options.foreign.map(({ name, url, pid }) => foreignServer(name, url, pid)));
	for (const server of servers) {
		for (const format of options.formats) {
			const name = format === 'opus' ? server.name : `${server.name} (${format})`;
			results.push(await measureServer(name, server, { sound, wheel, voicedMs, format }));
		}
	}
} finally {
	await Promise.all(servers.map((server) => server.stop()));
	wheel.stop();
	await engines.close();
}
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify({ servers: results }, null, 2)}\n`);
if (results.some(({ runs }) => runs.some(({ problems }) => problems.length > 0))) process.exitCode = 1;

async function measureServer(name: string, server: Server, world: TalkerWorld): Promise<Result> {
	const { talkers, seconds, ramp, most } = given;
	const idle = await server.usage();
	const one = async (count: number): Promise<Measured> => {
		const run = await measure(world, engines, server, idle, count, seconds);
		console.log(describe(name, run));
		return run;
	};
	const runs: Measured[] = [];
	for (const count of talkers) runs.push(await one(count));
	const [base] = runs;
	if (!ramp || base === undefined) return { server: name, runs, doubling: null };
	const doubling = await findDoubling(base, most, one);
	console.log(describeDoubling(name, doubling));
	return { server: name, runs, doubling };
}
