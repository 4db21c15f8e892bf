import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { ChatMessage } from '../../../src/lib/protocol/llm.ts';
import { UNRECOGNISED_SPEECH } from '../../../src/lib/protocol/session.ts';
import { answer } from './partner.ts';
import { PHRASES, type Language } from './phrases.ts';

const NOON = new Date(2026, 10, 21, 14, 32);
const PROMPT: Readonly<Record<Language, string>> = {
	en: 'Speak English, unless you are spoken to in another language.',
	fr: 'Speak French. Parlez français, sauf si l’on vous parle dans une autre langue.'
};

/** The partner's answers to each of these in turn, the conversation growing as it goes. */
function talk(turns: readonly string[], language: Language = 'en', opened = true): string[] {
	const messages: ChatMessage[] = [{ role: 'system', content: PROMPT[language] }];
	const say = (content: string): string => {
		messages.push({ role: 'user', content });
		const reply = answer(messages, NOON);
		messages.push({ role: 'assistant', content: reply });
		return reply;
	};
	if (opened) say('Hello.');
	return turns.map(say);
}
const reply = (turn: string, language: Language = 'en'): string => talk([turn], language)[0] ?? '';

/** What a voice can read as it stands. */
function expectSpeakable(text: string): void {
	expect(text).not.toMatch(/[*_`#<>|~^{}[\]\\]|https?:|www\./u);
	expect(text.trim()).toBe(text);
	expect(text).not.toBe('');
}

describe('the built-in partner', () => {
	it.each(['en', 'fr'] as const)(
		'introduces itself as a demo and no AI, in three short sentences at most (%s)',
		(language) => {
			const [greeting = ''] = talk(['Hello.'], language, false);
			expect(greeting).toMatch(/demo|démo/u);
			expect(greeting).toMatch(/not an AI|pas une intelligence/u);
			expect(greeting.match(/[.!?]/gu)?.length).toBeLessThanOrEqual(3);
			expect(greeting.endsWith('?')).toBe(true);
		}
	);

	it('introduces itself where nobody has said a word, and answers at once where somebody has', () => {
		expect(answer([{ role: 'system', content: 'Be nice.' }], NOON)).toBe(PHRASES.en.introduction);
		expect(talk(['...'], 'en', false)).toEqual([PHRASES.en.introduction]);
		expect(talk(['What is two plus two?'], 'en', false)).toEqual(['That is 4.']);
	});

	it.each([
		['How are you?', /well/],
		['what can you do', /jokes and short stories/],
		['Who are you?', /demo/],
		['Are you an AI?', /not an AI model/],
		['What time is it?', /14:32/],
		['What day is it today?', /Saturday.* 21 November 2026/],
		['What is twelve plus thirty?', /^That is 42\.$/],
		['ten divided by three', /^That is about 3\.33\.$/],
		['three minus ten', /^That is minus 7\.$/],
		['one divided by zero', /divide by zero/],
		['Repeat after me: the sea is wide', /^The sea is wide\.$/],
		['Tell me a joke', /microphone/],
		['spell the word cat', /C, A, T/],
		['count to five', /^1, 2, 3, 4, 5\.$/],
		['count down from 3', /^3, 2, 1\.$/],
		['count from 3 to 6', /^3, 4, 5, 6\.$/],
		['count to a million', /up to thirty/],
		['Thank you!', /welcome/],
		['How do I connect a real model?', /LLM URL and LLM MODEL/],
		['My name is ada', /^Pleased to meet you, Ada!/],
		['stop', /quiet/]
	])('%s', (turn, expected) => {
		expect(reply(turn)).toMatch(expected);
	});

	it.each([
		['Comment ça va ?', /bien/],
		['Quelle heure est-il ?', /14:32/],
		['Quel jour sommes-nous ?', /samedi 21 novembre 2026/],
		['Combien font trois fois quatre ?', /^Cela fait 12\.$/],
		['huit divisé par trois', /2,67/],
		['Dis-moi une blague', /micro/],
		['Raconte-moi une histoire', /phare/],
		['Répète après moi : la mer est belle', /^La mer est belle\.$/],
		['Épelle chat', /C, H, A, T/],
		['Compte jusqu’à cinq', /^1, 2, 3, 4, 5\.$/],
		['Qui es-tu ?', /démo/],
		['Comment brancher un vrai modèle ?', /LLM URL/],
		['Je m’appelle Zoé', /Zoé/]
	])('%s', (turn, expected) => {
		expect(reply(turn, 'fr')).toMatch(expected);
	});

	it('tells a story long enough to talk over, and another one next time', () => {
		const [first = '', second = ''] = talk(['Tell me a story', 'Another story please']);
		for (const story of [first, second]) expect(story.match(/[.!?](?:\s|$)/gu)?.length).toBeGreaterThanOrEqual(4);
		expect(second).not.toBe(first);
	});

	it.each(['en', 'fr'] as const)('answers silence ever more softly, and then takes its leave (%s)', (language) => {
		const answers = talk(['...', '...', '...'], language);
		expect(answers).toEqual([...PHRASES[language].silence]);
		expect(answers[2]).toMatch(/bye!$/iu);
		for (const early of answers.slice(0, 2)) expect(early).not.toMatch(/bye!$/iu);
	});

	it('begins again with silence after somebody spoke', () => {
		const answers = talk(['...', '...', 'how are you', '...']);
		expect(answers[3]).toBe(PHRASES.en.silence[0]);
	});

	it.each(['en', 'fr'] as const)(
		'says that it heard a voice and no words, and never the same twice in a row (%s)',
		(language) => {
			const answers = talk(Array<string>(9).fill(UNRECOGNISED_SPEECH), language);
			for (const [i, text] of answers.entries()) {
				expect(PHRASES[language].speech).toContain(text);
				expect(text).not.toBe(answers[i - 1]);
			}
			expect(answers[0]).toContain('STT URL');
		}
	);

	it('answers the words where a message holds words and the marker', () => {
		expect(reply(`${UNRECOGNISED_SPEECH} what is two plus two ${UNRECOGNISED_SPEECH}`)).toBe('That is 4.');
		expect(PHRASES.en.speech).toContain(reply(`${UNRECOGNISED_SPEECH} ${UNRECOGNISED_SPEECH} ...`));
	});

	it('ends with exactly Bye! when the person leaves, and in French so that "bye!" matches', () => {
		for (const turn of ['Goodbye!', 'ok bye', 'See you tomorrow', 'say goodbye', 'Repeat after me: bye!']) {
			expect(reply(turn).endsWith('Bye!')).toBe(true);
		}
		for (const turn of ['Au revoir', 'à bientôt']) expect(reply(turn, 'fr')).toMatch(/bye!$/u);
	});

	it('never says the same excuse twice in a row, and says back what it did not understand', () => {
		const answers = talk(Array<string>(8).fill('why is the sky blue'));
		for (const [i, text] of answers.entries()) {
			expect(text).toContain('You said: why is the sky blue.');
			expect(text).not.toBe(answers[i - 1]);
		}
		// Even where the excuse was cut off by the person.
		const [excuse = ''] = answers;
		const heard: ChatMessage[] = [
			{ role: 'user', content: 'why' },
			{ role: 'assistant', content: excuse.split(' ').slice(0, 13).join(' ') },
			{ role: 'user', content: 'why is the sky blue' }
		];
		expect(answer(heard, NOON)).not.toBe(excuse);
	});

	it('keeps what it offers when the person says yes', () => {
		const answers = talk(['foo bar', 'foo bar', 'yes', 'foo bar', 'foo bar', 'yes please']);
		expect(answers[2]).toBe(PHRASES.en.connect);
		expect(PHRASES.en.stories).toContain(answers[5]);
	});

	it('remembers a name, and repeats itself when asked', () => {
		expect(talk(['my name is Ada', 'tell me a joke', 'what is my name?'])[2]).toContain('Ada');
		expect(reply('what is my name?')).toBe(PHRASES.en.noName);
		const [joke, again] = talk(['tell me a joke', 'repeat that please']);
		expect(again).toBe(joke);
	});

	it('takes its language from the prompt, else from the person', () => {
		const ask = (system: string, user: string): string =>
			answer(
				[
					{ role: 'system', content: system },
					{ role: 'user', content: user }
				],
				NOON
			);
		expect(ask('Tu parles français.', 'foo bar')).toContain('Vous avez dit');
		expect(ask('Speak English.', 'quelle heure est-il')).not.toContain('Il est');
		expect(ask('Be kind.', 'Quelle heure est-il ?')).toBe('Il est 14:32.');
		expect(ask('Be kind.', 'What time is it?')).toBe('It is 14:32.');
		expect(ask('Speak French or English.', 'Bonjour, comment allez-vous ?')).toContain('Je vais bien');
		expect(ask('Be kind.', 'Hello.')).toBe(PHRASES.en.introduction);
	});

	it('says nothing that a voice cannot read', () => {
		for (const phrases of Object.values(PHRASES)) {
			for (const phrase of Object.values(phrases)) {
				if (typeof phrase === 'function') continue;
				for (const text of typeof phrase === 'string' ? [phrase] : phrase) expectSpeakable(text);
			}
		}
		expectSpeakable(reply('look at https://example.org/a_b*c `code` <b>'));
		expectSpeakable(reply('Repeat after me: **bold** [x](http://a.b) www.a.b'));
	});

	it('answers anything whatever, the same each time, speakably', () => {
		const role = fc.constantFrom('system' as const, 'user' as const, 'assistant' as const);
		const content = fc.oneof(
			fc.string({ unit: 'grapheme' }),
			fc.constantFrom('...', UNRECOGNISED_SPEECH, 'yes', 'count to 30', 'spell 😀', '(((', 'toString')
		);
		fc.assert(
			fc.property(fc.array(fc.record({ role, content }), { minLength: 1, maxLength: 12 }), (messages) => {
				const text = answer(messages, NOON);
				expect(text).toBe(answer(messages, NOON));
				expect(text.length).toBeGreaterThan(0);
				expect(text.isWellFormed()).toBe(true);
			}),
			{ numRuns: 300 }
		);
	});

	it('is not held up by a long message made to hold it up', () => {
		const startMs = performance.now();
		for (const text of [
			'use '.repeat(20_000),
			'-'.repeat(90_000),
			'1 '.repeat(40_000),
			'say '.repeat(20_000),
			' '.repeat(90_000),
			'a'.repeat(90_000)
		]) {
			reply(text);
		}
		expect(performance.now() - startMs).toBeLessThan(3000);
	});
});
