/** The speech that talkers say: a folder of recordings, or a few sentences by espeak-ng. */
import { execFile } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SAMPLE_RATE } from '../../src/lib/audio/frames.ts';
import { OggOpusDecoder } from '../../src/lib/audio/ogg-opus-decoder.ts';
import { Resampler } from '../../src/lib/audio/resample.ts';
import { LoadTestError } from '../error.ts';
import { trimToSpeech } from './trim.ts';
import { readWave } from './wave.ts';

export interface Recording {
	readonly name: string;
	/** Speech from the first sample to the last, 24 kHz mono. */
	readonly pcm: Float32Array;
}
export interface Recordings {
	readonly recordings: readonly Recording[];
	/** Files that are not used, and why. */
	readonly skipped: readonly string[];
}

const MAX_FILES = 1000;
const MAX_FILE_BYTES = 64 << 20;
/** One utterance, in seconds. */
const LEAST_S = 0.3;
const MOST_S = 60;
/** With the silence around it: a file that claims more is not decoded to its end. */
const MOST_FILE_S = 600;
/** Decoded at a time, so that a small file that holds days of silence is found out early. */
const CHUNK_BYTES = 4096;
/** Together: more is not needed, and is encoded before anybody talks. */
const MOST_TOGETHER_S = 600;

const SENTENCES = [
	'Hello there, how are you doing today?',
	'I would like to know what the weather is like in the mountains.',
	'That is interesting. Can you tell me more about it?',
	'What would you cook for four people on a rainy evening?',
	'Thank you, I will think about that and call my sister tomorrow.'
];

/** The recordings of a folder: `.wav`, `.ogg` and `.opus`. Throws LoadTestError where not one can be used. */
export async function readRecordings(folder: string): Promise<Recordings> {
	const entries = await readdir(folder).catch(() => {
		throw new LoadTestError(`--audio: the folder ${folder} cannot be read.`);
	});
	const names = entries.filter((name) => /\.(wav|ogg|opus)$/i.test(name)).sort();
	const recordings: Recording[] = [];
	const skipped: string[] = [];
	let togetherS = 0;
	for (const name of names.slice(0, MAX_FILES)) {
		if (togetherS >= MOST_TOGETHER_S) break;
		const pcm = await readRecording(join(folder, name));
		if (typeof pcm === 'string') {
			skipped.push(`${name}: ${pcm}`);
			continue;
		}
		togetherS += pcm.length / SAMPLE_RATE;
		recordings.push({ name, pcm });
	}
	if (recordings.length === 0) {
		const why = skipped.length > 0 ? skipped.join('\n  ') : 'there is no .wav, .ogg or .opus file in it';
		throw new LoadTestError(`--audio: nothing in ${folder} can be used:\n  ${why}`);
	}
	return { recordings, skipped };
}

/** A few sentences by espeak-ng. Throws LoadTestError where that is not installed. */
export async function synthesise(): Promise<Recordings> {
	const run = promisify(execFile);
	const recordings = await Promise.all(
		SENTENCES.map(async (sentence, i) => {
			const options = { encoding: 'buffer', maxBuffer: MAX_FILE_BYTES } as const;
			const { stdout } = await run('espeak-ng', ['-v', 'en', '--stdout', sentence], options).catch(() => {
				throw new LoadTestError(
					'Give --audio DIR, a folder with recordings of speech (.wav, .ogg, .opus), or install espeak-ng to have some made.'
				);
			});
			const pcm = await usable(stdout);
			if (typeof pcm === 'string') throw new LoadTestError(`espeak-ng: ${pcm}`);
			return { name: `espeak-ng ${i + 1}`, pcm };
		})
	);
	return { recordings, skipped: [] };
}

async function readRecording(path: string): Promise<Float32Array | string> {
	try {
		const { size } = await stat(path);
		if (size > MAX_FILE_BYTES) return 'too large';
		return await usable(await readFile(path));
	} catch {
		return 'it cannot be read';
	}
}

/** Speech at 24 kHz, or why there is none. */
async function usable(bytes: Uint8Array): Promise<Float32Array | string> {
	const sound = await (startsAsOgg(bytes) ? decodeOgg(bytes) : decodeWave(bytes));
	if (typeof sound === 'string') return sound;
	const pcm = trimToSpeech(sound);
	if (pcm.length < LEAST_S * SAMPLE_RATE) return 'no speech in it';
	if (pcm.length > MOST_S * SAMPLE_RATE) return `longer than ${MOST_S} s`;
	return pcm;
}

const TOO_LONG = `longer than ${MOST_FILE_S / 60} minutes`;

const startsAsOgg = (bytes: Uint8Array): boolean => String.fromCharCode(...bytes.subarray(0, 4)) === 'OggS';

function decodeWave(bytes: Uint8Array): Float32Array | string {
	const wave = readWave(bytes);
	if (!wave.ok) return wave.reason;
	const { sampleRate, pcm } = wave.value;
	if (pcm.length > MOST_FILE_S * sampleRate) return TOO_LONG;
	const resampler = new Resampler(sampleRate, SAMPLE_RATE);
	// The zeros bring out what the filter holds back.
	const input = new Float32Array(pcm.length + resampler.latencySamples);
	input.set(pcm);
	const output = new Float32Array(resampler.maxOutput(input.length));
	return output.subarray(0, resampler.process(input, output));
}

async function decodeOgg(bytes: Uint8Array): Promise<Float32Array | string> {
	const decoder = await OggOpusDecoder.create();
	try {
		const parts: Float32Array[] = [];
		let length = 0;
		for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
			for (const part of decoder.push(bytes.subarray(at, at + CHUNK_BYTES))) {
				parts.push(part);
				length += part.length;
			}
			if (length > MOST_FILE_S * SAMPLE_RATE) return TOO_LONG;
		}
		if (length === 0) return 'no Ogg-Opus sound in it';
		const pcm = new Float32Array(length);
		let at = 0;
		for (const part of parts) {
			pcm.set(part, at);
			at += part.length;
		}
		return pcm;
	} finally {
		decoder.free();
	}
}
