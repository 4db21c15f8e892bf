import { describe, expect, it } from 'vitest';
import { continueMessages } from './continue.ts';

describe('asking a model to go on', () => {
	it('gives it its answer as far as it came, and asks for the rest in words of the person’s', () => {
		const messages = continueMessages('It was in the ', 'fr');
		expect(messages[0]).toEqual({ role: 'assistant', content: 'It was in the' });
		expect(messages[1]?.role).toBe('user');
		expect(messages[1]?.content).toMatch(/^Your last message was cut off/);
		expect(messages).toHaveLength(2);
	});

	it('asks in the answer’s language, or in the conversation’s where that does not tell', () => {
		const language = (answer: string, fallback: 'en' | 'fr'): string =>
			continueMessages(answer, fallback).at(-1)?.content.split(' ')[0] ?? '';
		expect(language('Il était une fois', 'en')).toBe('Ton');
		expect(language('Oh!', 'fr')).toBe('Ton');
		expect(language('Oh!', 'en')).toBe('Your');
	});

	it('gives it no more of a long answer than it needs, from the beginning of a word', () => {
		const { content } = continueMessages('word '.repeat(4000), 'en')[0]!;
		expect(content.length).toBeLessThanOrEqual(3001);
		expect(content.startsWith('… word word')).toBe(true);
		expect(continueMessages('x'.repeat(4000), 'en')[0]!.content.length).toBeLessThanOrEqual(3001);
	});
});
