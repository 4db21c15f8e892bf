/** A synthesiser made of any way to run espeak-ng's command line: two passes, word times, a comfortable sound. */
import { SAMPLE_RATE } from '../../../src/lib/audio/frames.ts';
import { alignWords, markedUp } from './alignment.ts';
import { finishedSound, trimmedStretch } from './clause-sound.ts';
import type { SpokenClause, Synthesiser } from './synthesiser.ts';
import { VOICE_NAMES, espeakVoice } from './voices.ts';
import { readWave } from './wave-file.ts';

/** Words a minute; espeak-ng's own 175 is a little hurried for conversation. */
const WORDS_PER_MINUTE = '165';
/** A longer "word" is nobody's word: it would be spelt out for minutes. */
const MAX_WORD_CHARACTERS = 40;

/** Runs espeak-ng: `input` on its standard input, a WAV file out. Rejects promptly when `signal` aborts. */
export interface EspeakRunner {
	readonly name: string;
	run(args: readonly string[], input: string, signal: AbortSignal): Promise<Uint8Array>;
	close?(): Promise<void>;
}

/** SSML from standard input as UTF-8, with this voice; where the sound goes is the runner's to add. */
function argumentsFor(voice: string): string[] {
	return ['--stdin', '-m', '-b', '1', '-s', WORDS_PER_MINUTE, '-v', voice];
}

export function espeakSynthesiser(runner: EspeakRunner): Synthesiser {
	return {
		name: runner.name,
		voices: () => VOICE_NAMES,
		async speak(text, voice, signal) {
			const texts = text.split(/\s+/).filter((word) => word !== '');
			if (texts.length === 0) return { pcm: new Float32Array(0), words: [] };
			const said = texts.map((word) => word.slice(0, MAX_WORD_CHARACTERS));
			const args = argumentsFor(espeakVoice(voice));
			const [heard, probe] = await Promise.all([
				runner.run(args, markedUp(said, 'voice'), signal).then(readWave),
				runner.run(args, markedUp(said, 'probe'), signal).then(readWave)
			]);
			const stretch = trimmedStretch(heard.pcm, heard.sampleRate, texts.at(-1) ?? '');
			const pcm = finishedSound(heard.pcm, heard.sampleRate, stretch);
			const endS = pcm.length / SAMPLE_RATE;
			const onClock = (sample: number): number =>
				Math.min(endS, Math.max(0, (sample - stretch.fromSample) / heard.sampleRate));
			const words = alignWords(said, heard.pcm, probe.pcm).map(([start, stop], i) => ({
				text: texts[i] ?? '',
				startS: onClock(start),
				stopS: onClock(stop)
			}));
			return { pcm, words } satisfies SpokenClause;
		},
		...(runner.close === undefined ? {} : { close: () => runner.close?.() ?? Promise.resolve() })
	};
}
