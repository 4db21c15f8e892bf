import { afterEach, describe, expect, it } from 'vitest';
import { OggOpusPager } from '../../../src/lib/audio/ogg/pager.ts';
import { CodecPool, MOST_WAITING_BYTES, type CodecStream } from '../../codec/pool.ts';
import { PcmIntake } from './pcm-intake.ts';
import { pcmOf, samplesOf } from '../../codec/pcm16.ts';

const pools: CodecPool[] = [];
afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.close())));

function pool(threads?: number, script?: URL): CodecPool {
	const made = new CodecPool(threads, script);
	pools.push(made);
	return made;
}

/** A tone of 440 Hz. */
const tone = (samples: number): Float32Array =>
	Float32Array.from({ length: samples }, (_, i) => 0.5 * Math.sin((2 * Math.PI * 440 * i) / 24_000));
const loudness = (samples: Float32Array): number =>
	Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length);

interface Heard {
	readonly frames: (readonly Uint8Array[])[];
	readonly intake: PcmIntake;
	readonly drained: () => Promise<void>;
}
function hearing(codecs: CodecPool): Heard {
	const frames: (readonly Uint8Array[])[] = [];
	const intake = new PcmIntake(codecs, { frame: (packets) => frames.push(packets), failed: () => undefined });
	return { frames, intake, drained: () => new Promise((resolve) => intake.after(resolve)) };
}

it('samples survive the way there and back, and what is too loud is cut', () => {
	const pcm = Uint8Array.of(0, 0, 1, 0, 0xff, 0xff, 0xff, 0x7f, 0, 0x80, 0x12);
	expect(pcmOf([samplesOf(pcm)])).toEqual(pcm.subarray(0, 10));
	expect([...samplesOf(pcmOf([Float32Array.of(2, -2)]))]).toEqual([32_767 / 32_768, -1]);
	// An odd offset in a larger buffer is no reason to read its neighbours.
	expect(samplesOf(pcm.subarray(1, 3))[0]).toBeCloseTo(256 / 32_768, 9);
});

/** What becomes of the first bytes of a new stream. */
function outcome(codecs: CodecPool): { readonly stream: CodecStream; readonly told: Promise<'done' | 'failed'> } {
	const { promise, resolve } = Promise.withResolvers<'done' | 'failed'>();
	const stream = codecs.open('encode', { done: () => resolve('done'), failed: () => resolve('failed') });
	stream.push(new Uint8Array(2));
	return { stream, told: promise };
}

describe('PCM on its way in', () => {
	it('becomes frames of 80 ms however it is cut, and the sound comes out again', async () => {
		const codecs = pool();
		const { frames, intake, drained } = hearing(codecs);
		const pcm = pcmOf([tone(24_000)]); // 12.5 frames
		for (let at = 0, size = 1; at < pcm.length; at += size, size = (size * 7 + 3) % 4001) {
			expect(intake.push(pcm.subarray(at, at + size))).toBe(true);
		}
		await drained();
		expect(frames).toHaveLength(12);
		intake.fill();
		intake.fill(); // nothing is left to be filled
		await drained();
		expect(frames.map((packets) => packets.length)).toEqual(Array.from({ length: 13 }, () => 4));

		const pager = new OggOpusPager({ serial: 1, packetsPerPage: 4 });
		const pages: Uint8Array[] = [pager.headPages()];
		for (const packet of frames.flat()) {
			const page = pager.push(packet);
			if (page !== null) pages.push(page);
		}
		const heard: Uint8Array[] = [];
		const whole = Promise.withResolvers<undefined>();
		const decoder = codecs.open('decode', {
			done: ([part]) => {
				if (heard.push(part ?? new Uint8Array(0)) === pages.length) whole.resolve(undefined);
			},
			failed: () => whole.reject(new Error('failed'))
		});
		for (const page of pages) expect(decoder.push(new Uint8Array(page))).toBe(true);
		await whole.promise;
		const samples = samplesOf(Buffer.concat(heard));
		expect(samples.length).toBe(13 * 1920 - 156); // the pre-skip
		expect(loudness(samples.subarray(2400, 20_000))).toBeCloseTo(0.5 / Math.SQRT2, 1);
	});

	it('forgets what fills no frame when it is cleared', async () => {
		const { frames, intake, drained } = hearing(pool());
		intake.push(new Uint8Array(3839));
		intake.clear();
		intake.push(new Uint8Array(3839));
		await drained();
		expect(frames).toHaveLength(0);
	});

	it('lets what stands behind it wait for it, in order, and no longer', async () => {
		const { frames, intake, drained } = hearing(pool());
		const seen: number[] = [];
		intake.after(() => seen.push(frames.length));
		expect(seen).toEqual([0]);
		intake.push(new Uint8Array(3840 * 30));
		intake.after(() => seen.push(frames.length));
		intake.push(new Uint8Array(3840));
		intake.after(() => seen.push(frames.length));
		expect(seen).toEqual([0]);
		await drained();
		expect(seen).toEqual([0, 30, 31]);
	});
});

describe('the pool', () => {
	it('starts no thread before it is needed, few after, and none is left', async () => {
		const codecs = pool(2);
		expect(codecs.threads).toBe(0);
		const talkers = Array.from({ length: 5 }, () => hearing(codecs));
		expect([codecs.threads, codecs.streams]).toEqual([2, 5]);
		for (const { intake } of talkers) intake.push(new Uint8Array(3840));
		await Promise.all(talkers.map(({ drained }) => drained()));
		expect(talkers.map(({ frames }) => frames.length)).toEqual([1, 1, 1, 1, 1]);
		for (const { intake } of talkers) {
			intake.close();
			intake.close();
			expect(intake.push(new Uint8Array(3840))).toBe(false);
		}
		expect(codecs.streams).toBe(0);
		await codecs.close();
		expect(codecs.threads).toBe(0);
	});

	it('does not take what it cannot keep, and keeps no talker waiting for the minutes of another', async () => {
		const codecs = pool(1);
		const loud = hearing(codecs);
		const short = hearing(codecs);
		let taken = 0;
		while (loud.intake.push(new Uint8Array(3840 * 12))) taken += 3840 * 12;
		expect(taken).toBeGreaterThan(MOST_WAITING_BYTES - 3840 * 12);
		expect(taken).toBeLessThanOrEqual(MOST_WAITING_BYTES + 3840 * 12);
		short.intake.push(new Uint8Array(3840));
		await short.drained();
		expect(loud.frames.length).toBeLessThan(taken / 3840 / 2);
		loud.intake.close();
	});

	it('tells a stream whose codec fails, and only that one', async () => {
		const answers = `import { parentPort } from 'node:worker_threads';
			parentPort.on('message', ({ stream, type, bytes }) => {
				if (type !== 'work') return;
				parentPort.postMessage(stream === 1 ? { stream, fault: 'codec' } : { stream, parts: [bytes], events: [] });
			});`;
		const codecs = pool(1, new URL(`data:text/javascript,${encodeURIComponent(answers)}`));
		const [broken, sound] = [outcome(codecs), outcome(codecs)];
		expect(await broken.told).toBe('failed');
		expect([await sound.told, codecs.streams, codecs.threads]).toEqual(['done', 1, 1]);
		expect(broken.stream.push(new Uint8Array(2))).toBe(false);
	});

	it('tells every stream of a thread that breaks, and starts another for the next', async () => {
		const breaks = `import { parentPort } from 'node:worker_threads';
			parentPort.on('message', () => { throw new Error('broken'); });`;
		const codecs = pool(1, new URL(`data:text/javascript,${encodeURIComponent(breaks)}`));
		const streams = [outcome(codecs), outcome(codecs)];
		expect(await Promise.all(streams.map(({ told }) => told))).toEqual(['failed', 'failed']);
		expect([codecs.threads, codecs.streams]).toEqual([0, 0]);
		expect(await outcome(codecs).told).toBe('failed');
	});
});
