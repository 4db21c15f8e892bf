/**
 * Whether the upstreams answer: every instance of every service, asked together, never for long, and never more often
 * than twice a second.
 */
import { MODELS_PATH } from '../src/lib/protocol/llm.ts';
import { API_KEY_HEADER, STT_PATH, TTS_PATH } from '../src/lib/protocol/moshi.ts';
import type { Instance } from './discovery/instance.ts';
import { MODULES_INFO_PATH, slotsOf } from './discovery/slots.ts';
import type { Service } from './discovery/service.ts';
import { TTL_MS, asyncTtlCached } from './discovery/ttl-cache.ts';
import { ask } from './upstream/ask.ts';

const BUILD_INFO_PATH = '/api/build_info';

/** Unmute's: a load balancer and a page may both ask, and the upstreams get one question. */
export const CACHE_MS = TTL_MS;
/** A server that is up answers its build information in a few milliseconds, one across the world in some hundred. */
export const TIMEOUT_MS = 2000;
/** Nice to know, and not worth waiting for. */
const SLOTS_TIMEOUT_MS = 500;
/** Of a service with more instances than this, the first ones stand for all. */
export const MOST_ASKED = 16;
/** Some 200 bytes a module. */
const MAX_MODULES_BYTES = 64 * 1024;

export interface HealthTarget {
	readonly service: Pick<Service, 'instances'>;
	readonly apiKey: string;
	/** Of the simple dialect: it has neither build information nor slots to tell, so any answer is a sign of life. */
	readonly isSimple?: boolean;
}

export interface HealthTargets {
	readonly stt: HealthTarget;
	readonly tts: HealthTarget;
	readonly llm: HealthTarget;
	/** Voice cloning; null or absent where none is configured. */
	readonly voice?: HealthTarget | null;
}

type Each<T> = Readonly<Record<'stt' | 'tts' | 'llm' | 'voice_cloning', T>>;

/** Unmute's shape, and what an operator wants to know beside it. */
export interface HealthReport {
	/** Whether a conversation can be had: cloning is not needed for one. */
	readonly ok: boolean;
	/** Each is up where any of its instances answers. */
	readonly stt_up: boolean;
	readonly tts_up: boolean;
	readonly llm_up: boolean;
	/** False where no such server is configured. */
	readonly voice_cloning_up: boolean;
	/** The quickest instance's, in milliseconds; null where none answered. */
	readonly latency_ms: Each<number | null>;
	/** How many instances answered, of how many that were asked. */
	readonly instances: Each<{ readonly up: number; readonly of: number }>;
	/** Of all instances that told; null where none did. */
	readonly free_slots: Readonly<Record<'stt' | 'tts', number | null>>;
}

export interface HealthOptions {
	readonly timeoutMs?: number;
	readonly cacheMs?: number;
	readonly nowMs?: () => number;
}

export interface Health {
	/** Never rejects. */
	check(): Promise<HealthReport>;
}

interface Pulse {
	readonly latencyMs: number | null;
	readonly freeSlots: number | null;
}

interface Vitals extends Pulse {
	readonly up: number;
	readonly of: number;
}

const NOBODY: Vitals = { up: 0, of: 0, latencyMs: null, freeSlots: null };

export function createHealth(targets: HealthTargets, options: HealthOptions = {}): Health {
	const { timeoutMs = TIMEOUT_MS, cacheMs = CACHE_MS, nowMs = () => performance.now() } = options;

	const slotsQuestion = {
		path: MODULES_INFO_PATH,
		timeoutMs: Math.min(timeoutMs, SLOTS_TIMEOUT_MS),
		maxBytes: MAX_MODULES_BYTES
	};

	async function pulseOf(
		instance: Instance,
		path: string,
		headers: Readonly<Record<string, string>>,
		route: string | null,
		isUp: (status: number) => boolean
	): Promise<Pulse> {
		const startMs = nowMs();
		const [latencyMs, freeSlots] = await Promise.all([
			// The body is not waited for: a hostile server's may have no end.
			ask(instance, { path, headers, timeoutMs, maxBytes: 0 }).then(
				({ status }) => (isUp(status) ? Math.round((nowMs() - startMs) * 10) / 10 : null),
				() => null
			),
			route === null
				? null
				: ask(instance, { ...slotsQuestion, headers }).then(
						({ status, body }) => {
							const slots = status === 200 ? slotsOf(body, route) : null;
							return slots === null ? null : Math.max(slots.total - slots.used, 0);
						},
						() => null
					)
		]);
		return { latencyMs, freeSlots: latencyMs === null ? null : freeSlots };
	}

	async function vitals(
		target: HealthTarget | null | undefined,
		path: string,
		headers: Readonly<Record<string, string>>,
		route: string | null
	): Promise<Vitals> {
		if (target == null) return NOBODY;
		const pulse = (instance: Instance): Promise<Pulse> =>
			target.isSimple === true
				? pulseOf(instance, '/', headers, null, (status) => status < 500)
				: pulseOf(instance, path, headers, route, (status) => status >= 200 && status < 300);
		const instances = await target.service.instances().catch(() => []);
		const pulses = await Promise.all(instances.slice(0, MOST_ASKED).map(pulse));
		const alive = pulses.flatMap(({ latencyMs }) => (latencyMs === null ? [] : [latencyMs]));
		const free = pulses.flatMap(({ freeSlots }) => (freeSlots === null ? [] : [freeSlots]));
		return {
			up: alive.length,
			of: pulses.length,
			latencyMs: alive.length === 0 ? null : Math.min(...alive),
			freeSlots: free.length === 0 ? null : free.reduce((sum, slots) => sum + slots, 0)
		};
	}

	const check = asyncTtlCached(
		async (): Promise<HealthReport> => {
			const { stt, tts, llm, voice } = targets;
			const bearer = llm.apiKey === '' ? {} : { authorization: `Bearer ${llm.apiKey}` };
			const [ears, mouth, mind, cloning] = await Promise.all([
				vitals(stt, BUILD_INFO_PATH, { [API_KEY_HEADER]: stt.apiKey }, STT_PATH),
				vitals(tts, BUILD_INFO_PATH, { [API_KEY_HEADER]: tts.apiKey }, TTS_PATH),
				vitals(llm, MODELS_PATH, bearer, null),
				vitals(voice, BUILD_INFO_PATH, voice == null ? {} : { [API_KEY_HEADER]: voice.apiKey }, null)
			]);
			const count = ({ up, of }: Vitals): { up: number; of: number } => ({ up, of });
			return {
				ok: ears.up > 0 && mouth.up > 0 && mind.up > 0,
				stt_up: ears.up > 0,
				tts_up: mouth.up > 0,
				llm_up: mind.up > 0,
				voice_cloning_up: cloning.up > 0,
				latency_ms: {
					stt: ears.latencyMs,
					tts: mouth.latencyMs,
					llm: mind.latencyMs,
					voice_cloning: cloning.latencyMs
				},
				instances: { stt: count(ears), tts: count(mouth), llm: count(mind), voice_cloning: count(cloning) },
				free_slots: { stt: ears.freeSlots, tts: mouth.freeSlots }
			};
		},
		{ ttlMs: cacheMs, nowMs, key: () => 0 }
	);
	return { check: () => check(undefined) };
}
