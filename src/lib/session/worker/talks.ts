/** The page's talks as they come to the worker: one at a time, each with its ports, from `open` to `stop`. */
import type { OggOpusDecoder } from '../../audio/ogg-opus-decoder.ts';
import type { OpusEncoder } from '../../audio/opus.ts';
import type { FromCapture, FromPlayback, ToCapture } from '../../audio/worklet-messages.ts';
import type { PersonEvent } from '../../turn/events.ts';
import type { FromWorker, Partner, ToWorker } from '../worker-messages.ts';
import type { ViewMessage } from '../view.ts';
import { Conversation, type ConversationOptions } from './conversation.ts';
import { Probes } from './probes.ts';

type Open = Extract<ToWorker, { type: 'open' }>;

export interface Codec {
	readonly encoder: OpusEncoder;
	readonly decoder: OggOpusDecoder;
}

export interface TalksOptions extends Pick<
	ConversationOptions,
	'connect' | 'nowMs' | 'timeOriginMs' | 'later' | 'chance'
> {
	/** May still be loading when the first talk is opened. Rejects where it cannot be had. */
	readonly codec: Promise<Codec>;
	readonly post: (message: FromWorker) => void;
}

export class Talks {
	readonly #options: TalksOptions;
	/** The talk under way, from its `open` on. */
	#open: Open | null = null;
	/** It, once the codec is there. */
	#conversation: Conversation | null = null;
	/** Who is to answer instead of those it was opened with. */
	#partner: Partner | null = null;
	readonly #probes: Probes;
	#recogniser = false;
	/** The person agrees to be recorded, in this talk and the next. */
	#agreed = false;
	/** What the person chose for all talks: each begins with it. */
	readonly #chosen = new Map<PersonEvent['type'], PersonEvent>();

	constructor(options: TalksOptions) {
		this.#options = options;
		const { post, nowMs, timeOriginMs } = options;
		this.#probes = new Probes((probe) => {
			const talk = this.#open?.talk;
			if (talk !== undefined) post({ type: 'probe', probe: { ...probe, atMs: timeOriginMs + nowMs() }, talk });
		});
		// Told when a talk wants it, not before.
		options.codec.catch(() => undefined);
	}

	/** What the page asks. */
	take(message: ToWorker): void {
		switch (message.type) {
			case 'open':
				this.#end();
				this.#open = message;
				void this.#begin(message);
				return;
			case 'stop':
				this.#end();
				return;
			case 'mute':
				this.#open?.capture.postMessage({ type: 'mute', muted: message.muted } satisfies ToCapture);
				this.#choose({ type: 'mute', muted: message.muted });
				return;
			case 'person':
				if (message.event.type === 'patience') this.#choose(message.event);
				else this.#conversation?.person(message.event);
				return;
			case 'partner':
				this.#partner = message.partner;
				this.#conversation?.cast(message.partner);
				return;
			case 'probe':
				this.#probes.on = message.on;
				return;
			case 'recogniser':
				this.#recogniser = message.active;
				this.#conversation?.recogniser(message.active);
				return;
			case 'recording':
				this.#agreed = message.agreed;
				this.#conversation?.record(message.agreed);
				return;
			case 'heardLocally':
				this.#conversation?.heardLocally(message.text);
				return;
			case 'hurry':
				this.#conversation?.hurry();
				return;
		}
	}

	#choose(event: PersonEvent): void {
		this.#chosen.set(event.type, event);
		this.#conversation?.person(event);
	}

	/** Frames that come before the codec wait in the port: nothing of what is said meanwhile is lost. */
	async #begin(open: Open): Promise<void> {
		const { codec, post, ...host } = this.#options;
		const show = (message: ViewMessage): void => {
			post({ ...message, talk: open.talk });
		};
		let conversation: Conversation;
		try {
			const { encoder, decoder } = await codec;
			if (this.#open !== open) return;
			conversation = new Conversation({
				...open,
				...this.#partner,
				...host,
				agreed: this.#agreed,
				probes: this.#probes,
				encoder,
				decoder,
				toPlayback: (message, transfer) => {
					open.playback.postMessage(message, transfer);
				},
				show
			});
		} catch {
			if (this.#open === open) show({ type: 'phase', phase: 'failed', failure: 'unsupported_browser' });
			return;
		}
		this.#conversation = conversation;
		for (const event of this.#chosen.values()) conversation.person(event);
		if (this.#recogniser) conversation.recogniser(true);
		open.capture.onmessage = ({ data }: MessageEvent<FromCapture>) => {
			conversation.captured(data);
			open.capture.postMessage({ type: 'recycle', pcm: data.pcm } satisfies ToCapture, [data.pcm.buffer]);
		};
		open.playback.onmessage = ({ data }: MessageEvent<FromPlayback>) => {
			conversation.played(data);
		};
	}

	#end(): void {
		this.#conversation?.stop();
		this.#conversation = null;
		// What was posted before is delivered; an open port would keep its worklet, and its handler the conversation.
		this.#open?.capture.close();
		this.#open?.playback.close();
		this.#open = null;
		this.#partner = null;
	}
}
