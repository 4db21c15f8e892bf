/**
 * An application that shows what its transport does, to whoever stands on the other side of a URL: it echoes heads and
 * bodies, obeys orders sent over its sockets, and keeps a diary of each socket that `/wait` reads.
 */
import { readUpload, refuseHead } from '../../relay/voices/upload.ts';
import { messageOf, mixedSize } from './messages.ts';
import type { App, HttpRequest, HttpResponse, Socket, SocketHandler } from '../../relay/http/transport.ts';

/** What happened to one socket, in order: `open`, `text:…`, `binary:…`, `drained`, `closed:1000`, … */
class Diary {
	readonly lines: string[] = [];
	#waiting: (() => void)[] = [];

	write(line: string): void {
		this.lines.push(line);
		const waiting = this.#waiting;
		this.#waiting = [];
		for (const wake of waiting) wake();
	}

	async until(start: string): Promise<void> {
		while (!this.lines.some((line) => line.startsWith(start))) {
			await new Promise<void>((resolve) => this.#waiting.push(resolve));
		}
	}
}

export function createProbeApp(): App {
	const diaries = new Map<string, Diary>();
	const diaryOf = (id: string): Diary => {
		const diary = diaries.get(id) ?? new Diary();
		diaries.set(id, diary);
		return diary;
	};

	async function request(it: HttpRequest): Promise<HttpResponse> {
		const query = new URLSearchParams(it.query);
		const say = (line: string): void => diaryOf(query.get('id') ?? '').write(line);
		switch (it.path) {
			case '/body': {
				if (query.has('late')) await new Promise((resolve) => setTimeout(resolve, 30));
				say('reading');
				const body = await it.readBody(Number(query.get('max') ?? 1000));
				say(body.ok ? `body:${body.bytes.byteLength}` : body.reason);
				if (!body.ok) return { status: body.reason === 'too_big' ? 413 : 400, body: body.reason };
				return { status: 200, body: body.bytes };
			}
			case '/upload': {
				const refusal = refuseHead(it);
				if (refusal !== null) return refusal;
				say('reading');
				const upload = await readUpload(it);
				say(upload.ok ? 'whole' : `refused:${upload.response.status}`);
				return upload.ok ? { status: 200, body: upload.recording } : upload.response;
			}
			case '/ignore-body':
				return { status: 405, headers: { allow: 'GET' }, body: 'no' };
			case '/status':
				return { status: Number(query.get('code')), headers: { 'x-kept': 'yes' }, body: 'text' };
			case '/big':
				return { status: 200, body: messageOf(0, Number(query.get('bytes'))) };
			case '/throw':
				throw new Error('on purpose');
			case '/reject':
				await Promise.resolve();
				throw new Error('on purpose, later');
			case '/inject':
				return { status: 200, headers: { 'x-bad': 'a\r\nset-cookie: b=c' } };
			case '/slow':
				say('waiting');
				await diaryOf(query.get('id') ?? '').until('go');
				return { status: 200, body: 'slow' };
			case '/say':
				say(query.get('line') ?? '');
				return { status: 200 };
			case '/wait': {
				const diary = diaryOf(query.get('id') ?? '');
				await diary.until(query.get('for') ?? '');
				return json(diary.lines);
			}
			case '/echo': {
				const { method, path, query: text, headers, remoteAddress } = it;
				return json({ method, path, query: text, headers, remoteAddress });
			}
			default:
				return json({ path: it.path, query: it.query, method: it.method }, 404);
		}
	}

	return {
		request,
		async upgrade(head) {
			const query = new URLSearchParams(head.query);
			const mode = query.get('mode');
			const diary = diaryOf(query.get('id') ?? '');
			diary.write('handshake');
			if (mode === 'throw') throw new Error('on purpose');
			if (mode === 'later') await diary.until('go');
			if (mode === 'refuse')
				return { accept: false, response: { status: 403, headers: { 'x-why': 'origin' }, body: 'not you ✗' } };
			const subprotocol = query.get('protocol');
			return {
				accept: true,
				subprotocol,
				open(socket) {
					diary.write('open');
					if (mode === 'greet') socket.send('hello');
					if (mode === 'throwOpen') throw new Error('on purpose');
					if (mode === 'closeOpen') socket.close(4001, 'at once');
					return obey(socket, diary);
				}
			};
		}
	};
}

function obey(socket: Socket, diary: Diary): SocketHandler {
	let pouring: (() => void) | null = null;
	const orders: Readonly<Record<string, (argument: string) => void>> = {
		/** `close 4002 why`, then look whether the socket still takes anything. */
		close(argument) {
			const [code = '', ...reason] = argument.split(' ');
			socket.close(Number(code), reason.join(' '));
			socket.close(4999, 'a second close does nothing');
			diary.write(`send-after-close:${socket.send('late')}:${socket.bufferedBytes()}`);
		},
		/** The same, with a last word. */
		last(argument) {
			socket.close(Number(argument), 'slow', new TextEncoder().encode('last word'));
		},
		/** Sends messages of this size until the transport is full. */
		flood(argument) {
			for (let count = 0; count < 100_000; count++) {
				const message = messageOf(count, Number(argument));
				const result = socket.send(message);
				message.fill(0xee); // what was sent must not be these bytes
				if (result !== 'sent') return diary.write(`full-after:${count}:${result}:${socket.bufferedBytes()}`);
			}
			diary.write('never full');
		},
		/** Sends so many messages of all sizes, waiting whenever the transport is full until it is not, and then says so. */
		pour(argument) {
			const total = Number(argument);
			let count = 0;
			pouring = () => {
				while (count <= total) {
					const message = messageOf(count, mixedSize(count));
					const result = socket.send(count < total ? message : 'poured');
					message.fill(0xee);
					if (result !== 'sent') return diary.write(`full:${result}`);
					count++;
				}
				pouring = null;
				diary.write('poured');
			};
			pouring();
		},
		/** Three messages announced as one piece, from the same bytes each; and whether anything waits behind them. */
		together() {
			const bytes = Uint8Array.of(1);
			const results = [true, true, false].map((more) => {
				const result = socket.send(bytes, more);
				bytes[0] = (bytes[0] ?? 0) + 1;
				return result;
			});
			diary.write(`together:${results.join()}`);
		},
		/** A message larger than any limit, into an empty buffer. */
		huge: (argument) => diary.write(`huge:${socket.send(messageOf(0, Number(argument)))}`),
		throw() {
			throw new Error('on purpose');
		}
	};
	return {
		message(message, isText) {
			const text = isText ? new TextDecoder().decode(message) : '';
			const [name = '', ...argument] = text.slice(1).split(' ');
			const order = text.startsWith('!') ? orders[name] : undefined;
			diary.write(`${isText ? 'text' : 'binary'}:${message.byteLength}`);
			if (order !== undefined) return order(argument.join(' '));
			socket.send(isText ? text : message);
		},
		drained() {
			diary.write(`drained:${socket.bufferedBytes()}`);
			if (pouring !== null) return pouring();
			socket.send('drained');
		},
		closed(code) {
			diary.write(`closed:${code}:${socket.send('after')}:${socket.bufferedBytes()}`);
		}
	};
}

function json(value: unknown, status = 200): HttpResponse {
	return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}
