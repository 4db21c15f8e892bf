import { describe, expect, it } from 'vitest';
import { byHand, Client, understand } from '../testing/openai-client.ts';
import { greeted } from '../testing/stage.ts';

describe('an answer', () => {
	it('is cancelled before its first sound and while it sounds, and nothing more of it is heard', () => {
		const client = byHand();
		const { stage } = client;
		client.does('response.cancel');
		expect(client.errors()).toEqual(['response_cancel_not_active']);
		client.write('Tell me.');
		client.does('response.create', 'response.create', 'response.cancel');
		expect(client.errors()[1]).toBe('conversation_already_has_active_response');
		expect(stage.told.slice(-2)).toEqual(['reply 1', 'cancel 1']);
		client.does('response.create');
		stage.answer('One', 'two', 'three', 'four');
		stage.quiet(4); // 320 ms
		client.does('response.cancel');
		const pages = stage.pages.length;
		stage.quiet(30);
		expect(stage.pages).toHaveLength(pages);
		expect(stage.of('response.done').map(({ response }) => response.status)).toEqual(['cancelled', 'cancelled']);
		expect(stage.of('unmute.interrupted_by_vad')).toEqual([]);
		client.write('Go on.');
		client.does('response.create');
		expect(client.asked.slice(-2)).toEqual(['assistant: One two', 'user: Go on.']);
	});

	it('that was heard only in part is cut in the history, by the time of its words', () => {
		const client = byHand();
		const { stage } = client;
		client.write('Count.');
		client.does('response.create');
		stage.answer('One', 'two', 'three', 'four'); // at 0, 240, 480 and 720 ms
		stage.quiet(20);
		const { item } = client;
		expect(item).toMatch(/^item_/);
		expect(stage.of('response.audio.done').at(-1)?.item_id).toBe(item);
		client.truncate('item_unknown', 100);
		expect(client.errors()).toEqual(['item_not_found']);
		client.truncate(item, 300);
		expect(stage.of('conversation.item.truncated')).toMatchObject([{ item_id: item, audio_end_ms: 300 }]);
		client.write('And?');
		client.does('response.create');
		expect(client.asked.slice(-2).join()).toMatch(/assistant: One two\W*,user: And\?/);
	});

	it('is not cut where it has no part, or longer than it was sent, and then goes on', () => {
		const client = byHand();
		const { stage } = client;
		client.write('Count.');
		client.does('response.create');
		stage.answer('One', 'two', 'three', 'four'); // 960 ms
		stage.quiet(4);
		client.does({ type: 'conversation.item.truncate', item_id: client.item, content_index: 1, audio_end_ms: 0 });
		client.truncate(client.item, 961);
		expect(client.errors()).toEqual(['invalid_value', 'invalid_value']);
		stage.quiet(20);
		expect(stage.of('response.done').map(({ response }) => response.status)).toEqual(['completed']);
		client.truncate(client.item, 960);
		expect(client.errors()).toHaveLength(2);
	});

	it('that is over is cut without a word to the one that is asked for behind it', () => {
		const client = byHand();
		const { stage } = client;
		client.write('Count.');
		client.does('response.create');
		stage.answer('One', 'two', 'three', 'four');
		stage.quiet(20);
		stage.voice(5);
		stage.word('More.', 2);
		client.does('input_audio_buffer.commit', 'response.create');
		client.truncate(client.item, 300);
		expect(stage.of('response.done')).toHaveLength(1);
		understand(stage);
		understand(stage);
		expect(client.asked.slice(-2).join()).toMatch(/assistant: One two\W*,user: More\./);
	});

	it('of which nothing was heard leaves the history, and one that still sounds is cancelled', () => {
		const client = byHand();
		const { stage } = client;
		client.write('Count.');
		client.does('response.create');
		stage.answer('One', 'two', 'three');
		stage.quiet(3);
		client.truncate(client.item, 0);
		expect(stage.of('response.done').map(({ response }) => response.status)).toEqual(['cancelled']);
		client.write('Again.');
		client.does('response.create');
		expect(client.asked.join()).not.toContain('One');
	});

	it('may be written by the client, behind what the person wrote', () => {
		const client = byHand();
		client.write('What is it?');
		client.write('A lighthouse.', 'assistant');
		client.write('Where?');
		client.write('Be brief.', 'system');
		expect(client.errors()).toEqual(['unsupported']);
		client.does('response.create');
		expect(client.asked.slice(-3)).toEqual(['user: What is it?', 'assistant: A lighthouse.', 'user: Where?']);
		client.write('Too late.', 'assistant');
		expect(client.errors()[1]).toBe('conversation_already_has_active_response');
	});

	it('does not wait for texts without end', () => {
		const client = byHand();
		for (let i = 0; i < 3; i++) client.write('x'.repeat(90_000));
		expect(client.errors()).toEqual(['too_large']);
		expect(client.stage.of('conversation.item.created')).toHaveLength(2);
	});

	it('and what stands before it may be long, but not without end', () => {
		const client = byHand();
		for (let i = 0; i < 21; i++) client.write('x'.repeat(100_000), 'assistant');
		expect(client.errors()).toEqual(['too_large']);
		client.write('Hello.');
		expect(client.errors()).toHaveLength(2);
	});

	it('is asked for while the person speaks, where the server takes the turns: to what they said, and to no silence', () => {
		const stage = greeted();
		const client = new Client(stage);
		stage.voice(3);
		stage.word('Tell', 1.8);
		client.does('response.create');
		stage.word('me.', 2);
		understand(stage);
		understand(stage);
		expect(client.asked.at(-1)).toBe('user: Tell me.');
		expect(client.errors()).toEqual([]);
		expect(stage.asked).toHaveLength(2);
	});
});
