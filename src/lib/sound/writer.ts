/** Writes the sound of one talk as it sounds: encodes it, and keeps a piece every second. */
import { PACKET_SAMPLES, SAMPLE_RATE } from '../audio/frames.ts';
import type { OpusEncoder } from '../audio/opus.ts';
import { OggOpusPager } from '../audio/ogg/pager.ts';
import type { Shelf } from '../history/shelf.ts';
import type { Change, Cue } from './cue.ts';
import { FORMAT, MOST_PIECES, pieceKey, PIECE_PACKETS, soundKey, VERSION, type Piece, type Sound } from './sound.ts';

/** `full`: no room left. `unavailable`: nothing may be kept here. `long`: six hours are kept, and no more. */
export type SoundTrouble = 'full' | 'unavailable' | 'long';

const PACKET_S = PACKET_SAMPLES / SAMPLE_RATE;
/** Of changes that wait for the first sound, or for a piece to be full: far more than any second has. */
const MOST_CUES = 5000;

export interface WriterOptions {
	readonly shelf: Shelf;
	/** Of two channels. */
	readonly encoder: OpusEncoder;
	readonly id: string;
	readonly startedAtMs: number;
	readonly nowMs: () => number;
	/** Six hours' unless said otherwise. */
	readonly mostPieces?: number;
	/** Nothing more is kept, and why; what was kept until then stays. Said once. */
	readonly onTrouble: (trouble: SoundTrouble) => void;
}

export class SoundWriter {
	readonly #options: WriterOptions;
	readonly #pager: OggOpusPager;
	readonly #both = new Float32Array(2 * PACKET_SAMPLES);
	#head: Uint8Array | null;
	#sound: Sound;
	#packets = 0;
	/** The clock's time at the sound's first sample. */
	#zeroS: number | null = null;
	#changes: { readonly atS: number; readonly change: Change }[] = [];
	#writing: Promise<void> = Promise.resolve();
	#over = false;

	constructor(options: WriterOptions) {
		this.#options = options;
		const { id, startedAtMs, encoder } = options;
		this.#pager = new OggOpusPager({
			serial: Number.parseInt(id.slice(0, 8), 16),
			preSkip48k: 2 * encoder.lookaheadSamples,
			packetsPerPage: PIECE_PACKETS,
			channels: 2
		});
		this.#head = this.#pager.headPages();
		this.#sound = {
			format: FORMAT,
			version: VERSION,
			id,
			record: null,
			startedAtMs,
			lastAtMs: startedAtMs,
			ended: false,
			lengthMs: 0,
			pieces: 0,
			bytes: 0
		};
	}

	/** 480 samples of each voice that were heard together, and the clock's time at the last of them. */
	take(user: Float32Array, assistant: Float32Array, contextTimeS: number): void {
		if (this.#over) return;
		this.#zeroS ??= contextTimeS - PACKET_S;
		for (let at = 0; at < PACKET_SAMPLES; at++) {
			this.#both[2 * at] = user[at] ?? 0;
			this.#both[2 * at + 1] = assistant[at] ?? 0;
		}
		const page = this.#pager.push(this.#options.encoder.encode(this.#both));
		this.#packets += 1;
		if (page === null) return;
		this.#keep(page);
		if (this.#sound.pieces >= (this.#options.mostPieces ?? MOST_PIECES)) this.#fail('long');
	}

	/** What was seen to change, at that time of the clock. In order. */
	note(change: Change, atS: number): void {
		if (!this.#over && this.#changes.length < MOST_CUES) this.#changes.push({ atS, change });
	}

	/** The history's conversation that it belongs to. */
	belong(record: string): void {
		if (record === this.#sound.record) return;
		this.#sound = { ...this.#sound, record };
		if (this.#sound.pieces > 0 && !this.#over) this.#write(new Map());
	}

	/** No more comes. Answers once everything is kept. */
	async end(): Promise<void> {
		if (!this.#over && this.#packets > 0) {
			this.#sound = { ...this.#sound, ended: true };
			// What was encoded last is still in the encoder's delay: one more packet brings it out.
			this.#both.fill(0);
			const page = this.#pager.push(this.#options.encoder.encode(this.#both));
			if (page !== null) this.#keep(page);
			this.#keep(this.#pager.end(2 * (PACKET_SAMPLES - this.#options.encoder.lookaheadSamples)));
		}
		this.#over = true;
		await this.#writing;
	}

	/** Nothing more is written. Answers once nothing is on its way. */
	async stop(): Promise<void> {
		this.#over = true;
		await this.#writing;
	}

	#keep(page: Uint8Array<ArrayBuffer>): void {
		const { id } = this.#options;
		const nth = this.#sound.pieces;
		const pages = this.#head === null ? page : new Uint8Array([...this.#head, ...page]);
		this.#head = null;
		const piece: Piece = { pages, cues: this.#cues() };
		this.#sound = {
			...this.#sound,
			lastAtMs: this.#options.nowMs(),
			lengthMs: Math.round(1000 * this.#packets * PACKET_S),
			pieces: nth + 1,
			bytes: this.#sound.bytes + pages.length
		};
		this.#write(new Map([[pieceKey(id, nth), piece]]), nth === 0);
	}

	#cues(): Cue[] {
		const zeroS = this.#zeroS ?? 0;
		return this.#changes.splice(0).map(({ atS, change }) => ({
			...change,
			atMs: Math.max(0, Math.round(1000 * (atS - zeroS)))
		}));
	}

	/** One after the other, so that what stands there is whole. `isFirst`: there is nothing yet; otherwise, where nothing is, it was deleted. */
	#write(changes: Map<string, unknown>, isFirst = false): void {
		const { shelf, id } = this.#options;
		const sound = this.#sound;
		this.#writing = this.#writing.then(() =>
			shelf
				.change([soundKey(id)], ([there]) => {
					if (there === undefined && !isFirst) {
						this.#over = true;
						return null;
					}
					return changes.set(soundKey(id), sound);
				})
				.catch((error: unknown) => {
					this.#fail(error instanceof DOMException && error.name === 'QuotaExceededError' ? 'full' : 'unavailable');
				})
		);
	}

	/** A piece that is missing would put everything after it out of time. */
	#fail(trouble: SoundTrouble): void {
		if (this.#over) return;
		this.#over = true;
		this.#options.onTrouble(trouble);
	}
}
