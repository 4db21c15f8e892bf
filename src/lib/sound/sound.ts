/**
 * The sound of one talk as it is kept in this browser: one Ogg-Opus stream (the person left, the assistant right), a piece
 * for every second of it, each with what was seen meanwhile. A talk that is gone on with, or whose sound is switched off and
 * on again, has several.
 */
import * as v from 'valibot';
import { CueSchema } from './cue.ts';

export const FORMAT = 'parley-sound';
export const VERSION = 1;

/** Packets of 20 ms in a piece: what a page that is killed loses at most. */
export const PIECE_PACKETS = 50;
/** Six hours: beyond any talk, and what a tab that was left alone may fill a disk with. */
export const MOST_PIECES = 6 * 3600;
/** For two voices beside each other. */
export const BITRATE = 64_000;

const WhenSchema = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(8.64e15));
const IdSchema = v.pipe(v.string(), v.uuid());

export const SoundSchema = v.strictObject({
	format: v.literal(FORMAT),
	version: v.literal(VERSION),
	id: IdSchema,
	/** The history's conversation that it belongs to; null until somebody has said a word. */
	record: v.nullable(IdSchema),
	/** Milliseconds since 1970. */
	startedAtMs: WhenSchema,
	/** When it was last written to. */
	lastAtMs: WhenSchema,
	/** It came to its end: no crash cut it off. */
	ended: v.boolean(),
	lengthMs: v.pipe(v.number(), v.finite(), v.minValue(0)),
	pieces: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MOST_PIECES + 1)),
	/** Of its pieces' sound. */
	bytes: v.pipe(v.number(), v.integer(), v.minValue(0))
});
export type Sound = v.InferOutput<typeof SoundSchema>;

export const PieceSchema = v.strictObject({
	/** Whole Ogg pages; of the first piece, after the stream's head. */
	pages: v.instance(Uint8Array<ArrayBuffer>),
	cues: v.array(CueSchema)
});
export type Piece = v.InferOutput<typeof PieceSchema>;

export const soundKey = (id: string): string => `s:${id}`;
export const piecesOf = (id: string): string => `p:${id}:`;
/** In the order of keys, pieces are in their order. */
export const pieceKey = (id: string, nth: number): string => piecesOf(id) + String(nth).padStart(6, '0');
