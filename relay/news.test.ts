import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createLog } from './log.ts';
import { createNews, type NewsDesk } from './news.ts';

const KEY = 'S3CR3T-KEY';
const HOUR_MS = 3_600_000;
const article = (title: unknown, name: unknown = 'Daily') => ({
	source: { id: null, name },
	title,
	url: 'https://x.example'
});
const answer = (...articles: unknown[]): string =>
	JSON.stringify({ status: 'ok', totalResults: articles.length, articles });

type Handler = (request: IncomingMessage, response: ServerResponse) => void;
const servers: Server[] = [];
const lines: string[] = [];
let asked: IncomingMessage[] = [];

afterEach(async () => {
	asked = [];
	lines.length = 0;
	for (const server of servers.splice(0)) {
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
	}
});

async function serve(handler: Handler): Promise<string> {
	const server = createServer((request, response) => {
		asked.push(request);
		handler(request, response);
	});
	servers.push(server);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v2/top-headlines`;
}
const saying =
	(body: string): Handler =>
	(_, response) =>
		void response.end(body);

let nowMs = 0;
function desk(url: string, apiKey = KEY, timeoutMs = 10_000): NewsDesk {
	nowMs = 0;
	const log = createLog({ level: 'trace', format: 'json', write: (line) => void lines.push(line) });
	return createNews({ url, apiKey, log, nowMs: () => nowMs, timeoutMs });
}

describe('the news', () => {
	it('are asked for with the key in a header, and told with their source', async () => {
		const url = await serve(saying(answer(article('Rain comes - Daily'), article('A bridge opened', null))));
		expect(await desk(`${url}?category=general`).headlines('fr')).toEqual({
			why: 'told',
			headlines: [
				{ title: 'Rain comes', source: 'Daily' },
				{ title: 'A bridge opened', source: '' }
			]
		});
		expect(asked[0]?.url).toBe('/v2/top-headlines?category=general&language=fr');
		expect(asked[0]?.headers['x-api-key']).toBe(KEY);
	});

	it('are never asked for without a key', async () => {
		const url = await serve(saying(answer(article('Rain'))));
		expect(await desk(url, '').headlines('en')).toEqual({ headlines: [], why: 'no_key' });
		expect(asked).toEqual([]);
	});

	it('are kept for four hours, one question for each language however many ask', async () => {
		const url = await serve(saying(answer(article('Rain'))));
		const news = desk(url);
		await Promise.all(Array.from({ length: 50 }, (_, i) => news.headlines(i % 2 ? 'en' : 'fr')));
		nowMs = 4 * HOUR_MS - 1;
		await news.headlines('en');
		expect(asked).toHaveLength(2);
		nowMs = 4 * HOUR_MS + 1;
		await Promise.all([news.headlines('en'), news.headlines('en')]);
		expect(asked).toHaveLength(3);
	});

	it.each(['language=de', 'country=ca', 'sources=a,b'])('stay with an operator who chose %s', async (chosen) => {
		const news = desk(`${await serve(saying(answer(article('Rain'))))}?${chosen}`);
		await news.headlines('en');
		await news.headlines('fr');
		expect(asked.map(({ url }) => url)).toEqual([`/v2/top-headlines?${chosen}`]);
	});

	it('are those of before where the service fails, until they are old, and it is not asked all the time', async () => {
		let works = true;
		const url = await serve((_, response) => {
			response.statusCode = works ? 200 : 500;
			response.end(works ? answer(article('Rain')) : KEY);
		});
		const news = desk(url);
		await news.headlines('en');
		works = false;
		nowMs = 5 * HOUR_MS;
		expect(await news.headlines('en')).toMatchObject({ why: 'told', headlines: [{ title: 'Rain' }] });
		await news.headlines('en');
		expect(asked).toHaveLength(2);
		nowMs += 61_000;
		await news.headlines('en');
		expect(asked).toHaveLength(3);
		nowMs = 12 * HOUR_MS + 1;
		expect(await news.headlines('en')).toEqual({ headlines: [], why: 'unavailable' });
		works = true;
		nowMs += 61_000;
		expect(await news.headlines('en')).toMatchObject({ why: 'told' });
	});

	it.each<[string, Handler]>([
		['refuses the key', (_, response) => void response.writeHead(401).end(`{"message":"${KEY} is wrong"}`)],
		['is busy', (_, response) => void response.writeHead(429).end()],
		[
			'sends somewhere else',
			(request, response) => void response.writeHead(302, { location: `http://${request.headers.host}/other` }).end()
		],
		['answers with a page', saying('<!doctype html>')],
		['answers with another JSON', saying('{"articles":"none"}')],
		['answers with nothing', saying('')],
		['has no articles', saying(answer())],
		['has only what was withdrawn', saying(answer(article('[Removed]', '[Removed]')))],
		[
			'answers without end',
			(_, response) => {
				const more = (): void => {
					while (!response.destroyed && response.write('x'.repeat(65_536)));
				};
				response.on('drain', more);
				more();
			}
		],
		['hangs up', (request) => void request.socket.destroy()],
		[
			'hangs up half-way',
			(request, response) => {
				response.writeHead(200, { 'content-length': '1000' });
				response.write('{"articles":[', () => request.socket.destroy());
			}
		]
	])('do not come where the service %s, and the log tells no key', async (_, handler) => {
		expect(await desk(await serve(handler)).headlines('en')).toEqual({ headlines: [], why: 'unavailable' });
		expect(asked).toHaveLength(1);
		expect(lines).toHaveLength(1);
		expect(lines[0]).toContain('NEWS_API_KEY');
		expect(lines.join('')).not.toContain(KEY);
	});

	it('do not come where the service is silent for longer than the limit', async () => {
		const silent = desk(await serve(() => undefined), KEY, 30);
		expect(await silent.headlines('en')).toEqual({ headlines: [], why: 'unavailable' });
		expect(JSON.parse(lines[0] ?? '{}')).toMatchObject({ code: 'timed_out' });
	});

	it('do not come where nobody listens', async () => {
		const url = await serve(() => undefined);
		await new Promise((resolve) => servers.pop()?.close(resolve));
		expect(await desk(url).headlines('en')).toEqual({ headlines: [], why: 'unavailable' });
		expect(JSON.parse(lines[0] ?? '{}')).toMatchObject({ code: 'refused' });
	});

	it('leave out what is no headline, shorten what is long, and tell eight at most', async () => {
		const odd = [
			null,
			7,
			'x',
			{},
			article(null),
			article(''),
			article('  '),
			article(12),
			article('Hid\u202eden'),
			article('Be\u0007ll')
		];
		const long = article(`${'word '.repeat(100)}end`);
		const good = Array.from({ length: 20 }, (_, i) => article(`Story ${i}\n  of the day`, 'x'.repeat(200)));
		const { headlines } = await desk(await serve(saying(answer(...odd, long, ...good)))).headlines('en');
		expect(headlines).toHaveLength(8);
		expect(headlines[0]?.title).toMatch(/word…$/);
		expect(headlines[0]?.title.length).toBeLessThanOrEqual(200);
		const endless = await desk(await serve(saying(answer(article(`${'😀'.repeat(200)}`))))).headlines('en');
		expect(endless.headlines[0]?.title).toMatch(/^(?:😀)+…$/u);
		expect(headlines[1]).toEqual({ title: 'Story 0 of the day', source: '' });
	});
});
