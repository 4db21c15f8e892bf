import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FADE_SAMPLES, rise } from './fade.ts';
import { packets, Recorder, speech } from './recorder.ts';

const lengths = fc.array(fc.integer({ min: 1, max: 2500 }), { minLength: 1, maxLength: 6 });

/** Where each sample of a reply was heard: a word is announced at every one. */
function announceEverySample(player: Recorder, count: number): void {
	for (let i = 0; i < count; i++) player.core.word(1, i, i);
}

/** Feeds the reply's packets as `arrivals` says (so many before each quantum), and renders until it is drained. */
function play(player: Recorder, cut: Float32Array<ArrayBuffer>[], arrivals: readonly number[], size?: number): void {
	let next = 0;
	for (let turn = 0; player.of('drained').length === 0; turn++) {
		const count = arrivals[turn] ?? (turn % 3 === 0 ? 1 : 0);
		for (let i = 0; i < count && next < cut.length; i++) player.core.pcm(1, cut[next++]!);
		if (next === cut.length) player.core.end(1);
		player.render(1, size);
		if (turn > 20_000) throw new Error('never drained');
	}
}

describe('a reply that never runs dry', () => {
	it('sounds exactly as it was sent, whatever the packets and the quanta', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 1, max: 9000 }),
				lengths,
				fc.constantFrom(32, 128, 129, 1000),
				(count, cuts, size) => {
					const player = new Recorder();
					const sent = speech(count);
					player.core.begin(1);
					play(player, packets(sent, cuts), [1e9], size);
					const at = player.indexAt(player.of('started')[0]!.contextTimeS);
					expect(Float32Array.from(player.out.slice(at, at + count))).toEqual(sent);
					expect(player.of('drained')).toEqual([{ type: 'drained', reply: 1, playedSamples: count }]);
					expect(player.of('playhead').at(-1)).toMatchObject({ gaps: 0, gapSamples: 0, bufferedSamples: 0 });
					expect(player.render(2, 128).slice(128)).toEqual(new Array(128).fill(0));
				}
			),
			{ numRuns: 40 }
		);
	});

	it('starts in the very quantum after its first 160 ms are there, and not before', () => {
		const player = new Recorder();
		player.core.begin(1);
		player.core.pcm(1, speech(3839));
		expect(player.render(3).every((sample) => sample === 0)).toBe(true);
		player.core.pcm(1, speech(1));
		expect(player.render(1)[0]).not.toBe(0);
		expect(player.of('started')).toEqual([{ type: 'started', reply: 1, contextTimeS: (3 * 128) / 24_000 }]);
	});

	it('starts with 80 ms when no more has come for 30 ms, whatever the rate of the context', () => {
		for (const rate of [24_000, 48_000]) {
			const player = new Recorder(rate);
			player.core.begin(1);
			player.core.pcm(1, speech(1920));
			player.render(Math.ceil((0.03 * rate) / 128));
			expect(player.of('started')).toHaveLength(0);
			player.render(1);
			expect(player.of('started')).toHaveLength(1);
		}
	});

	it('made four times as fast as it is heard, outlasts a pause of 150 ms after the frame it started with', () => {
		const player = new Recorder();
		const frames = packets(speech(10 * 1920), [1920]);
		player.core.begin(1);
		for (let quantum = 0; player.of('drained').length === 0 && quantum < 1000; quantum++) {
			const nowMs = (quantum * 128) / 24;
			// One frame at 0 and 20 ms, and the rest, made meanwhile, at 170 ms at once.
			const due = nowMs < 20 ? 1 : nowMs < 170 ? 2 : 10;
			for (const frame of frames.splice(0, due - (10 - frames.length))) player.core.pcm(1, frame);
			if (frames.length === 0) player.core.end(1);
			player.render(1);
		}
		expect(player.of('playhead').at(-1)).toMatchObject({ gaps: 0, playedSamples: 10 * 1920 });
	});

	it('starts with less than 80 ms when no more comes, or when no more has come for 320 ms', () => {
		const short = new Recorder();
		short.core.begin(1);
		short.core.pcm(1, speech(100));
		short.core.end(1);
		expect(short.render(1).slice(0, 100)).toEqual([...speech(100)]);
		expect(short.of('drained')).toHaveLength(1);
		const slow = new Recorder();
		slow.core.begin(1);
		slow.core.pcm(1, speech(500));
		slow.render(60);
		expect(slow.of('started')).toHaveLength(0);
		slow.render(1);
		expect(slow.of('started')).toHaveLength(1);
	});

	it('is drained without a sound when it held none', () => {
		for (const rate of [24_000, 44_100]) {
			const player = new Recorder(rate);
			player.core.begin(1);
			player.core.pcm(1, new Float32Array(0));
			player.core.end(1);
			expect(player.render(4).every((sample) => sample === 0)).toBe(true);
			expect(player.of('drained')).toEqual([{ type: 'drained', reply: 1, playedSamples: 0 }]);
			expect(player.of('started')).toEqual([]);
		}
	});

	it('reports the playhead every 20 ms of the context, without drift', () => {
		for (const rate of [24_000, 48_000]) {
			const player = new Recorder(rate);
			player.core.begin(1);
			player.core.pcm(1, speech(48_000));
			player.render(Math.round(rate / 128));
			expect(Math.abs(player.of('playhead').length - 50)).toBeLessThanOrEqual(1);
			const last = player.of('playhead').at(-1)!;
			expect(last.playedSamples + last.bufferedSamples).toBe(48_000);
		}
	});
});

describe('words', () => {
	it('are announced at the very sample where they are played, and in order', () => {
		const player = new Recorder();
		const sent = speech(5000);
		player.core.begin(1);
		announceEverySample(player, 5000);
		play(player, packets(sent, [480]), [1e9]);
		for (const word of player.of('word')) {
			expect(player.out[player.indexAt(word.contextTimeS)]).toBe(sent[word.index]);
			expect(word.atSample).toBe(word.index);
		}
		expect(player.of('word')).toHaveLength(5000);
		expect(player.events.findIndex((e) => e.type === 'started')).toBeLessThan(
			player.events.findIndex((e) => e.type === 'word')
		);
	});

	it('are announced late rather than never: at once after their sample, and with the end when they lie past it', () => {
		const player = new Recorder();
		player.core.begin(1);
		player.core.pcm(1, speech(4000));
		player.render(20);
		player.core.word(1, 0, 700);
		player.core.word(1, 1, 4000);
		player.core.word(1, 2, 9999);
		player.render(1);
		expect(player.of('word')).toEqual([
			{ type: 'word', reply: 1, index: 0, atSample: 700, contextTimeS: (20 * 128) / 24_000 }
		]);
		player.core.end(1);
		player.render(20);
		expect(player.of('word').map((word) => word.index)).toEqual([0, 1, 2]);
		expect(player.events.at(-1)!.type).toBe('drained');
	});
});

describe('a reply that runs dry', () => {
	it('loses and repeats no sample, counts its gaps to the sample and clicks nowhere', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 2000, max: 12_000 }),
				lengths,
				fc.array(fc.constantFrom(0, 0, 0, 0, 0, 0, 1, 1, 3), { minLength: 30, maxLength: 400 }),
				(count, cuts, arrivals) => {
					const player = new Recorder();
					const sent = speech(count);
					player.core.begin(1);
					announceEverySample(player, count);
					play(player, packets(sent, cuts), arrivals);
					const heardAt = player.of('word').map((word) => player.indexAt(word.contextTimeS));
					expect(heardAt).toHaveLength(count);
					let gaps = 0;
					let missing = 0;
					let openedAt = -Infinity; // Where the last gap ended; before the first there is no fade.
					let dryAt = -Infinity;
					let held = 0;
					for (let i = 0; i < count; i++) {
						const at = heardAt[i]!;
						const jump = i === 0 ? 0 : at - heardAt[i - 1]! - 1;
						expect(jump).toBeGreaterThanOrEqual(0);
						if (jump > 0) {
							gaps++;
							missing += jump;
							dryAt = at - jump;
							openedAt = at;
							held = player.out[dryAt - 1]!;
						}
						const since = at - openedAt + 1;
						const gain = since < FADE_SAMPLES ? rise(since) : 1;
						const left = FADE_SAMPLES - 1 - (at - dryAt);
						const residue = left > 0 ? held * rise(left) : 0;
						expect(player.out[at]).toBeCloseTo(sent[i]! * gain + residue, 6);
						if (gain === 1 && residue === 0) expect(player.out[at]).toBe(sent[i]);
					}
					const last = player.of('playhead').at(-1)!;
					expect({ gaps: last.gaps, gapSamples: last.gapSamples }).toEqual({ gaps, gapSamples: missing });
					const from = heardAt[0]!;
					for (let i = from + 1; i < player.out.length; i++) {
						expect(Math.abs(player.out[i]! - player.out[i - 1]!)).toBeLessThan(0.05);
					}
				}
			),
			{ numRuns: 25 }
		);
	});

	it('waits longer after each gap, up to four frames, and forgets that while it speaks without one', () => {
		const player = new Recorder();
		player.core.begin(1);
		const target = (): number => player.of('playhead').at(-1)!.targetSamples;
		const seen: number[] = [];
		for (let i = 0; i < 8; i++) {
			player.core.pcm(1, speech(7680));
			player.render(70);
			seen.push(target());
		}
		expect(seen).toEqual(seen.toSorted((a, b) => a - b));
		expect(seen[0]).toBe(1920);
		expect(seen.at(-1)).toBeGreaterThan(7000);
		for (let i = 0; i < 30; i++) {
			player.core.pcm(1, speech(24_000));
			player.render(187);
		}
		expect(target()).toBe(1920);
	});

	it('counts no gap when nothing was missing but the word that it is over', () => {
		const player = new Recorder();
		player.core.begin(1);
		player.core.pcm(1, speech(2000));
		player.render(200);
		player.core.end(1);
		player.render(1);
		expect(player.of('playhead').at(-1)).toMatchObject({ gaps: 0, gapSamples: 0 });
		expect(player.of('drained')).toHaveLength(1);
	});
});

describe('a context at another rate', () => {
	it.each([16_000, 44_100, 48_000, 96_000])('of %i Hz hears the same sound and counts the same samples', (rate) => {
		const hz = 440;
		const tone = Float32Array.from({ length: 24_000 }, (_, i) => 0.5 * Math.sin((2 * Math.PI * hz * i) / 24_000));
		const player = new Recorder(rate);
		player.core.begin(1);
		player.core.word(1, 7, 12_000);
		play(player, packets(tone, [480, 1]), [1e9]);
		const at = player.indexAt(player.of('started')[0]!.contextTimeS);
		for (let i = 100; i < rate - 100; i++) {
			expect(Math.abs(player.out[at + i]! - 0.5 * Math.sin((2 * Math.PI * hz * i) / rate))).toBeLessThan(2e-3);
		}
		expect(player.of('drained')).toEqual([{ type: 'drained', reply: 1, playedSamples: 24_000 }]);
		expect(Math.abs(player.of('word')[0]!.contextTimeS - (at / rate + 0.5))).toBeLessThan(0.005);
	});

	it('loses nothing when it runs dry, and measures the gap at 24 kHz', () => {
		const player = new Recorder(48_000);
		player.core.begin(1);
		player.core.pcm(1, speech(4800));
		player.render(48_000 / 128 / 3); // 1/3 s: 4800 samples are 0.2 s
		player.core.pcm(1, speech(4800));
		player.core.end(1);
		player.render(80);
		expect(player.of('drained')).toEqual([{ type: 'drained', reply: 1, playedSamples: 9600 }]);
		const { gaps, gapSamples } = player.of('playhead').at(-1)!;
		expect(gaps).toBe(1);
		expect(Math.abs(gapSamples - (8000 - 4800))).toBeLessThan(64);
	});
});

describe('the queue', () => {
	it('holds back what does not fit and loses none of it', () => {
		const player = new Recorder(24_000, 1000);
		const sent = speech(20_000);
		player.core.begin(1);
		const cut = packets(sent, [700, 1, 5000]);
		for (const pcm of cut) player.core.pcm(1, pcm);
		player.core.end(1);
		expect(player.of('recycle')).toHaveLength(2);
		player.render(160);
		expect(Float32Array.from(player.out.slice(0, 20_000))).toEqual(sent);
		expect(player.of('recycle').map((event) => event.pcm)).toEqual(cut);
	});
});
