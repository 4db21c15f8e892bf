/** When the process stops: told by a signal, in order; told again by someone who has lost patience, at once. */

/**
 * A second signal this soon is the first one's echo: a terminal's Ctrl-C reaches every process of its group, and npm
 * hands the one that it got on to us as well.
 */
export const ECHO_MS = 500;

/** What of the process is needed; tests bring their own. */
export interface Host {
	on(signal: 'SIGTERM' | 'SIGINT', heard: (signal: string) => void): unknown;
	exit(code: number): void;
	now(): number;
}

const ownProcess: Host = {
	on: (signal, heard) => process.on(signal, heard),
	exit: (code) => process.exit(code),
	now: () => performance.now()
};

/** Runs `stop` at the first SIGTERM or SIGINT and exits with 0 once it has resolved. It must not reject. */
export function stopOnSignal(stop: (signal: string) => Promise<void>, host: Host = ownProcess): void {
	let firstMs: number | null = null;
	const heard = (signal: string): void => {
		if (firstMs === null) {
			firstMs = host.now();
			void stop(signal).then(() => host.exit(0));
		} else if (host.now() - firstMs >= ECHO_MS) {
			host.exit(1);
		}
	};
	host.on('SIGTERM', heard);
	host.on('SIGINT', heard);
}
