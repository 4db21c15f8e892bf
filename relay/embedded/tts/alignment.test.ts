import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alignWords, markedUp } from './alignment.ts';

const LEVELS = [1, 70 / 99, 49 / 99, 34 / 99];

/** Two passes of a made-up speaker: stretches of noise, each at its word's level in the probe, with silence between. */
function passes(stretches: readonly { word: number; samples: number; gap: number }[]): [Float32Array, Float32Array] {
	const voice: number[] = [];
	const probe: number[] = [];
	let seed = 1;
	for (const { word, samples, gap } of stretches) {
		for (let i = 0; i < samples + gap; i++) {
			seed = (seed * 16_807) % 2_147_483_647;
			const x = i < samples ? (seed / 2_147_483_647 - 0.5) * 0.4 : 0;
			voice.push(x);
			probe.push(x * LEVELS[word % 4]!);
		}
	}
	return [Float32Array.from(voice), Float32Array.from(probe)];
}

describe('finding words by their loudness', () => {
	it('puts every word where it is heard, within one window, whatever the lengths and gaps', () => {
		const stretch = fc.record({
			samples: fc.integer({ min: 1500, max: 9000 }),
			gap: fc.integer({ min: 0, max: 3000 })
		});
		fc.assert(
			fc.property(fc.array(stretch, { minLength: 1, maxLength: 14 }), (list) => {
				const stretches = list.map((one, word) => ({ ...one, word }));
				const [voice, probe] = passes(stretches);
				const spans = alignWords(
					stretches.map(() => 'word'),
					voice,
					probe
				);
				let at = 0;
				for (const [i, { samples, gap }] of stretches.entries()) {
					expect(Math.abs(spans[i]![0] - at)).toBeLessThanOrEqual(220);
					expect(Math.abs(spans[i]![1] - (at + samples))).toBeLessThanOrEqual(220);
					at += samples + gap;
				}
			}),
			{ numRuns: 40 }
		);
	});

	it('shares a stretch between words that were spoken as one, by their letters', () => {
		const [voice, probe] = passes([
			{ word: 0, samples: 4000, gap: 0 },
			{ word: 1, samples: 5500, gap: 0 },
			{ word: 3, samples: 4000, gap: 0 }
		]);
		const spans = alignWords(['go', 'of', 'the', 'sea'], voice, probe);
		expect(Math.abs(spans[1]![1] - 6200)).toBeLessThan(250);
		expect(spans[2]).toEqual([spans[1]![1], expect.closeTo(9500, -3)]);
		expect(Math.abs(spans[3]![0] - 9500)).toBeLessThan(250);
	});

	it('gives words without a sound no time, and all of them none when nothing is heard', () => {
		const [voice, probe] = passes([
			{ word: 0, samples: 4000, gap: 500 },
			{ word: 2, samples: 4000, gap: 0 }
		]);
		const spans = alignWords(['so', '—', 'then'], voice, probe);
		expect(spans[1]![0]).toBe(spans[1]![1]);
		expect(alignWords(['…', '!'], new Float32Array(500), new Float32Array(500))).toEqual([
			[0, 0],
			[0, 0]
		]);
		expect(alignWords([], voice, probe)).toEqual([]);
	});

	it('answers times in order, inside the sound, for any two signals', () => {
		const signal = fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { maxLength: 3000 });
		fc.assert(
			fc.property(signal, signal, fc.array(fc.constantFrom('a', 'bcd', '?'), { maxLength: 12 }), (a, b, words) => {
				const spans = alignWords(words, Float32Array.from(a), Float32Array.from(b));
				expect(spans).toHaveLength(words.length);
				let last = 0;
				for (const [start, stop] of spans) {
					expect(start).toBeGreaterThanOrEqual(last);
					expect(stop).toBeGreaterThanOrEqual(start);
					last = stop;
				}
				expect(last).toBeLessThanOrEqual(a.length);
			})
		);
	});

	it('disarms what SSML and espeak-ng would take for commands', () => {
		const ssml = markedUp(['<audio', 'src="/etc/passwd"/>', '&amp;', '[[x]]', '\u0001\u0000S9', '\ud800'], 'voice');
		expect(ssml).not.toMatch(/<audio|\[\[|\p{Cs}/u);
		expect(ssml.replace(/\n$/, '')).not.toMatch(/\p{Cc}/u);
		expect(ssml).toContain('&amp;amp;');
	});
});
