/** What a relay tells of itself and its services. Its answers are checked like anybody's. */
import * as v from 'valibot';

export const HEALTH_PATH = '/v1/health';
export const BUILD_PATH = '/v1/build';
/** The relay itself waits two seconds for its services. */
const TIMEOUT_MS = 6000;

export const SERVICES = ['stt', 'llm', 'tts', 'voice_cloning'] as const;
export type ServiceName = (typeof SERVICES)[number];

const LatencySchema = v.nullish(v.pipe(v.number(), v.finite(), v.minValue(0)), null);
const CountSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const SlotsSchema = v.nullish(CountSchema, null);
const InstancesSchema = v.nullish(v.object({ up: CountSchema, of: CountSchema }), null);

/** Unmute's backend answers the first four; Parley's relay all of it. */
const HealthSchema = v.object({
	stt_up: v.boolean(),
	llm_up: v.boolean(),
	tts_up: v.boolean(),
	voice_cloning_up: v.boolean(),
	latency_ms: v.nullish(
		v.object({ stt: LatencySchema, llm: LatencySchema, tts: LatencySchema, voice_cloning: LatencySchema })
	),
	instances: v.nullish(
		v.object({ stt: InstancesSchema, llm: InstancesSchema, tts: InstancesSchema, voice_cloning: InstancesSchema })
	),
	free_slots: v.nullish(v.object({ stt: SlotsSchema, tts: SlotsSchema }))
});

export interface ServiceHealth {
	/** `none`: no such server is configured. */
	readonly state: 'up' | 'down' | 'none';
	/** The quickest instance's, in milliseconds. */
	readonly latencyMs: number | null;
	/** How many instances answer, of how many. */
	readonly instances: { readonly up: number; readonly of: number } | null;
	readonly freeSlots: number | null;
}
export type Health = Readonly<Record<ServiceName, ServiceHealth>>;

/** Null where it is not what a relay answers. */
export function readHealth(answer: unknown): Health | null {
	const parsed = v.safeParse(HealthSchema, answer);
	if (!parsed.success) return null;
	const { latency_ms, instances, free_slots, ...told } = parsed.output;
	const service = (name: ServiceName): ServiceHealth => {
		const of = instances?.[name] ?? null;
		const isUp = told[`${name}_up`];
		// Without voice cloning a relay is whole; the other three it always has.
		const isNone = !isUp && name === 'voice_cloning' && (of === null || of.of === 0);
		return {
			state: isUp ? 'up' : isNone ? 'none' : 'down',
			latencyMs: latency_ms?.[name] ?? null,
			instances: of,
			freeSlots: name === 'stt' || name === 'tts' ? (free_slots?.[name] ?? null) : null
		};
	};
	return { stt: service('stt'), llm: service('llm'), tts: service('tts'), voice_cloning: service('voice_cloning') };
}

const ShortSchema = v.pipe(v.string(), v.maxLength(100));
const BuildSchema = v.object({ name: ShortSchema, version: ShortSchema, transport: ShortSchema, node: ShortSchema });
export type Build = v.InferOutput<typeof BuildSchema>;

export function readBuild(answer: unknown): Build | null {
	const parsed = v.safeParse(BuildSchema, answer);
	return parsed.success ? parsed.output : null;
}

export interface Told<T> {
	readonly told: T;
	/** From the question to the answer, in milliseconds. */
	readonly tookMs: number;
}

/** Null where nobody answers, or not so. Never rejects. `address` is the path's, of whichever relay. */
async function ask<T>(
	address: string,
	read: (answer: unknown) => T | null,
	fetchIt: typeof fetch,
	signal?: AbortSignal
): Promise<Told<T> | null> {
	const timeout = AbortSignal.timeout(TIMEOUT_MS);
	try {
		const startMs = performance.now();
		const response = await fetchIt(address, {
			cache: 'no-store',
			credentials: 'omit',
			signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout])
		});
		const tookMs = performance.now() - startMs;
		const told = response.ok ? read(await response.json()) : null;
		return told === null ? null : { told, tookMs };
	} catch {
		return null;
	}
}

export const askHealth = (address: string, signal?: AbortSignal, fetchIt = fetch): Promise<Told<Health> | null> =>
	ask(address, readHealth, fetchIt, signal);

export const askBuild = (address: string, signal?: AbortSignal, fetchIt = fetch): Promise<Told<Build> | null> =>
	ask(address, readBuild, fetchIt, signal);
