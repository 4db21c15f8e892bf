/**
 * `parley.1`, the session protocol between browser and relay: `/v1/session`, binary frames of one MessagePack map each,
 * `type` first, audio as `bin`. See docs/protocols.md for a conversation on the wire.
 */
import * as v from 'valibot';
import { ChatMessageSchema } from './llm.ts';
import { binAfter, decodeWith, encodeMessage } from './msgpack.ts';
import { MAX_TOKEN_CHARS, SESSION_PATH, SESSION_SUBPROTOCOL, SESSION_VERSION } from './handshake.ts';
import { FAULTS, isProblemCode } from './problems.ts';
import type { Decoded } from './result.ts';

export { MAX_TOKEN_CHARS, SESSION_PATH, SESSION_SUBPROTOCOL, SESSION_VERSION };

export { UNRECOGNISED_SPEECH } from './unrecognised-speech.ts';

/** The most that one browser may ask of one reply, so that a history cannot grow without end on the wire. */
export const MAX_REPLY_MESSAGES = 500;
/** The rest of one answer: what the relay would have had spoken at the most. */
export const MAX_BEGIN_CHARS = 20_000;
/** One page of 80 ms is some 300 bytes at 24 kbit/s; the Opus ceiling of 510 kbit/s gives 5,100. */
export const MAX_PAGE_BYTES = 8192;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const seconds = v.pipe(v.number(), v.finite());
const milliseconds = v.optional(v.pipe(v.number(), v.minValue(0)));
const shortText = v.pipe(v.string(), v.maxLength(200));
const bytes = v.custom<Uint8Array>((value) => value instanceof Uint8Array, 'bytes');
/**
 * What a browser's recordings of one conversation have in common, however often it reconnects: 128 random bits of its own. Who
 * presents it may have them deleted.
 */
const recordingId = v.pipe(v.string(), v.regex(/^[\w-]{22,64}$/));
const bin = v.pipe(bytes, v.maxLength(MAX_PAGE_BYTES));

// Client → relay.

/** First message, within the relay's hello timeout. */
export const HelloSchema = v.object({
	type: v.literal('hello'),
	version: count,
	client: shortText,
	language: v.optional(v.picklist(['en', 'fr']), 'en'),
	/** Where the relay asks for one: a page cannot set a handshake's headers. */
	token: v.optional(v.pipe(v.string(), v.maxLength(MAX_TOKEN_CHARS))),
	/** The person agreed to be recorded, where the relay records at all. */
	recording: v.optional(v.boolean()),
	/** From the first agreement of the conversation on. Without `recording` it says that what there is has to be deleted. */
	recordingId: v.optional(recordingId)
});
/**
 * The person agreed to be recorded, or no longer does: what was recorded of this session, and of every other with this
 * `recordingId`, is then deleted.
 */
export const ConsentSchema = v.object({
	type: v.literal('consent'),
	recording: v.boolean(),
	recordingId: v.optional(recordingId)
});
/** Opens the STT leg. `head` is the Ogg stream's OpusHead and OpusTags pages; a new `stream` replaces the one before. */
export const ListenSchema = v.object({ type: v.literal('listen'), stream: count, head: bin });
/** One Ogg page that holds exactly 80 ms of Opus packets, of the stream last opened. */
export const AudioSchema = v.object({ type: v.literal('audio'), page: bin });
/**
 * A reply in this voice will be wanted soon: the relay opens the TTS connection ahead of it. Nothing is answered; where it
 * fails, or no reply comes in time, nobody is told.
 */
export const PrepareSchema = v.object({ type: v.literal('prepare'), voice: v.optional(shortText) });
/**
 * Asks for a spoken answer. `speculative` starts the LLM and the TTS connection but gives the TTS no text before
 * `commit`. A new reply cancels the one before.
 */
export const ReplySchema = v.object({
	type: v.literal('reply'),
	reply: count,
	messages: v.pipe(v.array(ChatMessageSchema), v.minLength(1), v.maxLength(MAX_REPLY_MESSAGES)),
	voice: v.optional(shortText),
	/** In which it begins, where that is another than the hello's: somebody else answers. */
	language: v.optional(v.picklist(['en', 'fr'])),
	temperature: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(2)), 0.3),
	/** The most that the answer may take, in tokens; the server's own limit where absent. */
	maxTokens: v.optional(v.pipe(count, v.minValue(1))),
	speculative: v.optional(v.boolean(), false),
	/**
	 * What has to be said first, as it was shown: the rest of an answer that was cut off with a relay. The model's own words
	 * come after it.
	 */
	begin: v.optional(v.pipe(v.string(), v.maxLength(MAX_BEGIN_CHARS))),
	/** `begin` is all that there is to say: the model is not asked. */
	written: v.optional(v.boolean())
});
export const CommitSchema = v.object({ type: v.literal('commit'), reply: count });
export const CancelSchema = v.object({ type: v.literal('cancel'), reply: count });
/** What the browser measured of one turn; milliseconds, each optional. For the operator's metrics. */
export const ReportSchema = v.object({
	type: v.literal('report'),
	/** From the decision that the turn is over to the answer's first sample. */
	heardLatencyMs: milliseconds,
	gaps: v.optional(count),
	bufferedMs: milliseconds,
	/** From the end of the person's speech to that decision, the answer's first word, its first sound, its first sample. */
	pauseDecidedMs: milliseconds,
	firstTokenMs: milliseconds,
	firstPageMs: milliseconds,
	firstHeardMs: milliseconds
});

export const ClientMessageSchema = v.variant('type', [
	HelloSchema,
	ConsentSchema,
	ListenSchema,
	AudioSchema,
	PrepareSchema,
	ReplySchema,
	CommitSchema,
	CancelSchema,
	ReportSchema
]);
export type ClientMessage = v.InferOutput<typeof ClientMessageSchema>;
export type ReplyRequest = v.InferOutput<typeof ReplySchema>;

// Relay → client.

const EngineSchema = v.object({
	/** What a person may call it: a model's name, "built-in", … */
	name: shortText,
	embedded: v.boolean()
});
export const WelcomeSchema = v.object({
	type: v.literal('welcome'),
	session: shortText,
	version: count,
	relay: shortText,
	stt: v.object({
		...EngineSchema.entries,
		/** False for the embedded engine: its words are UNRECOGNISED_SPEECH and the browser's own recogniser may help. */
		recognises: v.boolean(),
		/** The model's delay: how far its words trail the audio, in seconds. */
		delayS: seconds
	}),
	llm: v.object({
		...EngineSchema.entries,
		/** What the model reads and writes in all; absent where the relay does not know. */
		contextTokens: v.optional(v.pipe(count, v.minValue(1)))
	}),
	tts: EngineSchema,
	/** Whether this relay records those who agree to it. */
	records: v.optional(v.boolean())
});
/** The STT has a slot: audio of this stream is welcome. */
export const ListeningSchema = v.object({ type: v.literal('listening'), stream: count });
/** The STT's `Step`, as it sent it: 80 ms were processed. */
export const StepSchema = v.object({ type: v.literal('step'), frame: v.instance(Uint8Array) });
export const WordSchema = v.object({ type: v.literal('word'), text: v.string(), startS: seconds });
export const EndWordSchema = v.object({ type: v.literal('endWord'), stopS: seconds });
/** A word that the LLM wrote, as it is shown; the space before it travels with it. */
export const ReplyWordSchema = v.object({
	type: v.literal('replyWord'),
	reply: count,
	text: v.string(),
	/** What the voice says for it, possibly nothing or several words; `text` without its space where absent. */
	spoken: v.optional(v.string())
});
/** The TTS's `OggOpus` message, as it sent it. The reply's first ones hold its header pages. */
export const ReplyAudioSchema = v.object({
	type: v.literal('replyAudio'),
	reply: count,
	frame: v.instance(Uint8Array)
});
/** A word that the TTS spoke, with its times on the reply's audio clock. */
export const ReplyTextSchema = v.object({
	type: v.literal('replyText'),
	reply: count,
	text: v.string(),
	startS: seconds,
	stopS: seconds
});
/** The model has written the whole answer; its sound may still come. */
export const ReplyWrittenSchema = v.object({ type: v.literal('replyWritten'), reply: count });
/**
 * Another TTS goes on with this reply, from the first word that was not yet voiced. Of the sound until now only what lies
 * before `atS`, on the reply's audio clock, counts; the next `replyAudio` begins a new Ogg stream, and its first sample
 * (after the pre-skip) belongs there. Times of `replyText` stay on the reply's clock.
 */
export const ReplySpliceSchema = v.object({ type: v.literal('replySplice'), reply: count, atS: seconds });
/** Nothing more comes for this reply. */
export const ReplyDoneSchema = v.object({
	type: v.literal('replyDone'),
	reply: count,
	outcome: v.picklist(['complete', 'cancelled', 'failed'])
});
export const ProblemSchema = v.object({
	type: v.literal('problem'),
	fault: v.picklist(FAULTS),
	code: v.pipe(
		v.string(),
		v.check(isProblemCode, 'a known code'),
		v.transform((code) => (isProblemCode(code) ? code : 'internal'))
	),
	retry: v.picklist(['soon', 'never']),
	retryAfterMs: v.pipe(v.number(), v.minValue(0)),
	detail: v.string(),
	/** The reply it concerns, for a fault of the llm or tts leg. */
	reply: v.optional(count)
});
/** The relay is going away: move to another within `withinMs`. */
export const DrainSchema = v.object({ type: v.literal('drain'), withinMs: count });

export const RelayMessageSchema = v.variant('type', [
	WelcomeSchema,
	ListeningSchema,
	StepSchema,
	WordSchema,
	EndWordSchema,
	ReplyWordSchema,
	ReplyAudioSchema,
	ReplyTextSchema,
	ReplyWrittenSchema,
	ReplySpliceSchema,
	ReplyDoneSchema,
	ProblemSchema,
	DrainSchema
]);
export type RelayMessage = v.InferOutput<typeof RelayMessageSchema>;
export type Welcome = v.InferOutput<typeof WelcomeSchema>;

export const decodeClientMessage = (bytes: Uint8Array): Decoded<ClientMessage> =>
	decodeWith(ClientMessageSchema, bytes);
export const decodeRelayMessage = (bytes: Uint8Array): Decoded<RelayMessage> => decodeWith(RelayMessageSchema, bytes);

/** Encodes any message but the two that carry an upstream's frame; those go through `wrapFrame`. */
export function encodeSession(
	message: v.InferInput<typeof ClientMessageSchema> | RelayMessage
): Uint8Array<ArrayBuffer> {
	// Times and temperatures keep their full precision: 2 h of seconds as float32 would be off by half a millisecond.
	return encodeMessage(message, true);
}

const AUDIO_HEAD = encodeMessage({ type: 'audio', page: new Uint8Array(0) }).slice(0, -2);

/**
 * The page of an `audio` message as our own clients write it, as a view of `message`; null for any other message, and for
 * an `audio` message that is written otherwise: those go through `decodeClientMessage`.
 */
export function pageOf(message: Uint8Array): Uint8Array | null {
	const page = binAfter(AUDIO_HEAD, message);
	return page !== null && page.byteLength <= MAX_PAGE_BYTES ? page : null;
}

const STEP_HEAD = encodeMessage({ type: 'step', frame: new Uint8Array(0) }).slice(0, -2);

/** `step` around the STT's frame, copied, not decoded. */
export function wrapStep(frame: Uint8Array, allocate = newBytes): Uint8Array<ArrayBuffer> {
	return withBin(STEP_HEAD, frame, allocate);
}

/** The STT's frame in what `wrapStep` made, as a view; null for anything else. */
export const stepFrameOf = (message: Uint8Array): Uint8Array | null => binAfter(STEP_HEAD, message);

/** Everything of a `replyAudio` before its frame; make it once a reply. */
export function replyAudioHead(reply: number): Uint8Array<ArrayBuffer> {
	return encodeMessage({ type: 'replyAudio', reply, frame: new Uint8Array(0) }).slice(0, -2);
}

/** The TTS's frame in what `withBin(head, …)` made, as a view; null for anything else. */
export const replyFrameOf = (head: Uint8Array, message: Uint8Array): Uint8Array | null => binAfter(head, message);

const newBytes = (size: number): Uint8Array<ArrayBuffer> => new Uint8Array(size);

/** `head` followed by `frame` as a MessagePack `bin`: one allocation, one copy. `allocate`: where memory is pooled. */
export function withBin(head: Uint8Array, frame: Uint8Array, allocate = newBytes): Uint8Array<ArrayBuffer> {
	const size = frame.byteLength;
	const marker = size < 0x100 ? 2 : size < 0x10000 ? 3 : 5;
	const out = allocate(head.byteLength + marker + size);
	out.set(head);
	let at = head.byteLength;
	if (marker === 2) {
		out[at++] = 0xc4;
	} else if (marker === 3) {
		out[at++] = 0xc5;
		out[at++] = size >> 8;
	} else {
		out[at++] = 0xc6;
		out[at++] = size >>> 24;
		out[at++] = (size >> 16) & 0xff;
		out[at++] = (size >> 8) & 0xff;
	}
	out[at++] = size & 0xff;
	out.set(frame, at);
	return out;
}
