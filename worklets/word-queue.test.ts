import fc from 'fast-check';
import { expect, it } from 'vitest';
import { WordQueue } from './word-queue.ts';

it('hands words out in the order in which they came, however many wait', () => {
	fc.assert(
		fc.property(fc.array(fc.integer({ min: -600, max: 600 }), { maxLength: 40 }), (moves) => {
			const queue = new WordQueue();
			const waiting: number[] = [];
			let made = 0;
			for (const move of moves) {
				for (let i = 0; i < move; i++) {
					queue.push(made, made * 10);
					waiting.push(made++);
				}
				for (let i = 0; i > move && waiting.length > 0; i--) {
					expect(queue.nextSample).toBe(waiting[0]! * 10);
					expect(queue.isDue(waiting[0]! * 10)).toBe(false);
					expect(queue.isDue(waiting[0]! * 10 + 1)).toBe(true);
					expect(queue.shift()).toBe(waiting.shift());
				}
				expect(queue.empty).toBe(waiting.length === 0);
			}
			queue.clear();
			expect(queue.isDue(Infinity)).toBe(false);
			expect(queue.nextSample).toBe(Infinity);
		})
	);
});
