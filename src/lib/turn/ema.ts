/** An exponential moving average that rises and falls at different speeds, of the pause prediction. */
export interface EmaOptions {
	/** Seconds to cover half of the way up to a larger value (from speaking to pausing). */
	readonly attackS: number;
	/** Seconds to cover half of the way down to a smaller value (from pausing to speaking). */
	readonly releaseS: number;
}

/**
 * The average after `dtS` more seconds of `input`.
 * Both `value` and the answer lie between the smallest and the largest of what went in.
 */
export function ema(value: number, input: number, dtS: number, options: EmaOptions): number {
	const halfLifeS = input > value ? options.attackS : options.releaseS;
	const alpha = 1 - 2 ** (-dtS / halfLifeS);
	return value + alpha * (input - value);
}
