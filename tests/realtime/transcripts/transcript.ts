/**
 * One conversation on `/v1/realtime` as it was seen from the client's side: what the client did, and every event that it
 * got, with when. Sound is told by its length, names by their kind, prompts not at all.
 */
import * as v from 'valibot';
import { OggUnpager } from '../../../src/lib/audio/ogg/unpager.ts';
import { decodeBase64 } from '../../../src/lib/protocol/base64.ts';
import { parseJsonWith } from '../../../src/lib/protocol/llm.ts';
import { decodeRealtimeServerEvent, type RealtimeServerEvent } from '../../../src/lib/protocol/realtime.ts';

const millis = v.pipe(v.number(), v.safeInteger());

/** What the client does, in order, each once something has come so many times, and some time after that. */
const ActSchema = v.strictObject({
	after: v.optional(v.strictObject({ type: v.string(), count: v.optional(v.number(), 1) })),
	plusMs: v.optional(millis, 0),
	act: v.variant('do', [
		/** An event of the client's, as JSON or as what is none. */
		v.strictObject({ do: v.literal('send'), text: v.string() }),
		/** From now on the microphone is on. */
		v.strictObject({ do: v.literal('listen') }),
		/** The person speaks for so long. */
		v.strictObject({ do: v.literal('speak'), ms: millis }),
		/** The TTS takes nobody for so long. */
		v.strictObject({ do: v.literal('fillTts'), ms: millis }),
		/** The client leaves, where the server has not closed. */
		v.strictObject({ do: v.literal('leave') }),
		/** The client waits for the server to close. */
		v.strictObject({ do: v.literal('waitForClose') })
	])
});
export type Act = v.InferInput<typeof ActSchema>;

const SeenSchema = v.strictObject({
	/** Since the first page of sound was sent; before it, below zero. */
	atMs: millis,
	type: v.string(),
	/** Of `response.audio.delta`: how long its packets sound; of what the client's own sound is at that time, where told. */
	audioMs: v.optional(v.number()),
	receivedS: v.optional(v.number()),
	/** What was said with it: a word, a text, a kind of error, a history. */
	says: v.optional(v.string()),
	history: v.optional(v.array(v.tuple([v.string(), v.string()]))),
	state: v.optional(v.string())
});
export type Seen = v.InferOutput<typeof SeenSchema>;

export const TranscriptSchema = v.strictObject({
	scene: v.string(),
	/** Whose it is, and since when. */
	server: v.string(),
	acts: v.array(ActSchema),
	/** What the handshake chose. */
	subprotocol: v.string(),
	/** Every field that events of a type had, as paths. */
	fields: v.record(v.string(), v.array(v.string())),
	events: v.array(SeenSchema),
	/** How the connection ended, where it was the server that closed it. */
	closed: v.nullable(v.strictObject({ code: v.number(), atMs: millis }))
});
export type Transcript = v.InferOutput<typeof TranscriptSchema>;

export function readTranscript(text: string): Transcript {
	const read = parseJsonWith(TranscriptSchema, text);
	if (!read.ok) throw new Error(`no transcript: ${read.reason}`);
	return read.value;
}

/** Keeps what a test can hold another server to. Throws on what no client of Unmute's would understand. */
export class Notes {
	readonly events: Seen[] = [];
	readonly fields: Record<string, string[]> = {};
	readonly #unpager = new OggUnpager();

	/** The type of the event. */
	note(text: string, atMs: number): string {
		const decoded = decodeRealtimeServerEvent(text);
		if (!decoded.ok) throw new Error(`not of the protocol: ${JSON.stringify(decoded.fault)}`);
		const event = decoded.value;
		this.fields[event.type] = [...new Set([...(this.fields[event.type] ?? []), ...paths(JSON.parse(text))])].toSorted();
		this.events.push({ atMs: Math.round(atMs), type: event.type, ...this.#saidBy(event) });
		return event.type;
	}

	#saidBy(event: RealtimeServerEvent): Partial<Seen> {
		switch (event.type) {
			case 'response.audio.delta':
				return { audioMs: this.#durationMs(event.delta) };
			case 'response.created': {
				const { voice, status, chat_history } = event.response;
				return { says: `${status} ${voice}`, history: linesOf(chat_history) };
			}
			case 'unmute.additional_outputs': {
				const { last_receive_time: received, conversation_state: state } = event.args.debug_dict;
				return {
					history: linesOf(event.args.chat_history),
					...(typeof received === 'number' ? { receivedS: received } : {}),
					...(typeof state === 'string' ? { state } : {})
				};
			}
			case 'session.updated': {
				const { voice, instructions } = event.session;
				return { says: `${voice ?? 'null'} ${instructions?.type ?? 'null'}` };
			}
			case 'error':
				return { says: event.error.type };
			default:
				if ('delta' in event) return { says: event.delta };
				return 'text' in event ? { says: event.text } : {};
		}
	}

	#durationMs(base64: string): number {
		const events = this.#unpager.push(decodeBase64(base64) ?? new Uint8Array(0));
		if (events.some(({ type }) => type === 'junk' || type === 'gap')) throw new Error('the Ogg stream is broken');
		return events.reduce((sum, event) => sum + (event.type === 'packet' ? event.durationSamples48k / 48 : 0), 0);
	}
}

const linesOf = (history: readonly { readonly role: string; readonly content: string }[]): [string, string][] =>
	history.filter(({ role }) => role !== 'system').map(({ role, content }) => [role, content]);

/** `response.voice`, and so on; what is in arrays and in the debugging dictionary is not looked into. */
function paths(value: unknown, at = ''): string[] {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return at === '' ? [] : [at];
	if (at === 'args.debug_dict' || at === 'session.instructions') return [at];
	return Object.entries(value).flatMap(([key, inner]) => paths(inner, at === '' ? key : `${at}.${key}`));
}
