/**
 * What a client may say on `/v1/realtime`: Unmute's events, field for field, and those of OpenAI's Realtime API that map
 * onto them cleanly. Fields that are not named here are let pass and dropped, as Unmute does.
 * Source: kyutai-labs/unmute, `openai_realtime_api_events.py`, and OpenAI's reference of the client events.
 */
import * as v from 'valibot';
import { isBase64 } from './base64.ts';

/** What may stand in one event: a transport that takes 1 MiB has taken more already. */
export const MAX_REALTIME_CHARS = 1 << 20;
export const MAX_INSTRUCTIONS_CHARS = 50_000;
const MAX_TEXT_CHARS = 100_000;
const MAX_ITEM_PARTS = 64;

/** Unmute makes one up where there is none, and so may whoever reads it. */
const eventId = v.nullish(v.pipe(v.string(), v.maxLength(512)));
const id = v.pipe(v.string(), v.nonEmpty(), v.maxLength(512));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const language = v.nullish(v.picklist(['en', 'fr', 'en/fr', 'fr/en']), null);
const base64 = v.pipe(v.string(), v.maxLength(MAX_REALTIME_CHARS), v.check(isBase64, 'base64'));

/** Valibot takes an array for an object without fields; where every field may be left out, that would be let pass. */
const isNoArray = (input: unknown): boolean => !Array.isArray(input);
const noArray = <const S extends v.GenericSchema>(schema: S) =>
	v.pipe(v.custom<v.InferInput<S>>(isNoArray, 'Object'), schema);

/** Who answers. The kinds are Unmute's; `text` is the server's own where absent. */
export const RealtimeInstructionsSchema = v.variant('type', [
	v.object({
		type: v.literal('constant'),
		text: v.optional(v.pipe(v.string(), v.maxLength(MAX_INSTRUCTIONS_CHARS))),
		language
	}),
	v.object({ type: v.literal('smalltalk'), language }),
	v.object({ type: v.literal('guess_animal'), language }),
	v.object({ type: v.literal('quiz_show'), language }),
	v.object({ type: v.literal('news'), language }),
	v.object({ type: v.literal('unmute_explanation') })
]);
export type RealtimeInstructions = v.InferOutput<typeof RealtimeInstructionsSchema>;

/** OpenAI's, taken for a `constant`. */
const PlainInstructionsSchema = v.pipe(
	v.string(),
	v.maxLength(MAX_INSTRUCTIONS_CHARS),
	v.transform((text) => ({ type: 'constant' as const, text, language: null }))
);

/** `opus`: Ogg-Opus pages, Unmute's way. `pcm16`: OpenAI's, 24 kHz mono, little-endian. */
export const AUDIO_FORMATS = ['opus', 'pcm16'] as const;
const format = v.optional(v.picklist(AUDIO_FORMATS));
export type RealtimeAudioFormat = (typeof AUDIO_FORMATS)[number];

/**
 * The first three fields are Unmute's. Null or absent instructions and voice leave what was set before. The others are
 * OpenAI's; absent, they change nothing and are not in the `session.updated` that answers.
 */
export const RealtimeSessionSchema = v.object({
	instructions: v.nullish(
		// Not a union: that would not say which field of the instructions is wrong.
		v.lazy((input) => (typeof input === 'string' ? PlainInstructionsSchema : RealtimeInstructionsSchema)),
		null
	),
	voice: v.nullish(v.pipe(v.string(), v.maxLength(1000)), null),
	/** Unmute insists on it; OpenAI's clients do not know it, and nobody is recorded who did not agree. */
	allow_recording: v.optional(v.boolean(), false),
	/** Null: the client says when a turn is over, with `input_audio_buffer.commit` and `response.create`. */
	turn_detection: v.optional(v.nullable(v.object({ type: v.literal('server_vad') }))),
	input_audio_format: format,
	output_audio_format: format
});
export type RealtimeSession = v.InferOutput<typeof RealtimeSessionSchema>;

// Unmute's.

/** The assistant says nothing before the first one that sets instructions. */
const SessionUpdate = v.object({
	type: v.literal('session.update'),
	event_id: eventId,
	session: noArray(RealtimeSessionSchema)
});
const Append = v.object({ type: v.literal('input_audio_buffer.append'), event_id: eventId, audio: base64 });
/** Made for Unmute's own recordings; a server takes it and does nothing. */
const AppendAnonymised = v.object({
	type: v.literal('unmute.input_audio_buffer.append_anonymized'),
	event_id: eventId,
	number_of_samples: count
});

// OpenAI's.

/** With manual turns: the person has said it all. */
const Commit = v.object({ type: v.literal('input_audio_buffer.commit'), event_id: eventId });
/** With manual turns: what was said since the last turn is forgotten. */
const Clear = v.object({ type: v.literal('input_audio_buffer.clear'), event_id: eventId });
/** An answer to the conversation as it stands. What `response` asks for beside that is let pass. */
const ResponseCreate = v.object({
	type: v.literal('response.create'),
	event_id: eventId,
	response: v.optional(noArray(v.object({})))
});
const ResponseCancel = v.object({
	type: v.literal('response.cancel'),
	event_id: eventId,
	response_id: v.optional(id)
});
/** A message in writing. It goes to the end of the conversation, whatever `previous_item_id` says. */
export const RealtimeItemSchema = v.object({
	id: v.optional(id),
	type: v.literal('message'),
	role: v.picklist(['system', 'user', 'assistant']),
	content: v.pipe(
		v.array(
			v.object({
				type: v.picklist(['input_text', 'text']),
				text: v.pipe(v.string(), v.maxLength(MAX_TEXT_CHARS))
			})
		),
		v.minLength(1),
		v.maxLength(MAX_ITEM_PARTS)
	)
});
export type RealtimeItem = v.InferOutput<typeof RealtimeItemSchema>;
const ItemCreate = v.object({
	type: v.literal('conversation.item.create'),
	event_id: eventId,
	previous_item_id: v.nullish(id),
	item: RealtimeItemSchema
});
/** Of the assistant's message only so much was heard: the rest leaves the conversation. */
const ItemTruncate = v.object({
	type: v.literal('conversation.item.truncate'),
	event_id: eventId,
	item_id: id,
	content_index: v.optional(count, 0),
	audio_end_ms: v.pipe(v.number(), v.finite(), v.minValue(0))
});

export const RealtimeClientEventSchema = v.variant('type', [
	SessionUpdate,
	Append,
	AppendAnonymised,
	Commit,
	Clear,
	ResponseCreate,
	ResponseCancel,
	ItemCreate,
	ItemTruncate
]);
export type RealtimeClientEvent = v.InferOutput<typeof RealtimeClientEventSchema>;
/** The same before the gaps are filled: what a client writes. */
export type RealtimeClientInput = v.InferInput<typeof RealtimeClientEventSchema>;
