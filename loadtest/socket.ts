/** Sockets of the load tester: `ws` takes less memory than Node's own, and says how much waits to be sent. */
import { WebSocket } from 'ws';
import type { Connect } from '../src/lib/client/index.ts';

const MAX_MESSAGE_BYTES = 1 << 20;

/** `token`: sent as a bearer's, for servers that ask for one with the handshake. */
export const connectWith =
	(token?: string): Connect =>
	(url, subprotocol) =>
		new WebSocket(url, subprotocol, {
			perMessageDeflate: false,
			maxPayload: MAX_MESSAGE_BYTES,
			...(token === undefined ? {} : { headers: { Authorization: `Bearer ${token}` } })
		});
