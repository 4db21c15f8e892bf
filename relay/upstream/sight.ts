/** How one connection to an upstream fares, told by whoever makes it to whoever counts. */
import type { LegCode } from './failure.ts';

/** Of its methods `failed` or `ended` is called exactly once, and `ready` at most once before. */
export interface ConnectionSight {
	/** The STT and TTS have a slot; the LLM wrote its first token. */
	ready(): void;
	/** Whether or not a person notices: it may be tried again elsewhere. */
	failed(code: LegCode): void;
	/** Over as it should be, or given up by us. */
	ended(): void;
}

/**
 * Called when a connection begins: once for each try at each instance. `instance` is the same for the same one, and holds
 * an address: for telling them apart, never for a log.
 */
export type See = (instance: string) => ConnectionSight;
