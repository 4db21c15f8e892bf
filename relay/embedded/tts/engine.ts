/**
 * The embedded text-to-speech engine: moshi-server's `/api/tts_streaming`, spoken by espeak-ng.
 *
 * As on the real one: `Ready` first, then the head of the Ogg stream; a word waits for the two after it or for `Eos`;
 * words are told one late, times on the sound's own clock; after `Eos` the rest is spoken and the socket closed;
 * `Eos` before any text closes silently; a client that goes ends its speech and frees its slot at once; unknown voices
 * are the default voice. What is undecodable ends the session without an `Error`.
 */
import { createOpusEncoder } from '../../../src/lib/audio/opus.ts';
import { TTS_PATH, decodeTtsIn } from '../../../src/lib/protocol/moshi.ts';
import type { Engine, EngineOptions } from '../engine.ts';
import { serveSlots } from '../server.ts';
import type { ClientHandler, EngineClient } from '../server.ts';
import { chooseSynthesiser } from './choose.ts';
import { createOutput, formatOf, isPlain } from './output.ts';
import { Speech } from './speech.ts';
import type { Synthesiser } from './synthesiser.ts';
import { DEFAULT_VOICE, voiceFor } from './voices.ts';
import { entriesOf } from './words.ts';

/** moshi-server's: three missed pings. Pongs count. */
const QUIET_MS = 30_000;
const DEFAULT_SPEED = 4;

export interface TtsEngineOptions extends EngineOptions {
	/** Times real time, above 0; default 4. */
	readonly speed?: number;
	/** Default: the system's espeak-ng, else the wasm package. One given here is the caller's to close. */
	readonly synthesiser?: Synthesiser;
	/** Default moshi-server's 10 s; tests shorten it. */
	readonly pingEveryMs?: number;
	/** Drops a peer from which nothing came for so long, in ms; default moshi-server's 30,000. */
	readonly quietMs?: number;
}

/** Resolves when the engine listens; rejects, naming the remedy, where the machine has no synthesiser. */
export async function startTtsEngine(options: TtsEngineOptions = {}): Promise<Engine> {
	const synthesiser = options.synthesiser ?? (await warmSynthesiser());
	const speed = options.speed ?? DEFAULT_SPEED;
	const engine = await serveSlots(options, {
		type: 'py',
		path: TTS_PATH,
		quietMs: options.quietMs ?? QUIET_MS,
		...(options.pingEveryMs === undefined ? {} : { pingEveryMs: options.pingEveryMs }),
		refusal: (query) => (formatOf(query) === null ? 400 : undefined),
		plain: (query) => {
			const format = formatOf(query);
			return format !== null && isPlain(format);
		},
		open: (client) => serve(client, synthesiser, speed)
	});
	return {
		...engine,
		async close() {
			await engine.close();
			if (options.synthesiser === undefined) await synthesiser.close?.();
		}
	};
}

/** Loads voice and codec before the first client waits for them, and finds out now whether they work at all. */
async function warmSynthesiser(): Promise<Synthesiser> {
	const synthesiser = await chooseSynthesiser();
	await synthesiser.speak('Hello.', DEFAULT_VOICE, new AbortController().signal);
	(await createOpusEncoder()).free();
	return synthesiser;
}

function serve(client: EngineClient, synthesiser: Synthesiser, speed: number): ClientHandler {
	const output = createOutput(formatOf(client.query) ?? 'OggOpus');
	const speech = new Speech({
		synthesiser,
		voice: voiceFor(client.query.get('voice')),
		speed: speed / client.slowdown,
		signal: client.signal,
		sink: {
			async frame(pcm) {
				client.sendContent(await output.frame(pcm));
			},
			word(text, startS, stopS) {
				const message = output.message({ type: 'Text', text, start_s: startS, stop_s: stopS });
				if (message !== null) client.sendContent(message);
			},
			drained: () => client.drained()
		}
	});
	for (const message of output.opening()) client.send(message);
	speech
		.run()
		.catch((error: unknown) => {
			// moshi-server would say so in its log alone; a demonstration had better tell.
			process.emitWarning(error instanceof Error ? error : String(error));
			const message = output.message({ type: 'Error', message: 'the synthesiser failed' });
			if (message !== null) client.send(message);
		})
		.finally(() => {
			output.free();
			client.close();
		});

	const say = (text: string): void => {
		if (!speech.push(entriesOf(text))) client.close();
	};
	return {
		message(bytes) {
			// moshi-server's short form of `Eos`.
			if (bytes.length === 1 && bytes[0] === 0) return speech.end();
			const decoded = decodeTtsIn(bytes);
			if (!decoded.ok) return client.close();
			const { value } = decoded;
			if (value.type === 'Text') say(value.text);
			// `Voice` carries a cloned voice, which no robot can put on: it is valid, and the voice stays as it is.
			else if (value.type === 'Eos') speech.end();
		},
		// A text frame is text to speak, as in moshi-server.
		text: say
	};
}
