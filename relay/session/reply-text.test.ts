import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChatListener } from '../upstream/chat-answer.ts';
import { UpstreamError, type LegCode } from '../upstream/failure.ts';
import { ReplyText } from './reply-text.ts';

type Try = { readonly says: readonly string[]; readonly fails?: LegCode };

/** What is told of these tries of the LLM's, one after the other. */
async function told(tries: readonly Try[], begin = '', controller = new AbortController()) {
	const shown: string[] = [];
	let asked = 0;
	let again = 0;
	let over: LegCode | 'written' | null = null;
	async function answer({ text, ended }: ChatListener): Promise<void> {
		const { says, fails } = tries[asked++] ?? { says: [] };
		for (const delta of says) {
			await Promise.resolve();
			if (!text(delta)) return ended(null);
		}
		await Promise.resolve();
		ended(fails === undefined ? null : new UpstreamError(fails, 'failed for this test'));
	}
	const text = new ReplyText(
		begin,
		{
			ask: (_signal, listener) => void answer(listener),
			language: 'en',
			maxChars: 1000,
			piece: (piece) => shown.push(piece.shown),
			again: () => again++,
			over: (cause) => {
				expect(over).toBeNull();
				over = cause?.code ?? 'written';
			}
		},
		controller.signal
	);
	await text.start(false);
	return { shown: shown.join(''), asked, again, over: over as LegCode | 'written' | null };
}

describe('a model that is lost', () => {
	it('before its first word is asked again, and its words come once', async () => {
		expect(await told([{ says: [], fails: 'refused' }, { says: ['One ', 'two.'] }])).toEqual({
			shown: 'One two.',
			asked: 2,
			again: 1,
			over: 'written'
		});
		expect((await told([{ says: ['On'], fails: 'lost' }, { says: ['One two.'] }])).shown).toBe('One two.');
		expect((await told([{ says: ['On'], fails: 'protocol' }, { says: ['Two.'] }])).shown).toBe('Two.');
	});

	it('after its first word is not: what it wrote stands', async () => {
		const it = await told([{ says: ['One tw'], fails: 'lost' }, { says: ['Never.'] }]);
		expect(it).toEqual({ shown: 'One', asked: 1, again: 0, over: 'lost' });
	});

	it('behind a beginning is asked again too, and the beginning is not told twice', async () => {
		const it = await told([{ says: ['th'], fails: 'lost' }, { says: ['three four.'] }], 'one two');
		expect(it).toEqual({ shown: 'one two three four.', asked: 2, again: 1, over: 'written' });
	});

	it('three times is lost for good, and the beginning is told whole', async () => {
		const never: Try = { says: [], fails: 'refused' };
		expect(await told([never, never, never, { says: ['x'] }], 'one two')).toEqual({
			shown: 'one two',
			asked: 3,
			again: 2,
			over: 'refused'
		});
	});

	it.each(['context_overflow', 'unauthorized_upstream', 'no_model', 'timed_out', 'at_capacity', 'protocol'] as const)(
		'by %s is not asked again: it would be the same, or has been waited for long enough',
		async (fails) => {
			expect(await told([{ says: [], fails }, { says: ['x'] }])).toMatchObject({ asked: 1, over: fails });
		}
	);

	it('is not asked again by a reply that is cancelled meanwhile', async () => {
		const controller = new AbortController();
		const telling = told([{ says: [], fails: 'refused' }, { says: ['x'] }], '', controller);
		await Promise.resolve();
		controller.abort();
		expect(await telling).toMatchObject({ shown: '', over: null });
	});

	it('tells every word once, wherever it was cut and wherever it goes on', async () => {
		const words = fc.array(fc.constantFrom('one', 'two,', '**three**', '10 km', '(four)', 'five.'), { minLength: 1 });
		await fc.assert(
			fc.asyncProperty(words, words, fc.nat(6), async (before, after, cut) => {
				const begin = before.join(' ');
				const answer = after.join(' ');
				const it = await told([{ says: [answer.slice(0, cut)], fails: 'lost' }, { says: [answer] }], begin);
				if (it.asked === 2) expect(it.shown).toBe(`${begin} ${answer}`);
				else expect(`${begin} ${answer}`.startsWith(it.shown)).toBe(true);
			}),
			{ numRuns: 30 }
		);
	});
});
