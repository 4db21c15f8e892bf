/**
 * What the three embedded engines have in common: each speaks its real wire protocol on a loopback port, takes a bounded
 * number of clients, and can be told to fail in a named way.
 */

/** Faults on demand, for the tests and for whoever wants to see what Parley does about them. */
export const FAULT_NAMES = [
	'refuse', // takes no connection: connections are reset
	'full', // `Error{"no free channels"}` and close (STT, TTS); HTTP 503 (LLM)
	'unauthorized', // HTTP 401
	'slow', // everything arrives, late: at a fifth of the normal pace
	'diesMidStream', // the connection is cut after the third audio or word message
	'leaves', // the same with a proper goodbye, as from a server that is shut down
	'hangs', // says nothing more after that message, and still answers pings
	'halfOpen', // the same, and answers no ping and no goodbye either: nobody is there any more
	'garbage', // bytes that are no message of the protocol, in the middle
	'never' // accepts and then says nothing at all
] as const;
export type FaultName = (typeof FAULT_NAMES)[number];

export function isFaultName(text: string): text is FaultName {
	return FAULT_NAMES.some((name) => name === text);
}

export interface EngineOptions {
	/** Default 127.0.0.1: engines are for this machine only. */
	readonly host?: string;
	/** Default 0: any free port. */
	readonly port?: number;
	/** Clients at once; one more is told `full`. Default 4. */
	readonly slots?: number;
	/** Fails like this from the start; `setFault` changes it. */
	readonly fault?: FaultName | null;
}

export interface Engine {
	/** `ws://127.0.0.1:PORT` for STT and TTS, `http://127.0.0.1:PORT` for the LLM: what STT_URL and so on would hold. */
	readonly url: string;
	readonly port: number;
	/** From the next connection on; null heals it. */
	setFault(fault: FaultName | null): void;
	/** Clients connected now. 0 after everyone has gone: tests look here for leaks. */
	usedSlots(): number;
	close(): Promise<void>;
}
