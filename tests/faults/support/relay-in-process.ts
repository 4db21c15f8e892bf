/** Sessions behind a real socket, in the test's own process, so that it owns their clock and sees what is left of them. */
import { createNodeTransport } from '../../../relay/http/node.ts';
import { silentLog } from '../../../relay/log.ts';
import type { SessionDeps, Sessions } from '../../../relay/session/index.ts';
import { createSessions } from '../../../relay/session/index.ts';
import { MAX_MESSAGE_BYTES } from '../../../src/lib/protocol/msgpack.ts';

/** As `main.ts` has it. */
export const MAX_BUFFERED_BYTES = 1 << 20;

export interface RelayInProcess {
	readonly url: string;
	readonly sessions: Sessions;
	close(): Promise<void>;
}

export async function serveSessions(deps: SessionDeps): Promise<RelayInProcess> {
	const sessions = createSessions(deps);
	const listening = await createNodeTransport(silentLog).listen(
		{ request: () => ({ status: 404 }), upgrade: (head) => sessions.upgrade(head) },
		{
			host: '127.0.0.1',
			port: 0,
			maxMessageBytes: MAX_MESSAGE_BYTES,
			maxBufferedBytes: MAX_BUFFERED_BYTES,
			idleTimeoutS: 30
		}
	);
	return { url: `http://127.0.0.1:${listening.port}`, sessions, close: () => listening.close() };
}
