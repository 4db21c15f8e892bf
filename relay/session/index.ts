/** Every session of this relay: lets browsers in, counts them, and sends them on when it goes away. */
import { CLOSE, PROBLEMS, problem } from '../../src/lib/protocol/problems.ts';
import { SESSION_SUBPROTOCOL, encodeSession } from '../../src/lib/protocol/session.ts';
import type { Refusal, Visit } from '../access/door.ts';
import type { RequestHead, Socket, SocketHandler, UpgradeDecision } from '../http/transport.ts';
import { Admission, type Place } from '../limits/admission.ts';
import { SESSION_LIMITS, type SessionDeps } from './deps.ts';
import { Guests } from './guests.ts';
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
	const { sessions } = { ...SESSION_LIMITS, ...deps.limits };
	const admission = new Admission({ ...NO_LIMITS, sessions });
	const guests = new Guests<Session>(deps, {
		called: 'browsers',
		refuse: turnAway,
		drain: (session, withinMs) => session.drain(withinMs),
		end: (session, code) => session.end('relay', code)
	});

	/** Whoever comes without having been asked for anything. */
	function stranger(address: string): Visit {
		let place: Place | null = null;
		return {
			address,
			enter: (evict = () => undefined) => {
				const taken = admission.enter({ key: '', local: true }, evict);
				if ('code' in taken) return taken;
				place = taken;
				return null;
			},
			begin: () => place?.begin() ?? null,
			admit: () => null,
			leave: () => place?.leave()
		};
	}

	function open(socket: Socket, visit: Visit): SocketHandler {
		return guests.open(socket, visit, (id, gone) => new Session(id, socket, deps, gone, visit));
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
		count: () => guests.count,
		draining: () => guests.draining,
		close: () => guests.close()
	};
}

const NO_LIMITS = {
	sessionsPerAddress: 0,
	sessionsPerToken: 0,
	handshakesPerMinute: 0,
	requestsPerMinute: 0
} as const;

/** Tells why, and when to come again. */
function turnAway(socket: Socket, refusal: Refusal): void {
	const { code, retryAfterMs } = refusal;
	const told = encodeSession({ type: 'problem', ...problem(faultOf(refusal), code, '', retryAfterMs) });
	socket.close(PROBLEMS[code].close ?? CLOSE.tryAgainLater, code, told);
}
