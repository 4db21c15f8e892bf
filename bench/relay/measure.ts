/** One measurement: so many talkers for so long against one process, and what it used meanwhile. */
import { setTimeout as wait } from 'node:timers/promises';
import { quantile } from '../statistics.ts';
import type { Sound } from './sound.ts';
import { Talker, type Dialect } from './talker.ts';
import type { Target } from '../target.ts';
import { kinds, type Kinds, type Samples } from './times.ts';
import type { Upstreams } from './upstreams.ts';
import type { Wheel } from '../wheel.ts';

/** Before it counts: connections are made, buffers have grown, and V8 has compiled what is hot, which takes longer the more code there is. */
const WARM_UP_MS = 12_000;
/** Handshakes under way at once. */
const AT_ONCE = 20;

export interface World {
	readonly sound: Sound;
	readonly wheel: Wheel;
	/** Who is there, for the upstreams to know whose message they hold. */
	readonly talkers: Map<number, Talker>;
	readonly upstreams: Upstreams;
}

export interface Measured {
	readonly cpuMsPerTalkerSecond: number;
	/** Live memory more than before they came, divided by them; and resident memory, most of it V8's young generation. */
	readonly bytesPerTalker: number;
	readonly residentBytesPerTalker: number;
	readonly loopDelayMsP99: number;
	/** From send to arrival, through the process: milliseconds. */
	readonly latency: Readonly<Record<keyof Kinds, { readonly p50: number; readonly p99: number; readonly n: number }>>;
	/** All three kinds together. */
	readonly all: { readonly p50: number; readonly p99: number };
	/** What talkers complained of; a measurement with any is none. */
	readonly problems: readonly string[];
}

export async function measure(
	world: World,
	target: Target,
	dialect: Dialect,
	count: number,
	seconds: number
): Promise<Measured> {
	const { sound, wheel, talkers, upstreams } = world;
	const idle = await target.usage();
	const times = kinds();
	const everybody = Array.from({ length: count }, (_, id) => new Talker(id, sound, wheel, times));
	for (const talker of everybody) talkers.set(talker.id, talker);
	for (let at = 0; at < count; at += AT_ONCE) {
		await Promise.all(everybody.slice(at, at + AT_ONCE).map((talker) => talker.connect(target.port, dialect)));
	}
	await wait(WARM_UP_MS);
	const before = await target.usage();
	const startedMs = performance.now();
	for (const samples of Object.values(times)) samples.open();
	await wait(seconds * 1000);
	for (const samples of Object.values(times)) samples.close();
	const tookS = (performance.now() - startedMs) / 1000;
	const after = await target.usage();
	const problems = everybody.flatMap((talker) => (talker.lives ? [] : [talker.problems[0] ?? 'gone']));
	await Promise.all(everybody.map((talker) => talker.close()));
	talkers.clear();
	while (upstreams.slots.stt > 0 || upstreams.slots.tts > 0) await wait(20);
	const all = Object.values(times).flatMap(({ values }) => values);
	return {
		cpuMsPerTalkerSecond: (after.cpuMsBefore - before.cpuMsAfter) / count / tookS,
		bytesPerTalker: (after.liveBytes - idle.liveBytes) / count,
		residentBytesPerTalker: (after.rssBytes - idle.rssBytes) / count,
		loopDelayMsP99: after.loopDelayMsP99,
		latency: { audio: figures(times.audio), step: figures(times.step), reply: figures(times.reply) },
		all: { p50: quantile(all, 0.5), p99: quantile(all, 0.99) },
		problems
	};
}

const figures = ({ values }: Samples) => ({
	p50: quantile(values, 0.5),
	p99: quantile(values, 0.99),
	n: values.length
});
