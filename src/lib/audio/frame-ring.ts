/**
 * A voice on its way to the STT, in frames of 80 ms: the last seconds of it are kept, so that a stream that is lost can be
 * followed by another which hears what the first may not have understood.
 */
import { FRAME_MS } from './frames.ts';
import { OggOpusPager } from './ogg/pager.ts';

/** 80 ms, encoded, not yet put into any Ogg stream. */
interface Frame {
	readonly packets: readonly Uint8Array[];
	/** When its last sample was captured. */
	readonly atMs: number;
}

/** 10 s: longer than a reconnection takes, shorter than what a person would say again by themselves. */
export const RING_FRAMES = 125;

export interface FrameRingHost {
	/** How many frames may wait to be sent, at least `RING_FRAMES`, which is also the default: who speaks says it again. */
	mostWaiting?(): number;
	/** Whether a page can be sent now, or had better wait in the ring. */
	hasRoom(): boolean;
	/** Sends one page of 80 ms; `capturedAtMs` is null for silence that was made here. */
	sendPage(page: Uint8Array<ArrayBuffer>, capturedAtMs: number | null): void;
	/** The packets of 80 ms of silence. */
	silence(): readonly Uint8Array[];
}

export class FrameRing {
	readonly #host: FrameRingHost;
	/** The last frames; `#base` is the number of the first of them since the beginning. */
	#ring: Frame[] = [];
	#base = 0;
	/** The next frame to send. */
	#next = 0;
	#pager: OggOpusPager | null = null;
	#open = false;
	/** What was sent on this stream, 80 ms each: the frame's number, or null for silence. For the replay. */
	#sent: (number | null)[] = [];
	/** How many entries were dropped from the front of `#sent`. */
	#sentBase = 0;

	constructor(host: FrameRingHost) {
		this.#host = host;
	}

	/** Whole packets that last exactly 80 ms together; kept. */
	add(packets: readonly Uint8Array[], atMs: number): void {
		this.#ring.push({ packets, atMs });
		this.#trim();
		this.#pump();
	}

	/** Begins a new Ogg stream; answers its head pages. Nothing is sent before `opened`. */
	begin(serial: number): Uint8Array<ArrayBuffer> {
		this.#pager = new OggOpusPager({ serial, packetsPerPage: Number.POSITIVE_INFINITY });
		this.#open = false;
		this.#sent = [];
		this.#sentBase = 0;
		return this.#pager.headPages();
	}

	/** The STT has a slot: what has waited goes out, then every page as it is made. */
	opened(): void {
		this.#open = true;
		this.#pump();
	}

	/**
	 * The stream is gone after the STT processed `transcribedFrames` of it to the end: what came later is sent again on
	 * the next one, as far back as the ring goes, so that no word is lost. `from` may know of an earlier or later frame.
	 */
	lost(transcribedFrames: number, from: (frame: number) => number = (frame) => frame): void {
		this.#open = false;
		this.#pager = null;
		const unheard = this.#sent.slice(Math.max(0, transcribedFrames - this.#sentBase)).find((frame) => frame !== null);
		if (unheard !== undefined) this.#next = Math.max(this.#base, Math.min(this.#next, from(unheard)));
		this.#sent = [];
		this.#sentBase = 0;
	}

	/** Which frame was sent at second `streamS` of this stream, with its fraction; in silence the one before. */
	frameAt(streamS: number): number {
		const place = Math.max(0, streamS / (FRAME_MS / 1000) - this.#sentBase);
		const index = Math.min(Math.floor(place), this.#sent.length);
		const sent = this.#sent[index] ?? null;
		if (sent !== null) return sent + (place - index);
		const before = this.#sent.slice(0, index).findLast((frame) => frame !== null) ?? null;
		return before === null ? this.#next : before + 1;
	}

	/** Frames of silence, sent at once: they push what was said before through the STT's delay. */
	silence(frames: number): void {
		for (let i = 0; i < frames && this.#open; i++) {
			this.#note(null);
			this.#sendPackets(this.#host.silence(), null);
		}
	}

	#pump(): void {
		while (this.#open && this.#host.hasRoom()) {
			const frame = this.#ring[this.#next - this.#base];
			if (frame === undefined) return;
			// First, because sending it may find out that the stream is gone.
			this.#note(this.#next);
			this.#next += 1;
			this.#sendPackets(frame.packets, frame.atMs);
		}
	}

	get #mostWaiting(): number {
		return this.#host.mostWaiting?.() ?? RING_FRAMES;
	}

	#trim(): void {
		const most = this.#mostWaiting;
		const excess = this.#ring.length - RING_FRAMES;
		// What was sent goes first; of what was not, what is too much.
		const gone = Math.max(Math.min(excess, this.#next - this.#base), this.#ring.length - most);
		if (gone <= 0) return;
		this.#ring.splice(0, gone);
		this.#base += gone;
		this.#next = Math.max(this.#next, this.#base);
	}

	#note(frame: number | null): void {
		this.#sent.push(frame);
		if (this.#sent.length <= 2 * this.#mostWaiting) return;
		this.#sent.shift();
		this.#sentBase += 1;
	}

	#sendPackets(packets: readonly Uint8Array[], capturedAtMs: number | null): void {
		for (const packet of packets) this.#pager?.push(packet);
		const page = this.#pager?.flush() ?? null;
		if (page !== null) this.#host.sendPage(page, capturedAtMs);
	}
}
