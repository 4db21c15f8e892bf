/**
 * The relay's realtime sessions on a transport of their own, as a process that also an older Node can run: prints its port,
 * answers `/sessions` with how many there are and what memory they take, and stops when its standard input ends.
 *
 *     node realtime-server.js node|uws STT_URL TTS_URL LLM_URL
 */
import { chooseTransport, type TransportChoice } from '../../../relay/http/transports.ts';
import { silentLog } from '../../../relay/log.ts';
import { createRealtime } from '../../../relay/realtime/index.ts';
import { testDeps } from '../../../relay/session/testing/test-deps.ts';
import { MAX_MESSAGE_BYTES } from '../../../src/lib/protocol/msgpack.ts';
import { REALTIME_PATH } from '../../../src/lib/protocol/realtime.ts';
import type { Visit } from '../../../relay/access/door.ts';

// Node 20 lacks it, and is the newest for which the registry has a build of uWebSockets.js.
Promise.withResolvers ??= function withResolvers<T>(this: PromiseConstructor): PromiseWithResolvers<T> {
	let resolve: PromiseWithResolvers<T>['resolve'] = () => undefined;
	let reject: PromiseWithResolvers<T>['reject'] = () => undefined;
	const promise = new this<T>((yes, no) => ([resolve, reject] = [yes, no]));
	return { promise, resolve, reject };
};

const [, , choice = '', stt = '', tts = '', llm = ''] = process.argv;
const kind: TransportChoice = choice === 'uws' ? 'uws' : 'node';
const keys = { stt: 'public_token', tts: 'public_token', llm: 'EMPTY' };
const { deps, lines } = testDeps({ stt, tts, llm, keys });
const news = { headlines: () => Promise.resolve({ headlines: [], why: 'no_key' as const }) };
const realtime = createRealtime({ ...deps, policy: 'unmute', news });
/** Everybody is let in: the door has tests of its own. */
const visit: Visit = { address: '', enter: () => null, begin: () => null, admit: () => null, leave: () => undefined };

const transport = await chooseTransport(kind, silentLog, () => import('../../conformance/uws-for-old-node.ts'));
const listening = await transport.listen(
	{
		request: () => ({
			status: 200,
			body: JSON.stringify({
				sessions: realtime.count(),
				mistakes: lines.filter((line) => line.includes('internal error')).length,
				rssBytes: process.memoryUsage().rss
			})
		}),
		upgrade: (head) =>
			head.path === REALTIME_PATH ? realtime.upgrade(head, visit) : { accept: false, response: { status: 404 } }
	},
	{ host: '127.0.0.1', port: 0, maxMessageBytes: MAX_MESSAGE_BYTES, maxBufferedBytes: 1 << 20, idleTimeoutS: 30 }
);
process.stdout.write(`${JSON.stringify({ port: listening.port, transport: transport.name })}\n`);
process.stdin.resume();
process.stdin.once('end', () => {
	void realtime
		.close()
		.then(() => listening.close())
		.then(() => process.exit(0));
});
