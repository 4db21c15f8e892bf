/** Somebody else answers from the next turn on. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Character } from '../../chat/characters/character.ts';
import type { ViewMessage } from '../view.ts';
import type { Partner } from '../worker-messages.ts';
import { Stage } from './testing/stage.ts';

const MAREN: Character = {
	...{ id: 'maren', name: 'Maren', language: 'en', voice: 'en-female', good: true },
	instructions: { type: 'constant', text: 'You keep a lighthouse.' }
};
const FRENCH: Character = { ...MAREN, id: 'colibri', name: 'Colibri', language: 'fr', voice: 'fr-female' };

const partner = (character: Character, language: 'en' | 'fr' = 'en'): Partner => ({
	character,
	who: character.name,
	voice: character.voice ?? null,
	language,
	seed: 1,
	news: [],
	today: 'Friday 20 November 2026'
});

let stage: Stage;
beforeEach(async () => {
	stage = await Stage.open('unmute');
});
const asked = () => stage.relay.last.of('reply');
const system = (nth: number) => asked()[nth]?.messages[0]?.content;
/** Who is told to answer, and the entries in between. */
const told = (): string[] =>
	stage.view.flatMap((message: ViewMessage) =>
		message.type === 'who'
			? [`now ${message.who ?? 'Parley'}`]
			: message.type === 'entry' && !message.entry.open
				? [`${message.entry.role}: ${message.entry.text}`]
				: []
	);

describe('somebody else', () => {
	it('answers the next turn, in their voice and by their instructions; the connection stays', () => {
		stage.greet();
		stage.conversation.cast(partner(MAREN));
		stage.speak('Who', 'are', 'you?');
		expect(asked()[0]).not.toHaveProperty('voice');
		expect(asked()[1]).toMatchObject({ reply: 2, voice: 'en-female' });
		expect(asked()[1]).not.toHaveProperty('language');
		expect(system(1)).toContain('You keep a lighthouse.');
		expect(asked()[1]?.messages.slice(1)).toEqual(
			expect.arrayContaining([{ role: 'assistant', content: 'Hello there.' }])
		);
		stage.answer(2, ['Maren.']);
		stage.play(2, 1);
		stage.drain(2);
		stage.word('And');
		expect(stage.relay.sockets).toHaveLength(1);
		expect(told().filter((line) => !line.startsWith('user'))).toEqual([
			'assistant: Hello there.',
			'now Maren',
			'assistant: Maren.'
		]);
	});

	it('says nothing of the answer that sounds: it ends in the voice and by the instructions it was begun with', () => {
		stage.greet();
		stage.speak('Tell', 'me');
		stage.answer(2, ['Once', ' upon'], false);
		stage.play(2, 1);
		stage.conversation.cast(partner(MAREN));
		// With the next relay too.
		stage.relay.last.vanish();
		stage.time.advance(300);
		stage.relay.last.welcome();
		expect(stage.relay.sockets).toHaveLength(2);
		expect(asked()).toHaveLength(1);
		expect(asked()[0]).not.toHaveProperty('voice');
		expect(system(0)).not.toContain('lighthouse');
		expect(told().filter((line) => line.startsWith('now'))).toEqual([]);
	});

	it('is prepared for at once, where somebody else’s voice was; and not where none was', () => {
		const prepared = () => stage.relay.last.of('prepare');
		return Stage.open('parley').then((parley) => {
			stage = parley;
			stage.greet();
			stage.conversation.cast(partner(FRENCH, 'fr'));
			expect(prepared()).toEqual([]);
			stage.word('Well');
			expect(prepared()).toEqual([{ type: 'prepare', voice: 'fr-female' }]);
			stage.conversation.cast(partner(MAREN));
			expect(prepared().at(-1)).toEqual({ type: 'prepare', voice: 'en-female' });
			expect(prepared()).toHaveLength(2);
		});
	});

	it('of another language is told to the relay with each reply', () => {
		stage.greet();
		stage.conversation.cast(partner(FRENCH, 'fr'));
		stage.speak('Bonjour');
		expect(asked()[1]).toMatchObject({ language: 'fr', voice: 'fr-female' });
		stage.conversation.cast(partner(MAREN));
		stage.answer(2, ['Bonjour.']);
		stage.play(2, 1);
		stage.drain(2);
		stage.speak('Hello');
		expect(asked()[2]).toMatchObject({ voice: 'en-female' });
		expect(asked()[2]).not.toHaveProperty('language');
		expect(told().filter((line) => line.startsWith('now'))).toEqual(['now Colibri', 'now Maren']);
	});

	it('chosen before the first word greets', () => {
		stage.conversation.cast(partner(MAREN));
		stage.greet();
		expect(system(0)).toContain('You keep a lighthouse.');
		expect(told()).toEqual(['now Maren', 'assistant: Hello there.']);
	});
});
