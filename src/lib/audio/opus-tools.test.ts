/**
 * Our container against Debian's opus-tools, which others wrote.
 *
 * `opusdec` decodes at 48 kHz and resamples to any other rate by itself, so 48 kHz is the setup without its resampler:
 * there it and libopus-wasm, given the packets, pre-skip and trimming that our unpager reports, agree in number and place of
 * the samples exactly, and in value to float32's last bit (libopus 1.3 and 1.6 round some sums in another order).
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createDecoder } from 'libopus-wasm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OggOpusDecoder } from './ogg-opus-decoder.ts';
import { OggUnpager } from './ogg/unpager.ts';
import { OggOpusRemuxer } from './ogg/remuxer.ts';
import { OggOpusPager } from './ogg/pager.ts';
import { createOpusEncoder } from './opus.ts';
import { Resampler } from './resample.ts';
import { concat, pagesFor } from './testing/streams.ts';

const run = promisify(execFile);
const FRAMES = 100;
/** 2^-23: the step of float32 just above 1. */
const LAST_BIT = 2 ** -23;
let folder = '';
let packets: Uint8Array[] = [];

/** Something like a voice: a gliding pitch with overtones, in syllables. */
const sound = Float32Array.from({ length: FRAMES * 480 }, (_, i) => {
	const phase = 0.035 * i + 20 * Math.sin(i / 9000);
	const syllable = Math.max(0, Math.sin(i / 1500));
	return 0.25 * syllable * (Math.sin(phase) + 0.5 * Math.sin(3 * phase) + 0.2 * Math.sin(9 * phase));
});

async function tool(name: string, ...args: readonly string[]): Promise<string> {
	try {
		const { stdout, stderr } = await run(name, args);
		return stdout + stderr;
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
			throw new Error(`${name} is missing; install it with: sudo apt-get install -y opus-tools`, { cause: error });
		}
		throw error;
	}
}

/** The report, whatever the exit status: 1 says that there are warnings, which the report names. */
async function opusinfo(stream: Uint8Array): Promise<string> {
	const file = join(folder, 'info.opus');
	await writeFile(file, stream);
	try {
		return await tool('opusinfo', file);
	} catch (error) {
		if (error instanceof Error && 'stdout' in error) return String(error.stdout);
		throw error;
	}
}

async function opusdec(stream: Uint8Array, rate: number): Promise<Float32Array> {
	const [input, output] = [join(folder, 'in.opus'), join(folder, 'out.raw')];
	await writeFile(input, stream);
	await tool('opusdec', '--quiet', '--float', '--rate', String(rate), input, output);
	const bytes = await readFile(output);
	return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

/** What libopus makes at 48 kHz of what our unpager reports. */
async function ours48k(stream: Uint8Array): Promise<Float32Array> {
	const decoder = await createDecoder({ sampleRate: 48_000, channels: 1 });
	const samples: number[] = [];
	let skip = 0;
	for (const event of new OggUnpager().push(stream)) {
		if (event.type === 'head') skip = event.preSkip48k;
		if (event.type !== 'packet') continue;
		const pcm = decoder.decodeFloat(event.data);
		const from = Math.min(skip, pcm.length);
		skip -= from;
		samples.push(...pcm.subarray(from, pcm.length - event.trimSamples48k));
	}
	decoder.free();
	return Float32Array.from(samples);
}

function largestDifference(a: Float32Array, b: Float32Array): number {
	return a.reduce((largest, x, i) => Math.max(largest, Math.abs(x - b[i]!)), 0);
}

function wav(pcm: Float32Array): Uint8Array {
	const bytes = Buffer.alloc(44 + 2 * pcm.length);
	bytes.write('RIFF', 0);
	bytes.writeUInt32LE(36 + 2 * pcm.length, 4);
	bytes.write('WAVEfmt ', 8);
	bytes.writeUInt32LE(16, 16);
	bytes.writeUInt16LE(1, 20);
	bytes.writeUInt16LE(1, 22);
	bytes.writeUInt32LE(24_000, 24);
	bytes.writeUInt32LE(48_000, 28);
	bytes.writeUInt16LE(2, 32);
	bytes.writeUInt16LE(16, 34);
	bytes.write('data', 36);
	bytes.writeUInt32LE(2 * pcm.length, 40);
	for (const [i, x] of pcm.entries()) bytes.writeInt16LE(Math.round(x * 32_767), 44 + 2 * i);
	return bytes;
}

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'parley-opus-'));
	const encoder = await createOpusEncoder();
	packets = Array.from({ length: FRAMES }, (_, i) => encoder.encode(sound.subarray(i * 480, (i + 1) * 480)));
});
afterAll(() => rm(folder, { recursive: true }));

/** A stream with its end trimmed by 13.5 ms, from one page of everything or pages of four. */
function trimmed(packetsPerPage: number): Uint8Array {
	const pager = new OggOpusPager({ serial: 5, packetsPerPage });
	const parts = [pager.headPages()];
	for (const packet of packets.slice(0, -1)) {
		const page = pager.push(packet);
		if (page !== null) parts.push(page);
	}
	return concat([...parts, pager.end(648)]);
}

describe('opusinfo', () => {
	it.each<[string, () => Uint8Array]>([
		['a plain stream', () => concat(pagesFor(packets, { serial: 7 }))],
		['a stream of one packet a page', () => concat(pagesFor(packets, { serial: 7, packetsPerPage: 1 }))],
		['a stream with its end trimmed', () => trimmed(4)],
		[
			'several streams made one by the remuxer',
			() => {
				const remuxer = new OggOpusRemuxer({ serial: 3 });
				const streams = [pagesFor(packets, { serial: 42 }), pagesFor(packets, { serial: 42, packetsPerPage: 2 })];
				return concat([...streams.flat().map((page) => remuxer.push(page)), remuxer.end()]);
			}
		]
	])('finds no fault in %s', async (_, make) => {
		const report = await opusinfo(make());
		expect(report).toContain('Logical stream 1 ended');
		expect(report).not.toMatch(/warning|error|illegal|invalid|corrupt|gap|hole|missing|not |negative/i);
	});

	it('would say so if there were one', async () => {
		expect(await opusinfo(concat(pagesFor(packets, { serial: 7 }).toSpliced(5, 1)))).toMatch(/warning/i);
	});
});

describe('opusdec', () => {
	it('decodes what the pager wrote to the very samples that our unpager leads to, at 48 kHz', async () => {
		for (const stream of [concat(pagesFor(packets, { serial: 7, preSkip48k: 312 })), trimmed(4), trimmed(1000)]) {
			const [theirs, ours] = [await opusdec(stream, 48_000), await ours48k(stream)];
			expect(ours.length).toBe(theirs.length);
			expect(largestDifference(ours, theirs)).toBeLessThanOrEqual(LAST_BIT);
			expect(Math.max(...ours)).toBeGreaterThan(0.2);
		}
	});

	it('agrees with our decoder at 24 kHz: the same length and, resampled by us, the same sound', async () => {
		const stream = trimmed(4);
		const decoder = await OggOpusDecoder.create();
		const ours = Float32Array.from(decoder.push(stream).flatMap((pcm) => [...pcm]));
		const theirs48k = await opusdec(stream, 48_000);
		expect(theirs48k.length).toBe(2 * ours.length);
		expect((await opusdec(stream, 24_000)).length).toBe(ours.length);
		const resampler = new Resampler(48_000, 24_000);
		const padded = concat48k(theirs48k, resampler.latencySamples);
		const theirs = new Float32Array(resampler.maxOutput(padded.length));
		expect(resampler.process(padded, theirs)).toBe(ours.length);
		let signal = 0;
		let noise = 0;
		for (const [i, x] of ours.entries()) {
			signal += x * x;
			noise += (x - theirs[i]!) ** 2;
		}
		expect(10 * Math.log10(signal / noise)).toBeGreaterThan(30);
	});
});

describe('opusenc', () => {
	it.each([
		['20 ms', []],
		['40 ms and pages of 40 ms', ['--framesize', '40', '--max-delay', '40']],
		['2.5 ms', ['--framesize', '2.5']],
		['stereo header, one page a second', ['--downmix-mono', '--comp', '0']]
	])('writes streams (%s) that our unpager reads to the very samples of opusdec', async (_, options) => {
		const [input, output] = [join(folder, 'in.wav'), join(folder, 'enc.opus')];
		await writeFile(input, wav(sound));
		await tool('opusenc', '--quiet', '--bitrate', '24', ...options, input, output);
		const stream = new Uint8Array(await readFile(output));
		const events = [...new OggUnpager().push(stream)];
		expect(events.slice(0, 2)).toMatchObject([
			{ type: 'head', channels: 1, inputSampleRate: 24_000 },
			{ type: 'tags' }
		]);
		expect(events.at(-1)).toMatchObject({ type: 'end', complete: true });
		expect(new Set(events.map(({ type }) => type))).toEqual(new Set(['head', 'tags', 'packet', 'end']));
		const [theirs, ours] = [await opusdec(stream, 48_000), await ours48k(stream)];
		expect(theirs.length).toBe(2 * sound.length);
		expect(ours.length).toBe(theirs.length);
		expect(largestDifference(ours, theirs)).toBeLessThanOrEqual(LAST_BIT);
	});
});

function concat48k(pcm: Float32Array, zeros: number): Float32Array {
	const longer = new Float32Array(pcm.length + zeros);
	longer.set(pcm);
	return longer;
}
