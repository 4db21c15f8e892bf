/** Every realtime session of this relay: lets clients of Unmute's protocol in, counts them, and lets them go. */
import { CLOSE, PROBLEMS } from '../../src/lib/protocol/problems.ts';
import { REALTIME_SUBPROTOCOL } from '../../src/lib/protocol/realtime.ts';
import { POLICIES, type PolicyName } from '../../src/lib/turn/options.ts';
import type { Refusal, Visit } from '../access/door.ts';
import type { RequestHead, Socket, SocketHandler, UpgradeDecision } from '../http/transport.ts';
import { Guests } from '../session/guests.ts';
import type { RealtimeDeps } from './deps.ts';
import { errorEvent, ownWords } from './errors.ts';
import { Outlet } from './outlet.ts';
import { CodecPool } from '../codec/pool.ts';
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

const isPolicy = (name: string): name is PolicyName => Object.hasOwn(POLICIES, name);

export function createRealtime(deps: RealtimeDeps): Realtime {
	const chance = deps.chance ?? Math.random;
	const codecs = new CodecPool();
	const guests = new Guests<RealtimeSession>(deps, {
		called: 'realtime clients',
		refuse: turnAway,
		drain: (session) => session.drain(),
		end: (session, code) => session.end(code)
	});

	function open(socket: Socket, visit: Visit, policy: PolicyName, token: string | undefined): SocketHandler {
		const make = (id: string, gone: () => void): RealtimeSession =>
			new RealtimeSession(id, socket, deps, gone, { visit, policy, token, codecs });
		return guests.open(socket, visit, make);
	}

	function turnAway(socket: Socket, { code }: Refusal): void {
		const outlet = new Outlet(socket, chance, () => undefined);
		const words = ownWords(code);
		outlet.close(PROBLEMS[code].close ?? CLOSE.tryAgainLater, words, errorEvent('fatal', code, words));
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
		count: () => guests.count,
		close: () => guests.close().then(() => codecs.close())
	};
}
