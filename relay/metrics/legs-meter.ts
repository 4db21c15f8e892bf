/** One session's upstream connections, as the metrics see them. */
import { FRAME_MS } from '../../src/lib/protocol/moshi.ts';
import type { LegEvent, Service } from '../session/watcher.ts';
import type { MetricsRegistry } from './registry.ts';

interface Leg {
	readonly service: Service;
	readonly sinceMs: number;
	readyMs: number | null;
}

/** What has been tried since a leg of this service was last wanted. */
interface Search {
	sinceMs: number | null;
	/** The last leg's end, where that was a failure. */
	failed: 'connecting' | 'open' | null;
}

interface SttStream {
	readonly leg: number;
	pages: number;
	words: number;
	firstPageMs: number | null;
	stepped: boolean;
	/** When it was ready, where the browser now sends again what nobody has heard; null where not, or no longer. */
	replayMs: number | null;
}

/** A ring of 10 s is sent again in far less than this. */
const REPLAY_MS = 1000;

const ACTIVE = {
	stt: 'worker_stt_active_sessions',
	tts: 'worker_tts_active_sessions',
	llm: 'worker_vllm_active_sessions'
} as const;
const SPEECH = {
	stt: {
		sessions: 'worker_stt_sessions_total',
		misses: 'worker_stt_misses_total',
		hardMisses: 'worker_stt_hard_misses_total',
		ping: 'worker_stt_ping_time',
		find: 'worker_stt_find_time'
	},
	tts: {
		sessions: 'worker_tts_sessions_total',
		misses: 'worker_tts_misses_total',
		hardMisses: 'worker_hard_tts_misses_total',
		ping: 'worker_tts_ping_time',
		find: 'worker_tts_find_time'
	}
} as const;

const noSearch = (): Search => ({ sinceMs: null, failed: null });

export class LegsMeter {
	readonly #registry: MetricsRegistry;
	readonly #nowMs: () => number;
	/** At most one of each service and one prepared: whoever makes them ends them. */
	readonly #legs = new Map<number, Leg>();
	readonly #searches: Record<Service, Search> = { stt: noSearch(), llm: noSearch(), tts: noSearch() };
	#stream: SttStream | null = null;
	/** What the last STT stream heard may be lost: the next one is given it again. */
	#lost: 'stream' | 'connection' | null = null;

	constructor(registry: MetricsRegistry, nowMs: () => number) {
		this.#registry = registry;
		this.#nowMs = nowMs;
	}

	/** The browser asked for what needs this service: whatever was tried before is another search. */
	wanted(service: Service): void {
		this.#searches[service] = noSearch();
	}

	/** The browser goes on with what it said on an earlier connection. */
	reconnected(): void {
		this.#lost = 'connection';
	}

	event(event: LegEvent): void {
		switch (event.what) {
			case 'connecting':
				return this.#connecting(event.service, event.leg);
			case 'ready':
				return this.#ready(event.leg);
			case 'failed': {
				const leg = this.#over(event.leg);
				if (leg !== undefined) this.#failed(leg, event.code);
				return;
			}
			case 'ended':
				this.#over(event.leg);
				return;
			case 'failover':
				return this.#registry.count('parley_failovers_total', { leg: event.service });
			case 'hedge':
				return this.#registry.count('parley_hedges_total', { leg: event.service });
			case 'say':
				return this.#registry.count('worker_tts_sent_frames_total');
		}
	}

	/** Hot: one page of the microphone. */
	page(): void {
		if (this.#stream === null) return;
		this.#registry.hot.worker_stt_sent_frames_total++;
		if (this.#stream.pages++ === 0) this.#stream.firstPageMs = this.#nowMs();
		if (this.#stream.replayMs !== null) this.#maybeReplayed(this.#stream, this.#stream.replayMs, REPLAY_MS);
	}

	/** Hot: one step of the STT. */
	step(): void {
		this.#registry.hot.worker_stt_recv_frames_total++;
		const stream = this.#stream;
		if (stream === null || stream.stepped || stream.firstPageMs === null) return;
		stream.stepped = true;
		this.#registry.observe('worker_stt_ttft', (this.#nowMs() - stream.firstPageMs) / 1000);
	}

	word(): void {
		this.#registry.count('worker_stt_recv_words_total');
		if (this.#stream !== null) this.#stream.words++;
	}

	/** Nobody tries any more: where no leg was ever ready, none could be had. */
	gaveUp(service: 'stt' | 'tts'): void {
		if (this.#searches[service].failed !== 'connecting') return;
		this.#registry.count('worker_service_misses_total');
		this.#registry.count(SPEECH[service].misses);
		this.wanted(service);
	}

	#connecting(service: Service, id: number): void {
		const nowMs = this.#nowMs();
		const search = this.#searches[service];
		if (search.failed === 'connecting') this.#registry.count('parley_leg_retries_total', { leg: service });
		search.sinceMs ??= nowMs;
		this.#legs.set(id, { service, sinceMs: nowMs, readyMs: null });
		if (service !== 'llm') return;
		this.#registry.count('worker_vllm_sessions_total');
		this.#registry.move(ACTIVE.llm, 1);
	}

	#ready(id: number): void {
		const leg = this.#legs.get(id);
		if (leg === undefined) return;
		const nowMs = this.#nowMs();
		leg.readyMs = nowMs;
		const { service, sinceMs } = leg;
		const tookS = (nowMs - sinceMs) / 1000;
		if (service === 'llm') return this.#registry.observe('worker_vllm_ttft', tookS);
		this.#registry.count(SPEECH[service].sessions);
		this.#registry.move(ACTIVE[service], 1);
		this.#registry.observe(SPEECH[service].ping, tookS);
		this.#registry.observe(SPEECH[service].find, (nowMs - (this.#searches[service].sinceMs ?? sinceMs)) / 1000);
		this.wanted(service);
		if (service === 'stt') this.#listening(id, nowMs);
	}

	#listening(leg: number, nowMs: number): void {
		const lost = this.#lost;
		this.#lost = null;
		if (lost === 'stream') this.#registry.count('parley_failovers_total', { leg: 'stt' });
		const replayMs = lost === null ? null : nowMs;
		this.#stream = { leg, pages: 0, words: 0, firstPageMs: null, stepped: false, replayMs };
	}

	/** Whatever came faster than anybody speaks was spoken before; counted once `afterMs` have passed. */
	#maybeReplayed(stream: SttStream, sinceMs: number, afterMs: number): void {
		const passedMs = this.#nowMs() - sinceMs;
		if (passedMs < afterMs) return;
		stream.replayMs = null;
		const pages = stream.pages - Math.ceil(passedMs / FRAME_MS);
		if (pages <= 0) return;
		this.#registry.count('parley_replays_total');
		this.#registry.add('parley_replayed_pages_total', pages);
	}

	#failed({ service, sinceMs, readyMs }: Leg, code: Extract<LegEvent, { what: 'failed' }>['code']): void {
		const stage = readyMs === null ? 'connecting' : 'open';
		this.#searches[service].failed = stage;
		if (service === 'stt' && stage === 'open') this.#lost = 'stream';
		this.#registry.count('parley_leg_failures_total', { leg: service, stage, code });
		if (service === 'llm') return this.#registry.count('worker_vllm_hard_errors_total');
		if (stage === 'open') return;
		if (code === 'at_capacity') {
			return this.#registry.observe(SPEECH[service].ping, (this.#nowMs() - sinceMs) / 1000);
		}
		this.#registry.count('worker_hard_service_misses_total');
		this.#registry.count(SPEECH[service].hardMisses);
	}

	#over(id: number): Leg | undefined {
		const leg = this.#legs.get(id);
		if (leg === undefined) return undefined;
		this.#legs.delete(id);
		const nowMs = this.#nowMs();
		if (leg.service === 'llm') {
			this.#registry.move(ACTIVE.llm, -1);
			this.#registry.observe('worker_vllm_gen_duration', (nowMs - leg.sinceMs) / 1000);
		} else if (leg.readyMs !== null) {
			this.#registry.move(ACTIVE[leg.service], -1);
		}
		if (this.#stream?.leg === id) this.#streamOver(this.#stream, nowMs);
		return leg;
	}

	#streamOver(stream: SttStream, nowMs: number): void {
		this.#stream = null;
		if (stream.replayMs !== null) this.#maybeReplayed(stream, stream.replayMs, 0);
		const { pages, words, firstPageMs } = stream;
		if (firstPageMs === null) return;
		this.#registry.observe('worker_stt_session_duration', (nowMs - firstPageMs) / 1000);
		this.#registry.observe('worker_stt_audio_duration', (pages * FRAME_MS) / 1000);
		this.#registry.observe('worker_stt_num_words', words);
	}
}
