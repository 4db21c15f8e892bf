/** The honest side of the tests: requests, sockets and the diaries that the probe application keeps. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { Raw } from './raw.ts';

let serial = 0;
export const nextId = (): string => `socket-${++serial}`;

/** A function, because the server starts after the tests are declared. */
export type ClientOf = () => Client;

export class Client {
	readonly url: string;
	readonly wsUrl: string;

	constructor(url: string) {
		this.url = url;
		this.wsUrl = url.replace('http', 'ws');
	}

	get(path: string, init?: RequestInit): Promise<Response> {
		return fetch(this.url + path, init);
	}

	/** The socket's diary, once it has a line that begins like this. */
	async diary(id: string, line: string): Promise<string[]> {
		return (await this.get(`/wait?${new URLSearchParams({ id, for: line })}`)).json();
	}

	async open(id: string, query = '', protocols: string[] = []): Promise<WebSocket> {
		const ws = new WebSocket(`${this.wsUrl}/ws?id=${id}${query}`, protocols);
		await once(ws, 'open');
		return ws;
	}

	/** Sends these bytes and reads the JSON that they are answered with. */
	async echo(request: string): Promise<Record<string, unknown>> {
		const raw = await Raw.open(this.url);
		raw.write(request);
		const text = await raw.until((it) => /\r\n\r\n\{.*\}$/s.test(it));
		raw.vanish();
		return JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4));
	}
}
