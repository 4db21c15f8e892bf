/** `ws`' own reader of frames, alone or behind a FastReader, and what each of them tells. */
import type { Writable } from 'node:stream';
import * as ws from 'ws';
import { FastReader } from '../fast-reader.ts';

type ReceiverClass = new (options: { isServer: boolean; maxPayload: number; maxFragments: number }) => Writable;

export const MAX_BYTES = 1000;

function receiver(isServer: boolean, maxPayload: number, tell: (line: string) => void): Writable {
	// Exported by the package, and unknown to its types.
	const Receiver = Reflect.get(ws, 'Receiver') as ReceiverClass;
	const it = new Receiver({ isServer, maxPayload, maxFragments: 3 });
	it.on('message', (data: Buffer, isBinary: boolean) =>
		tell(`${isBinary ? 'binary' : 'text'} ${data.toString('hex')}`)
	);
	for (const name of ['ping', 'pong']) it.on(name, (data: Buffer) => tell(`${name} ${data.toString('hex')}`));
	it.on('conclude', (code: number, reason: Buffer) => tell(`close ${code} ${reason.toString('hex')}`));
	it.on('error', (error) => tell(`error ${'code' in error ? String(error.code) : error.name}`));
	return it;
}

async function told(chunks: readonly Buffer[], isServer: boolean, maxBytes: number, fast: boolean): Promise<string[]> {
	const lines: string[] = [];
	const other = receiver(isServer, maxBytes, (line) => lines.push(line));
	const pass = other.write.bind(other);
	const message = (bytes: Buffer): void => void lines.push(`binary ${bytes.toString('hex')}`);
	const reader = new FastReader({ masked: isServer, maxBytes, message, other, pass });
	for (const chunk of chunks) {
		// A WebSocket of `ws` reads on after neither of the two.
		if (other.errored !== null || lines.at(-1)?.startsWith('close') === true) break;
		if (fast) reader.write(Buffer.from(chunk));
		else other.write(Buffer.from(chunk));
	}
	await new Promise(setImmediate);
	return lines;
}

export const readWithWs = (chunks: readonly Buffer[], isServer: boolean, maxBytes = 1 << 20): Promise<string[]> =>
	told(chunks, isServer, maxBytes, false);
export const readFast = (chunks: readonly Buffer[], isServer: boolean, maxBytes = MAX_BYTES): Promise<string[]> =>
	told(chunks, isServer, maxBytes, true);
