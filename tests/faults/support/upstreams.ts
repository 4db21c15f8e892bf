/** The three servers behind a relay: the embedded engines, with a voice that costs nothing, in the test's own process. */
import { startLlmEngine } from '../../../relay/embedded/llm/engine.ts';
import type { Engine } from '../../../relay/embedded/engine.ts';
import { startSttEngine } from '../../../relay/embedded/stt/engine.ts';
import { startTtsEngine } from '../../../relay/embedded/tts/engine.ts';
import type { Synthesiser } from '../../../relay/embedded/tts/synthesiser.ts';

/** A fifth of a second of a tone for every word: no process to start, and the rest of the engine is the real one. */
const WORD_S = 0.2;
export const hum: Synthesiser = {
	name: 'hum',
	voices: () => [],
	speak(text) {
		const words = text.split(/\s+/).filter((word) => word !== '');
		const pcm = Float32Array.from({ length: words.length * WORD_S * 24_000 }, (_, i) => 0.3 * Math.sin(i / 10));
		const times = words.map((word, i) => ({ text: word, startS: i * WORD_S, stopS: (i + 1) * WORD_S }));
		return Promise.resolve({ pcm, words: times });
	}
};

export interface Upstreams {
	readonly stt: Engine;
	readonly tts: Engine;
	readonly llm: Engine;
	/** For a relay's environment. */
	readonly env: Readonly<Record<string, string>>;
	/** Resolves when every slot is free; the test's own time-out is the judge of never. */
	free(): Promise<void>;
	close(): Promise<void>;
}

export interface UpstreamOptions {
	/** What the LLM answers, in turn. */
	readonly replies: readonly string[];
	/** How much faster than real time the voice speaks. */
	readonly speed?: number;
	readonly tokenDelayMs?: number;
}

export async function startUpstreams({ replies, speed = 50, tokenDelayMs = 0 }: UpstreamOptions): Promise<Upstreams> {
	const [stt, tts, llm] = await Promise.all([
		startSttEngine({ log: () => undefined }),
		startTtsEngine({ synthesiser: hum, speed }),
		startLlmEngine({ script: { replies }, tokenDelayMs })
	]);
	const engines = [stt, tts, llm];
	return {
		stt,
		tts,
		llm,
		env: { STT_URL: stt.url, TTS_URL: tts.url, LLM_URL: llm.url },
		async free() {
			while (engines.some((engine) => engine.usedSlots() > 0)) await new Promise((resolve) => setTimeout(resolve, 5));
		},
		async close() {
			await Promise.all(engines.map((engine) => engine.close()));
		}
	};
}
