/** Choices that a seed decides: the same seed, the same choice, on every machine. */

/** Spreads neighbouring seeds over all of 32 bits: the finaliser of MurmurHash3, with its constants. */
function scatter(seed: number): number {
	let bits = seed >>> 0;
	bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
	bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
	return (bits ^ (bits >>> 16)) >>> 0;
}

/** At most `count` of `all`, none twice, in an order that `seed` decides too. A seed is any number; its low 32 bits count. */
export function draw<T>(all: readonly T[], count: number, seed: number): T[] {
	const left = [...all];
	const drawn: T[] = [];
	while (drawn.length < count && left.length > 0) {
		// Zero stays zero under `scatter`, and the place in the draw must count: hence the odd step.
		const at = scatter(seed + Math.imul(drawn.length + 1, 0x9e3779b1)) % left.length;
		drawn.push(...left.splice(at, 1));
	}
	return drawn;
}
