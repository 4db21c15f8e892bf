/** A TCP client that writes what it is told, for the requests and frames that no honest client sends. */
import { connect, type Socket } from 'node:net';

export class Raw {
	readonly #socket: Socket;
	/** As it came: joined only when it is looked at, since tens of megabytes may. */
	readonly #chunks: Buffer[] = [];
	#ended = false;
	#wake: () => void = () => undefined;

	private constructor(socket: Socket) {
		this.#socket = socket;
		socket.on('data', (chunk) => {
			this.#chunks.push(chunk);
			this.#wake();
		});
		const end = (): void => {
			this.#ended = true;
			this.#wake();
		};
		socket.on('error', end);
		socket.on('close', end);
	}

	static async open(url: string): Promise<Raw> {
		const { hostname, port } = new URL(url);
		const socket = connect({ host: hostname, port: Number(port), noDelay: true });
		await new Promise((resolve, reject) => {
			socket.once('connect', resolve);
			socket.once('error', reject);
		});
		return new Raw(socket);
	}

	/** A socket whose handshake succeeded, on `path`. */
	static async webSocket(url: string, path: string): Promise<Raw> {
		const raw = await Raw.open(url);
		raw.write(handshake(path));
		await raw.until((text) => text.includes('\r\n\r\n'));
		return raw;
	}

	write(data: string | Uint8Array): void {
		this.#socket.write(data);
	}

	get text(): string {
		return this.#received().toString('latin1');
	}

	/** What came after the head of the handshake's answer. */
	get frames(): Buffer {
		const received = this.#received();
		return received.subarray(received.indexOf('\r\n\r\n') + 4);
	}

	#received(): Buffer {
		if (this.#chunks.length > 1) this.#chunks.splice(0, Infinity, Buffer.concat(this.#chunks));
		return this.#chunks[0] ?? Buffer.alloc(0);
	}

	async until(enough: (text: string) => boolean): Promise<string> {
		while (!this.#ended && !enough(this.text)) await new Promise<void>((resolve) => (this.#wake = resolve));
		return this.text;
	}

	/** The same where it is a lot, and how it ends says whether it is enough. */
	async untilEnds(end: string): Promise<void> {
		const ends = (): boolean => {
			let tail = Buffer.alloc(0);
			for (let i = this.#chunks.length - 1; i >= 0 && tail.byteLength < end.length; i--)
				tail = Buffer.concat([this.#chunks[i]!, tail]);
			return tail.subarray(-end.length).toString('latin1') === end;
		};
		while (!this.#ended && !ends()) await new Promise<void>((resolve) => (this.#wake = resolve));
	}

	/** All that came until the other side closed. */
	async untilClosed(): Promise<string> {
		while (!this.#ended) await new Promise<void>((resolve) => (this.#wake = resolve));
		return this.text;
	}

	/** Stops reading: the kernel's buffers fill, then the server's. */
	pause(): void {
		this.#socket.pause();
	}

	resume(): void {
		this.#socket.resume();
	}

	/** Vanishes, with a reset. */
	vanish(): void {
		this.#socket.resetAndDestroy();
	}
}

/** The payloads of a server's frames that are no pings: those may come at any time. Throws at what is no frame of a server. */
export function* payloadsOf(frames: Buffer): Generator<Buffer, void, undefined> {
	for (let at = 0; at < frames.length;) {
		const [first = 0, short = 0] = frames.subarray(at, at + 2);
		if ((first & 0xf0) !== 0x80 || short > 127) throw new Error(`no frame at ${at}: ${first}, ${short}`);
		at += 2;
		let length = short;
		if (short === 126) length = frames.readUInt16BE(at);
		if (short === 127) length = Number(frames.readBigUInt64BE(at));
		at += short === 126 ? 2 : short === 127 ? 8 : 0;
		if (first !== 0x89) yield frames.subarray(at, at + length);
		at += length;
	}
}

export function handshake(path: string, ...extra: string[]): string {
	const lines = ['Host: test', 'Upgrade: websocket', 'Connection: keep-alive, Upgrade', 'Sec-WebSocket-Version: 13'];
	return [`GET ${path} HTTP/1.1`, ...lines, 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==', ...extra, '', ''].join(
		'\r\n'
	);
}

/** One frame. A client must mask: `masked: false` breaks that rule. */
export function frame(
	opcode: number,
	payload: Uint8Array | string,
	options: { fin?: boolean; masked?: boolean; rsv?: number; length?: number } = {}
): Buffer {
	const bytes = Buffer.from(payload);
	const { fin = true, masked = true, rsv = 0, length = bytes.byteLength } = options;
	const head = Buffer.alloc(length < 126 ? 2 : 4);
	head[0] = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
	head[1] = (masked ? 0x80 : 0) | (length < 126 ? length : 126);
	if (length >= 126) head.writeUInt16BE(length, 2);
	const mask = Buffer.from([1, 2, 3, 4]);
	if (!masked) return Buffer.concat([head, bytes]);
	return Buffer.concat([head, mask, bytes.map((byte, i) => byte ^ mask[i % 4]!)]);
}
