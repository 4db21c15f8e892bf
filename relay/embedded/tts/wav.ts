/** Speech as a file: microphone recordings for tests and benches. */
import { SAMPLE_RATE } from '../../../src/lib/audio/frames.ts';
import { nextChunk } from './chunks.ts';
import { chooseSynthesiser } from './choose.ts';
import type { Synthesiser } from './synthesiser.ts';
import { voiceFor } from './voices.ts';
import { writeWave } from './wave-file.ts';
import { entriesOf } from './words.ts';

/**
 * `text`, with `<break time="0.5s"/>` for pauses, as a 16-bit WAV, 24 kHz mono. `voice` as in the engine's query: an
 * unknown one is the default. Rejects where no synthesiser is to be had.
 */
export async function synthesiseWav(
	text: string,
	voice = 'en',
	synthesiser?: Synthesiser
): Promise<Uint8Array<ArrayBuffer>> {
	const speaker = synthesiser ?? (await chooseSynthesiser());
	const forever = new AbortController().signal;
	const parts: Float32Array[] = [];
	const entries = entriesOf(text);
	try {
		for (;;) {
			const chunk = nextChunk(entries, true, 'relaxed', false);
			if (chunk.kind === 'end' || chunk.kind === 'wait') break;
			if (chunk.kind === 'pause') {
				parts.push(new Float32Array(Math.round(chunk.seconds * SAMPLE_RATE)));
				entries.shift();
				continue;
			}
			parts.push((await speaker.speak(chunk.words.join(' '), voiceFor(voice), forever)).pcm);
			entries.splice(0, chunk.words.length);
		}
	} finally {
		if (synthesiser === undefined) await speaker.close?.();
	}
	const pcm = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
	let at = 0;
	for (const part of parts) {
		pcm.set(part, at);
		at += part.length;
	}
	return writeWave(pcm, SAMPLE_RATE);
}
