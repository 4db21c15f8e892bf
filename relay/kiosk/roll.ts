/** Which kiosks have been heard of, and when. */
import type { KioskPing } from '../../src/lib/chat/characters/kiosk.ts';

/** Each is a label of a metric, which must not be without end. */
export const MOST_KIOSKS = 100;
/** Whoever was not heard of for so long gives its place to a new one. */
const FORGOTTEN_MS = 24 * 3_600_000;

export interface SeenKiosk extends KioskPing {
	readonly lastSeenS: number;
}

export class KioskRoll {
	readonly #seen = new Map<string, { readonly ping: KioskPing; readonly atMs: number }>();

	/** False: there are too many names already. */
	take(ping: KioskPing, nowMs: number): boolean {
		if (!this.#seen.has(ping.name) && this.#seen.size >= MOST_KIOSKS) {
			// The one heard last comes last.
			const [oldest] = this.#seen;
			if (oldest === undefined || nowMs - oldest[1].atMs < FORGOTTEN_MS) return false;
			this.#seen.delete(oldest[0]);
		}
		this.#seen.delete(ping.name);
		this.#seen.set(ping.name, { ping, atMs: nowMs });
		return true;
	}

	/** By name. */
	view(nowMs: number): readonly SeenKiosk[] {
		return [...this.#seen.values()]
			.map(({ ping, atMs }) => ({ ...ping, lastSeenS: Math.max(0, Math.round((nowMs - atMs) / 100) / 10) }))
			.sort((a, b) => (a.name < b.name ? -1 : 1));
	}
}
