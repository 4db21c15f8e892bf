/** Microphone recordings for the fake device: speech and silence, one after the other, as a WAV file. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesiseWav } from '../../../relay/embedded/tts/wav.ts';
import { SAMPLE_RATE } from '../../../src/lib/audio/frames.ts';

export type Sound = { readonly silenceS: number } | { readonly say: string };

const WAV_HEADER_BYTES = 44;

/** Writes the sounds to a 16-bit mono WAV at 24 kHz; answers its path. Chromium plays it once, from `getUserMedia` on. */
export async function microphone(sounds: readonly Sound[]): Promise<string> {
	const parts: Uint8Array[] = [];
	for (const sound of sounds) {
		if ('silenceS' in sound) parts.push(new Uint8Array(2 * Math.round(sound.silenceS * SAMPLE_RATE)));
		else parts.push((await synthesiseWav(sound.say, 'en')).subarray(WAV_HEADER_BYTES));
	}
	const data = Buffer.concat(parts);
	const header = Buffer.alloc(WAV_HEADER_BYTES);
	header.write('RIFF', 0);
	header.writeUInt32LE(36 + data.length, 4);
	header.write('WAVEfmt ', 8);
	header.writeUInt32LE(16, 16);
	header.writeUInt16LE(1, 20);
	header.writeUInt16LE(1, 22);
	header.writeUInt32LE(SAMPLE_RATE, 24);
	header.writeUInt32LE(2 * SAMPLE_RATE, 28);
	header.writeUInt16LE(2, 32);
	header.writeUInt16LE(16, 34);
	header.write('data', 36);
	header.writeUInt32LE(data.length, 40);
	const path = join(mkdtempSync(join(tmpdir(), 'parley-mic-')), 'microphone.wav');
	writeFileSync(path, Buffer.concat([header, data]));
	return path;
}
