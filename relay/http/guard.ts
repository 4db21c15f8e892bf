/** The application behind a wall: what it throws or rejects becomes an answer and a log line, never a dead process. */
import type { Log } from '../log.ts';
import { agreedSubprotocol, handshakeFault } from './handshake.ts';
import { toWire, type WireResponse } from './response.ts';
import { withSecurity } from './security.ts';
import type {
	App,
	HttpRequest,
	HttpResponse,
	RequestHead,
	Socket,
	SocketHandler,
	UpgradeDecision
} from './transport.ts';

const INTERNAL: HttpResponse = {
	status: 500,
	headers: withSecurity({ 'content-type': 'text/plain; charset=utf-8' }),
	body: 'Internal error.\n'
};

/** For a handshake that was let in a moment too late. */
export const GOING_AWAY = toWire({
	status: 503,
	headers: withSecurity({ 'retry-after': '1' }),
	body: 'The relay is stopping.\n'
});

export async function answer(app: App, request: HttpRequest, log: Log): Promise<WireResponse> {
	try {
		return toWire(await app.request(request));
	} catch (error) {
		log.error({ error, method: request.method }, 'request handler failed');
		return toWire(INTERNAL);
	}
}

/** An upgrade's decision, with a refusal ready for the wire. */
export type WireDecision =
	Extract<UpgradeDecision, { accept: true }> | { readonly accept: false; readonly refusal: WireResponse };

export async function decide(app: App, head: RequestHead, log: Log): Promise<WireDecision> {
	try {
		const fault = handshakeFault(head);
		if (fault !== null) return { accept: false, refusal: toWire({ ...fault, headers: withSecurity(fault.headers) }) };
		const decision = await app.upgrade(head);
		if (!decision.accept) return { accept: false, refusal: toWire(decision.response) };
		return { ...decision, subprotocol: agreedSubprotocol(head, decision.subprotocol) };
	} catch (error) {
		log.error({ error }, 'upgrade handler failed');
		return { accept: false, refusal: toWire(INTERNAL) };
	}
}

/** Close code for a handler that threw. */
const INTERNAL_CLOSE = 1011;

/**
 * Holds a handler to its contract: nothing after `closed`, `closed` exactly once, and an exception closes the socket
 * instead of reaching the transport. Each transport makes one per socket and reports to it as events come.
 */
export class GuardedHandler {
	readonly #socket: Socket;
	readonly #log: Log;
	#handler: SocketHandler | null = null;
	#over = false;

	constructor(socket: Socket, log: Log) {
		this.#socket = socket;
		this.#log = log;
	}

	get over(): boolean {
		return this.#over;
	}

	open(open: (socket: Socket) => SocketHandler): void {
		this.#run(() => {
			this.#handler = open(this.#socket);
		});
	}

	message(message: Uint8Array, isText: boolean): void {
		if (!this.#over) this.#run(() => this.#handler?.message(message, isText));
	}

	drained(): void {
		if (!this.#over) this.#run(() => this.#handler?.drained?.());
	}

	/** Nothing is delivered from now on but `closed`, once, with this code. Any later call does nothing. */
	finish(code: number): void {
		if (this.#over) return;
		this.#over = true;
		// Later, so that no handler is called inside its own call to `close`, or before `open` has returned it.
		queueMicrotask(() => this.#run(() => this.#handler?.closed(code)));
	}

	#run(call: () => void): void {
		try {
			call();
		} catch (error) {
			this.#log.error({ error }, 'socket handler failed');
			this.#socket.close(INTERNAL_CLOSE, 'internal error');
		}
	}
}
