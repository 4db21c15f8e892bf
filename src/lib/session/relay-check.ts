/** Tries a relay out as a conversation would, and finds what is wrong: nothing is said and nobody is listened to. */
import type { ProblemCode } from '../protocol/problems.ts';
import { HEALTH_PATH, readHealth } from './relay-health.ts';
import { sessionAddress } from './relay-origin.ts';
import { Dial, type SocketLike } from './worker/dial.ts';

export const VERDICTS = [
	'fine',
	'insecure', // unencrypted, and not on this machine: the page's own policy forbids it
	'away', // nobody answers there
	'refused', // a relay answers, and does not take pages of this origin
	'not_relay', // somebody answers, and it is no relay
	'no_socket', // a relay answers, and no WebSocket gets through to it
	'code_needed',
	'code_wrong',
	'busy', // full, or stopping, or asked too often: a moment later it may be fine
	'other_version' // it speaks another version of the protocol
] as const;
export type Verdict = (typeof VERDICTS)[number];

export interface Checked {
	readonly verdict: Verdict;
	/** From opening the socket to the relay's welcome, in milliseconds. */
	readonly welcomeMs: number | null;
}

export interface CheckHost {
	readonly ask: typeof fetch;
	readonly connect: (url: string, subprotocol: string) => SocketLike;
	readonly nowMs: () => number;
}

const TIMEOUT_MS = 6000;
const BY_PROBLEM: Readonly<Partial<Record<ProblemCode, Verdict>>> = {
	unauthorized: 'code_needed',
	forbidden_origin: 'refused',
	unsupported_version: 'other_version',
	draining: 'busy',
	too_many_sessions: 'busy',
	quota: 'busy',
	too_fast: 'busy',
	internal: 'busy'
};

/** `localhost` and its like: whoever listens there, the network hears nothing of it. The names that the page's policy has. */
const isThisMachine = (hostname: string): boolean => hostname === 'localhost' || hostname === '127.0.0.1';

/** Whether a page may ask it: encrypted, or on this machine, or where the page itself came from. */
export function mayBeAsked(origin: string, pageOrigin: string): boolean {
	const { protocol, hostname } = new URL(origin);
	return origin === pageOrigin || protocol === 'https:' || isThisMachine(hostname);
}

/** `origin`: an http(s) origin. `token`: the code kept for this very relay. Never rejects. */
export async function checkRelay(
	origin: string,
	token: string | null,
	pageOrigin: string = location.origin,
	host: CheckHost = {
		ask: (...args) => fetch(...args),
		connect: (url, subprotocol) => new WebSocket(url, subprotocol),
		nowMs: () => performance.now()
	}
): Promise<Checked> {
	const plain = (verdict: Verdict): Checked => ({ verdict, welcomeMs: null });
	if (!mayBeAsked(origin, pageOrigin)) return plain('insecure');
	const ask = (path: string, init: RequestInit = {}): Promise<Response | null> =>
		host
			.ask(origin + path, {
				...init,
				cache: 'no-store',
				credentials: 'omit',
				signal: AbortSignal.timeout(TIMEOUT_MS)
			})
			.catch(() => null);

	const health = await ask(HEALTH_PATH);
	if (health === null) {
		// A browser does not tell a refusal from an absence. A relay's `/healthz` may be read by anybody, and whether anything
		// at all is there shows in an answer that cannot be read.
		const alive = await ask('/healthz');
		const text = (await alive?.text().catch(() => '')) ?? '';
		if (text === 'ok\n') return plain('refused');
		return plain(alive !== null || (await ask('/', { mode: 'no-cors' })) !== null ? 'not_relay' : 'away');
	}
	if (health.status === 429) return plain('busy');
	const told: unknown = health.ok ? await health.json().catch(() => null) : null;
	if (readHealth(told) === null) return plain('not_relay');
	return dial(origin, token, host).catch(() => plain('no_socket'));
}

function dial(origin: string, token: string | null, { connect, nowMs }: CheckHost): Promise<Checked> {
	return new Promise((resolve) => {
		const startMs = nowMs();
		const over = (verdict: Verdict, welcomeMs: number | null = null): void => {
			link.close();
			resolve({ verdict, welcomeMs });
		};
		const ofProblem = (code: ProblemCode): Verdict =>
			code === 'unauthorized' && token !== null ? 'code_wrong' : (BY_PROBLEM[code] ?? 'no_socket');
		const link = new Dial(
			{
				url: sessionAddress(origin),
				language: 'en',
				client: 'parley-check',
				token,
				connect,
				nowMs,
				later: (ms, callback) => {
					const timer = setTimeout(callback, ms);
					return () => {
						clearTimeout(timer);
					};
				}
			},
			{
				welcome: () => over('fine', nowMs() - startMs),
				message: (message) => {
					if (message.type === 'problem') over(ofProblem(message.code));
				},
				gone: (problem) => over(problem === null ? 'no_socket' : ofProblem(problem.code))
			}
		);
	});
}
