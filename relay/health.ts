/** Whether the three upstreams answer, asked together, never for long, and never more often than twice a second. */
import { API_KEY_HEADER } from '../src/lib/protocol/moshi.ts';
import { wsToHttp } from './config/urls.ts';
import { upstreamUrl } from './upstream/address.ts';

const BUILD_INFO_PATH = '/api/build_info';
const MODELS_PATH = '/v1/models';

/** Unmute's: a load balancer and a page may both ask, and the upstreams get one question. */
export const CACHE_MS = 500;
/** A server that is up answers its build information in a few milliseconds, one across the world in some hundred. */
export const TIMEOUT_MS = 2000;

export interface HealthTargets {
	readonly stt: { readonly url: string; readonly apiKey: string };
	readonly tts: { readonly url: string; readonly apiKey: string };
	readonly llm: { readonly url: string; readonly apiKey: string };
}

/** Unmute's shape, and how long each took in milliseconds (null where it did not answer). */
export interface HealthReport {
	readonly ok: boolean;
	readonly stt_up: boolean;
	readonly tts_up: boolean;
	readonly llm_up: boolean;
	/** Parley has no such server yet; `ok` does not need it. */
	readonly voice_cloning_up: boolean;
	readonly latency_ms: { readonly stt: number | null; readonly tts: number | null; readonly llm: number | null };
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

export function createHealth(targets: HealthTargets, options: HealthOptions = {}): Health {
	const { timeoutMs = TIMEOUT_MS, cacheMs = CACHE_MS, nowMs = () => performance.now() } = options;
	let flight: Promise<HealthReport> | null = null;
	let last: { readonly report: HealthReport; readonly atMs: number } | null = null;

	async function ask(): Promise<HealthReport> {
		const { stt, tts, llm } = targets;
		const [sttMs, ttsMs, llmMs] = await Promise.all([
			timeOf(wsToHttp(stt.url), BUILD_INFO_PATH, { [API_KEY_HEADER]: stt.apiKey }),
			timeOf(wsToHttp(tts.url), BUILD_INFO_PATH, { [API_KEY_HEADER]: tts.apiKey }),
			timeOf(llm.url, MODELS_PATH, llm.apiKey === '' ? {} : { authorization: `Bearer ${llm.apiKey}` })
		]);
		const up = { stt_up: sttMs !== null, tts_up: ttsMs !== null, llm_up: llmMs !== null };
		return {
			ok: up.stt_up && up.tts_up && up.llm_up,
			...up,
			voice_cloning_up: false,
			latency_ms: { stt: sttMs, tts: ttsMs, llm: llmMs }
		};
	}

	async function timeOf(base: string, path: string, headers: Readonly<Record<string, string>>): Promise<number | null> {
		const startMs = nowMs();
		try {
			const signal = AbortSignal.timeout(timeoutMs);
			// Not followed: a conversation would not be either, and the key is for this server alone.
			const response = await fetch(upstreamUrl(base, path), { headers, signal, redirect: 'manual' });
			// Unread, the connection could not serve again; read, a hostile server could go on for ever.
			await response.body?.cancel();
			return response.ok ? Math.round((nowMs() - startMs) * 10) / 10 : null;
		} catch {
			return null;
		}
	}

	return {
		async check() {
			if (last !== null && nowMs() - last.atMs < cacheMs) return last.report;
			flight ??= ask().then((report) => {
				last = { report, atMs: nowMs() };
				flight = null;
				return report;
			});
			return flight;
		}
	};
}
