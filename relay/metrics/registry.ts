/** The catalogue's metrics as prom-client keeps them, typed by name and by label. */
import { Counter, Gauge, Histogram, Registry, Summary, collectDefaultMetrics } from 'prom-client';
import { COUNTERS, GAUGES, HISTOGRAMS, SUMMARIES } from './catalogue.ts';

type Labels<R> = R extends { readonly labels: infer L extends Readonly<Record<string, readonly string[]>> }
	? { readonly [K in keyof L]: L[K][number] }
	: undefined;

export type CounterName = keyof typeof COUNTERS;
export type GaugeName = keyof typeof GAUGES;
export type HistogramName = keyof typeof HISTOGRAMS;

/** Counters that move for every page: plain numbers here, read when somebody asks. */
export const HOT = [
	'worker_stt_sent_frames_total',
	'worker_stt_recv_frames_total',
	'worker_tts_recv_frames_total'
] as const satisfies readonly CounterName[];
export type HotName = (typeof HOT)[number];

/** Gauges that are counted when somebody asks. */
export type AskedGauge = 'parley_buffered_bytes';
/** … one value for each of the names that there are then. */
export type NamedGauge = 'parley_kiosk_last_seen_seconds';

export interface Asked {
	readonly one: Readonly<Record<AskedGauge, () => number>>;
	readonly named: Readonly<Record<NamedGauge, () => Iterable<readonly [string, number]>>>;
}

type CounterArguments<N extends CounterName> =
	Labels<(typeof COUNTERS)[N]> extends undefined ? [] : [Labels<(typeof COUNTERS)[N]>];
type HistogramArguments<N extends HistogramName> =
	Labels<(typeof HISTOGRAMS)[N]> extends undefined ? [] : [Labels<(typeof HISTOGRAMS)[N]>];

/**
 * prom-client's default metrics that break a rule of `promtool check metrics`: gauges whose names end as counters'. Two
 * more list Node's internals by class, which no operator can act on.
 */
const UNWANTED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

export class MetricsRegistry {
	readonly hot: Record<HotName, number> = Object.fromEntries(HOT.map((name) => [name, 0])) as Record<HotName, number>;
	readonly #registry = new Registry();
	readonly #counters = new Map<string, Counter>();
	readonly #gauges = new Map<string, Gauge>();
	readonly #histograms = new Map<string, Histogram>();
	readonly #summaries = new Map<string, Summary>();

	constructor(ask: Asked) {
		const registers = [this.#registry];
		const { hot } = this;
		for (const [name, row] of Object.entries(COUNTERS)) {
			const collect = isHot(name)
				? {
						collect(this: Counter) {
							this.reset();
							this.inc(hot[name]);
						}
					}
				: {};
			const counter = new Counter({ name, help: row.help, labelNames: labelsOf(row), registers, ...collect });
			this.#counters.set(name, counter);
			// From 0 on, so that the first event is a rise that can be seen.
			for (const values of combinations(row)) counter.inc(values, 0);
		}
		for (const [name, row] of Object.entries(GAUGES)) {
			const labelNames = 'named' in row ? [row.named] : [];
			const collect = asked(name, ask);
			this.#gauges.set(name, new Gauge({ name, help: row.help, labelNames, registers, ...collect }));
		}
		for (const [name, row] of Object.entries(HISTOGRAMS)) {
			const { help, buckets } = row;
			const labelNames = labelsOf(row);
			this.#histograms.set(name, new Histogram({ name, help, buckets: [...buckets], labelNames, registers }));
		}
		for (const [name, { help }] of Object.entries(SUMMARIES)) {
			this.#summaries.set(name, new Summary({ name, help, percentiles: [], registers }));
		}
	}

	/** Adds what concerns the process: memory, CPU, file descriptors, garbage collection. Observes until the process ends. */
	addProcess(): void {
		collectDefaultMetrics({ register: this.#registry });
		for (const name of UNWANTED) this.#registry.removeSingleMetric(name);
	}

	count<N extends CounterName>(name: N, ...labels: CounterArguments<N>): void {
		this.add(name, 1, ...labels);
	}

	add<N extends CounterName>(name: N, by: number, ...[labels]: CounterArguments<N>): void {
		const counter = this.#counters.get(name);
		if (labels === undefined) counter?.inc(by);
		else counter?.inc({ ...labels }, by);
	}

	move(name: Exclude<GaugeName, AskedGauge | NamedGauge>, by: 1 | -1): void {
		this.#gauges.get(name)?.inc(by);
	}

	observe<N extends HistogramName>(name: N, value: number, ...[labels]: HistogramArguments<N>): void {
		const histogram = this.#histograms.get(name);
		if (labels === undefined) histogram?.observe(value);
		else histogram?.observe({ ...labels }, value);
	}

	sum(name: keyof typeof SUMMARIES, value: number): void {
		this.#summaries.get(name)?.observe(value);
	}

	/** In Prometheus' text format, of this content type. */
	text(): Promise<string> {
		return this.#registry.metrics();
	}

	get contentType(): string {
		return this.#registry.contentType;
	}
}

/** How a gauge is counted when somebody asks; nothing where it is moved instead. */
function asked(name: string, { one, named }: Asked): { collect?: (this: Gauge) => void } {
	if (name === 'parley_buffered_bytes') {
		const count = one[name];
		return {
			collect() {
				this.set(count());
			}
		};
	}
	if (name !== 'parley_kiosk_last_seen_seconds') return {};
	const list = named[name];
	return {
		collect() {
			// A name that is gone is shown no more.
			this.reset();
			for (const [kiosk, value] of list()) this.set({ kiosk }, value);
		}
	};
}

const HOT_NAMES: ReadonlySet<string> = new Set(HOT);
const isHot = (name: string): name is HotName => HOT_NAMES.has(name);

function labelsOf(row: object): string[] {
	return 'labels' in row && typeof row.labels === 'object' && row.labels !== null ? Object.keys(row.labels) : [];
}

function* combinations(row: object): Generator<Record<string, string>> {
	if (!('labels' in row)) return;
	const labels = row.labels as Readonly<Record<string, readonly string[]>>;
	let all: Record<string, string>[] = [{}];
	for (const [name, values] of Object.entries(labels)) {
		all = all.flatMap((before) => values.map((value) => ({ ...before, [name]: value })));
	}
	yield* all;
}
