/**
 * A short way past `ws` for what comes and goes 12.5 times a second for every talker: whole binary messages. The
 * handshake, pings, closing, fragments, text and every refusal stay its own. Measured in bench/relay/README.md.
 */
import { Socket } from 'node:net';
import { Writable } from 'node:stream';
import type { WebSocket } from 'ws';
import { clientFrame, serverFrame } from './frame.ts';
import { FastReader } from './fast-reader.ts';

export interface FastLane {
	/** Sends one binary message; copied. Only while `ws` says that it is open. */
	send(message: Uint8Array, flushed?: (error?: Error | null) => void): void;
}

export interface FastLaneOptions {
	/** On which side of the connection we are. */
	readonly side: 'server' | 'client';
	/** `ws` refuses longer ones. */
	readonly maxBytes: number;
	/** One binary message, in order with those that `ws` tells; valid during the call. */
	readonly message: (bytes: Buffer) => void;
}

/**
 * From now on binary messages come through `message`, most of them; any may still come through `ws` itself. Call it before
 * the first message can have come: when the handshake is done, in the same turn. null where this `ws` is built otherwise
 * than the one that we know, and has to do it all alone.
 */
export function openFastLane(ws: WebSocket, { side, maxBytes, message }: FastLaneOptions): FastLane | null {
	const receiver: unknown = '_receiver' in ws ? ws._receiver : null;
	const socket: unknown = '_socket' in ws ? ws._socket : null;
	if (!(receiver instanceof Writable) || !(socket instanceof Socket)) return null;
	const pass = receiver.write.bind(receiver);
	const reader = new FastReader({ masked: side === 'server', maxBytes, message, other: receiver, pass });
	// `ws` listens to its socket and writes what comes into this stream, until the connection is over for it.
	receiver.write = (chunk: unknown): boolean => (Buffer.isBuffer(chunk) ? reader.write(chunk) : pass(chunk));
	const framed = side === 'server' ? serverFrame : clientFrame;
	return { send: (bytes, flushed) => void socket.write(framed(bytes), flushed) };
}
