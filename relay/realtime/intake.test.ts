import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkAudioPage } from '../../src/lib/audio/ogg/check-page.ts';
import { OggOpusPager } from '../../src/lib/audio/ogg/pager.ts';
import { opusPacketSamples48k } from '../../src/lib/audio/ogg/opus-packet.ts';
import { anyJunk, concat, pagesFor, plainPacket } from '../../src/lib/audio/testing/streams.ts';
import { Intake } from './intake.ts';

const run = promisify(execFile);
/** CELT configurations by the length of their frame. */
const CONFIGS = { 2.5: 16, 5: 17, 10: 18, 20: 19 } as const;
/** SILK, which has frames of 40 and 60 ms that nobody can cut. */
const SILK_40 = 10;
const SILK_60 = 11;

const packet = (ms: 2.5 | 5 | 10 | 20, name: number): Uint8Array => plainPacket(CONFIGS[ms], Uint8Array.of(name));
/** `count` frames of 20 ms in one packet. */
const long = (count: number, name: number): Uint8Array =>
	concat([Uint8Array.of((CONFIGS[20] << 3) | 3, count), ...Array.from({ length: count }, () => Uint8Array.of(name))]);

function pushAll(parts: readonly Uint8Array[]) {
	const intake = new Intake();
	const taken = parts.map((part) => intake.push(part));
	return {
		frames: taken.flatMap(({ frames }) => frames),
		faults: taken.flatMap(({ fault }) => (fault === null ? [] : [fault]))
	};
}

const durations = (frames: readonly (readonly Uint8Array[])[]): number[] =>
	frames.map((packets) => packets.reduce((sum, one) => sum + opusPacketSamples48k(one), 0));

describe('the intake', () => {
	it.each<[string, Uint8Array[], number, number]>([
		["Unmute's web app: packets of 20 ms, two a page", Array.from({ length: 9 }, (_, i) => packet(20, i)), 2, 2],
		['its load tester: packets of 40 ms, one a page', Array.from({ length: 5 }, (_, i) => long(2, i)), 1, 2],
		['packets of 60 ms', Array.from({ length: 4 }, (_, i) => long(3, i)), 1, 3],
		['packets of 80 ms', [long(4, 0), long(4, 1)], 1, 2],
		['packets of 120 ms', [long(6, 0), long(6, 1)], 3, 3],
		['packets of 2.5 ms', Array.from({ length: 64 }, (_, i) => packet(2.5, i)), 50, 2],
		['one page of a second', Array.from({ length: 50 }, (_, i) => packet(20, i)), 50, 12]
	])('cuts %s into frames of exactly 80 ms', (_, packets, packetsPerPage, count) => {
		const { frames, faults } = pushAll(pagesFor(packets, { serial: 1, packetsPerPage }));
		expect([durations(frames), faults]).toEqual([Array(count).fill(3840), []]);
	});

	it('loses no packet and changes none, whatever the packing, the page size and the chunks', () => {
		const sizes = fc.array(fc.constantFrom<2.5 | 5 | 10 | 20>(2.5, 5, 10, 20), { minLength: 1, maxLength: 60 });
		fc.assert(
			fc.property(
				sizes,
				fc.integer({ min: 1, max: 9 }),
				fc.integer({ min: 1, max: 400 }),
				(ms, packetsPerPage, chunk) => {
					// Only where shorter ones come first can they always be added up.
					const packets = ms.toSorted((a, b) => a - b).map((one, at) => packet(one, at % 256));
					const pages = pagesFor(packets, { serial: 1, packetsPerPage });
					const rest = concat(pages.slice(1));
					const chunks = Array.from({ length: Math.ceil(rest.length / chunk) }, (_, i) =>
						rest.subarray(i * chunk, (i + 1) * chunk)
					);
					const { frames, faults } = pushAll([pages[0]!, ...chunks]);
					for (const samples of durations(frames)) expect(samples).toBe(3840);
					const out = frames.flat();
					if (faults.length === 0) expect(out).toEqual(packets.slice(0, out.length));
				}
			)
		);
	});

	it('ignores what comes before the first page of a stream: it is left from another connection', () => {
		const [head, tags, ...old] = pagesFor(
			Array.from({ length: 8 }, (_, i) => packet(20, i)),
			{ serial: 3 }
		);
		const { frames, faults } = pushAll([...old, Uint8Array.of(1), new Uint8Array(0), head!, tags!, ...old]);
		expect([durations(frames), faults]).toEqual([
			[3840, 3840],
			['early', 'early', 'early', 'early', 'early']
		]);
	});

	it('begins anew with a new stream, without half a frame of the one before', () => {
		const one = pagesFor([packet(20, 1), packet(20, 2)], { serial: 1, packetsPerPage: 1 });
		const two = pagesFor(
			[3, 4, 5, 6].map((name) => packet(20, name)),
			{ serial: 2, packetsPerPage: 1 }
		);
		const { frames } = pushAll([...one, ...two]);
		expect(frames).toEqual([[3, 4, 5, 6].map((name) => packet(20, name))]);
	});

	it('says what it cannot cut, and goes on with what it can', () => {
		const silk = (c: number, name: number): Uint8Array => plainPacket(c, Uint8Array.of(name));
		const pairs = pagesFor([silk(SILK_40, 1), silk(SILK_40, 2)], { serial: 1 });
		expect(durations(pushAll(pairs).frames)).toEqual([3840]);
		const sixties = pagesFor([silk(SILK_60, 1), silk(SILK_60, 2), packet(20, 3)], { serial: 1, packetsPerPage: 1 });
		const { frames, faults } = pushAll([...sixties, ...pagesFor([long(4, 9)], { serial: 2 })]);
		expect([durations(frames), faults]).toEqual([[3840], ['uncuttable']]);
	});

	it('takes no padding for speech', () => {
		const padded = concat([
			Uint8Array.of((CONFIGS[20] << 3) | 3, 0x41, ...Array<number>(40).fill(255), 0),
			new Uint8Array(40 * 254)
		]);
		expect(opusPacketSamples48k(padded)).toBe(960);
		const { frames, faults } = pushAll(pagesFor([padded, ...[1, 2, 3, 4].map((n) => packet(20, n))], { serial: 1 }));
		expect([durations(frames), faults]).toEqual([[3840], ['too_big']]);
	});

	it('takes any bytes at all without throwing, and makes pages of nothing but 80 ms', () => {
		const pages = pagesFor(
			Array.from({ length: 12 }, (_, i) => packet(20, i)),
			{ serial: 1, packetsPerPage: 2 }
		);
		const part = fc.oneof(
			anyJunk,
			fc.constantFrom<Uint8Array>(...pages),
			fc.tuple(fc.constantFrom(...pages), fc.nat()).map(([page, bit]) => {
				const at = (bit >> 3) % page.length;
				return page.with(at, page[at]! ^ (1 << (bit & 7)));
			}),
			fc.tuple(fc.constantFrom(...pages), fc.nat()).map(([page, length]) => page.subarray(0, length % page.length))
		);
		fc.assert(
			fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
				for (const packets of pushAll([pages[0]!, ...parts]).frames) {
					const pager = new OggOpusPager({ serial: 1, packetsPerPage: 100 });
					pager.headPages();
					for (const one of packets) pager.push(one);
					expect(checkAudioPage(pager.flush()!)).toEqual({ ok: true, kind: 'audio', durationSamples48k: 3840 });
				}
			})
		);
	});

	it("sounds the same, cut, as opus-tools' own packets of 60 ms did", async () => {
		const folder = await mkdtemp(join(tmpdir(), 'parley-intake-'));
		const at = (name: string): string => join(folder, name);
		try {
			// 2.4 s of a gliding tone, 16 bit: 30 frames of ours, 40 packets of theirs.
			const pcm = Int16Array.from({ length: 57_600 }, (_, i) => 8000 * Math.sin(i * (0.02 + i * 1e-6)));
			await writeFile(at('in.raw'), new Uint8Array(pcm.buffer));
			const raw = ['--raw', '--raw-rate', '24000', '--raw-chan', '1', '--music', '--bitrate', '64'];
			await run('opusenc', ['--quiet', ...raw, '--framesize', '60', at('in.raw'), at('in.opus')]);
			const bytes = new Uint8Array(await readFile(at('in.opus')));
			const { frames, faults } = pushAll([bytes]);
			expect(faults).toEqual([]);
			expect(frames.length).toBeGreaterThanOrEqual(30);
			const pager = new OggOpusPager({ serial: 1, packetsPerPage: 100 });
			const pages = [pager.headPages()];
			for (const packets of frames) {
				for (const one of packets) pager.push(one);
				pages.push(pager.flush()!);
			}
			await writeFile(at('out.opus'), concat([...pages, pager.end()]));
			for (const name of ['in', 'out']) {
				await run('opusdec', ['--quiet', '--no-dither', '--rate', '48000', at(`${name}.opus`), at(`${name}.pcm`)]);
			}
			const [theirs, ours] = await Promise.all(['in', 'out'].map((name) => readFile(at(`${name}.pcm`))));
			const samples = Math.min(theirs!.length, ours!.length);
			expect(samples).toBeGreaterThan(2.3 * 48_000 * 2);
			expect(ours!.subarray(0, samples).equals(theirs!.subarray(0, samples))).toBe(true);
		} finally {
			await rm(folder, { recursive: true });
		}
	});
});
