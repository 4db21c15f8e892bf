/** The sound of one reply, counted as it passes: it may come from several TTS, one after the other. Nothing is decoded. */
import { decodeTtsOut, oggOpusData } from '../../src/lib/protocol/moshi.ts';

/** What one message of sound holds, in seconds: one step of the model. */
const FRAME_S = 0.08;
/** moshi-server's pre-skip: the decoder drops so much from the beginning of every stream. */
const PRE_SKIP_S = 0.08;

export class ReplyAudio {
	/** On the reply's clock: where the present stream's own clock is zero. */
	#zeroS = 0;
	/** … and where its sound begins to count. */
	#beganS = 0;
	#frames = 0;
	#headOver = false;
	#streamBegan = false;

	/** One `OggOpus` message. */
	frame(message: Uint8Array): void {
		this.#streamBegan = true;
		this.#headOver ||= !isHead(message);
		if (this.#headOver) this.#frames++;
	}

	/** A time of the present stream's on the reply's clock. */
	onReplyClock(streamS: number): number {
		return this.#zeroS + streamS;
	}

	/** Where the sound that came ends, on the reply's clock. */
	get endS(): number {
		return Math.max(this.#beganS, this.#zeroS + this.#frames * FRAME_S);
	}

	/** Whether anything of the present stream came, be it only its head. */
	get streamBegan(): boolean {
		return this.#streamBegan;
	}

	/**
	 * Another stream goes on at `atS` of the reply's clock: there its first sample belongs that is heard. Its own clock began
	 * a pre-skip earlier, as the first stream's did.
	 */
	splice(atS: number): void {
		this.#beganS = atS;
		this.#zeroS = atS - PRE_SKIP_S;
		this.#frames = 0;
		this.#headOver = false;
		this.#streamBegan = false;
	}
}

const CAPTURE = [0x4f, 0x67, 0x67, 0x53]; // OggS
const OPUS = [0x4f, 0x70, 0x75, 0x73]; // OpusHead, OpusTags
const SEGMENT_COUNT_AT = 26;

/** Whether the message's first page is one of the two that come before the sound. Asked of a stream's first messages. */
function isHead(message: Uint8Array): boolean {
	const page = oggOpusData(message) ?? decodedData(message);
	if (page === null) return false;
	const packetAt = SEGMENT_COUNT_AT + 1 + (page[SEGMENT_COUNT_AT] ?? 0);
	return CAPTURE.every((byte, i) => page[i] === byte) && OPUS.every((byte, i) => page[packetAt + i] === byte);
}

/** Of a message that is written in a way of its own. */
function decodedData(message: Uint8Array): Uint8Array | null {
	const decoded = decodeTtsOut(message);
	return decoded.ok && decoded.value.type === 'OggOpus' ? decoded.value.data : null;
}
