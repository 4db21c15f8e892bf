/** A client of Unmute's without a network: what it is sent is checked and kept, what it says is spoiled after the call. */
import {
	decodeRealtimeServerEvent,
	REALTIME_PATH,
	type RealtimeClientInput,
	type RealtimeServerEvent
} from '../../../src/lib/protocol/realtime.ts';
import type { Refusal, Visit } from '../../access/door.ts';
import type { RequestHead, Socket, SocketHandler } from '../../http/transport.ts';
import type { Realtime } from '../index.ts';

type Type = RealtimeServerEvent['type'];
type Of<T extends Type> = Extract<RealtimeServerEvent, { type: T }>;

export interface Coming {
	readonly query?: string;
	readonly protocols?: string;
	readonly refusal?: Refusal | null;
	/** Why there is no room for it any more, once it talks. */
	readonly full?: Refusal;
	/** What becomes of its token. */
	readonly admit?: Visit['admit'];
}

export const headOf = ({ query = '', protocols = 'realtime' }: Coming = {}): RequestHead => ({
	method: 'GET',
	path: REALTIME_PATH,
	query,
	remoteAddress: '192.0.2.7',
	headers: protocols === '' ? {} : { 'sec-websocket-protocol': protocols }
});

export class TestClient implements Socket {
	readonly remoteAddress = '192.0.2.7';
	readonly received: RealtimeServerEvent[] = [];
	closedWith: { readonly code: number; readonly reason: string } | null = null;
	/** Reads nothing any more. */
	full = false;
	/** Places taken and given back. */
	readonly places: string[] = [];
	readonly #handler: SocketHandler;
	#gone = false;
	#watchers: (() => void)[] = [];

	constructor(realtime: Realtime, coming: Coming = {}) {
		const visit: Visit = {
			address: '192.0.2.7',
			enter: () => {
				this.places.push('enter');
				return coming.refusal ?? null;
			},
			begin: () => {
				if (!this.places.includes('begin')) this.places.push('begin');
				return coming.full ?? null;
			},
			admit: coming.admit ?? (() => null),
			leave: () => void this.places.push('leave')
		};
		const decision = realtime.upgrade(headOf(coming), visit);
		if (!decision.accept) throw new Error('the upgrade was refused');
		this.#handler = decision.open(this);
	}

	send(message: Uint8Array | string): 'sent' | 'full' | 'closed' {
		if (this.#gone || this.closedWith !== null) return 'closed';
		if (this.full) return 'full';
		if (typeof message !== 'string') throw new Error('realtime is text');
		const decoded = decodeRealtimeServerEvent(message);
		if (!decoded.ok) throw new Error(`no client understands this: ${JSON.stringify(decoded.fault)}`);
		if (!/^event_[a-zA-Z0-9]{21}$/.test(decoded.value.event_id)) throw new Error('an event without a number');
		this.received.push(decoded.value);
		this.#changed();
		return 'sent';
	}

	bufferedBytes(): number {
		return 0;
	}

	close(code: number, reason: string): void {
		if (this.closedWith !== null) throw new Error('closed twice');
		this.closedWith = { code, reason };
		queueMicrotask(() => this.vanish(code));
	}

	say(event: RealtimeClientInput): void {
		this.raw(JSON.stringify(event));
	}

	/** Chooses who answers. */
	begin(text = 'Be kind.', more: { readonly voice?: string; readonly allow_recording?: boolean } = {}): void {
		const instructions = { type: 'constant', text } as const;
		this.say({ type: 'session.update', session: { instructions, allow_recording: false, ...more } });
	}

	append(bytes: Uint8Array): void {
		this.say({ type: 'input_audio_buffer.append', audio: Buffer.from(bytes).toString('base64') });
	}

	raw(text: string | Uint8Array): void {
		if (this.#gone || this.closedWith !== null) return;
		const lent = Uint8Array.from(typeof text === 'string' ? Buffer.from(text) : text);
		this.#handler.message(lent, typeof text === 'string');
		lent.fill(0xee); // valid during the call only
	}

	vanish(code = 1006): void {
		if (this.#gone) return;
		this.#gone = true;
		this.#handler.closed(code);
		this.#changed();
	}

	of<T extends Type>(type: T): Of<T>[] {
		return this.received.filter((event): event is Of<T> => event.type === type);
	}

	/** The `count`th event of this type, once it is there. */
	async next<T extends Type>(type: T, count = 1): Promise<Of<T>> {
		await this.until(() => this.of(type).length >= count);
		const event = this.of(type)[count - 1];
		if (event === undefined) throw new Error('impossible');
		return event;
	}

	/** What it was told to be wrong, as `type code`. */
	get errors(): string[] {
		return this.of('error').map(({ error }) => `${error.type} ${String(error.code)}`);
	}

	async closed(): Promise<{ readonly code: number; readonly reason: string }> {
		await this.until(() => this.#gone);
		if (this.closedWith === null) throw new Error('the relay did not close');
		return this.closedWith;
	}

	until(condition: () => boolean): Promise<void> {
		if (condition()) return Promise.resolve();
		return new Promise((resolve) => {
			this.#watchers.push(() => {
				if (condition()) resolve();
			});
		});
	}

	#changed(): void {
		for (const watcher of this.#watchers) watcher();
	}
}
