/** The assistant's sound on its way out, in the format that the client chose, in its place among the other events. */
import type { RealtimeAudioFormat, RealtimeServerOutput } from '../../../src/lib/protocol/realtime.ts';
import type { Outlet } from '../outlet.ts';
import { MOST_WAITING, type CodecPool, type CodecStream } from '../../codec/pool.ts';

/** Sound that is being decoded, or an event that comes behind it. */
type Waiting = { readonly sound: { readonly item: string | null; dropped: boolean } } | RealtimeServerOutput;

export class Speaker {
	readonly #outlet: Outlet;
	readonly #codecs: CodecPool;
	readonly #failed: () => void;
	#decoder: CodecStream | null = null;
	#hasBegun = false;
	#waiting: Waiting[] = [];

	/** `failed` is called where the codec is broken, or does not keep up. */
	constructor(outlet: Outlet, codecs: CodecPool, failed: () => void) {
		this.#outlet = outlet;
		this.#codecs = codecs;
		this.#failed = failed;
	}

	/** False where sound of another format has left already. */
	choose(format: RealtimeAudioFormat): boolean {
		if ((format === 'pcm16') === (this.#decoder !== null)) return true;
		if (this.#hasBegun) return false;
		this.#decoder?.close();
		this.#decoder = format === 'opus' ? null : this.#decode();
		return true;
	}

	/** Behind the sound that came before it. */
	send(event: RealtimeServerOutput): void {
		if (this.#waiting.length === 0) return this.#outlet.send(event);
		if (isCut(event)) for (const one of this.#waiting) if ('sound' in one) one.sound.dropped = true;
		this.#wait(event);
	}

	/** Pages of the one Ogg stream; `item`: what they belong to, for whoever wants to know. */
	audio(pages: Uint8Array, item: string | null): void {
		this.#hasBegun = true;
		if (this.#decoder === null) return this.#outlet.audio(pages, item);
		if (this.#decoder.push(new Uint8Array(pages))) this.#wait({ sound: { item, dropped: false } });
		else this.#failed();
	}

	close(): void {
		this.#decoder?.close();
		this.#waiting = [];
	}

	#wait(one: Waiting): void {
		if (this.#waiting.push(one) > MOST_WAITING) this.#failed();
	}

	#decode(): CodecStream {
		return this.#codecs.open('decode', {
			done: ([pcm]) => {
				const first = this.#waiting.shift();
				if (first !== undefined && 'sound' in first && !first.sound.dropped && pcm !== undefined && pcm.length > 0) {
					this.#outlet.audio(pcm, first.sound.item);
				}
				for (let next = this.#waiting[0]; next !== undefined && !('sound' in next); next = this.#waiting[0]) {
					this.#waiting.shift();
					this.#outlet.send(next);
				}
			},
			failed: this.#failed
		});
	}
}

/** Nothing more of the answer is to be heard. */
const isCut = (event: RealtimeServerOutput): boolean =>
	event.type === 'unmute.interrupted_by_vad' ||
	(event.type === 'response.done' && event.response.status === 'cancelled');
