import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { createOpusEncoder } from '../audio/opus.ts';
import { MemoryShelf } from '../history/testing/memory-shelf.ts';
import { oggParts } from './file.ts';
import { BITRATE, type Piece, type Sound } from './sound.ts';
import { SoundStore } from './store.ts';
import { SoundWriter, type SoundTrouble } from './writer.ts';

const ID = 'f0000000-0000-4000-8000-000000000001';
const RECORD = 'a0000000-0000-4000-8000-000000000001';
const encoder = await createOpusEncoder({ bitrate: BITRATE, channels: 2 });

function desk(shelf = new MemoryShelf(), mostPieces = 10) {
	const troubles: SoundTrouble[] = [];
	const writer = new SoundWriter({
		shelf,
		encoder,
		id: ID,
		startedAtMs: 1000,
		nowMs: () => 2000,
		mostPieces,
		onTrouble: (trouble) => troubles.push(trouble)
	});
	let packets = 0;
	/** `seconds` of a tone of each voice; a frequency of 0 is silence. The clock began at 7 s. */
	const sound = (seconds: number, userHz: number, assistantHz: number): void => {
		const tone = (hz: number): Float32Array =>
			Float32Array.from({ length: 480 }, (_, i) => 0.3 * Math.sin((2 * Math.PI * hz * (packets * 480 + i)) / 24_000));
		for (let left = Math.round(seconds * 50); left > 0; left--) {
			const [user, assistant] = [tone(userHz), tone(assistantHz)];
			packets += 1;
			writer.take(user, assistant, 7 + packets * 0.02);
		}
	};
	return { shelf, store: new SoundStore(shelf, () => 10_000_000), writer, sound, troubles };
}

async function piecesOf(store: SoundStore): Promise<Piece[]> {
	const all: Piece[] = [];
	for await (const piece of store.pieces(ID)) all.push(piece);
	return all;
}

/** As the tools of the codec's makers read the file: what they say of it, and both channels at 48 kHz. */
async function readBack(store: SoundStore) {
	const folder = mkdtempSync(join(tmpdir(), 'parley-sound-'));
	const path = join(folder, 'talk.opus');
	writeFileSync(path, Buffer.concat(await oggParts(store.pieces(ID))));
	const info = execFileSync('opusinfo', [path], { encoding: 'utf8' });
	execFileSync('opusdec', ['--quiet', '--float', '--rate', '48000', path, join(folder, 'talk.wav')]);
	const wav = readFileSync(join(folder, 'talk.wav'));
	const data = wav.indexOf('data') + 8;
	const samples = Float32Array.from({ length: (wav.length - data) / 4 }, (_, i) => wav.readFloatLE(data + 4 * i));
	const channel = (nth: number): Float32Array => samples.filter((_, i) => i % 2 === nth);
	return { info, user: channel(0), assistant: channel(1) };
}
const levelOf = (samples: Float32Array, fromS: number, toS: number): number => {
	const part = samples.subarray(fromS * 48_000, toS * 48_000);
	return Math.sqrt(part.reduce((sum, sample) => sum + sample * sample, 0) / part.length);
};

it('is a sound file, as long as the talk to the sample, with each voice in its place and on its side', async () => {
	const { store, writer, sound } = desk();
	sound(1.5, 440, 0);
	sound(1.26, 0, 330);
	await writer.end();
	const { info, user, assistant } = await readBack(store);
	expect(info).toContain('Playback length: 0m:02.759s');
	expect(info).not.toMatch(/warning|error/i);
	expect(user).toHaveLength(2.76 * 48_000);
	expect(levelOf(user, 0.1, 1.4)).toBeGreaterThan(0.15);
	expect(levelOf(assistant, 1.6, 2.7)).toBeGreaterThan(0.15);
	// What is heard of the other one on either side: 34 dB less at the least.
	expect(levelOf(assistant, 0.1, 1.4)).toBeLessThan(0.004);
	expect(levelOf(user, 1.6, 2.7)).toBeLessThan(0.004);
	// Where one ends and the other begins, within 5 ms.
	expect(levelOf(user, 1.49, 1.497)).toBeGreaterThan(0.1);
	expect(levelOf(assistant, 1.495, 1.5)).toBeLessThan(0.05);
	expect(levelOf(assistant, 1.505, 1.51)).toBeGreaterThan(0.1);
	expect((await store.list())[0]).toMatchObject({ id: ID, lengthMs: 2760, ended: true, pieces: 3 });
});

it('loses no more than a second where nobody brings it to its end, and is a clean file then too', async () => {
	const { store, writer, sound } = desk();
	sound(3.9, 440, 330);
	await writer.stop();
	const { info } = await readBack(store);
	expect(info).toMatch(/Playback length: 0m:02\.99/);
	expect(info).not.toMatch(/warning|error/i);
	expect((await store.list())[0]).toMatchObject({ lengthMs: 3000, ended: false });
});

it('keeps what was seen with the second in which it was seen, on the clock of the sound', async () => {
	const { store, writer, sound } = desk();
	writer.note({ type: 'phase', phase: 'listening' }, 6.5);
	sound(0.5, 0, 0);
	writer.note({ type: 'heard', count: 1 }, 7.48);
	sound(1, 0, 0);
	writer.note({ type: 'cut', cut: true }, 8.5);
	await writer.end();
	const pieces = await piecesOf(store);
	expect(pieces.map(({ cues }) => cues)).toEqual([
		[
			{ atMs: 0, type: 'phase', phase: 'listening' },
			{ atMs: 480, type: 'heard', count: 1 }
		],
		[{ atMs: 1500, type: 'cut', cut: true }]
	]);
});

it('belongs to its conversation as soon as there is one', async () => {
	const { store, writer, sound } = desk();
	sound(1, 0, 0);
	writer.belong(RECORD);
	await writer.stop();
	expect(await store.of(RECORD)).toMatchObject([{ id: ID, pieces: 1 }]);
});

it('writes nothing any more once somebody deleted it', async () => {
	const { shelf, store, writer, sound } = desk();
	sound(1, 440, 0);
	await vi.waitFor(async () => expect(await store.list()).toHaveLength(1));
	await store.take([ID]);
	sound(2, 440, 0);
	await writer.end();
	expect(shelf.kept.size).toBe(0);
});

it('stops where there is no room, says so once, and leaves what was kept whole', async () => {
	const { shelf, store, writer, sound, troubles } = desk();
	sound(1, 440, 0);
	await vi.waitFor(async () => expect(await store.list()).toHaveLength(1));
	shelf.fails = new DOMException('full', 'QuotaExceededError');
	sound(2, 440, 0);
	await vi.waitFor(() => expect(troubles).toEqual(['full']));
	shelf.fails = null;
	sound(2, 440, 0);
	await writer.end();
	expect(troubles).toEqual(['full']);
	expect(await piecesOf(store)).toHaveLength(1);
	expect((await readBack(store)).info).not.toMatch(/warning|error/i);
});

it('keeps nothing of a talk without sound', async () => {
	const { shelf, writer } = desk();
	await writer.end();
	expect(shelf.kept.size).toBe(0);
});

it('ends by itself where nobody does, and what was kept by then is a clean file', async () => {
	const { store, writer, sound, troubles } = desk(new MemoryShelf(), 2);
	sound(5, 440, 330);
	expect(troubles).toEqual(['long']);
	await writer.end();
	const { info } = await readBack(store);
	expect(info).toMatch(/Playback length: 0m:01\.99/);
	expect(info).not.toMatch(/warning|error/i);
});

it('is described as it is read', async () => {
	const { shelf, store, writer, sound } = desk();
	sound(1, 0, 0);
	await writer.end();
	const sounds: readonly Sound[] = await store.list();
	expect(sounds).toEqual([shelf.kept.get(`s:${ID}`)]);
});
