import { describe, expect, it } from 'vitest';
import { close, remember, rewrite, type History } from './history.ts';
import { prepareMessages } from './prepare.ts';
import { defaultCharacter } from './characters/default.ts';
import { systemPrompt } from './characters/prompt.ts';

const said = (...lines: [role: 'user' | 'assistant', text: string, interrupted?: boolean][]): History =>
	lines.reduce<History>(
		(history, [role, text, interrupted = false]) => close(remember(history, role, text), role, interrupted),
		[]
	);

describe('history', () => {
	it('puts one space between words that bring none, and none where one is brought', () => {
		let history: History = remember([], 'user', 'How');
		history = remember(history, 'user', 'are');
		history = remember(history, 'user', ' you?');
		expect(history.map((utterance) => utterance.text)).toEqual(['How are you?']);
	});

	it('begins a new utterance after the last was closed, and keeps two open ones apart', () => {
		let history: History = remember([], 'assistant', 'I am');
		history = remember(history, 'user', 'Stop');
		history = remember(history, 'assistant', ' fine');
		history = close(history, 'assistant', true);
		history = remember(history, 'assistant', ' Yes?');
		expect(history.map(({ id, role, text, interrupted }) => ({ id, role, text, interrupted }))).toEqual([
			{ id: 1, role: 'assistant', text: 'I am fine', interrupted: true },
			{ id: 2, role: 'user', text: 'Stop', interrupted: false },
			{ id: 3, role: 'assistant', text: 'Yes?', interrupted: false }
		]);
	});

	it('puts a space between the person’s words, and none where an answer has none', () => {
		const user = remember(remember([], 'user', 'I'), 'user', 'see');
		expect(user[0]?.text).toBe('I see');
		// Where an answer that broke off goes on, a mark may follow its last word.
		const assistant = remember(remember([], 'assistant', 'a clock'), 'assistant', ', which');
		expect(assistant[0]?.text).toBe('a clock, which');
	});

	it('leaves the history it was given as it was', () => {
		const before = said(['user', 'Hello']);
		remember(before, 'user', 'again');
		rewrite(before, 'other');
		expect(before).toEqual(said(['user', 'Hello']));
	});

	it('rewrites the person’s latest words, though they are closed', () => {
		const history = rewrite(said(['user', '[speech]'], ['assistant', 'I']), 'Hello');
		expect(history.map((utterance) => utterance.text)).toEqual(['Hello', 'I']);
	});
});

describe('prepareMessages', () => {
	const prepared = (history: History) =>
		prepareMessages('S', history, 500).map(({ role, content }) => `${role}: ${content}`);

	it('has the person say hello where the assistant speaks first', () => {
		expect(prepared([])).toEqual(['system: S', 'user: Hello.']);
		expect(prepared(said(['assistant', 'Hi.'], ['user', 'Hi']))).toEqual([
			'system: S',
			'user: Hello.',
			'assistant: Hi.',
			'user: Hi'
		]);
	});

	it('keeps the latest of a history that is longer than it may be', () => {
		const history = said(
			...Array.from({ length: 1000 }, (_, i): ['user' | 'assistant', string] => [i % 2 ? 'user' : 'assistant', `${i}`])
		);
		for (const most of [500, 501]) {
			const messages = prepareMessages('S', history, most);
			expect(messages.length).toBeLessThanOrEqual(most);
			expect(messages.length).toBeGreaterThan(most - 3);
			expect(messages.slice(0, 2).map(({ role }) => role)).toEqual(['system', 'user']);
			expect(messages.at(-1)).toEqual({ role: 'user', content: '999' });
		}
	});

	it('merges neighbours of one role', () => {
		expect(prepared(said(['user', 'one'], ['user', 'two'], ['assistant', 'three']))).toEqual([
			'system: S',
			'user: one two',
			'assistant: three'
		]);
	});

	it('drops an answer of which nothing was heard, and the dash of one that was cut off', () => {
		expect(
			prepared(said(['user', 'one'], ['assistant', '—', true], ['user', 'two'], ['assistant', 'I was —', true]))
		).toEqual(['system: S', 'user: one two', 'assistant: I was']);
	});

	it('drops every dash at the end of what was cut off, and what is nothing else', () => {
		expect(prepared(said(['user', 'one'], ['assistant', '——', true], ['user', 'two — three — —']))).toEqual([
			'system: S',
			'user: one two — three'
		]);
	});

	it('keeps the lines, the spaces and the dots of what the person typed', () => {
		const typed = 'def f(x, ...):\n    return x\n\nWhat is ... here?';
		expect(prepared(said(['user', '...'], ['user', typed]))).toEqual(['system: S', `user: ${typed}`]);
		expect(prepared(said(['user', '...'], ['user', '...']))).toEqual(['system: S', 'user: ...']);
	});

	it('keeps a silence, and forgets it where real words followed', () => {
		expect(prepared(said(['user', '...']))).toEqual(['system: S', 'user: ...']);
		expect(prepared(said(['user', '...'], ['user', 'Sorry, I am back.']))).toEqual([
			'system: S',
			'user: Sorry, I am back.'
		]);
	});
});

describe('systemPrompt', () => {
	it('tells the rules that the turn core relies on: silence, goodbye, language, the day', () => {
		const today = 'vendredi 20 novembre 2026';
		const text = systemPrompt(defaultCharacter('fr'), { today, seed: 0, unrecognisedMarker: '[speech]' });
		for (const part of ['"..."', '"Bye!"', 'French', 'vendredi 20 novembre 2026', '[speech]'])
			expect(text).toContain(part);
	});
});
