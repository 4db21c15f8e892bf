import { describe, expect, it } from 'vitest';
import { CLOSE, problem, type ProblemCode } from '../protocol/problems.ts';
import { encodeSession } from '../protocol/session.ts';
import { checkRelay, mayBeAsked, type CheckHost, type Verdict } from './relay-check.ts';
import type { SocketLike } from './worker/dial.ts';

const PAGE = 'https://parley.example';
const RELAY = 'https://relay.example';
const HEALTHY = { ok: true, stt_up: true, llm_up: true, tts_up: true, voice_cloning_up: false };

type Answers = Readonly<Record<string, (() => Response) | undefined>>;

interface Met {
	readonly asked: string[];
	readonly sent: Uint8Array[];
	closed: number | undefined;
	headers: unknown[];
}

/** A relay that gives these answers (a path without one is not reached), and whose socket does as `socket` says. */
function meeting(answers: Answers, socket: (socket: SocketLike) => void = () => undefined) {
	const met: Met = { asked: [], sent: [], closed: undefined, headers: [] };
	let nowMs = 0;
	const host: CheckHost = {
		ask: (input, init) => {
			const { origin, pathname } = new URL(String(input));
			const asked = `${init?.mode ?? 'cors'} ${origin}${pathname}`;
			met.asked.push(asked);
			met.headers.push(init?.headers);
			const answer = answers[`${init?.mode ?? 'cors'} ${pathname}`];
			return answer === undefined ? Promise.reject(new TypeError('Failed to fetch')) : Promise.resolve(answer());
		},
		connect: (url) => {
			met.asked.push(url);
			const made: SocketLike = {
				binaryType: 'blob',
				bufferedAmount: 0,
				onopen: null,
				onmessage: null,
				onclose: null,
				send: (data) => void met.sent.push(data),
				close: (code) => void (met.closed = code)
			};
			queueMicrotask(() => {
				nowMs += 40;
				made.onopen?.(new Event('open'));
				socket(made);
			});
			return made;
		},
		nowMs: () => nowMs
	};
	return { met, host };
}

const says =
	(body: string, status = 200) =>
	() =>
		new Response(body, { status });
const health = says(JSON.stringify(HEALTHY));
const hears = (socket: SocketLike, bytes: Uint8Array): void => {
	socket.onmessage?.(new MessageEvent('message', { data: bytes.slice().buffer }));
};
const tells = (code: ProblemCode) => (socket: SocketLike) => {
	hears(socket, encodeSession({ type: 'problem', ...problem('relay', code) }));
};
const verdictOf = async (answers: Answers, socket?: (socket: SocketLike) => void, token: string | null = null) =>
	(await checkRelay(RELAY, token, PAGE, meeting(answers, socket).host)).verdict;

describe('a relay’s check', () => {
	it('finds it fine when a talk would be let in, says how long that took, and leaves again', async () => {
		const { met, host } = meeting({ 'cors /v1/health': health }, (socket) => {
			hears(
				socket,
				encodeSession({
					type: 'welcome',
					version: 1,
					session: 's',
					relay: 'parley',
					stt: { name: 'stt', embedded: false, delayS: 0.5, recognises: true },
					llm: { name: 'llm', embedded: false, contextTokens: 4096 },
					tts: { name: 'tts', embedded: false },
					records: false
				})
			);
		});
		expect(await checkRelay(RELAY, 'open-sesame', PAGE, host)).toEqual({ verdict: 'fine', welcomeMs: 40 });
		expect(met.closed).toBe(CLOSE.normal);
		expect(met.sent).toHaveLength(1);
		expect(met.asked).toEqual([`cors ${RELAY}/v1/health`, 'wss://relay.example/v1/session']);
		// The code goes into the hello and nowhere else.
		expect(JSON.stringify([met.asked, met.headers])).not.toContain('sesame');
	});

	it('asks nobody in the clear but this machine and the page’s own server', async () => {
		const { met, host } = meeting({});
		expect((await checkRelay('http://relay.example', 'open-sesame', PAGE, host)).verdict).toBe('insecure');
		expect(met.asked).toEqual([]);
		expect(mayBeAsked('http://localhost:8080', PAGE)).toBe(true);
		expect(mayBeAsked('http://127.0.0.1:1', PAGE)).toBe(true);
		expect(mayBeAsked('http://192.168.0.2', 'http://192.168.0.2')).toBe(true);
		expect(mayBeAsked('http://localhost.evil.example', PAGE)).toBe(false);
		expect(mayBeAsked('http://127.0.0.1.evil.example', PAGE)).toBe(false);
	});

	it('tells an absence from a refusal, and both from somebody else', async () => {
		expect(await verdictOf({})).toBe('away');
		expect(await verdictOf({ 'cors /healthz': says('ok\n') })).toBe('refused');
		expect(await verdictOf({ 'cors /healthz': says('<html>') })).toBe('not_relay');
		expect(await verdictOf({ 'no-cors /': says('') })).toBe('not_relay');
	});

	it.each(['', '[]', 'null', '{"ok":true}', '<!doctype html>', '{"stt_up":1,"llm_up":1,"tts_up":1}'])(
		'takes %j for no relay’s answer',
		async (body) => {
			expect(await verdictOf({ 'cors /v1/health': says(body) })).toBe('not_relay');
		}
	);

	it('says of a relay that is asked too often that it is busy', async () => {
		expect(await verdictOf({ 'cors /v1/health': says('', 429) })).toBe('busy');
		expect(await verdictOf({ 'cors /v1/health': says('', 500) })).toBe('not_relay');
	});

	it.each<[ProblemCode, string | null, Verdict]>([
		['unauthorized', null, 'code_needed'],
		['unauthorized', 'wrong', 'code_wrong'],
		['forbidden_origin', null, 'refused'],
		['too_many_sessions', null, 'busy'],
		['quota', null, 'busy'],
		['draining', null, 'busy'],
		['unsupported_version', null, 'other_version']
	])('makes of %s, with the code %s, %s', async (code, token, verdict) => {
		expect(await verdictOf({ 'cors /v1/health': health }, tells(code), token)).toBe(verdict);
	});

	it('says that no talk gets through where the socket is refused, or speaks no language of ours', async () => {
		const answers = { 'cors /v1/health': health };
		expect(await verdictOf(answers, (socket) => socket.onclose?.(new CloseEvent('close', { code: 1006 })))).toBe(
			'no_socket'
		);
		expect(await verdictOf(answers, (socket) => hears(socket, Uint8Array.of(1, 2, 3)))).toBe('no_socket');
		const { host } = meeting(answers);
		const forbidden = {
			...host,
			connect: (): never => {
				throw new DOMException('no', 'SecurityError');
			}
		};
		expect((await checkRelay(RELAY, null, PAGE, forbidden)).verdict).toBe('no_socket');
	});
});
