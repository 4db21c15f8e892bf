/** A voice-cloning server that does what a test says, one request at a time: its faults are its scripts. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { DEFAULT_API_KEY, encodeMoshi } from '../../../src/lib/protocol/moshi.ts';
import { fixedService } from '../../discovery/service.ts';
import type { CloningServer } from '../cloning.ts';

export interface ScriptedCloning {
	/** `http://127.0.0.1:PORT`. */
	readonly url: string;
	/** As the relay is told of it. */
	readonly server: CloningServer;
	/** What was sent to be cloned, in order. */
	readonly recordings: readonly Buffer[];
	/** The requests' heads, in the same order. */
	readonly requests: readonly IncomingMessage[];
	/** From now on. */
	play(script: CloningScript): void;
	/** Resolves when no request is open any more. */
	idle(): Promise<void>;
	close(): Promise<void>;
}

export type CloningScript = (response: ServerResponse, recording: Buffer) => unknown;

/** A voice of `numbers` floats, as moshi-server writes it: 4 bytes each and one for their type. */
export function voiceMessage(numbers = 512, seed = 0.5): Uint8Array<ArrayBuffer> {
	const embeddings = Array.from({ length: numbers }, (_, i) => Math.sin(i + seed));
	return encodeMoshi({ type: 'Voice', embeddings, shape: [1, numbers] });
}

export const SCRIPTS = {
	good: (response: ServerResponse) => response.end(voiceMessage()),
	status:
		(status: number, headers: Record<string, string> = {}) =>
		(response: ServerResponse) =>
			response.writeHead(status, headers).end(),
	bytes: (bytes: Uint8Array) => (response: ServerResponse) => response.end(bytes),
	hangs: () => undefined,
	/** More than anybody would want, as fast as it is taken. */
	endless(response: ServerResponse) {
		const chunk = Buffer.alloc(64 * 1024, 0x91);
		const more = (): void => {
			while (!response.destroyed && response.write(chunk));
			if (!response.destroyed) response.once('drain', more);
		};
		more();
	},
	diesHalfWay(response: ServerResponse) {
		response.writeHead(200, { 'content-length': 1000 });
		response.write(voiceMessage().subarray(0, 100), () => response.destroy());
	}
} as const;

export async function serveCloning(): Promise<ScriptedCloning> {
	let script: CloningScript = SCRIPTS.good;
	let open = 0;
	const whenIdle: (() => void)[] = [];
	const recordings: Buffer[] = [];
	const requests: IncomingMessage[] = [];
	const server = createServer((request, response) => {
		open++;
		response.once('close', () => {
			open--;
			if (open === 0) for (const resolve of whenIdle.splice(0)) resolve();
		});
		const parts: Buffer[] = [];
		request.on('error', () => undefined);
		request.on('data', (part: Buffer) => parts.push(part));
		request.on('end', () => {
			recordings.push(Buffer.concat(parts));
			requests.push(request);
			script(response, Buffer.concat(parts));
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('no port');
	const url = `http://127.0.0.1:${address.port}`;
	return {
		url,
		server: { service: fixedService('voice', url), apiKey: DEFAULT_API_KEY },
		recordings,
		requests,
		play(next) {
			script = next;
		},
		idle: () => (open === 0 ? Promise.resolve() : new Promise((resolve) => whenIdle.push(resolve))),
		close() {
			const closed = new Promise<void>((resolve) => server.close(() => resolve()));
			server.closeAllConnections();
			return closed;
		}
	};
}
