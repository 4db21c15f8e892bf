/** What is measured. Every figure is defined in README.md. */
import { quantile } from '../bench/statistics.ts';

/** In the order of the table; milliseconds, but for the factor. */
export const FIGURES = ['stt', 'vad', 'turn', 'llm', 'ttsStart', 'wait', 'ttsFactor', 'gap'] as const;
export type FigureName = (typeof FIGURES)[number];

export interface Summary {
	readonly n: number;
	readonly mean: number;
	readonly p50: number;
	readonly p90: number;
	readonly p95: number;
	readonly p99: number;
}

export class Figures {
	readonly #values = new Map<FigureName, number[]>(FIGURES.map((name) => [name, []]));

	add(name: FigureName, value: number): void {
		if (Number.isFinite(value)) this.#values.get(name)?.push(value);
	}

	/** Null where it was never measured. */
	summary(name: FigureName): Summary | null {
		const values = this.#values.get(name) ?? [];
		if (values.length === 0) return null;
		const at = (q: number): number => quantile(values, q);
		const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
		return { n: values.length, mean, p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99) };
	}
}
