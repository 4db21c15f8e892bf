/** Several who look on, as one. */
import type { ProblemCode } from '../../src/lib/protocol/problems.ts';
import type { ClientMessage, RelayMessage } from '../../src/lib/protocol/session.ts';
import type { LegEvent, SessionWatcher, Watch } from './watcher.ts';

export function watchAll(watches: readonly Watch[]): Watch {
	return {
		session(seen) {
			const watchers = watches.map((watch) => watch.session(seen));
			const [only] = watchers;
			return watchers.length === 1 && only !== undefined ? only : new Watchers(watchers);
		},
		refused(code) {
			for (const watch of watches) watch.refused(code);
		}
	};
}

class Watchers implements SessionWatcher {
	readonly #all: readonly SessionWatcher[];

	constructor(all: readonly SessionWatcher[]) {
		this.#all = all;
	}

	heard(message: ClientMessage, bytes: number): void {
		for (const watcher of this.#all) watcher.heard(message, bytes);
	}

	sent(message: RelayMessage, bytes: number): void {
		for (const watcher of this.#all) watcher.sent(message, bytes);
	}

	sentFrame(type: 'step' | 'replyAudio', message: Uint8Array): void {
		for (const watcher of this.#all) watcher.sentFrame(type, message);
	}

	leg(event: LegEvent): void {
		for (const watcher of this.#all) watcher.leg(event);
	}

	closing(reason: ProblemCode): void {
		for (const watcher of this.#all) watcher.closing(reason);
	}

	closed(code: number): void {
		for (const watcher of this.#all) watcher.closed(code);
	}
}
