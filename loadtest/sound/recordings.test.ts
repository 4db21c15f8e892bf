import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OggOpusPager } from '../../src/lib/audio/ogg/pager.ts';
import { OggOpusDecoder } from '../../src/lib/audio/ogg-opus-decoder.ts';
import { readRecordings } from './recordings.ts';
import { encodeSpeech } from './speech.ts';
import { trimToSpeech } from './trim.ts';

const RATE = 24_000;
let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'parley-recordings-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const tone = (seconds: number, rate = RATE): Float32Array =>
	Float32Array.from({ length: seconds * rate }, (_, i) => 0.5 * Math.sin((2 * Math.PI * 300 * i) / rate));
const between = (silenceS: number, pcm: Float32Array, rate = RATE): Float32Array => {
	const out = new Float32Array(pcm.length + 2 * silenceS * rate);
	out.set(pcm, silenceS * rate);
	return out;
};

/** 16 bits. */
function wave(pcm: Float32Array, rate = RATE, channels = 1): Uint8Array {
	const bytes = Buffer.alloc(44 + 2 * pcm.length);
	bytes.write('RIFF', 0);
	bytes.write('WAVEfmt ', 8);
	for (const [at, value] of [
		16,
		channels * 0x1_0000 + 1,
		rate,
		2 * channels * rate,
		0x10_0000 + 2 * channels
	].entries())
		bytes.writeUInt32LE(value, 16 + 4 * at);
	bytes.write('data', 36);
	bytes.writeUInt32LE(2 * pcm.length, 40);
	for (const [i, sample] of pcm.entries()) bytes.writeInt16LE(Math.round(sample * 32_767), 44 + 2 * i);
	return bytes;
}

function oggOf(packets: readonly Uint8Array[]): Uint8Array {
	const pager = new OggOpusPager({ serial: 1, packetsPerPage: 250 });
	const head = pager.headPages();
	return Buffer.concat([head, ...packets.map((packet) => pager.push(packet) ?? new Uint8Array(0))]);
}

async function oggOpus(pcm: Float32Array): Promise<Uint8Array> {
	const { utterances } = await encodeSpeech([{ name: '', pcm }]);
	const pager = new OggOpusPager({ serial: 1 });
	const head = pager.headPages();
	const pages = (utterances[0]?.frames ?? []).flat().map((packet) => pager.push(packet) ?? new Uint8Array(0));
	return Buffer.concat([head, ...pages]);
}

describe('a folder of recordings', () => {
	it('is read in order, whatever the rate, and cut to the speech', async () => {
		writeFileSync(join(folder, 'b.wav'), wave(between(0.5, tone(1, 44_100), 44_100), 44_100));
		writeFileSync(join(folder, 'a.WAV'), wave(between(0.2, tone(0.7))));
		writeFileSync(join(folder, 'c.opus'), await oggOpus(between(0.4, tone(0.5))));
		const { recordings, skipped } = await readRecordings(folder);
		expect(skipped).toEqual([]);
		expect(recordings.map(({ name }) => name)).toEqual(['a.WAV', 'b.wav', 'c.opus']);
		const seconds = recordings.map(({ pcm }) => pcm.length / RATE);
		expect(seconds[0]).toBeCloseTo(0.7, 1);
		expect(seconds[1]).toBeCloseTo(1, 1);
		expect(seconds[2]).toBeCloseTo(0.5, 1);
	});

	it('says what it does not use, and why', async () => {
		writeFileSync(join(folder, 'good.wav'), wave(tone(0.5)));
		writeFileSync(join(folder, 'garbage.ogg'), 'OggS and nothing');
		writeFileSync(join(folder, 'quiet.wav'), wave(new Float32Array(RATE)));
		writeFileSync(join(folder, 'short.wav'), wave(tone(0.1)));
		writeFileSync(join(folder, 'long.wav'), wave(tone(61, 8000), 8000));
		const { recordings, skipped } = await readRecordings(folder);
		expect(recordings).toHaveLength(1);
		expect(skipped).toEqual([
			'garbage.ogg: no Ogg-Opus sound in it',
			'long.wav: longer than 60 s',
			'quiet.wav: no speech in it',
			'short.wav: no speech in it'
		]);
	});

	it('is read from whichever channel somebody speaks in', async () => {
		const pcm = tone(0.5);
		const stereo = new Float32Array(2 * pcm.length);
		for (const [i, sample] of pcm.entries()) stereo[2 * i + 1] = sample;
		writeFileSync(join(folder, 'right.wav'), wave(stereo, RATE, 2));
		const { recordings } = await readRecordings(folder);
		expect((recordings[0]?.pcm.length ?? 0) / RATE).toBeCloseTo(0.5, 1);
	});

	it('that means harm is told by name, and costs little', async () => {
		writeFileSync(join(folder, 'good.wav'), wave(tone(0.5)));
		mkdirSync(join(folder, 'a-folder.wav'));
		writeFileSync(join(folder, 'empty.wav'), '');
		writeFileSync(join(folder, 'no-format.wav'), wave(tone(0.5)).subarray(0, 12));
		// One byte of Opus may stand for 120 ms: some 45 kB for twenty minutes.
		writeFileSync(join(folder, 'bomb.opus'), oggOf(Array.from({ length: 10_000 }, () => Uint8Array.of(0x19))));
		const { recordings, skipped } = await readRecordings(folder);
		expect(recordings.map(({ name }) => name)).toEqual(['good.wav']);
		expect(skipped).toEqual([
			'a-folder.wav: it cannot be read',
			'bomb.opus: longer than 10 minutes',
			'empty.wav: not a WAV file',
			'no-format.wav: no samples'
		]);
	});

	it('that holds nothing, or is none, is told with what to do', async () => {
		await expect(readRecordings(folder)).rejects.toThrow(/there is no .wav, .ogg or .opus file in it/);
		await expect(readRecordings(join(folder, 'none'))).rejects.toThrow(/cannot be read/);
		writeFileSync(join(folder, 'a.wav'), 'text');
		await expect(readRecordings(folder)).rejects.toThrow(/a.wav: not a WAV file/);
	});
});

describe('speech', () => {
	it('begins with the first sample and ends with the last, to 10 ms', () => {
		expect(trimToSpeech(between(0.25, tone(0.5))).length / RATE).toBeCloseTo(0.5, 2);
		expect(trimToSpeech(new Float32Array(RATE))).toHaveLength(0);
		expect(trimToSpeech(new Float32Array(0))).toHaveLength(0);
		// A hiss under the voice is no speech.
		const hiss = between(1, tone(0.5)).map((sample, i) => sample + (i % 2 === 0 ? 0.003 : -0.003));
		expect(trimToSpeech(hiss).length / RATE).toBeCloseTo(0.5, 2);
	});

	it('is frames of 80 ms in which all of it can be heard', async () => {
		const pcm = tone(0.5);
		const { utterances, silence } = await encodeSpeech([{ name: 'x', pcm }]);
		const [{ frames, speechMs } = { frames: [], speechMs: 0 }] = utterances;
		expect(speechMs).toBeCloseTo(500, 6);
		expect(frames).toHaveLength(7);
		expect([...frames, ...silence].every((frame) => frame.length === 4)).toBe(true);
		const pager = new OggOpusPager({ serial: 1 });
		const decoder = await OggOpusDecoder.create();
		decoder.push(pager.headPages());
		const heard = frames.flat().flatMap((packet) => decoder.push(pager.push(packet) ?? new Uint8Array(0)));
		decoder.free();
		const samples = heard.flatMap((part) => [...part]);
		const last = samples.slice(pcm.length - 240, pcm.length);
		expect(Math.sqrt(last.reduce((sum, x) => sum + x * x, 0) / last.length)).toBeGreaterThan(0.2);
	});
});
