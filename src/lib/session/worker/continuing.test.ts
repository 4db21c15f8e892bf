/** The relay goes away at any moment of an answer, and another takes over. */
import { describe, expect, it } from 'vitest';
import { Talk } from './testing/talk.ts';
import type { TalkingRelayOptions } from './testing/talking-relay.ts';

const GREETING = 'Hi';
const STORY = 'Once upon a time there was one clock nobody wound.';
const OPTIONS: TalkingRelayOptions = { answers: [GREETING, STORY] };
/** Tones of the greeting's one word and the story's. */
const EVERY_WORD = [GREETING, ...STORY.split(' ')].map((_, tone) => String(tone));

/** Up to the question. */
async function asked(options = OPTIONS): Promise<Talk> {
	const talk = await Talk.open(options);
	expect(talk.until(() => talk.stage.phase === 'listening' && talk.stage.entries.length === 1)).toBe(true);
	talk.stage.conversation.person({ type: 'text', text: 'A story, please.' });
	return talk;
}
const over = (talk: Talk) => (): boolean => talk.stage.phase === 'listening';

describe('an answer', () => {
	it('that nothing happens to is said once', async () => {
		const talk = await asked();
		expect(talk.until(over(talk))).toBe(true);
		expect(talk.stage.entries).toEqual([`assistant: ${GREETING}`, 'user: A story, please.', `assistant: ${STORY}`]);
		expect(talk.said).toEqual(EVERY_WORD);
	});

	it('whose relay is lost at any moment is said whole, each word once, and stands in the log once', async () => {
		for (let afterMs = 0; afterMs < 4000; afterMs += 140) {
			const talk = await asked();
			talk.run(afterMs);
			talk.relay.kill();
			talk.run(20);
			expect(talk.until(over(talk)), `after ${afterMs} ms`).toBe(true);
			expect(talk.stage.entries, `after ${afterMs} ms`).toEqual([
				`assistant: ${GREETING}`,
				'user: A story, please.',
				`assistant: ${STORY}`
			]);
			expect(talk.said, `after ${afterMs} ms`).toEqual(EVERY_WORD);
		}
	});
});
