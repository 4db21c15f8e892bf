/** The instances that failed of late, each set aside for a pause that grows while it keeps failing. */
import { backoffMs, type Backoff } from '../lifecycle/backoff.ts';
import type { UpstreamError } from '../upstream/failure.ts';
import { instanceName, placeOf } from './instance-name.ts';
import { instanceKey, type Instance, type ServiceName } from './instance.ts';

/** A restart of a process takes a second or two, that of a model half a minute; nobody is left out for longer. */
export const PAUSE: Backoff = { firstMs: 500, growth: 2, maxMs: 30_000, jitter: 0.5 };
/** One that accepts and drops, again and again, succeeds each time: only so long without failing makes it a good one. */
export const FORGIVEN_MS = 60_000;
/** A full one is well: a slot may be free in a moment. */
export const BUSY_MS = 500;
/** Addresses come and go for as long as the relay runs. */
const MAX_KNOWN = 1024;

interface Known {
	failures: number;
	failedMs: number;
	untilMs: number;
}

export interface AsideOptions {
	readonly name: ServiceName;
	readonly random: () => number;
	readonly nowMs: () => number;
}

export class Aside {
	readonly #options: AsideOptions;
	readonly #known = new Map<string, Known>();

	constructor(options: AsideOptions) {
		this.#options = options;
	}

	/** True the first time. */
	isNew(instance: Instance): boolean {
		const isNew = !this.#known.has(instanceKey(instance));
		this.#of(instance);
		return isNew;
	}

	/** How the log names it. */
	label(instance: Instance): { readonly service: ServiceName; readonly instance: string } {
		const { name } = this.#options;
		return { service: name, instance: instanceName(name, placeOf(instance)) };
	}

	has(instance: Instance): boolean {
		return this.#of(instance).untilMs > this.#options.nowMs();
	}

	/** The one whose pause ends first; null of none. */
	soonest(instances: readonly Instance[]): Instance | null {
		const [first, ...others] = instances;
		if (first === undefined) return null;
		return others.reduce((best, next) => (this.#of(next).untilMs < this.#of(best).untilMs ? next : best), first);
	}

	/** Answers the pause, or null where it was set aside already: those whom one death hits at once count once. */
	add(instance: Instance, cause: UpstreamError): number | null {
		const { nowMs, random } = this.#options;
		const known = this.#of(instance);
		const now = nowMs();
		// The conversation's own fault says nothing of the instance.
		if (cause.code === 'context_overflow' || known.untilMs > now) return null;
		const busy = cause.code === 'at_capacity';
		if (!busy) {
			if (now - known.failedMs > FORGIVEN_MS) known.failures = 0;
			known.failures++;
			known.failedMs = now;
		}
		const pauseMs = busy ? (cause.retryAfterMs ?? BUSY_MS) : backoffMs(known.failures, PAUSE, random);
		known.untilMs = now + pauseMs;
		return pauseMs;
	}

	/** It works: its pause is over. How far the next one has grown is forgotten with time. */
	release(instance: Instance): void {
		this.#of(instance).untilMs = 0;
	}

	#of(instance: Instance): Known {
		const key = instanceKey(instance);
		const known = this.#known.get(key) ?? { failures: 0, failedMs: 0, untilMs: 0 };
		// The least recently used goes first.
		this.#known.delete(key);
		this.#known.set(key, known);
		if (this.#known.size > MAX_KNOWN) {
			const [oldest] = this.#known.keys();
			if (oldest !== undefined) this.#known.delete(oldest);
		}
		return known;
	}
}
