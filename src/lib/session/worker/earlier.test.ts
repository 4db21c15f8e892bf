import { describe, expect, it } from 'vitest';
import type { EarlierLine } from '../view.ts';
import { Stage } from './testing/stage.ts';

const line = (role: 'user' | 'assistant', text: string, interrupted = false): EarlierLine => ({
	role,
	text,
	interrupted,
	who: null
});
const EARLIER = [
	line('assistant', 'Hello.'),
	line('user', 'My cat is called Tom.'),
	line('assistant', 'What a good', true)
];

describe('a talk that goes on with an earlier one', () => {
	it('greets knowing what was said, asked by a person who is back', async () => {
		const stage = await Stage.open('unmute', EARLIER);
		stage.greet();
		expect(stage.relay.last.of('reply')[0]?.messages.slice(1)).toEqual([
			{ role: 'user', content: 'Hello.' },
			{ role: 'assistant', content: 'Hello.' },
			{ role: 'user', content: 'My cat is called Tom.' },
			{ role: 'assistant', content: 'What a good' },
			{ role: 'user', content: expect.stringContaining('Hello again') as string }
		]);
	});

	it('answers first what was left without an answer', async () => {
		const stage = await Stage.open('unmute', EARLIER.slice(0, 2));
		stage.greet();
		expect(stage.relay.last.of('reply')[0]?.messages.at(-1)).toEqual({
			role: 'user',
			content: 'My cat is called Tom.'
		});
	});

	it('tells the page only what is new, under ids that follow', async () => {
		const stage = await Stage.open('unmute', EARLIER);
		stage.greet();
		stage.speak('Go', 'on.');
		expect(stage.entries).toEqual(['assistant: Hello there.', 'user: Go on.']);
		const ids = stage.view.flatMap((message) => (message.type === 'entry' ? [message.entry.id] : []));
		expect([...new Set(ids)]).toEqual([4, 5]);
		expect(stage.relay.last.of('reply')[1]?.messages.at(-1)?.content).toBe('Go on.');
	});
});
