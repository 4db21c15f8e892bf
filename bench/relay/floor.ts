/**
 * The floor under any relay on this stack: a process that copies the same messages between the same two kinds of socket
 * and does nothing else. Prints its port.
 */
import { WebSocket } from 'ws';
import { silentLog } from '../../relay/log.ts';
import { chooseTransport } from '../../relay/http/transports.ts';
import type { Socket, SocketHandler } from '../../relay/http/transport.ts';

const upstream = process.env['UPSTREAM_URL'] ?? '';
const options = { perMessageDeflate: false };
const transport = await chooseTransport(process.env['TRANSPORT'] === 'uws' ? 'uws' : 'node', silentLog);

function copy(socket: Socket, query: string): SocketHandler {
	const stt = new WebSocket(`${upstream}/api/asr-streaming`, options);
	const tts = new WebSocket(`${upstream}/api/tts_streaming?${query}&endless`, options);
	for (const leg of [stt, tts]) {
		leg.on('message', (data: Buffer) => socket.send(data));
		leg.on('error', () => socket.close(1011, 'upstream'));
	}
	const early: Buffer[] = [];
	stt.on('open', () => {
		for (const message of early.splice(0)) stt.send(message);
	});
	return {
		message(message) {
			if (stt.readyState === WebSocket.OPEN) stt.send(message);
			else early.push(Buffer.from(message));
		},
		closed() {
			stt.close();
			tts.close();
		}
	};
}

const listening = await transport.listen(
	{
		request: () => ({ status: 404 }),
		upgrade: ({ query }) => ({ accept: true, subprotocol: null, open: (socket) => copy(socket, query) })
	},
	{ host: '127.0.0.1', port: 0, maxMessageBytes: 1 << 20, maxBufferedBytes: 1 << 20, idleTimeoutS: 30 }
);
process.stdout.write(`${JSON.stringify({ port: listening.port })}\n`);
process.once('SIGTERM', () => void listening.close().then(() => process.exit(0)));
