import { describe, expect, it } from 'vitest';
import type { RealtimeServerOutput } from '../../../src/lib/protocol/realtime.ts';
import type { PolicyName } from '../../../src/lib/turn/options.ts';
import { byHand, Client, understand } from '../testing/openai-client.ts';
import { greeted, Stage } from '../testing/stage.ts';

describe.each<PolicyName>(['unmute', 'parley'])('turns by hand, by the rules of %s', (policy) => {
	it('begin without a greeting, and no pause, silence or word ends or begins one', () => {
		const { stage } = byHand(policy);
		stage.voice(10);
		stage.word('Hello.', 0.2);
		stage.quiet(200); // 16 s
		expect(stage.asked).toEqual([]);
		expect(stage.story()).toEqual(['conversation.item.input_audio_transcription.delta Hello.']);
	});

	it('end with a commit, are answered when that is asked for, and not before all is understood', () => {
		const client = byHand(policy);
		const { stage } = client;
		stage.voice(5);
		stage.word('How', 0.1);
		const pages = stage.heard.length;
		client.does('input_audio_buffer.commit', 'response.create');
		expect(stage.heard.length - pages).toBeGreaterThanOrEqual(7); // 500 ms of delay
		stage.word('are you?', 0.3);
		expect(stage.asked).toEqual([]);
		understand(stage);
		expect(client.asked.at(-1)).toBe('user: How are you?');
		expect(stage.story().slice(-3)).toEqual([
			'conversation.item.input_audio_transcription.delta are you?',
			'conversation.item.created',
			'response.created'
		]);
	});

	it('are not answered before that is asked for, and what is said over an answer belongs to the next', () => {
		const client = byHand(policy);
		const { stage } = client;
		stage.voice(5);
		stage.word('One.', 0.1);
		client.does('input_audio_buffer.commit');
		understand(stage);
		stage.quiet(200);
		expect(stage.asked).toEqual([]);
		client.does('response.create');
		expect(client.asked.at(-1)).toBe('user: One.');
		stage.answer('Well', 'then.');
		stage.voice(3);
		stage.word('Stop!', 10);
		stage.quiet(20);
		expect(stage.of('unmute.interrupted_by_vad')).toEqual([]);
		expect(stage.of('response.done').map(({ response }) => response.status)).toEqual(['completed']);
		expect(stage.asked).toHaveLength(1);
	});
});

describe('a turn by hand', () => {
	it('may be taken back: what was said is forgotten, also what is understood only later', () => {
		const client = byHand();
		const { stage } = client;
		stage.voice(10); // to 0.88 s
		stage.word('No,', 0.1);
		client.does('input_audio_buffer.clear');
		stage.word('never.', 0.5);
		stage.voice(5);
		stage.word('Yes.', 0.96);
		client.does('input_audio_buffer.commit', 'response.create');
		understand(stage);
		expect(client.asked.at(-1)).toBe('user: Yes.');
		expect(stage.of('conversation.item.input_audio_transcription.delta').map(({ delta }) => delta)).toEqual([
			'No,',
			'Yes.'
		]);
		expect(stage.of('input_audio_buffer.cleared')).toHaveLength(1);
	});

	it('that was committed is not touched by a clear behind it', () => {
		const client = byHand();
		const { stage } = client;
		stage.voice(5);
		client.does('input_audio_buffer.commit', 'input_audio_buffer.clear', 'response.create');
		stage.word('Mine.', 0.1);
		understand(stage);
		expect(client.asked.at(-1)).toBe('user: Mine.');
	});

	it('is heard out by the next STT where one is lost', () => {
		const client = byHand();
		const { stage } = client;
		stage.voice(5);
		stage.word('Once', 0.1);
		client.does('input_audio_buffer.commit', 'response.create');
		stage.hasEar = false;
		stage.conversation.trouble({ fault: 'stt', code: 'lost', retry: 'soon', retryAfterMs: 250, detail: '' });
		stage.clock.advance(600); // no sound comes meanwhile
		expect([stage.told.at(-1), stage.over]).toEqual(['listen 2', []]);
		const pages = stage.heard.length;
		stage.listening();
		expect(stage.heard.length - pages).toBeGreaterThan(7); // what was said, and the silence behind it
		stage.word('more.', 0.1);
		for (let i = 0; i < 6; i++) understand(stage);
		expect(client.asked.at(-1)).toBe('user: Once more.');
	});

	it('is answered without what an STT does not say that fell silent', () => {
		const client = byHand();
		const { stage } = client;
		stage.voice(5);
		stage.word('Alone.', 0.1);
		client.does('input_audio_buffer.commit', 'response.create');
		stage.clock.advance(3900);
		expect(stage.asked).toEqual([]);
		stage.clock.advance(200);
		expect(client.asked.at(-1)).toBe('user: Alone.');
	});

	it('in which nothing was said waits for nothing', () => {
		const client = byHand();
		const { stage } = client;
		stage.voice(5);
		client.does('input_audio_buffer.commit');
		understand(stage);
		client.does('input_audio_buffer.commit', 'response.create');
		expect(client.asked.at(-1)).toBe('user: ...');
		expect(client.errors()).toEqual(['input_audio_buffer_commit_empty']);
		expect(stage.of('input_audio_buffer.committed')).toHaveLength(1);
		expect(stage.of('conversation.item.created')).toHaveLength(0);
	});

	it('is heard whole where it is a recording that comes at once, before anybody listens', () => {
		const stage = new Stage();
		stage.conversation.speaksOpenai();
		stage.conversation.hand.choose(true);
		stage.conversation.instruct({ text: 'Be kind.', language: 'en' });
		stage.voice(400); // 32 s
		const client = new Client(stage);
		client.does('input_audio_buffer.commit', 'response.create');
		stage.clock.advance(10_000);
		expect(stage.asked).toEqual([]);
		stage.listening();
		expect(stage.heard).toHaveLength(400 + 7 + 2);
		stage.word('First', 0.1);
		for (let i = 0; i < 46; i++) understand(stage);
		expect(client.asked.at(-1)).toBe('user: First');
	});

	it('is its own item, also where the next one is committed before it is understood', () => {
		const client = byHand();
		const { stage } = client;
		stage.voice(5); // to 0.48 s
		client.does('input_audio_buffer.commit');
		stage.voice(5);
		client.does('input_audio_buffer.commit', 'response.create');
		stage.word('One.', 0.1);
		stage.word('Two.', 0.6);
		for (let i = 0; i < 4; i++) understand(stage);
		const committed = stage.of('input_audio_buffer.committed').map(({ item_id }) => item_id);
		const items = stage.of('conversation.item.created').map(({ item }) => [item.id, item.content[0]?.text]);
		expect(items).toEqual([
			[committed[0], 'One.'],
			[committed[1], 'Two.']
		]);
		expect(client.asked.at(-1)).toBe('user: One.\nTwo.');
	});

	it('that was taken back is empty', () => {
		const client = byHand();
		client.stage.voice(5);
		client.does('input_audio_buffer.clear', 'input_audio_buffer.commit', 'input_audio_buffer.clear');
		expect(client.errors()).toEqual(['input_audio_buffer_commit_empty']);
		client.stage.voice(1);
		client.does('input_audio_buffer.commit');
		expect(client.errors()).toHaveLength(1);
	});

	it('of a client without any sound is what it writes, and a failed answer is asked for again all the same', () => {
		const stage = new Stage();
		const client = new Client(stage);
		client.does('response.create'); // a prompt comes with it
		expect(stage.told).toEqual(['prepare ', 'listen 1', 'reply 1']);
		expect(client.asked.at(-1)).toMatch(/^user: /);
		stage.conversation.trouble({ fault: 'llm', code: 'lost', retry: 'soon', retryAfterMs: 250, detail: '' }, 1);
		stage.done('failed');
		expect(stage.asked).toHaveLength(1);
		stage.clock.advance(300);
		expect(stage.asked).toHaveLength(2);
		stage.answer('Hello', 'there.');
		stage.clock.advance(2000);
		client.write('Who are');
		client.write('you?');
		expect(stage.asked).toHaveLength(2);
		client.does('response.create');
		expect(client.asked.at(-1)).toBe('user: Who are\nyou?');
		expect(stage.of('input_audio_buffer.speech_started')).toEqual([]);
	});

	it('goes back to a server that takes the turns', () => {
		const client = byHand();
		const { stage } = client;
		client.write('Hello.');
		client.does('response.create');
		stage.answer('Hello', 'there.');
		stage.quiet(20);
		stage.conversation.hand.choose(false);
		stage.story();
		stage.say('How', 'are you?');
		expect(stage.story().slice(-2)).toEqual(['input_audio_buffer.speech_stopped', 'response.created']);
	});
});

describe("a client of Unmute's", () => {
	const known = (events: readonly { readonly event: RealtimeServerOutput }[]): boolean =>
		events.every(({ event }) => event.type !== 'response.done' && !('item_id' in event));

	it("is told nothing of OpenAI's, until it uses something of it", () => {
		const stage = greeted();
		stage.say('Hello.');
		stage.answer('Well', 'then.');
		stage.quiet(20);
		expect(known(stage.events)).toBe(true);
		new Client(stage).write('Now.');
		stage.say('Hello.');
		stage.answer('Well', 'then.');
		stage.quiet(20);
		expect(known(stage.events)).toBe(false);
	});

	it('may end its turn with a commit, whose pause is not waited for', () => {
		const stage = greeted();
		const client = new Client(stage);
		stage.voice(3);
		stage.word('Now', 1.8);
		client.does('input_audio_buffer.commit');
		for (let i = 0; i < 9; i++) stage.step(0.01);
		expect(stage.story().slice(-3)).toEqual([
			'input_audio_buffer.committed',
			'input_audio_buffer.speech_stopped',
			'response.created'
		]);
	});
});
