/** A client of `/v1/realtime`, Unmute's protocol: of Parley, or of Unmute's own backend. The server takes the turns. */
import { decodeBase64, encodeBase64 } from '../protocol/base64.ts';
import {
	decodeRealtimeServerEvent,
	encodeRealtimeClientEvent,
	REALTIME_PATH,
	REALTIME_SUBPROTOCOL,
	type RealtimeClientInput,
	type RealtimeServerEvent
} from '../protocol/realtime.ts';
import { WireClient, type ClientOptions } from './wire-client.ts';

export class RealtimeClient extends WireClient<RealtimeServerEvent> {
	constructor(options: ClientOptions) {
		super(options, REALTIME_PATH, REALTIME_SUBPROTOCOL);
	}

	/** False where there is nobody to send it to. */
	send(event: RealtimeClientInput): boolean {
		return this.transmit(encodeRealtimeClientEvent(event));
	}

	/** Ogg-Opus pages, or 16-bit samples where the session says `pcm16`. */
	append(audio: Uint8Array): boolean {
		return this.send({ type: 'input_audio_buffer.append', audio: encodeBase64(audio) });
	}

	protected opened(): void {
		this.isReady();
	}

	protected received(data: unknown): void {
		if (typeof data !== 'string') return this.refuse({ code: 'invalid_json', param: null });
		const event = decodeRealtimeServerEvent(data);
		if (event.ok) this.tell(event.value);
		// A newer server may say more than is known here.
		else if (event.fault.code !== 'unknown_type' || event.fault.param === null) this.refuse(event.fault);
	}
}

/** The bytes of a `response.audio.delta`, parts of one Ogg-Opus stream; none where the server sent something else. */
export function audioOf(
	event: Extract<RealtimeServerEvent, { type: 'response.audio.delta' }>
): Uint8Array<ArrayBuffer> {
	return decodeBase64(event.delta) ?? new Uint8Array(0);
}
