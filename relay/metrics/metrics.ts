/** The relay's metrics: watches every session, and answers `GET /metrics`. */
import type { CacheFailure } from '../cache/cache.ts';
import type { HttpResponse } from '../http/transport.ts';
import type { SeenSession, SessionWatcher, Watch } from '../session/watcher.ts';
import type { ProblemCode } from '../../src/lib/protocol/problems.ts';
import { watchLoop } from './loop-delay.ts';
import { MetricsRegistry } from './registry.ts';
import { SessionMeter } from './session-meter.ts';

export const METRICS_PATH = '/metrics';

export interface MetricsOptions {
	/** Adds the process's own metrics, which observe until it ends; default false, as in tests. */
	readonly process?: boolean;
	readonly nowMs?: () => number;
}

export class Metrics implements Watch {
	/** Each kiosk's name with the seconds since it was last heard of. */
	kiosks: () => Iterable<readonly [string, number]> = () => [];
	readonly #registry: MetricsRegistry;
	readonly #nowMs: () => number;
	readonly #sessions = new Set<SeenSession>();
	readonly #stopLoop: () => void;

	constructor({ process = false, nowMs = () => performance.now() }: MetricsOptions = {}) {
		this.#nowMs = nowMs;
		this.#registry = new MetricsRegistry({
			one: {
				parley_buffered_bytes: () => {
					let bytes = 0;
					for (const session of this.#sessions) bytes += session.bufferedBytes();
					return bytes;
				}
			},
			named: { parley_kiosk_last_seen_seconds: () => this.kiosks() }
		});
		if (process) this.#registry.addProcess();
		this.#stopLoop = watchLoop((delayS) => this.#registry.observe('parley_event_loop_delay_seconds', delayS));
	}

	session(seen: SeenSession): SessionWatcher {
		this.#sessions.add(seen);
		return new SessionMeter(this.#registry, this.#nowMs, () => this.#sessions.delete(seen));
	}

	refused(code: ProblemCode): void {
		this.#registry.count('parley_refused_total', { code });
	}

	/** An answer of `/v1/health`. */
	health(ok: boolean): void {
		this.#registry.sum('worker_health_ok', ok ? 1 : 0);
	}

	cacheError(code: CacheFailure): void {
		this.#registry.count('parley_cache_errors_total', { code });
	}

	recordings(by: 1 | -1): void {
		this.#registry.move('parley_recordings', by);
	}

	recordingError(): void {
		this.#registry.count('parley_recording_errors_total');
	}

	async respond(): Promise<HttpResponse> {
		const headers = { 'content-type': this.#registry.contentType, 'cache-control': 'no-store' };
		return { status: 200, headers, body: await this.#registry.text() };
	}

	close(): void {
		this.#stopLoop();
	}
}
