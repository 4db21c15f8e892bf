/**
 * A POST to one instance, whose answer is read as it comes. A fetch would not do: it leaves out the Host header that it
 * is given, so that it cannot go to one of a name's addresses, and it does not tell when it is connected.
 */
import { Agent, globalAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { globalAgent as globalTlsAgent, request as httpsRequest } from 'node:https';
import { urlToHttpOptions } from 'node:url';

export interface Post {
	/** The instance's IP address; null or absent: what the name in the URL means. Over TLS the name is always what counts. */
	readonly address?: string | null | undefined;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string;
	/** Ends it, at any time: the answer's body then throws an AbortError. */
	readonly signal: AbortSignal;
	/** Called once, when the server has taken the connection. */
	readonly connected?: (() => void) | undefined;
}

/** Below the 5 s after which Node's and uvicorn's servers close a connection that nobody uses. */
const KEEP_ALIVE_MS = 4000;
/** Its connections are to addresses, which no proxy stands before; the others are Node's own, which may go through one. */
const direct = new Agent({ keepAlive: true, timeout: KEEP_ALIVE_MS });

/**
 * Resolves with the head of the answer; the body must be read or destroyed. Rejects with whatever the network says. A
 * redirect is an answer like any other.
 *
 * Asks once more where a connection that was kept from an earlier answer turns out to be closed: the server may have done
 * that at this very moment.
 */
export async function post(url: URL, options: Post): Promise<IncomingMessage> {
	try {
		return await once(url, options);
	} catch (error) {
		if (!(error instanceof StaleConnection) || options.signal.aborted) throw error;
		return once(url, options);
	}
}

class StaleConnection extends Error {}

/**
 * Listens to a connection's errors, once, for as long as it lives. Where a request is given up in the very turn in which
 * its answer ends, Node destroys the connection with the abort's error, and then, before that is told, takes its own
 * listener away to give the connection back: an error that nobody listens for ends the process.
 */
const ignored = (): void => undefined;

function once(url: URL, { address, headers, body, signal, connected }: Post): Promise<IncomingMessage> {
	const isTls = url.protocol === 'https:';
	const target = urlToHttpOptions(url);
	const isDirect = address != null && !isTls;
	return new Promise((resolve, reject) => {
		const request = (isTls ? httpsRequest : httpRequest)({
			...target,
			...(isDirect ? { hostname: address } : {}),
			method: 'POST',
			headers: { host: url.host, ...headers, 'content-length': String(Buffer.byteLength(body)) },
			agent: isDirect ? direct : isTls ? globalTlsAgent : globalAgent,
			signal
		});
		request.once('socket', (socket) => {
			if (!socket.listeners('error').includes(ignored)) socket.on('error', ignored);
			if (request.reusedSocket) return connected?.();
			if (connected !== undefined) socket.once('connect', connected);
		});
		request.once('response', resolve);
		// Stays: an abort after the answer began is told here too.
		request.on('error', (error) => {
			const wasReset = 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
			reject(wasReset && request.reusedSocket ? new StaleConnection('', { cause: error }) : error);
		});
		request.end(body);
	});
}
