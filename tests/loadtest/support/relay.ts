/** The real relay and the embedded engines, with a voice that costs nothing, in the test's own process. */
import type { Visit } from '../../../relay/access/door.ts';
import { createNodeTransport } from '../../../relay/http/node.ts';
import { silentLog } from '../../../relay/log.ts';
import { startLlmEngine } from '../../../relay/embedded/llm/engine.ts';
import { startSttEngine } from '../../../relay/embedded/stt/engine.ts';
import { startTtsEngine } from '../../../relay/embedded/tts/engine.ts';
import { createRealtime } from '../../../relay/realtime/index.ts';
import { createSessions, type Sessions } from '../../../relay/session/index.ts';
import { testDeps } from '../../../relay/session/testing/test-deps.ts';
import { MAX_MESSAGE_BYTES } from '../../../src/lib/protocol/msgpack.ts';
import { DEFAULT_API_KEY } from '../../../src/lib/protocol/moshi.ts';
import { REALTIME_PATH } from '../../../src/lib/protocol/realtime.ts';
import { hum } from '../../faults/support/upstreams.ts';

/** As `main.ts` has it. */
const MAX_BUFFERED_BYTES = 1 << 20;

const anybody: Visit = {
	address: '',
	enter: () => null,
	begin: () => null,
	admit: () => null,
	leave: () => undefined
};

export interface Relay {
	readonly url: string;
	readonly sessions: Sessions;
	/** Of both protocols. */
	readonly count: () => number;
	close(): Promise<void>;
}

export interface RelayOptions {
	readonly isFull?: boolean;
	readonly reply?: string;
	/** Of the engines, each; default 32. */
	readonly slots?: number;
	/** How long conversations have to move away. */
	readonly drainMs?: number;
}

export async function serveRelay({
	isFull = false,
	reply = 'Yes, why?',
	drainMs = 1000,
	slots = 32
}: RelayOptions = {}): Promise<Relay> {
	const [stt, tts, llm] = await Promise.all([
		startSttEngine({ log: () => undefined, slots, ...(isFull ? { fault: 'full' } : {}) }),
		startTtsEngine({ synthesiser: hum, speed: 20, slots }),
		startLlmEngine({ slots, script: { replies: Array.from({ length: 200 }, () => reply) } })
	]);
	const keys = { stt: DEFAULT_API_KEY, tts: DEFAULT_API_KEY, llm: '' };
	const { deps } = testDeps({ stt: stt.url, tts: tts.url, llm: llm.url, keys, limits: { drainMs, sessions: slots } });
	const sessions = createSessions(deps);
	const news = { headlines: () => Promise.resolve({ headlines: [], why: 'no_key' as const }) };
	const realtime = createRealtime({ ...deps, policy: 'unmute', news });
	const listening = await createNodeTransport(silentLog).listen(
		{
			request: () => ({ status: 404 }),
			upgrade: (head) => (head.path === REALTIME_PATH ? realtime.upgrade(head, anybody) : sessions.upgrade(head))
		},
		{
			host: '127.0.0.1',
			port: 0,
			maxMessageBytes: MAX_MESSAGE_BYTES,
			maxBufferedBytes: MAX_BUFFERED_BYTES,
			idleTimeoutS: 30
		}
	);
	return {
		url: `http://127.0.0.1:${listening.port}`,
		sessions,
		count: () => sessions.count() + realtime.count(),
		async close() {
			await listening.close();
			await Promise.all([stt.close(), tts.close(), llm.close()]);
		}
	};
}
