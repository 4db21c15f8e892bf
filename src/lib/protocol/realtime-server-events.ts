/**
 * What a server may say on `/v1/realtime`. Unmute writes every field, null where there is nothing; a client takes absent for
 * null. Clients of Unmute refuse types that they do not know, so OpenAI's are only for who used OpenAI's first.
 * Source: kyutai-labs/unmute, `openai_realtime_api_events.py`, and OpenAI's reference of the server events.
 */
import * as v from 'valibot';
import { ROLES } from './llm.ts';
import { RealtimeItemSchema, RealtimeSessionSchema } from './realtime-client-events.ts';

const eventId = v.optional(v.string(), '');
const text = v.string();
const itemId = v.optional(v.string());
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** Unmute's three, which say what a client should do: go on, go on and mend what it sends, expect the close. */
export const ERROR_TYPES = ['warning', 'invalid_request_error', 'fatal'] as const;

/** One field that does not fit, as pydantic reports it, without the value: that may be somebody's words. */
export const FieldFaultSchema = v.object({
	type: v.string(),
	/** From the outside in; the event's type comes first where it is known. */
	loc: v.array(v.union([v.string(), v.number()])),
	msg: v.string()
});
export type FieldFault = v.InferOutput<typeof FieldFaultSchema>;

export const ErrorDetailsSchema = v.object({
	/** One of `ERROR_TYPES`, or another server's own. */
	type: v.string(),
	code: v.nullish(v.string(), null),
	message: v.string(),
	param: v.nullish(v.string(), null),
	/** An array of field faults after an `invalid_request_error`. */
	details: v.optional(v.unknown(), null)
});
export type RealtimeError = v.InferOutput<typeof ErrorDetailsSchema>;

/** One message of the conversation so far. */
export const HistoryMessageSchema = v.object({ role: v.picklist(ROLES), content: v.nullish(v.string(), '') });
export type HistoryMessage = v.InferOutput<typeof HistoryMessageSchema>;
const history = v.array(HistoryMessageSchema);

export const RealtimeResponseSchema = v.object({
	object: v.optional(v.literal('realtime.response'), 'realtime.response'),
	status: v.picklist(['in_progress', 'completed', 'cancelled', 'failed', 'incomplete']),
	/** `missing` where none was chosen. */
	voice: v.string(),
	chat_history: v.optional(history, [])
});
export type RealtimeResponse = v.InferOutput<typeof RealtimeResponseSchema>;

export const AdditionalOutputsSchema = v.object({
	/** Without the system prompt. */
	chat_history: v.optional(history, []),
	debug_dict: v.optional(v.record(v.string(), v.unknown()), {}),
	debug_plot_data: v.optional(v.array(v.unknown()), [])
});
export type AdditionalOutputs = v.InferOutput<typeof AdditionalOutputsSchema>;

/** Every event of Unmute's server. `item_id` is OpenAI's: what `conversation.item.truncate` names. */
const UNMUTE_EVENTS = [
	v.object({ type: v.literal('error'), event_id: eventId, error: ErrorDetailsSchema }),
	v.object({ type: v.literal('session.updated'), event_id: eventId, session: RealtimeSessionSchema }),
	v.object({ type: v.literal('response.created'), event_id: eventId, response: RealtimeResponseSchema }),
	/** A word that the LLM wrote, with the space before it. */
	v.object({ type: v.literal('unmute.response.text.delta.ready'), event_id: eventId, delta: text }),
	/** Made for Unmute's own recordings. */
	v.object({ type: v.literal('unmute.response.audio.delta.ready'), event_id: eventId, number_of_samples: count }),
	/** A word that is being spoken, without a space. */
	v.object({ type: v.literal('response.text.delta'), event_id: eventId, delta: text, item_id: itemId }),
	/** The model has written all of it. */
	v.object({ type: v.literal('response.text.done'), event_id: eventId, text, item_id: itemId }),
	/** Base64, one continuous Ogg-Opus stream for as long as the connection. */
	v.object({ type: v.literal('response.audio.delta'), event_id: eventId, delta: text, item_id: itemId }),
	v.object({ type: v.literal('response.audio.done'), event_id: eventId, item_id: itemId }),
	/** A word of the person's; the first of a stream may be empty. `start_time` in seconds of the audio sent. */
	v.object({
		type: v.literal('conversation.item.input_audio_transcription.delta'),
		event_id: eventId,
		delta: text,
		start_time: v.pipe(v.number(), v.finite())
	}),
	/** By the first word that was recognised, so it is late, and comes only where words come. */
	v.object({ type: v.literal('input_audio_buffer.speech_started'), event_id: eventId }),
	/** By the pause prediction. */
	v.object({ type: v.literal('input_audio_buffer.speech_stopped'), event_id: eventId }),
	v.object({ type: v.literal('unmute.interrupted_by_vad'), event_id: eventId }),
	v.object({ type: v.literal('unmute.additional_outputs'), event_id: eventId, args: AdditionalOutputsSchema })
] as const;

/** OpenAI's answers to OpenAI's events. */
const OPENAI_EVENTS = [
	v.object({ type: v.literal('input_audio_buffer.committed'), event_id: eventId, item_id: v.string() }),
	v.object({ type: v.literal('input_audio_buffer.cleared'), event_id: eventId }),
	v.object({
		type: v.literal('conversation.item.created'),
		event_id: eventId,
		item: v.object({ ...RealtimeItemSchema.entries, id: v.string() })
	}),
	v.object({
		type: v.literal('conversation.item.truncated'),
		event_id: eventId,
		item_id: v.string(),
		content_index: count,
		audio_end_ms: v.number()
	}),
	v.object({ type: v.literal('response.done'), event_id: eventId, response: RealtimeResponseSchema })
] as const;

export const RealtimeServerEventSchema = v.variant('type', [...UNMUTE_EVENTS, ...OPENAI_EVENTS]);
export type RealtimeServerEvent = v.InferOutput<typeof RealtimeServerEventSchema>;

type WithoutId<T> = T extends unknown ? Omit<T, 'event_id'> : never;
/** What a server writes: every field but the event's number. */
export type RealtimeServerOutput = WithoutId<RealtimeServerEvent>;
