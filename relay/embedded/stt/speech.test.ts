/** The ears on a real voice: espeak-ng's, which the page's own tests use as the microphone too. */
import { beforeAll, describe, expect, it } from 'vitest';
import { chooseSynthesiser } from '../tts/choose.ts';
import type { Synthesiser } from '../tts/synthesiser.ts';
import { synthesiseWav } from '../tts/wav.ts';
import { readWave } from '../tts/wave-file.ts';
import { EnergyEars } from '../../ears/energy.ts';
import { joined, mixed, noise, silence } from '../../ears/testing/sounds.ts';
import { Transcriber } from './transcriber.ts';

const SENTENCES = [
	['en', 'Yes.'],
	['en', 'Hello there, how are you doing today?'],
	['en-us-female', 'All our early years we were always aware.'],
	['en-us', 'My phone number is 0 7 9 1 2 3 4 5 6.'],
	['en-female', 'Stop! Please tell me a joke.'],
	['fr', 'Oui.'],
	['fr-female', 'Un, deux, trois, quatre, cinq.'],
	['fr', 'Je voudrais savoir quelle heure il est, s’il vous plaît.']
] as const;
const LEAD_S = 1.5;

/** Each sentence as a microphone would hear it: silence, the voice, silence; and when the voice ends. */
const recordings = new Map<string, { readonly sound: Float32Array; readonly endS: number }>();
beforeAll(async () => {
	const synthesiser: Synthesiser = await chooseSynthesiser();
	for (const [voice, text] of SENTENCES) {
		const { pcm } = readWave(await synthesiseWav(text, voice, synthesiser));
		const last = pcm.findLastIndex((sample) => Math.abs(sample) > 0.003);
		const spoken = pcm.subarray(
			pcm.findIndex((sample) => Math.abs(sample) > 0.003),
			last
		);
		recordings.set(text, {
			sound: joined(silence(LEAD_S), spoken, silence(2)),
			endS: LEAD_S + spoken.length / 24_000
		});
	}
	await synthesiser.close?.();
}, 60_000);

/** The turn prediction after each 80 ms, and the kinds of events. */
function hear(sound: Float32Array): { predictions: number[]; types: string[] } {
	const ears = new EnergyEars();
	const predictions: number[] = [];
	const types: string[] = [];
	for (let at = 0; at + 1920 <= sound.length; at += 1920) {
		const { prs, events } = ears.step(sound.subarray(at, at + 1920));
		predictions.push(prs[2]);
		types.push(...events.map((event) => event.type));
	}
	return { predictions, types };
}

describe.each([
	['in a silent room', null],
	['over hiss', 'white'],
	['beside a fan', 'brown']
] as const)('a voice %s', (_where, kind) => {
	it.each(SENTENCES)('%s: %s', (_voice, text) => {
		const recording = recordings.get(text)!;
		const sound =
			kind === null ? recording.sound : mixed(recording.sound, noise(kind, recording.sound.length / 24_000, -48));
		const { predictions, types } = hear(sound);
		expect(types).toEqual(['began', 'ended']);
		const stepAt = (seconds: number): number => Math.floor(seconds / 0.08);
		// A barge-in shows within 0.3 s, and stays: no gap between words looks like the end of a turn.
		for (const prediction of predictions.slice(stepAt(LEAD_S + 0.3), stepAt(recording.endS))) {
			expect(prediction).toBeLessThan(0.4);
		}
		const passedS =
			0.08 * (1 + predictions.findIndex((prediction, i) => i >= stepAt(recording.endS) && prediction > 0.6));
		// A final consonant may be too weak to count as voice, so the pause is measured from a little earlier than its end.
		expect(passedS - recording.endS).toBeGreaterThan(0.25);
		expect(passedS - recording.endS).toBeLessThan(0.6);
		for (const prediction of predictions.slice(Math.round(passedS / 0.08) + 3))
			expect(prediction).toBeGreaterThan(0.95);
	});
});

it('says the script in time with a real voice, and all of it within the delay of the pause', () => {
	const text = 'Hello there, how are you doing today?';
	const { sound, endS } = recordings.get(text)!;
	const transcriber = new Transcriber({ delayS: 0.5, script: { utterances: [{ text }] } });
	const words: { text: string; startS: number; sentS: number }[] = [];
	let nowS = 0;
	for (const message of transcriber.audio(sound)) {
		if (message.type === 'Step') nowS += 0.08;
		if (message.type === 'Word') words.push({ text: message.text, startS: message.start_time, sentS: nowS });
	}
	expect(words.map((word) => word.text)).toEqual(['', ...text.split(' ')]);
	const last = words.at(-1)!;
	expect(last.startS).toBeLessThan(endS);
	expect(last.sentS).toBeLessThan(endS + 0.5 + 0.16);
	expect(words[1]!.sentS).toBeLessThan(endS);
});
