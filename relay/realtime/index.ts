/** Every realtime session of this relay: lets clients of Unmute's protocol in, counts them, and lets them go. */
import { randomUUID } from 'node:crypto';
import { CLOSE, PROBLEMS } from '../../src/lib/protocol/problems.ts';
import { REALTIME_SUBPROTOCOL } from '../../src/lib/protocol/realtime.ts';
import { POLICIES, type PolicyName } from '../../src/lib/turn/options.ts';
import type { Refusal, Visit } from '../access/door.ts';
import type { RequestHead, Socket, SocketHandler, UpgradeDecision } from '../http/transport.ts';
import { seldom } from '../limits/seldom.ts';
import { systemClock } from '../session/clock.ts';
import { SESSION_LIMITS } from '../session/deps.ts';
import type { RealtimeDeps } from './deps.ts';
import { errorEvent, ownWords } from './errors.ts';
import { Outlet } from './outlet.ts';
import { CodecPool } from './pcm/codec-pool.ts';
import { RealtimeSession } from './session.ts';

export type { RealtimeDeps } from './deps.ts';

export interface Realtime {
	/** For a handshake on REALTIME_PATH that the door has let pass. */
	upgrade(head: RequestHead, visit: Visit): UpgradeDecision;
	/** Sessions open now. */
	count(): number;
	/** Lets nobody in any more, ends everyone between two turns, and those who are left after `limits.drainMs`. */
	close(): Promise<void>;
}

/** How a page of OpenAI's protocol brings its token: it cannot set a header. */
const KEY_PREFIX = 'openai-insecure-api-key.';
const DRAINING: Refusal = { code: 'draining', retryAfterMs: PROBLEMS.draining.retryAfterMs };

const isPolicy = (name: string): name is PolicyName => Object.hasOwn(POLICIES, name);

export function createRealtime(deps: RealtimeDeps): Realtime {
	const { drainMs } = { ...SESSION_LIMITS, ...deps.limits };
	const clock = deps.clock ?? systemClock;
	const chance = deps.chance ?? Math.random;
	const sessions = new Set<RealtimeSession>();
	const codecs = new CodecPool();
	let closing: Promise<void> | null = null;
	let everyoneLeft: () => void = () => undefined;

	const turnedAway = seldom(
		() => clock.now(),
		(times, code = '') => deps.log.warn({ times, code, sessions: sessions.size }, 'turned realtime clients away')
	);

	function open(socket: Socket, visit: Visit, policy: PolicyName, token: string | undefined): SocketHandler {
		// Who is refused at the handshake cannot see why, and who waits without a word thinks that it is broken.
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
		let session: RealtimeSession;
		try {
			session = new RealtimeSession(randomUUID(), socket, deps, gone, { visit, policy, token, codecs });
		} catch (error) {
			visit.leave(); // nobody else will: the transport closes a socket that nobody handles
			throw error;
		}
		sessions.add(session);
		return session;
	}

	/** Tells why; nothing else is heard or kept of it. */
	function turnAway(socket: Socket, { code }: Refusal): SocketHandler {
		const outlet = new Outlet(socket, chance, () => undefined);
		const words = ownWords(code);
		outlet.close(PROBLEMS[code].close ?? CLOSE.tryAgainLater, words, errorEvent('fatal', code, words));
		return { message: () => undefined, closed: () => undefined };
	}

	async function drain(): Promise<void> {
		if (sessions.size === 0) return;
		const left = new Promise<void>((resolve) => (everyoneLeft = resolve));
		for (const session of sessions) session.drain();
		const cancel = clock.after(drainMs, () => {
			for (const session of sessions) session.end('draining');
			everyoneLeft(); // their close handshakes are the transport's to wait for
		});
		await left;
		cancel();
	}

	return {
		upgrade(head, visit) {
			const wanted = new URLSearchParams(head.query).get('policy') ?? deps.policy;
			if (!isPolicy(wanted)) {
				const known = Object.keys(POLICIES).join(' or ');
				return { accept: false, response: { status: 400, body: `The policy must be ${known}.\n` } };
			}
			const offered = (head.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
			const token = offered.find((name) => name.startsWith(KEY_PREFIX))?.slice(KEY_PREFIX.length);
			const subprotocol = offered.includes(REALTIME_SUBPROTOCOL) ? REALTIME_SUBPROTOCOL : null;
			return { accept: true, subprotocol, open: (socket) => open(socket, visit, wanted, token) };
		},
		count: () => sessions.size,
		close: () => (closing ??= drain().then(() => codecs.close()))
	};
}
