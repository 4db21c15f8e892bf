/** Sockets of the load tester: `ws` takes less memory than Node's own, and says how much waits to be sent. */
import { WebSocket } from 'ws';
import type { Connect } from '../src/lib/client/index.ts';

const MAX_MESSAGE_BYTES = 1 << 20;
/** For the server's part of a close: `ws` gives 30 s, in which a server that hangs would hold the whole test. */
const CLOSE_LIMIT_MS = 2000;

/** `token`: sent as a bearer's, for servers that ask for one with the handshake. */
export const connectWith =
	(token?: string): Connect =>
	(url, subprotocol) => {
		const options = {
			perMessageDeflate: false,
			maxPayload: MAX_MESSAGE_BYTES,
			// `ws` has it, its types do not know it yet.
			closeTimeout: CLOSE_LIMIT_MS,
			...(token === undefined ? {} : { headers: { Authorization: `Bearer ${token}` } })
		};
		return new WebSocket(url, subprotocol, options);
	};
