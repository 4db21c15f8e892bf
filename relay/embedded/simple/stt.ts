/**
 * The embedded STT in the simple dialect: float32 samples in over a WebSocket, partial and final transcripts out. It hears
 * what the other one hears (`stt/`). As real ones do, it gives the last word of a partial transcript before it has understood
 * it whole; an utterance is final once it has been quiet for as long as its words trail the sound.
 */
import { FRAME_MS } from '../../../src/lib/audio/frames.ts';
import type { Engine, EngineOptions } from '../engine.ts';
import { serveSlots, type ClientHandler, type EngineClient } from '../server.ts';
import type { Script } from '../stt/script.ts';
import { DEFAULT_DELAY_S, Transcriber } from '../stt/transcriber.ts';

const PATH = '/ws';
const QUIET_MS = 20_000;
/** The prediction of a pause beyond which it is one. */
const PAUSE = 0.5;
const BYTES_PER_SAMPLE = 4;

export interface SimpleSttEngineOptions extends EngineOptions {
	readonly script?: Script;
	/** How far words trail the audio, in seconds; default 0.5. */
	readonly delayS?: number;
	/** False: nothing is ever called final. Default true. */
	readonly finals?: boolean;
	readonly quietMs?: number;
	readonly pingEveryMs?: number;
}

/** Its `url` has the route: it is the whole address, as STT_URL takes it. */
export async function startSimpleSttEngine(options: SimpleSttEngineOptions = {}): Promise<Engine> {
	const { delayS = DEFAULT_DELAY_S, finals = true, quietMs = QUIET_MS, script, pingEveryMs } = options;
	const engine = await serveSlots(options, {
		type: 'simple',
		path: PATH,
		quietMs,
		...(pingEveryMs === undefined ? {} : { pingEveryMs }),
		refusesWhenFull: true,
		open: (client) => listenTo(client, new Transcriber({ script, delayS }), finals ? delayS : null)
	});
	return { ...engine, url: engine.url + PATH };
}

function listenTo(client: EngineClient, transcriber: Transcriber, delayS: number | null): ClientHandler {
	const quietFrames = delayS === null ? Infinity : Math.ceil((1000 * delayS) / FRAME_MS);
	let words: string[] = [];
	let quiet = 0;
	const send = (type: 'partial' | 'final', text: string): void => client.sendContent(JSON.stringify({ type, text }));
	return {
		message(bytes) {
			const samples = samplesOf(bytes);
			if (samples === null) return client.close();
			for (const answer of transcriber.audio(samples)) {
				if (answer.type === 'Word' && answer.text !== '') {
					quiet = 0;
					words.push(answer.text);
					send('partial', words.join(' ').slice(0, -Math.floor(answer.text.length / 2) || undefined));
					send('partial', words.join(' '));
				}
				if (answer.type !== 'Step') continue;
				quiet = (answer.prs[2] ?? 0) > PAUSE ? quiet + 1 : 0;
				if (quiet <= quietFrames || words.length === 0) continue;
				send('final', words.join(' '));
				words = [];
			}
		},
		text: () => client.close()
	};
}

/** Null where it is no float32. */
function samplesOf(bytes: Uint8Array): Float32Array | null {
	if (bytes.length % BYTES_PER_SAMPLE !== 0) return null;
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	return Float32Array.from({ length: bytes.length / BYTES_PER_SAMPLE }, (_, i) =>
		view.getFloat32(i * BYTES_PER_SAMPLE, true)
	);
}
