/**
 * The floor under any relay on this stack: a process that copies the same messages between the same two kinds of socket
 * and does nothing else: microphone pages to the STT and its steps back, the LLM's words to the browser and to the TTS, the
 * TTS's frames and words back. Prints its port.
 */
import { Agent, request } from 'node:http';
import { WebSocket } from 'ws';
import { CHAT_COMPLETIONS_PATH } from '../../src/lib/protocol/llm.ts';
import { encodeMoshi } from '../../src/lib/protocol/moshi.ts';
import { silentLog } from '../../relay/log.ts';
import { chooseTransport } from '../../relay/http/transports.ts';
import type { Socket, SocketHandler } from '../../relay/http/transport.ts';

const upstream = process.env['UPSTREAM_URL'] ?? '';
const llm = new URL(CHAT_COMPLETIONS_PATH, process.env['LLM_URL']);
const agent = new Agent({ keepAlive: true });
const EOS: Buffer = Buffer.from(encodeMoshi({ type: 'Eos' }));
/** Any message that is not one of moshi's. */
const DONE = 'done';
const options = { perMessageDeflate: false };
const transport = await chooseTransport(process.env['TRANSPORT'] === 'uws' ? 'uws' : 'node', silentLog);

/** An upstream's messages to the browser, as they come. */
function follow(path: string, socket: Socket): WebSocket {
	const leg = new WebSocket(`${upstream}${path}`, options);
	leg.on('message', (data: Buffer) => socket.send(data));
	leg.on('error', () => socket.close(1011, 'upstream'));
	return leg;
}

/** One answer: what the LLM writes goes to the browser and to the TTS, what the TTS says to the browser. */
function answer(socket: Socket, query: string, question: Buffer): () => void {
	const tts = follow(`/api/tts_streaming?${query}`, socket);
	const early: Buffer[] = [];
	const say = (text: Buffer): void => {
		if (tts.readyState === WebSocket.OPEN) tts.send(text);
		else early.push(text);
	};
	tts.on('open', () => {
		for (const text of early.splice(0)) tts.send(text);
	});
	tts.on('close', () => socket.send(DONE));
	const asked = request(llm, { agent, method: 'POST' }, (response) => {
		response.on('data', (chunk: Buffer) => {
			socket.send(chunk);
			say(chunk);
		});
		response.on('end', () => say(EOS));
	});
	asked.on('error', () => socket.close(1011, 'upstream'));
	asked.end(question);
	return () => {
		asked.destroy();
		tts.close();
	};
}

function copy(socket: Socket, query: string): SocketHandler {
	const stt = follow('/api/asr-streaming', socket);
	const early: Buffer[] = [];
	stt.on('open', () => {
		for (const message of early.splice(0)) stt.send(message);
	});
	let stop: () => void = () => undefined;
	return {
		message(message, isText) {
			if (isText) stop = answer(socket, query, Buffer.from(message));
			else if (stt.readyState === WebSocket.OPEN) stt.send(message);
			else early.push(Buffer.from(message));
		},
		closed() {
			stop();
			stt.close();
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
