/** Sockets to a relay that the test plays. */
import {
	decodeClientMessage,
	encodeSession,
	SESSION_VERSION,
	type ClientMessage,
	type RelayMessage,
	type Welcome
} from '../../../protocol/session.ts';
import type { SocketLike } from '../dial.ts';

export const WELCOME: Welcome = {
	type: 'welcome',
	session: 's1',
	version: SESSION_VERSION,
	relay: 'test',
	stt: { name: 'ears', embedded: true, recognises: true, delayS: 0.5 },
	llm: { name: 'mind', embedded: true },
	tts: { name: 'voice', embedded: true }
};

export class FakeSocket implements SocketLike {
	binaryType: 'arraybuffer' | 'blob' = 'blob';
	bufferedAmount = 0;
	onopen: SocketLike['onopen'] = null;
	onmessage: SocketLike['onmessage'] = null;
	onclose: SocketLike['onclose'] = null;
	/** What the browser said, checked by the protocol's own schema. */
	readonly received: ClientMessage[] = [];
	closedWith: number | undefined | null = null;

	send(data: Uint8Array<ArrayBuffer>): void {
		const message = decodeClientMessage(data);
		if (!message.ok) throw new Error(`the browser said something illegal: ${message.reason}`);
		this.received.push(message.value);
	}

	close(code?: number): void {
		this.closedWith = code;
	}

	open(): void {
		this.onopen?.(new Event('open'));
	}

	say(message: RelayMessage): void {
		this.sayBytes(encodeSession(message));
	}

	sayBytes(bytes: Uint8Array<ArrayBuffer>): void {
		this.onmessage?.(new MessageEvent('message', { data: bytes.slice().buffer }));
	}

	/** The connection is gone. */
	vanish(code = 1006): void {
		// Node has the class, TypeScript's Node types do not: any event with a code will do.
		this.onclose?.(Object.assign(new Event('close'), { code }) as CloseEvent);
	}

	welcome(): void {
		this.open();
		this.say(WELCOME);
	}

	of<T extends ClientMessage['type']>(type: T): Extract<ClientMessage, { type: T }>[] {
		return this.received.filter((message): message is Extract<ClientMessage, { type: T }> => message.type === type);
	}
}

/** Hands out sockets and keeps them in the order in which they were asked for. */
export class FakeRelay {
	readonly sockets: FakeSocket[] = [];
	readonly urls: string[] = [];

	readonly connect = (url: string, subprotocol: string): FakeSocket => {
		this.urls.push(`${subprotocol} ${url}`);
		const socket = new FakeSocket();
		this.sockets.push(socket);
		return socket;
	};

	get last(): FakeSocket {
		const socket = this.sockets.at(-1);
		if (socket === undefined) throw new Error('nobody connected yet');
		return socket;
	}
}
