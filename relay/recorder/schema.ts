/**
 * A recording is a text file: one JSON object a line, one line an event, in the order in which the relay met them. Every
 * line has `at` (wall time), `from` (who said it) and `type`; the rest is the message of `parley.1` of that type, but
 * never any sound.
 */
import * as v from 'valibot';
import { ChatMessageSchema } from '../../src/lib/protocol/llm.ts';
import type { Decoded } from '../../src/lib/protocol/result.ts';
import {
	CancelSchema,
	CommitSchema,
	ConsentSchema,
	DrainSchema,
	EndWordSchema,
	ListeningSchema,
	PrepareSchema,
	ProblemSchema,
	ReplyDoneSchema,
	ReplySchema,
	ReplySpliceSchema,
	ReplyTextSchema,
	ReplyWordSchema,
	ReplyWrittenSchema,
	ReportSchema,
	WelcomeSchema,
	WordSchema
} from '../../src/lib/protocol/session.ts';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** `listen` without its header pages. */
const ListenLine = v.object({ type: v.literal('listen'), stream: count });
/** The first page of a stream: the person's sound flows from here on. */
const AudioLine = v.object({ type: v.literal('audio') });
/** The first sound of a reply. */
const ReplyAudioLine = v.object({ type: v.literal('replyAudio') });
/** The STT's `Step`: how likely a pause of each length is. */
const StepLine = v.object({ type: v.literal('step'), prs: v.array(v.number()) });
/** Of `messages` only those after the first `same`, which are as in the reply recorded before. */
const ReplyLine = v.object({ ...ReplySchema.entries, same: count, messages: v.array(ChatMessageSchema) });
/** So many events are missing here, because the disk was too slow. */
const LostLine = v.object({ type: v.literal('lost'), lines: count });
/** Nothing follows. `code` is the connection's close code. */
const EndLine = v.object({
	type: v.literal('end'),
	reason: v.picklist(['closed', 'size']),
	code: v.optional(count)
});

const EventSchema = v.variant('type', [
	ListenLine,
	AudioLine,
	ReplyAudioLine,
	StepLine,
	ReplyLine,
	LostLine,
	EndLine,
	CommitSchema,
	CancelSchema,
	PrepareSchema,
	ConsentSchema,
	ReportSchema,
	WelcomeSchema,
	ListeningSchema,
	WordSchema,
	EndWordSchema,
	ReplyWordSchema,
	ReplyTextSchema,
	ReplyWrittenSchema,
	ReplySpliceSchema,
	ReplyDoneSchema,
	ProblemSchema,
	DrainSchema
]);
const HeadSchema = v.object({
	/** ISO 8601, UTC, with milliseconds. */
	at: v.pipe(
		v.string(),
		v.isoTimestamp(),
		v.check((text) => !Number.isNaN(Date.parse(text)))
	),
	from: v.picklist(['client', 'relay'])
});

export type RecordedEvent = v.InferInput<typeof EventSchema>;
export type Sender = 'client' | 'relay';
export interface Line {
	/** Milliseconds since 1970. */
	readonly atMs: number;
	readonly from: Sender;
	readonly event: v.InferOutput<typeof EventSchema>;
}

/** One line with its newline. Whatever a text holds, it stays on this line. */
export function writeLine(atMs: number, from: Sender, event: RecordedEvent): string {
	return `${JSON.stringify({ at: new Date(atMs).toISOString(), from, ...event })}\n`;
}

/** Never throws. `text` is without its newline. */
export function readLine(text: string): Decoded<Line> {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		return { ok: false, reason: 'no JSON' };
	}
	const head = v.safeParse(HeadSchema, value);
	if (!head.success) return { ok: false, reason: 'no time or no sender' };
	const event = v.safeParse(EventSchema, value);
	if (!event.success) return { ok: false, reason: 'no event of a recording' };
	return { ok: true, value: { atMs: Date.parse(head.output.at), from: head.output.from, event: event.output } };
}
