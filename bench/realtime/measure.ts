/** One measurement: so many talkers for so long against one server, what they noticed, and what it used meanwhile. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { quantile } from '../statistics.ts';
import { TURN_MS } from '../wheel.ts';
import type { Engines } from './engines.ts';
import type { Server, ServerUsage } from './server.ts';
import { ANSWER_FRAMES, SPEECH_FRAMES } from './sound.ts';
import { PATIENCE_MS, Talker, type TalkerWorld } from './talker.ts';
import { Turns } from './turns.ts';

/** One turn and its answer. Talkers come evenly within it, so that they do not all take their turns at once. */
const ROUND_MS = (SPEECH_FRAMES + ANSWER_FRAMES) * TURN_MS;
/** Before it counts, for the last who came: greeted, and code is compiled. */
const WARM_UP_MS = ANSWER_FRAMES * TURN_MS;
/** Until a server has let go of its engines. */
const LEAVE_LIMIT_MS = 5000;
const RESOLUTION_MS = 10;

export interface Latency {
	readonly p50: number;
	readonly p95: number;
	readonly n: number;
}

export interface Measured {
	readonly talkers: number;
	readonly seconds: number;
	/** Null where the process is not known. */
	readonly cpuMsPerTalkerSecond: number | null;
	readonly rssBytes: number | null;
	/** More than before the first talker of all came, divided by them. */
	readonly rssBytesPerTalker: number | null;
	readonly liveBytesPerTalker: number | null;
	readonly loopDelayMsP99: number | null;
	/** Milliseconds, from the first silent page: until the server says so, and until the answer's first sound. */
	readonly noticed: Latency;
	readonly answered: Latency;
	/** From the TTS to the talker: the answer's first sound. */
	readonly passed: Latency;
	/** How often, and for how long together, answers ran dry. */
	readonly gaps: number;
	readonly gapMs: number;
	/** How late the bench's own timers were, p99: where this is much, the bench measured itself. */
	readonly benchLateMsP99: number;
	/** What talkers complained of; a measurement with any is doubtful. */
	readonly problems: readonly string[];
}

let lastId = 0;

/** `idle`: what the server had used before anybody came. */
export async function measure(
	world: TalkerWorld,
	engines: Engines,
	server: Server,
	idle: ServerUsage,
	count: number,
	seconds: number
): Promise<Measured> {
	const turns = new Turns();
	const everybody: Talker[] = [];
	for (let nth = 0; nth < count; nth++) {
		lastId += 1;
		// Neighbours speak far apart: 31 and 80 share no factor.
		everybody.push(new Talker(lastId, (nth * 31) % TURN_MS, server.url, world, turns));
		await wait(ROUND_MS / count);
	}
	await wait(WARM_UP_MS);
	const loop = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
	const before = await server.usage();
	loop.enable();
	turns.open();
	const startedMs = performance.now();
	await wait(seconds * 1000);
	turns.close();
	const tookS = (performance.now() - startedMs) / 1000;
	loop.disable();
	const after = await server.usage();
	for (let waitedMs = 0; turns.underWay > 0 && waitedMs < PATIENCE_MS; waitedMs += TURN_MS) await wait(TURN_MS);
	await Promise.all(everybody.map((talker) => talker.close()));
	for (const { name } of everybody) world.voicedMs.delete(name);
	for (let waitedMs = 0; engines.slots.stt + engines.slots.tts > 0; waitedMs += TURN_MS) {
		if (waitedMs > LEAVE_LIMIT_MS) {
			turns.problems.push('engines are still held after everybody has left');
			break;
		}
		await wait(TURN_MS);
	}
	const cpuMs = difference(after.cpuMsBefore, before.cpuMsAfter);
	return {
		talkers: count,
		seconds: tookS,
		cpuMsPerTalkerSecond: cpuMs === null ? null : cpuMs / count / tookS,
		rssBytes: after.rssBytes,
		rssBytesPerTalker: perTalker(after.rssBytes, idle.rssBytes, count),
		liveBytesPerTalker: perTalker(after.liveBytes, idle.liveBytes, count),
		loopDelayMsP99: after.loopDelayMsP99,
		noticed: latency(turns.noticed),
		answered: latency(turns.answered),
		passed: latency(turns.passed),
		gaps: turns.gaps,
		gapMs: turns.gapMs,
		benchLateMsP99: Math.max(0, loop.percentile(99) / 1e6 - RESOLUTION_MS),
		problems: turns.problems
	};
}

const latency = (values: readonly number[]): Latency => ({
	p50: quantile(values, 0.5),
	p95: quantile(values, 0.95),
	n: values.length
});

const difference = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a - b);

function perTalker(after: number | null, before: number | null, count: number): number | null {
	const more = difference(after, before);
	return more === null ? null : more / count;
}
