/**
 * Chance from a seed. Every user of it has a key of its own ("seed 3, this dialogue, turn 2, the pause head"), so that a
 * policy which asks more often somewhere changes nothing elsewhere: two policies meet the same coughs and the same lost time.
 */
export class Dice {
	#state: number;

	constructor(...key: readonly (string | number)[]) {
		this.#state = hash(key.join('\u0000'));
	}

	/** 0 ≤ x < 1. */
	uniform(): number {
		// A Weyl sequence through a 32-bit finaliser: small, quick and even enough for dice.
		this.#state = (this.#state + 0x9e3779b9) >>> 0;
		return mix(this.#state) / 2 ** 32;
	}

	between(low: number, high: number): number {
		return low + (high - low) * this.uniform();
	}

	/** A whole number, both ends included. */
	whole(low: number, high: number): number {
		return Math.floor(this.between(low, high + 1));
	}

	chance(probability: number): boolean {
		return this.uniform() < probability;
	}

	normal(mean: number, deviation: number): number {
		const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
		return mean + deviation * radius * Math.cos(2 * Math.PI * this.uniform());
	}

	/** Half of the draws lie below `median`; two thirds within a factor of e^`spread` of it. */
	around(median: number, spread: number): number {
		return median * Math.exp(this.normal(0, spread));
	}
}

function mix(value: number): number {
	let x = value;
	x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
	x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
	return (x ^ (x >>> 16)) >>> 0;
}

function hash(text: string): number {
	let h = 0x811c9dc5;
	for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
	return mix(h >>> 0);
}
