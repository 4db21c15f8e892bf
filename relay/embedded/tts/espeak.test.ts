import { afterAll, describe, expect, it } from 'vitest';
import { espeakSynthesiser } from './espeak.ts';
import type { EspeakRunner } from './espeak.ts';
import { systemEspeak } from './espeak-process.ts';
import { wasmEspeak } from './espeak-wasm.ts';
import type { SpokenClause } from './synthesiser.ts';
import { VOICE_NAMES, espeakVoice, voiceFor } from './voices.ts';
import { readWave, writeWave } from './wave-file.ts';
import { synthesiseWav } from './wav.ts';

const TEXT = 'Hello there, my friend of the sea, this is the answer to everything.';
const RATE = 24_000;
const forever = new AbortController().signal;
const runners: [string, EspeakRunner | null][] = [
	['the system’s espeak-ng', await systemEspeak()],
	['the wasm package', wasmEspeak()]
];
afterAll(async () => {
	for (const [, runner] of runners) await runner?.close?.();
});

function rms(pcm: Float32Array): number {
	return Math.sqrt(pcm.reduce((sum, x) => sum + x * x, 0) / pcm.length);
}

function expectSoundTimes({ pcm, words }: SpokenClause): void {
	let lastS = 0;
	for (const word of words) {
		expect(word.startS).toBeGreaterThanOrEqual(lastS - 1e-9);
		expect(word.stopS).toBeGreaterThanOrEqual(word.startS);
		lastS = word.stopS;
	}
	expect(lastS).toBeLessThanOrEqual(pcm.length / RATE + 1e-9);
}

// The wasm package takes its time, and this machine may have other things to do.
describe.each(runners)('%s', { timeout: 20_000 }, (_name, runner) => {
	const it_ = it.skipIf(runner === null);
	const speak = async (
		text: string,
		voice: 'en' | 'fr' | 'fr-female' = 'en',
		signal = forever
	): Promise<SpokenClause> => espeakSynthesiser(runner!).speak(text, voice, signal);

	it_('speaks at a comfortable level, without long silence around, each word timed', async () => {
		const clause = await speak(TEXT);
		expect(clause.pcm.length / RATE).toBeGreaterThan(3);
		expect(clause.pcm.length / RATE).toBeLessThan(6);
		expect(20 * Math.log10(rms(clause.pcm))).toBeGreaterThan(-25);
		expect(20 * Math.log10(rms(clause.pcm))).toBeLessThan(-17);
		expect(clause.pcm.reduce((peak, x) => Math.max(peak, Math.abs(x)), 0)).toBeLessThan(10 ** (-1 / 20));
		expect(clause.pcm.findIndex((x) => Math.abs(x) > 0.02) / RATE).toBeLessThan(0.05);
		expect(clause.words.map((word) => word.text)).toEqual(TEXT.split(' '));
		expectSoundTimes(clause);
		for (const { startS, stopS } of clause.words) {
			expect(stopS - startS).toBeGreaterThan(0.03);
			expect(rms(clause.pcm.subarray(startS * RATE, stopS * RATE))).toBeGreaterThan(0.02);
		}
	});

	it_('begins a word after a pause where the sound begins again', async () => {
		const { pcm, words } = await speak('Peter, Mary, Anna. Everyone. Maybe.');
		for (const { startS } of words.slice(1)) {
			const at = Math.round(startS * RATE);
			expect(rms(pcm.subarray(at - 0.06 * RATE, at - 0.02 * RATE))).toBeLessThan(0.01);
			expect(rms(pcm.subarray(at, at + 0.06 * RATE))).toBeGreaterThan(0.02);
		}
	});

	it_('gives up promptly when nobody wants to hear it any more, and speaks on for others', async () => {
		const gone = new AbortController();
		const speech = speak(TEXT, 'en', gone.signal);
		const other = speak('Still here.');
		gone.abort();
		await expect(speech).rejects.toThrow();
		expect((await other).words).toHaveLength(2);
		await expect(speak(TEXT, 'en', gone.signal)).rejects.toThrow();
	});

	it_('has no trouble with what is no text', async () => {
		const odd = '— -- ?! <speak></s> &lt; [[ \u0001\u0000 🙂🙂 日本語';
		for (const text of ['', '…', odd, 'x'.repeat(5000)]) {
			const clause = await speak(text);
			expect(clause.words.map((word) => word.text).join(' ')).toBe(text);
			expectSoundTimes(clause);
		}
	});

	it_('lets other things happen meanwhile', async () => {
		await speak('Warm up.');
		let turns = 0;
		const count = setInterval(() => turns++, 1);
		await speak(TEXT);
		clearInterval(count);
		expect(turns).toBeGreaterThan(3);
	});

	it_('speaks French with another voice than English, and woman and man differ', async () => {
		const text = 'Les enfants ont un grand ami.';
		const [man, woman, english] = [await speak(text, 'fr'), await speak(text, 'fr-female'), await speak(text, 'en')];
		expect(man.pcm).not.toEqual(woman.pcm);
		expect(Math.abs(man.pcm.length - english.pcm.length)).toBeGreaterThan(500);
	});
});

describe('the two together', () => {
	it.skipIf(runners.some(([, runner]) => runner === null))('say the same in much the same time', async () => {
		const [a, b] = await Promise.all(
			runners.map(([, runner]) => espeakSynthesiser(runner!).speak(TEXT, 'en', forever))
		);
		expect(b!.pcm.length / a!.pcm.length).toBeGreaterThan(0.9);
		expect(b!.pcm.length / a!.pcm.length).toBeLessThan(1.1);
		for (const [i, word] of a!.words.entries()) expect(Math.abs(word.startS - b!.words[i]!.startS)).toBeLessThan(0.2);
	});
});

describe('a synthesiser made of a program', () => {
	it('passes the text on standard input alone, and fails when the program answers nonsense', async () => {
		const runs: { args: readonly string[]; input: string }[] = [];
		const runner: EspeakRunner = {
			name: 'fake',
			async run(args, input) {
				runs.push({ args, input });
				return runs.length > 2 ? new Uint8Array(3) : writeWave(new Float32Array(22_050).fill(0.1), 22_050);
			}
		};
		await espeakSynthesiser(runner).speak('$(reboot) --help', 'en', forever);
		expect(runs.every(({ args }) => !args.join(' ').includes('reboot') && !args.includes('--help'))).toBe(true);
		expect(runs.map(({ input }) => input.includes('$(reboot)'))).toEqual([true, true]);
		await expect(espeakSynthesiser(runner).speak('a', 'en', forever)).rejects.toThrow('not a WAV file');
	});
});

describe('voices', () => {
	it('gives Unmute’s voices the right language, and unknown ones the default', () => {
		expect(voiceFor('unmute-prod-website/degaulle-2.wav')).toBe('fr');
		expect(voiceFor('unmute-prod-website/developpeuse-3.wav')).toBe('fr-female');
		expect(voiceFor('cml-tts/fr/10087_11650_000028-0002.wav')).toBe('fr');
		expect(voiceFor('unmute-prod-website/p329_022.wav')).toBe('en-female');
		for (const name of VOICE_NAMES) expect(voiceFor(name)).toBe(name);
		for (const name of [null, '', '../../etc/passwd', '__proto__', 'constructor', 'custom:1234']) {
			expect(espeakVoice(voiceFor(name))).toBe('en');
		}
	});

	it.skipIf(runners.every(([, runner]) => runner === null))('speak into a WAV file, pauses and all', async () => {
		const short = readWave(await synthesiseWav('Hello. Good bye.', 'en'));
		const long = readWave(await synthesiseWav('Hello. <break time="1.6s"/> Good bye.', 'en'));
		expect(short.sampleRate).toBe(RATE);
		expect((long.pcm.length - short.pcm.length) / RATE).toBeCloseTo(1.6, 1);
	});
});
