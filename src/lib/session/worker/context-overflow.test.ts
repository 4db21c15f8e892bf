import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PreparedMessage } from '../../chat/prepare.ts';
import { problem } from '../../protocol/problems.ts';
import { Context } from '../../chat/context.ts';
import { WELCOME } from './testing/fake-relay.ts';
import { Stage } from './testing/stage.ts';

/** A long talk: every sentence is some 60 tokens. */
const talk = (turns: number): PreparedMessage[] => [
	{ role: 'system', content: 'Be kind.' },
	...Array.from({ length: turns }, (_, turn): PreparedMessage[] => [
		{ role: 'user', content: `Question ${turn}. ${'Tell me more of it, please. '.repeat(6)}` },
		{ role: 'assistant', content: `Answer ${turn}. ${'There is a lot to be said. '.repeat(6)}` }
	]).flat(),
	{ role: 'user', content: 'The last question.' }
];

describe('the context', () => {
	it('of a size that nobody knows leaves old turns out, and sets the answer no limit', () => {
		const { messages, maxTokens } = new Context().question(talk(100));
		expect(messages.length).toBeLessThan(150);
		expect(messages.at(-1)?.content).toBe('The last question.');
		expect(maxTokens).toBeUndefined();
	});

	it('of a known size takes as much as fits, and leaves room for the answer', () => {
		const context = new Context();
		context.know(100_000);
		expect(context.question(talk(100))).toEqual({ messages: talk(100), maxTokens: 4096 });
		context.know(2048);
		const small = context.question(talk(100));
		expect(small.messages.length).toBeLessThan(30);
		expect(small.maxTokens).toBe(256);
	});

	it('leaves room for what follows a question too long for it, and never leaves out the question for that', () => {
		const context = new Context();
		context.know(1024);
		const pasted = `Sum this up. ${'It goes on and on. '.repeat(300)} That is all.`;
		const asked: PreparedMessage[] = [
			{ role: 'system', content: 'Be kind.' },
			{ role: 'user', content: pasted }
		];
		const after: PreparedMessage[] = [
			{ role: 'assistant', content: 'It says that' },
			{ role: 'user', content: 'Go on.' }
		];
		const { messages } = context.question(asked, after);
		expect(messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user']);
		expect(messages.slice(2)).toEqual(after);
		expect(messages[1]?.content).toMatch(/^….* That is all\.$/);
		expect(messages[1]?.content.length).toBeLessThan(pasted.length);
	});

	it('keeps what refusals taught, though the relay says the same again', () => {
		const context = new Context();
		context.know(8192);
		const before = context.question(talk(100)).messages.length;
		expect(context.refused()).toBe(true);
		context.know(8192);
		expect(context.question(talk(100)).messages.length).toBeLessThan(before);
		context.know(16_384);
		expect(context.question(talk(100)).messages.length).toBeGreaterThan(before);
	});

	it('gives up after a few refusals, and always asks something legal', () => {
		fc.assert(
			fc.property(fc.option(fc.integer({ min: 1, max: 1_000_000 })), fc.nat({ max: 30 }), (told, turns) => {
				const context = new Context();
				context.know(told);
				let refusals = 0;
				do {
					const { messages, maxTokens } = context.question(talk(turns));
					expect(messages[0]?.role).toBe('system');
					expect(messages.at(-1)?.content).toBe('The last question.');
					expect(maxTokens === undefined || (Number.isInteger(maxTokens) && maxTokens >= 1)).toBe(true);
					refusals++;
				} while (context.refused());
				expect(refusals).toBeLessThan(20);
			})
		);
	});
});

describe('a conversation that outgrows its model', () => {
	const refuse = (stage: Stage, reply: number): void => {
		stage.relay.last.say({ type: 'problem', ...problem('llm', 'context_overflow', 'too long'), reply });
		stage.relay.last.say({ type: 'replyDone', reply, outcome: 'failed' });
		stage.time.advance(0);
	};
	const shownProblem = (stage: Stage): string | null =>
		stage.view.findLast((message) => message.type === 'problem')?.problem?.code ?? null;
	const long = (name: string): string => `${name} ${'and so on and on '.repeat(40)}`;

	async function grown(contextTokens?: number): Promise<Stage> {
		const stage = await Stage.open('unmute');
		stage.relay.last.open();
		const llm = contextTokens === undefined ? WELCOME.llm : { ...WELCOME.llm, contextTokens };
		stage.relay.last.say({ ...WELCOME, llm });
		stage.relay.last.say({ type: 'listening', stream: 1 });
		stage.answer(1, ['Hello.']);
		stage.play(1, 1);
		stage.drain(1);
		for (let turn = 0; turn < 4; turn++) {
			stage.conversation.person({ type: 'text', text: long(`Question ${turn}`) });
			stage.answer(2 + turn, [`Answer ${turn}.`]);
			stage.play(2 + turn, 1);
			stage.drain(2 + turn);
		}
		stage.conversation.person({ type: 'text', text: 'The last question.' });
		return stage;
	}
	const sizes = (stage: Stage): number[] =>
		stage.relay.last
			.of('reply')
			.slice(5)
			.map(({ messages }) => JSON.stringify(messages).length);

	it('asks at once with less where it is refused, says nothing of it, and the answer is heard', async () => {
		const stage = await grown();
		refuse(stage, 6);
		expect(stage.relay.last.of('reply').at(-1)?.reply).toBe(7);
		const [first = 0, second = 0] = sizes(stage);
		expect(second).toBeLessThan(first);
		expect(stage.relay.last.of('reply').at(-1)?.messages.at(-1)?.content).toContain('The last question.');
		expect(shownProblem(stage)).toBeNull();
		stage.answer(7, ['Yes.']);
		stage.play(7, 1);
		stage.drain(7);
		expect(stage.entries.at(-1)).toBe('assistant: Yes.');
		expect(stage.phase).toBe('listening');
	});

	it('says so where less is refused too, and goes on with the next turn', async () => {
		const stage = await grown();
		for (let reply = 6; shownProblem(stage) === null && reply < 20; reply++) refuse(stage, reply);
		expect(shownProblem(stage)).toBe('context_overflow');
		expect(sizes(stage).length).toBeLessThanOrEqual(3);
		expect(stage.phase).toBe('listening');
		const last = stage.relay.last.of('reply').at(-1)?.reply ?? 0;
		stage.conversation.person({ type: 'text', text: 'Never mind.' });
		expect(stage.relay.last.of('reply').at(-1)).toMatchObject({ reply: last + 1 });
		stage.answer(last + 1, ['Good.']);
		stage.play(last + 1, 1);
		expect(stage.entries.at(-1)).toContain('Good.');
	});

	it('asks with what fits from the beginning where the relay knows the size', async () => {
		const stage = await grown(1024);
		expect(stage.relay.last.of('reply')[5]?.maxTokens).toBe(256);
		expect(sizes(stage)[0]).toBeLessThan(3000);
		expect(sizes(await grown(100_000))[0]).toBeGreaterThan(3000);
	});
});
