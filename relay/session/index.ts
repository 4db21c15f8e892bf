/** Every session of this relay: lets browsers in, counts them, and sends them on when it goes away. */
import { randomUUID } from 'node:crypto';
import { CLOSE, PROBLEMS, problem } from '../../src/lib/protocol/problems.ts';
import { SESSION_SUBPROTOCOL, encodeSession } from '../../src/lib/protocol/session.ts';
import type { Refusal, Visit } from '../access/door.ts';
import type { RequestHead, Socket, SocketHandler, UpgradeDecision } from '../http/transport.ts';
import { Admission } from '../limits/admission.ts';
import { seldom } from '../limits/seldom.ts';
import { systemClock } from './clock.ts';
import { SESSION_LIMITS, type SessionDeps } from './deps.ts';
import { faultOf, Session } from './session.ts';

export type { Log, LlmConfig, SessionDeps, SessionLimits, SttConfig, TtsConfig } from './deps.ts';
export { SESSION_LIMITS } from './deps.ts';
export type { Clock } from './clock.ts';

export interface Sessions {
	/** For a handshake on SESSION_PATH that the door has let pass; without a `visit`, only `limits.sessions` counts. */
	upgrade(head: RequestHead, visit?: Visit): UpgradeDecision;
	/** Sessions open now. */
	count(): number;
	/** True from the call of `close` on: nobody is let in any more. */
	draining(): boolean;
	/** Lets nobody in any more, asks everyone to move away, and ends those who are left after `limits.drainMs`. */
	close(): Promise<void>;
}

export function createSessions(deps: SessionDeps): Sessions {
	const limits = { ...SESSION_LIMITS, ...deps.limits };
	const clock = deps.clock ?? systemClock;
	const sessions = new Set<Session>();
	let closing: Promise<void> | null = null;
	let everyoneLeft: () => void = () => undefined;

	const admission = new Admission({ ...NO_LIMITS, sessions: limits.sessions });
	const turnedAway = seldom(
		() => clock.now(),
		(times, code = '') => deps.log.warn({ times, code, sessions: sessions.size }, 'turned browsers away')
	);

	function open(socket: Socket, visit: Visit): SocketHandler {
		// A browser cannot see why a handshake was refused, so it is let in to be told.
		const refusal = closing === null ? visit.enter() : DRAINING;
		if (refusal !== null) {
			turnedAway(refusal.code);
			deps.watch?.refused(refusal.code);
			return turnAway(socket, refusal);
		}
		const gone = (): void => {
			visit.leave();
			sessions.delete(session);
			if (sessions.size === 0) everyoneLeft();
		};
		let session: Session;
		try {
			session = new Session(randomUUID(), socket, deps, gone, visit);
		} catch (error) {
			visit.leave(); // nobody else will: the transport closes a socket that nobody handles
			throw error;
		}
		sessions.add(session);
		return session;
	}

	/** Whoever comes without having been asked for anything. */
	function stranger(address: string): Visit {
		const place = admission.enter({ key: '', local: true });
		return 'code' in place
			? { address, enter: () => place, admit: () => null, leave: () => undefined }
			: { address, enter: () => null, admit: () => null, leave: () => place.leave() };
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
		upgrade(head, visit) {
			const offered = (head.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
			if (offered.includes(SESSION_SUBPROTOCOL)) {
				return {
					accept: true,
					subprotocol: SESSION_SUBPROTOCOL,
					open: (socket) => open(socket, visit ?? stranger(socket.remoteAddress))
				};
			}
			return { accept: false, response: { status: 400, body: `the subprotocol ${SESSION_SUBPROTOCOL} is needed\n` } };
		},
		count: () => sessions.size,
		draining: () => closing !== null,
		close: () => (closing ??= drain())
	};
}

const NO_LIMITS = {
	sessionsPerAddress: 0,
	sessionsPerToken: 0,
	handshakesPerMinute: 0,
	requestsPerMinute: 0
} as const;
const DRAINING: Refusal = { code: 'draining', retryAfterMs: PROBLEMS.draining.retryAfterMs };

/** Tells why, and when to come again; nothing else is heard or kept of it. */
export function turnAway(socket: Socket, refusal: Refusal): SocketHandler {
	const { code, retryAfterMs } = refusal;
	const told = encodeSession({ type: 'problem', ...problem(faultOf(refusal), code, '', retryAfterMs) });
	socket.close(PROBLEMS[code].close ?? CLOSE.tryAgainLater, code, told);
	return { message: () => undefined, closed: () => undefined };
}
