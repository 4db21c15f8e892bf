import { describe, expect, it } from 'vitest';
import type { RealtimeInstructions } from '../../src/lib/protocol/realtime.ts';
import { promptOf, type Prompt } from './prompt.ts';

const asked: string[] = [];
const sources = {
	seed: 7,
	today: new Date('2026-11-20T12:00:00Z'),
	headlines: (language: 'en' | 'fr') => {
		asked.push(language);
		return Promise.resolve([{ title: 'A bridge was opened', source: 'The Paper' }]);
	}
};
const now = (instructions: RealtimeInstructions): Prompt => {
	const prompt = promptOf(instructions, sources);
	if (prompt instanceof Promise) throw new Error('not at once');
	return prompt;
};

describe("a prompt from Unmute's instructions", () => {
	it('says what the client says, in its language, under the rules of a talk', () => {
		const { text, language } = now({ type: 'constant', text: 'You are a pirate.', language: 'fr' });
		expect(language).toBe('fr');
		expect(text).toContain('You are a pirate.');
		expect(text).toContain('Parlez français');
		expect(text).toContain('"Bye!"');
		expect(text).toContain('vendredi 20 novembre 2026');
	});

	it('gives nobody a name that the client did not give', () => {
		expect(now({ type: 'constant', text: 'You are Ada.', language: null }).text).not.toMatch(/You are Parley/);
	});

	it('has words of its own where the client has none', () => {
		for (const text of [undefined, '', ' \n']) {
			expect(now({ type: 'constant', language: null, ...(text === undefined ? {} : { text }) })).toMatchObject({
				language: 'en',
				text: expect.stringContaining('good company') as string
			});
		}
	});

	it.each<[RealtimeInstructions['type'], string]>([
		['smalltalk', 'relaxed conversation'],
		['guess_animal', 'thinking of an animal'],
		['quiz_show', 'quiz of'],
		['unmute_explanation', 'explain Parley']
	])('of the kind %s is one of ours', (type, words) => {
		const instructions = type === 'unmute_explanation' ? { type } : { type, language: 'en' as const };
		expect(now(instructions as RealtimeInstructions).text).toContain(words);
	});

	it('draws the same each time in one conversation', () => {
		const quiz = { type: 'quiz_show', language: 'en' } as const;
		expect(now(quiz)).toEqual(now(quiz));
		expect(promptOf(quiz, { ...sources, seed: 8 })).not.toEqual(now(quiz));
	});

	it('waits for the news, in the language to begin in', async () => {
		const { text, language } = await promptOf({ type: 'news', language: 'fr/en' }, sources);
		expect([language, asked]).toEqual(['fr', ['fr']]);
		expect(text).toContain('A bridge was opened (The Paper)');
	});
});
