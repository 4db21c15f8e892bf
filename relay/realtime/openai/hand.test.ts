import { describe, expect, it } from 'vitest';
import type { RealtimeClientEvent, RealtimeServerOutput } from '../../../src/lib/protocol/realtime.ts';
import type { PolicyName } from '../../../src/lib/turn/options.ts';
import { greeted, Stage } from '../testing/stage.ts';
import { Requests, type OpenaiRequest } from './requests.ts';

/** A client of OpenAI's on a stage of its own. */
class Client {
	readonly stage: Stage;
	readonly #requests: Requests;
	#items = 0;

	constructor(stage: Stage) {
		this.stage = stage;
		this.#requests = new Requests({
			conversation: stage.conversation,
			emit: (event) => stage.events.push({ atMs: 0, event }),
			newItem: () => `new_${++this.#items}`,
			needPrompt: () => stage.conversation.instruct({ text: 'Be kind.', language: 'en' })
		});
	}

	does(...events: (OpenaiRequest | OpenaiRequest['type'])[]): void {
		for (const event of events) this.#requests.obey(typeof event === 'string' ? plain(event) : event);
	}

	write(text: string, role: 'user' | 'assistant' | 'system' = 'user'): void {
		const item = { type: 'message' as const, role, content: [{ type: 'input_text' as const, text }] };
		this.does({ type: 'conversation.item.create', item });
	}

	truncate(item_id: string, audio_end_ms: number): void {
		this.does({ type: 'conversation.item.truncate', item_id, content_index: 0, audio_end_ms });
	}

	/** The errors since the last call. */
	errors(): (string | null)[] {
		return this.stage.of('error').map(({ error }) => error.code);
	}

	/** What was asked last, without the prompt. */
	get asked(): string[] {
		return (this.stage.asked.at(-1)?.messages ?? []).slice(1).map(({ role, content }) => `${role}: ${content}`);
	}

	get item(): string {
		return this.stage.of('response.text.done').at(-1)?.item_id ?? 'none';
	}
}

function plain(type: RealtimeClientEvent['type']): OpenaiRequest {
	switch (type) {
		case 'input_audio_buffer.commit':
		case 'input_audio_buffer.clear':
		case 'response.create':
		case 'response.cancel':
			return { type };
		default:
			throw new Error('it needs more');
	}
}

/** Turns by hand from the beginning: nobody greets anybody. */
function byHand(policy: PolicyName = 'unmute'): Client {
	const stage = new Stage(policy);
	stage.conversation.speaksOpenai();
	stage.conversation.hand.choose(true);
	stage.conversation.instruct({ text: 'Be kind.', language: 'en' });
	stage.quiet(1);
	stage.listening();
	return new Client(stage);
}

/** The STT goes on until it has understood everything. */
const understand = (stage: Stage): void => {
	for (let i = 0; i < 9; i++) stage.step(0.99);
};

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
