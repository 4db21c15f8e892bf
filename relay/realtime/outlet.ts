/** Everything that a realtime session says to its client: numbered, encoded, and never queued without end. */
import { encodeRealtimeServerEvent, realtimeId, type RealtimeServerOutput } from '../../src/lib/protocol/realtime.ts';
import type { Socket } from '../http/transport.ts';

export class Outlet {
	readonly #socket: Socket;
	readonly #chance: () => number;
	readonly #tooSlow: () => void;
	#open = true;

	/** `tooSlow` is called once, when the client has not read what was sent: the event in hand is lost. */
	constructor(socket: Socket, chance: () => number, tooSlow: () => void) {
		this.#socket = socket;
		this.#chance = chance;
		this.#tooSlow = tooSlow;
	}

	send(event: RealtimeServerOutput): void {
		if (!this.#open) return;
		const result = this.#socket.send(encodeRealtimeServerEvent(event, realtimeId(this.#chance)));
		if (result === 'sent') return;
		this.#open = false;
		if (result === 'full') this.#tooSlow();
	}

	/** Pages of the client's one Ogg stream, or PCM; `item`: what they belong to, for whoever wants to know. */
	audio(bytes: Uint8Array, item: string | null): void {
		const delta = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
		this.send({ type: 'response.audio.delta', delta, ...(item === null ? {} : { item_id: item }) });
	}

	/** The end, with the last thing that is said. */
	close(code: number, reason: string, event?: RealtimeServerOutput): void {
		if (event !== undefined) this.send(event);
		this.#open = false;
		this.#socket.close(code, reason);
	}
}
