/** The relay's routes: what answers which path, once the door has let the request in. */
import { REALTIME_PATH } from '../../src/lib/protocol/realtime.ts';
import { SESSION_PATH } from '../../src/lib/protocol/session.ts';
import { CHARACTERS_PATH, NEWS_PATH } from '../../src/lib/chat/characters/headlines.ts';
import type { Door } from '../access/door.ts';
import type { CharactersAnswer } from '../characters/answer.ts';
import type { Health } from '../health.ts';
import type { KioskDesk } from '../kiosk/index.ts';
import type { Log } from '../log.ts';
import { METRICS_PATH } from '../metrics/metrics.ts';
import { NEWS_LANGUAGES, type NewsDesk } from '../news.ts';
import type { Realtime } from '../realtime/index.ts';
import type { Sessions } from '../session/index.ts';
import type { Sight } from '../sight.ts';
import { VOICES_PATH, type Voices } from '../voices/index.ts';
import { withSecurity } from './security.ts';
import type { Site } from './static.ts';
import type { App, HttpRequest, HttpResponse, UpgradeDecision } from './transport.ts';

/** What `/v1/build` says: for the operator who asks which relay this is. */
export interface BuildInfo {
	readonly name: string;
	readonly version: string;
	readonly transport: string;
	readonly node: string;
}

export interface AppDeps {
	readonly log: Log;
	readonly site: Site;
	readonly health: Health;
	/** The operator's own routes, and who counts what is answered. */
	readonly sight: Pick<Sight, 'routes'> & { readonly metrics: Pick<Sight['metrics'], 'health'> };
	readonly characters: CharactersAnswer;
	readonly news: NewsDesk;
	readonly voices: Pick<Voices, 'list' | 'create' | 'remove'>;
	readonly kiosk: Pick<KioskDesk, 'routes'>;
	readonly build: BuildInfo;
	readonly door: Door;
	readonly sessions: Pick<Sessions, 'upgrade' | 'count' | 'draining'>;
	readonly realtime: Pick<Realtime, 'upgrade' | 'count'>;
}

/** What a WebSocket's path leads to. */
type SocketHost = Pick<Realtime, 'upgrade'>;
type Answer = (request: HttpRequest) => HttpResponse | Promise<HttpResponse>;
/** What each method gets; HEAD is a GET without its body, and any other method is not allowed. */
type Route = Readonly<Partial<Record<'GET' | 'POST' | 'DELETE', Answer>>>;

const get = (answer: Answer): Route => ({ GET: answer });

export function createApp(deps: AppDeps): App {
	const routes: Readonly<Record<string, Route>> = {
		...Object.fromEntries(Object.entries(deps.sight.routes).map(([path, answer]) => [path, get(answer)])),
		// Is the process alive? Asks nobody: an upstream's outage is no reason to restart the relay.
		// Any page may read it: one whose origin is refused can then say so, instead of calling the relay away.
		'/healthz': get(() => ({ status: 200, headers: { ...TEXT, 'access-control-allow-origin': '*' }, body: 'ok\n' })),
		// May new browsers be sent here? Not while it drains. An upstream's outage is no reason either: every relay would
		// say no at once, and a conversation goes on without one of its three.
		'/readyz': get(() => (deps.sessions.draining() ? DRAINING : { status: 200, headers: TEXT, body: 'ready\n' })),
		// 200 even if an upstream is down, as Unmute answers: `ok` says it.
		'/v1/health': get(async () => {
			const report = await deps.health.check();
			deps.sight.metrics.health(report.ok);
			return json(report);
		}),
		'/v1/build': get(() => json({ ...deps.build, sessions: deps.sessions.count() + deps.realtime.count() })),
		[CHARACTERS_PATH]: get((request) => deps.characters(request)),
		[VOICES_PATH]: {
			GET: (request) => deps.voices.list(request),
			POST: (request) => deps.voices.create(request)
		},
		...deps.kiosk.routes,
		'/v1/voice-donation': { GET: () => NO_DONATION, POST: () => NO_DONATION },
		'/api/': get(() => json({ message: 'This is a Parley relay. Its app is at /.' })),
		[NEWS_PATH]: get(async ({ query }) => {
			const wanted = new URLSearchParams(query).get('language');
			const language = NEWS_LANGUAGES.find((known) => known === (wanted ?? 'en'));
			return language === undefined ? NO_SUCH_NEWS : json(await deps.news.headlines(language));
		})
	};

	const sockets: ReadonlyMap<string, SocketHost> = new Map([
		[SESSION_PATH, deps.sessions],
		[REALTIME_PATH, deps.realtime]
	]);

	/** The route of a path: one of the table, or that of a single voice. */
	function find(path: string): Route | undefined {
		if (Object.hasOwn(routes, path)) return routes[path];
		const name = path.startsWith(`${VOICES_PATH}/`) ? path.slice(VOICES_PATH.length + 1) : '';
		return name === '' || name.includes('/') ? undefined : { DELETE: () => deps.voices.remove(name) };
	}

	async function route(request: HttpRequest): Promise<HttpResponse> {
		if (sockets.has(request.path)) {
			return { status: 426, headers: { ...TEXT, upgrade: 'websocket' }, body: 'This address speaks WebSocket.\n' };
		}
		const own = find(request.path);
		if (own === undefined) return request.path.startsWith('/v1/') ? NOT_FOUND : deps.site.respond(request);
		const method = METHODS.find((known) => known === (request.method === 'HEAD' ? 'GET' : request.method));
		const answer = method === undefined ? undefined : own[method];
		return answer === undefined ? notAllowed(own) : answer(request);
	}

	return {
		async request(asked) {
			const request = { ...asked, path: withoutPrefix(asked.path) };
			const response = (await deps.door.request(request)) ?? (await route(request).catch(failed));
			const dressed = deps.door.dress(response, request);
			return { ...dressed, headers: withSecurity(dressed.headers) };
		},
		upgrade(asked): UpgradeDecision {
			const head = { ...asked, path: withoutPrefix(asked.path) };
			const host = sockets.get(head.path);
			if (host === undefined) return refuse(NOT_FOUND);
			const answer = deps.door.knock(head);
			if ('refused' in answer) return refuse(answer.refused);
			const decision = host.upgrade(head, answer.visit);
			return decision.accept ? decision : refuse(decision.response);
		}
	};

	/** Here and not only in the transport, so that a page is allowed to read that it was our fault. */
	function failed(error: unknown): HttpResponse {
		deps.log.error({ error }, 'route failed');
		return FAILED;
	}
}

const TEXT = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' } as const;
const NOT_FOUND: HttpResponse = { status: 404, headers: TEXT, body: 'There is nothing at this address.\n' };
const FAILED: HttpResponse = { status: 500, headers: TEXT, body: 'Internal error.\n' };
const DRAINING: HttpResponse = {
	status: 503,
	headers: { ...TEXT, 'retry-after': '1' },
	body: 'This relay is stopping.\n'
};
const NO_SUCH_NEWS: HttpResponse = {
	status: 400,
	headers: TEXT,
	body: `The language must be one of ${NEWS_LANGUAGES.join(', ')}.\n`
};
const NO_DONATION: HttpResponse = {
	status: 501,
	headers: TEXT,
	body: 'Voices are not donated here: nobody publishes them. A voice of your own goes to /v1/voices.\n'
};
const METHODS = ['GET', 'POST', 'DELETE'] as const;

/** Unmute's clients find everything below this as well: its proxy takes it away, and here nobody does. */
const PREFIX = '/api';

function withoutPrefix(path: string): string {
	if (path === PREFIX) return `${PREFIX}/`;
	return path.startsWith(`${PREFIX}/v1/`) || path === PREFIX + METRICS_PATH ? path.slice(PREFIX.length) : path;
}

function refuse(response: HttpResponse): UpgradeDecision {
	return { accept: false, response: { ...response, headers: withSecurity(response.headers) } };
}

function notAllowed(route: Route): HttpResponse {
	const methods = METHODS.filter((method) => route[method] !== undefined);
	const allow = methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ');
	return { status: 405, headers: { ...TEXT, allow }, body: `What is answered here: ${allow}.\n` };
}

function json(value: object): HttpResponse {
	return {
		status: 200,
		headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
		body: JSON.stringify(value)
	};
}
