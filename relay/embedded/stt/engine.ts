/**
 * The embedded STT: moshi-server's `/api/asr-streaming` on a loopback port. It hears when somebody speaks and pauses, from
 * the signal's energy, and has no recogniser: its words are UNRECOGNISED_SPEECH, or a script's.
 *
 * It differs from the real server where that one would take everybody down: an `OggOpus` message that does not hold exactly
 * 80 ms gets its sender an `Error` and a close, and a log line.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { FRAME_MS } from '../../../src/lib/audio/frames.ts';
import { STT_PATH, decodeSttIn, encodeMoshi, type SttIn, type SttOut } from '../../../src/lib/protocol/moshi.ts';
import type { Engine, EngineOptions } from '../engine.ts';
import { serveSlots, type EngineClient } from '../server.ts';
import { PageReader, describeFault } from './pages.ts';
import type { Script } from './script.ts';
import { DEFAULT_DELAY_S, Transcriber } from './transcriber.ts';

/** moshi-server drops an STT client after this long without anything inbound, pongs included. */
const QUIET_MS = 20_000;
/** … and after this long without a message, whatever it pongs. */
const MUTENESS_MS = 120_000;
/** Messages that may wait to be processed: two minutes of pages. They only wait under the fault `slow`. */
const MAX_WAITING = 1500;

export interface SttEngineOptions extends EngineOptions {
	/** What it says it heard; without one it says honestly that it recognises nothing. */
	readonly script?: Script;
	/** How far words trail the audio, in seconds; default 0.5, as stt-1b-en_fr. */
	readonly delayS?: number;
	/** False: no `Step`s, as from a model without heads for pauses (stt-2.6b-en). Default true. */
	readonly heads?: boolean;
	/** Drops a peer from which nothing came for so long, in ms; default moshi-server's 20,000. */
	readonly quietMs?: number;
	/** Pings after so long without sending, in ms; default moshi-server's 10,000. */
	readonly pingEveryMs?: number;
	/** Where a client's mistake is told; default: a process warning. Never holds words. */
	readonly log?: (line: string) => void;
}

export async function startSttEngine(options: SttEngineOptions = {}): Promise<Engine> {
	const { delayS = DEFAULT_DELAY_S, heads = true } = options;
	const log = options.log ?? ((line: string): void => process.emitWarning(`STT engine: ${line}`));
	return serveSlots(options, {
		type: 'BatchedAsr',
		path: STT_PATH,
		quietMs: options.quietMs ?? QUIET_MS,
		mutenessMs: MUTENESS_MS,
		...(options.pingEveryMs === undefined ? {} : { pingEveryMs: options.pingEveryMs }),
		open(client) {
			const stream = new ClientStream(client, new Transcriber({ script: options.script, delayS }), heads, log);
			return { message: (bytes) => stream.take(bytes), text: () => client.close(), gone: () => stream.end() };
		}
	});
}

/** One client: its messages processed in their order, one after the other. */
class ClientStream {
	readonly #client: EngineClient;
	readonly #transcriber: Transcriber;
	readonly #heads: boolean;
	readonly #log: (line: string) => void;
	readonly #pages: Promise<PageReader>;
	/** Resolves when everything taken so far is processed. Never rejects. */
	#work: Promise<void>;
	#waiting = 0;

	constructor(client: EngineClient, transcriber: Transcriber, heads: boolean, log: (line: string) => void) {
		this.#client = client;
		this.#transcriber = transcriber;
		this.#heads = heads;
		this.#log = log;
		this.#pages = PageReader.create();
		this.#work = this.#guarded(async () => {
			await this.#pages;
			await this.#pace(1);
			client.send(encodeMoshi({ type: 'Ready' }));
		});
	}

	take(bytes: Uint8Array): void {
		if (++this.#waiting > MAX_WAITING) return this.#refuse('too many messages are waiting');
		this.#work = this.#work.then(() =>
			this.#guarded(async () => {
				this.#waiting--;
				if (!this.#client.signal.aborted) await this.#process(bytes);
			})
		);
	}

	end(): void {
		// After what is being decoded: a decoder freed earlier would throw.
		this.#work = this.#work.then(() => this.#guarded(async () => (await this.#pages).free()));
	}

	async #process(bytes: Uint8Array): Promise<void> {
		const message = decodeSttIn(bytes);
		// The real server ends the session without an `Error` too.
		if (!message.ok) return this.#client.close();
		for (const answer of this.#answers(message.value, await this.#pages)) {
			if (answer.type === 'Step') await this.#pace(1);
			if (this.#client.signal.aborted) return;
			if (answer.type === 'Step' && !this.#heads) continue;
			const encoded = encodeMoshi(answer);
			if (answer.type === 'Word' || answer.type === 'EndWord') this.#client.sendContent(encoded);
			else this.#client.send(encoded);
		}
	}

	#answers(message: SttIn, pages: PageReader): Iterable<SttOut> {
		switch (message.type) {
			case 'Audio':
				return this.#transcriber.audio(message.pcm);
			case 'OggOpus': {
				const sound = pages.read(message.data);
				if (sound.ok) return this.#transcriber.audio(sound.samples);
				this.#refuse(describeFault(sound.fault));
				return [];
			}
			case 'Marker': {
				const markers = this.#transcriber.marker(message.id);
				if (markers === null) this.#refuse('too many markers are waiting');
				return markers ?? [];
			}
			case 'Init':
				// The server's own message: from a client it would reset the slot.
				this.#refuse('Init is not for clients');
				return [];
		}
	}

	#refuse(reason: string): void {
		this.#log(reason);
		this.#client.send(encodeMoshi({ type: 'Error', message: reason }));
		this.#client.close();
	}

	/** Under the fault `slow`, `steps` take five times as long as they last; else no time at all. */
	async #pace(steps: number): Promise<void> {
		const { slowdown, signal } = this.#client;
		if (slowdown > 1) await wait(steps * FRAME_MS * slowdown, undefined, { signal });
	}

	/** What fails here fails for this client alone; a wait that its leaving cut short is no failure. */
	async #guarded(work: () => Promise<void>): Promise<void> {
		try {
			await work();
		} catch (error) {
			if (this.#client.signal.aborted) return;
			this.#log(error instanceof Error ? error.message : 'an unknown failure');
			this.#client.close();
		}
	}
}
