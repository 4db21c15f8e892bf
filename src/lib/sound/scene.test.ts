import fc from 'fast-check';
import * as v from 'valibot';
import { expect, it } from 'vitest';
import { PHASES } from '../session/view.ts';
import { CueSchema } from './cue.ts';
import { changed, changes, FIRST_SCENE, type Scene } from './scene.ts';

const word = fc.constantFrom('Once', 'upon', 'a', 'time', '<b>', 'مرحبا', '👩‍👩‍👧', '');
const scene: fc.Arbitrary<Scene> = fc
	.record({
		phase: fc.constantFrom(...PHASES),
		words: fc.array(word, { maxLength: 8 }),
		heard: fc.nat(8),
		interrupted: fc.boolean(),
		own: fc.string({ maxLength: 12, unit: 'grapheme' }),
		duck: fc.constantFrom(0, 0.25, 1)
	})
	.map(({ words, heard, ...rest }) => ({
		...rest,
		caption: words.map((text, at) => ({ text, heard: at < heard }))
	}));

it('are shown again exactly as they were seen, whatever followed whatever', () => {
	fc.assert(
		fc.property(fc.array(scene, { maxLength: 20 }), (scenes) => {
			let seen = FIRST_SCENE;
			let shown = FIRST_SCENE;
			for (const next of scenes) {
				for (const change of changes(seen, next)) {
					expect(v.is(CueSchema, { ...change, atMs: 0 })).toBe(true);
					shown = changed(shown, change);
				}
				seen = next;
				expect(shown).toEqual(next);
			}
		})
	);
});

it('say nothing of what stays, and only the end of what grows', () => {
	const one: Scene = { ...FIRST_SCENE, caption: [{ text: 'Once', heard: true }], own: 'Tell me' };
	expect(changes(one, { ...one, caption: [...one.caption] })).toEqual([]);
	const more: Scene = {
		...one,
		caption: [...one.caption, { text: 'upon', heard: true }],
		own: 'Tell me more'
	};
	expect(changes(one, more)).toEqual([
		{ type: 'words', from: 1, words: ['upon'] },
		{ type: 'heard', count: 2 },
		{ type: 'own', from: 7, text: ' more' }
	]);
});
