/** The three servers behind whatever is recorded or tested: the embedded engines, by the script of the scenes. */
import type { Engine } from '../../../relay/embedded/engine.ts';
import { startLlmEngine } from '../../../relay/embedded/llm/engine.ts';
import { startSttEngine } from '../../../relay/embedded/stt/engine.ts';
import { startTtsEngine } from '../../../relay/embedded/tts/engine.ts';
import { hum } from '../../faults/support/upstreams.ts';
import { HEARD, replyTo } from './scenes.ts';

const SLOTS = 20;

export interface Engines {
	readonly stt: Engine;
	readonly tts: Engine;
	readonly llm: Engine;
	/** The TTS takes nobody for so long. */
	fillTts(ms: number): void;
	close(): Promise<void>;
}

/** On any free ports, or on `port` and the two after it. */
export async function startEngines(port?: number): Promise<Engines> {
	const at = (offset: number): { slots: number; port?: number } => ({
		slots: SLOTS,
		...(port === undefined ? {} : { port: port + offset })
	});
	const utterances = HEARD.map((text) => ({ text }));
	const [stt, tts, llm] = await Promise.all([
		startSttEngine({ ...at(0), log: () => undefined, script: { utterances } }),
		startTtsEngine({ ...at(1), synthesiser: hum, speed: 4 }),
		startLlmEngine({ ...at(2), script: replyTo, tokenDelayMs: 0 })
	]);
	return {
		stt,
		tts,
		llm,
		fillTts(ms) {
			tts.setFault('full');
			setTimeout(() => tts.setFault(null), ms);
		},
		async close() {
			await Promise.all([stt, tts, llm].map((engine) => engine.close()));
		}
	};
}
