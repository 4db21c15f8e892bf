/** The part of a WebSocket that the clients use: the browser's, Node's own, and the package `ws` have it. */
export interface ClientSocket {
	binaryType: string;
	readonly bufferedAmount: number;
	addEventListener(type: 'open' | 'error', listener: () => void): void;
	addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
	addEventListener(type: 'close', listener: (event: { readonly code: number; readonly reason: string }) => void): void;
	send(data: string | Uint8Array<ArrayBuffer>): void;
	close(code?: number): void;
}

export type Connect = (url: string, subprotocol: string) => ClientSocket;

/** With the WebSocket that the browser, and Node from 22 on, bring along. */
export const connectGlobally: Connect = (url, subprotocol) => new WebSocket(url, subprotocol);

/** `path` under a server's address: `http` becomes `ws`, and an address that names the path already stays as it is. */
export function endpoint(address: string, path: string): string {
	const url = new URL(address);
	if (url.protocol === 'http:') url.protocol = 'ws:';
	if (url.protocol === 'https:') url.protocol = 'wss:';
	if (!url.pathname.endsWith(path)) url.pathname = url.pathname.replace(/\/+$/, '') + path;
	return url.href;
}
