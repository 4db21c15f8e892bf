/**
 * A WebM file (one video and one Opus track) from frames that are encoded already. It knows how long it is and where its
 * key frames are, so that a player shows both and can go anywhere: a MediaRecorder's file does neither.
 */
import { element, float, idBytes, joined, lengthBytes, text, uint, type Bytes } from './ebml.ts';

const ID = {
	ebml: 0x1a45dfa3,
	ebmlVersion: 0x4286,
	ebmlReadVersion: 0x42f7,
	ebmlMaxIdLength: 0x42f2,
	ebmlMaxSizeLength: 0x42f3,
	docType: 0x4282,
	docTypeVersion: 0x4287,
	docTypeReadVersion: 0x4285,
	segment: 0x18538067,
	seekHead: 0x114d9b74,
	seek: 0x4dbb,
	seekId: 0x53ab,
	seekPosition: 0x53ac,
	info: 0x1549a966,
	timestampScale: 0x2ad7b1,
	duration: 0x4489,
	muxingApp: 0x4d80,
	writingApp: 0x5741,
	tracks: 0x1654ae6b,
	trackEntry: 0xae,
	trackNumber: 0xd7,
	trackUid: 0x73c5,
	trackType: 0x83,
	flagLacing: 0x9c,
	codecId: 0x86,
	codecPrivate: 0x63a2,
	codecDelay: 0x56aa,
	seekPreRoll: 0x56bb,
	defaultDuration: 0x23e383,
	video: 0xe0,
	pixelWidth: 0xb0,
	pixelHeight: 0xba,
	audio: 0xe1,
	samplingFrequency: 0xb5,
	channels: 0x9f,
	cluster: 0x1f43b675,
	timestamp: 0xe7,
	simpleBlock: 0xa3,
	cues: 0x1c53bb6b,
	cuePoint: 0xbb,
	cueTime: 0xb3,
	cueTrackPositions: 0xb7,
	cueTrack: 0xf7,
	cueClusterPosition: 0xf1
} as const;

const VIDEO_TRACK = 1;
const AUDIO_TRACK = 2;
const NS_PER_MS = 1_000_000;
/** RFC 7845 and the Matroska codec specification: a decoder that starts in the middle needs 80 ms to be right again. */
const OPUS_PRE_ROLL_MS = 80;
/** A block's time is kept in 16 bits, counted from its cluster's. */
const MOST_CLUSTER_MS = 30_000;

export interface WebmOptions {
	readonly codec: 'V_VP9' | 'V_VP8';
	readonly widthPixels: number;
	readonly heightPixels: number;
	readonly frameMs: number;
	/** The OpusHead packet of the sound. */
	readonly opusHead: Bytes;
	readonly channels: number;
	readonly preSkip48k: number;
	/** Takes each finished stretch of the file, in order; the beginning, which is known last, is `end`'s answer. */
	readonly onPart: (part: Bytes) => void;
}

interface Block {
	readonly track: number;
	readonly timeMs: number;
	readonly data: Bytes;
	readonly isKey: boolean;
}

export class WebmWriter {
	readonly #options: WebmOptions;
	/** Sound that comes after the last frame so far. */
	#sound: Block[] = [];
	#cluster: Block[] = [];
	readonly #cues: { readonly timeMs: number; readonly at: number }[] = [];
	#written = 0;

	constructor(options: WebmOptions) {
		this.#options = options;
	}

	/** In order of time. The first one is a key frame. */
	frame(timeMs: number, data: Bytes, isKey: boolean): void {
		this.#soundUntil(timeMs);
		if (isKey) this.#close();
		this.#put({ track: VIDEO_TRACK, timeMs, data, isKey });
	}

	/** An Opus packet. In order of time; it may be ahead of the frames. */
	packet(timeMs: number, data: Bytes): void {
		this.#sound.push({ track: AUDIO_TRACK, timeMs, data, isKey: true });
	}

	/** The file's beginning. */
	end(durationMs: number): Bytes {
		this.#soundUntil(Infinity);
		this.#close();
		const clustersBytes = this.#written;
		const info = this.#info(durationMs);
		const tracks = this.#tracks();
		// Positions count from the segment's first element, which is this list of them; its own length never changes.
		const listBytes = seekHead([0, 0, 0]).length;
		const first = listBytes + info.length + tracks.length;
		const cues = element(ID.cues, ...this.#cues.map(({ timeMs, at }) => cuePoint(timeMs, first + at)));
		this.#options.onPart(cues);
		const list = seekHead([listBytes, listBytes + info.length, first + clustersBytes]);
		const inside = first + clustersBytes + cues.length;
		return joined([HEADER, idBytes(ID.segment), lengthBytes(inside), list, info, tracks]);
	}

	/** What sounds before that; a cluster begins with its picture. */
	#soundUntil(timeMs: number): void {
		const upTo = this.#sound.findIndex((block) => block.timeMs >= timeMs);
		for (const block of this.#sound.splice(0, upTo === -1 ? this.#sound.length : upTo)) this.#put(block);
	}

	#put(block: Block): void {
		const begins = this.#cluster[0]?.timeMs ?? block.timeMs;
		if (block.timeMs - begins > MOST_CLUSTER_MS) this.#close();
		this.#cluster.push(block);
	}

	#close(): void {
		const [first] = this.#cluster;
		if (first === undefined) return;
		const blocks = this.#cluster.map((block) => simpleBlock(block, block.timeMs - first.timeMs));
		const cluster = element(ID.cluster, element(ID.timestamp, uint(first.timeMs)), ...blocks);
		if (first.track === VIDEO_TRACK && first.isKey) this.#cues.push({ timeMs: first.timeMs, at: this.#written });
		this.#cluster = [];
		this.#written += cluster.length;
		this.#options.onPart(cluster);
	}

	#info(durationMs: number): Bytes {
		return element(
			ID.info,
			element(ID.timestampScale, uint(NS_PER_MS)),
			element(ID.duration, float(durationMs)),
			element(ID.muxingApp, text('Parley')),
			element(ID.writingApp, text('Parley'))
		);
	}

	#tracks(): Bytes {
		const { codec, widthPixels, heightPixels, frameMs, opusHead, channels, preSkip48k } = this.#options;
		return element(
			ID.tracks,
			element(
				ID.trackEntry,
				element(ID.trackNumber, uint(VIDEO_TRACK)),
				element(ID.trackUid, uint(VIDEO_TRACK)),
				element(ID.trackType, uint(1)),
				element(ID.flagLacing, uint(0)),
				element(ID.codecId, text(codec)),
				element(ID.defaultDuration, uint(frameMs * NS_PER_MS)),
				element(ID.video, element(ID.pixelWidth, uint(widthPixels)), element(ID.pixelHeight, uint(heightPixels)))
			),
			element(
				ID.trackEntry,
				element(ID.trackNumber, uint(AUDIO_TRACK)),
				element(ID.trackUid, uint(AUDIO_TRACK)),
				element(ID.trackType, uint(2)),
				element(ID.flagLacing, uint(0)),
				element(ID.codecId, text('A_OPUS')),
				element(ID.codecPrivate, opusHead),
				element(ID.codecDelay, uint(Math.round((preSkip48k / 48) * NS_PER_MS))),
				element(ID.seekPreRoll, uint(OPUS_PRE_ROLL_MS * NS_PER_MS)),
				element(ID.audio, element(ID.samplingFrequency, float(48_000)), element(ID.channels, uint(channels)))
			)
		);
	}
}

const HEADER = element(
	ID.ebml,
	element(ID.ebmlVersion, uint(1)),
	element(ID.ebmlReadVersion, uint(1)),
	element(ID.ebmlMaxIdLength, uint(4)),
	element(ID.ebmlMaxSizeLength, uint(8)),
	element(ID.docType, text('webm')),
	element(ID.docTypeVersion, uint(4)),
	element(ID.docTypeReadVersion, uint(2))
);

/** Where the info, the tracks and the cues begin. */
function seekHead(positions: readonly [number, number, number]): Bytes {
	const ids = [ID.info, ID.tracks, ID.cues];
	return element(
		ID.seekHead,
		...ids.map((id, at) =>
			element(ID.seek, element(ID.seekId, idBytes(id)), element(ID.seekPosition, uint(positions[at] ?? 0, 8)))
		)
	);
}

function cuePoint(timeMs: number, position: number): Bytes {
	return element(
		ID.cuePoint,
		element(ID.cueTime, uint(timeMs)),
		element(
			ID.cueTrackPositions,
			element(ID.cueTrack, uint(VIDEO_TRACK)),
			element(ID.cueClusterPosition, uint(position))
		)
	);
}

function simpleBlock({ track, data, isKey }: Block, sinceMs: number): Bytes {
	return element(ID.simpleBlock, Uint8Array.of(0x80 | track, sinceMs >> 8, sinceMs & 0xff, isKey ? 0x80 : 0), data);
}
