/** Every session of this relay: lets browsers in, counts them, and sends them on when it goes away. */
import { randomUUID } from 'node:crypto';
import { PROBLEMS, problem, type ProblemCode } from '../../src/lib/protocol/problems.ts';
import { SESSION_SUBPROTOCOL, encodeSession } from '../../src/lib/protocol/session.ts';
import type { RequestHead, Socket, SocketHandler, UpgradeDecision } from '../http/transport.ts';
import { systemClock } from './clock.ts';
import { SESSION_LIMITS, type SessionDeps } from './deps.ts';
import { Session } from './session.ts';

export type { Log, LlmConfig, SessionDeps, SessionLimits, SttConfig, TtsConfig } from './deps.ts';
export { SESSION_LIMITS } from './deps.ts';
export type { Clock } from './clock.ts';

export interface Sessions {
	/** For a handshake on SESSION_PATH whose origin was checked. */
	upgrade(head: RequestHead): UpgradeDecision;
	/** Sessions open now. */
	count(): number;
	/** Lets nobody in any more, asks everyone to move away, and ends those who are left after `limits.drainMs`. */
	close(): Promise<void>;
}

export function createSessions(deps: SessionDeps): Sessions {
	const limits = { ...SESSION_LIMITS, ...deps.limits };
	const clock = deps.clock ?? systemClock;
	const sessions = new Set<Session>();
	let closing: Promise<void> | null = null;
	let everyoneLeft: () => void = () => undefined;

	function open(socket: Socket): SocketHandler {
		// A browser cannot see why a handshake was refused, so it is let in to be told.
		if (closing !== null) return turnAway(socket, deps, 'draining');
		if (sessions.size >= limits.sessions) {
			deps.log.warn({ sessions: sessions.size }, 'too many sessions');
			return turnAway(socket, deps, 'too_many_sessions');
		}
		const session = new Session(randomUUID(), socket, deps, () => {
			sessions.delete(session);
			if (sessions.size === 0) everyoneLeft();
		});
		sessions.add(session);
		return session;
	}

	async function drain(): Promise<void> {
		if (sessions.size === 0) return;
		const left = new Promise<void>((resolve) => (everyoneLeft = resolve));
		for (const session of sessions) session.drain(limits.drainMs);
		const cancel = clock.after(limits.drainMs, () => {
			for (const session of sessions) session.end('relay', 'draining');
			everyoneLeft(); // their close handshakes are the transport's to wait for
		});
		await left;
		cancel();
	}

	return {
		upgrade(head) {
			const offered = (head.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
			if (offered.includes(SESSION_SUBPROTOCOL)) return { accept: true, subprotocol: SESSION_SUBPROTOCOL, open };
			return { accept: false, response: { status: 400, body: `the subprotocol ${SESSION_SUBPROTOCOL} is needed\n` } };
		},
		count: () => sessions.size,
		close: () => (closing ??= drain())
	};
}

function turnAway(socket: Socket, { watch }: SessionDeps, code: ProblemCode): SocketHandler {
	watch?.refused(code);
	socket.send(encodeSession({ type: 'problem', ...problem('relay', code) }));
	socket.close(PROBLEMS[code].close ?? 1013, code);
	return { message: () => undefined, closed: () => undefined };
}
