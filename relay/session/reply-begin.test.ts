/** A reply that goes on with an answer which was cut off with another relay. */
import { afterEach, describe, expect, it } from 'vitest';
import { CLOSE } from '../../src/lib/protocol/problems.ts';
import { MAX_BEGIN_CHARS } from '../../src/lib/protocol/session.ts';
import { answer, said } from '../upstream/testing/chat-server.ts';
import { replyHouse, request, story, stream, told, type ReplyHouse } from './testing/reply-house.ts';

const houses: ReplyHouse[] = [];
afterEach(async () => {
	await Promise.all(houses.splice(0).map((house) => house.close()));
});

async function open(...args: Parameters<typeof replyHouse>): Promise<ReplyHouse> {
	const house = await replyHouse(...args);
	houses.push(house);
	return house;
}

const shown = ({ browser }: ReplyHouse): string =>
	browser
		.of('replyWord')
		.map(({ text }) => text)
		.join('');
const order = ({ browser }: ReplyHouse): string[] => browser.received.map(({ type }) => type);

describe('a reply with a beginning', () => {
	it('says that first, as it says a model’s words, and then what the model writes', async () => {
		const house = await open((response) => answer(response, 'and **thr', 'ee**.'));
		house.browser.say(request(1, { begin: ' one (see [1]), **two**' }));
		await house.browser.next('replyDone');
		expect(shown(house)).toBe(' one (see [1]), **two** and **three**.');
		expect(told(house.tts.clients[0]).join('')).toBe('one (see), two and three.Eos');
		expect(house.browser.of('replyDone')).toMatchObject([{ outcome: 'complete' }]);
	});

	it('has its words in the voice while the model still thinks', async () => {
		let write: () => void = () => undefined;
		const house = await open((response) => {
			write = () => answer(response, 'three four');
		});
		house.browser.say(request(1, { begin: 'one two' }));
		await house.browser.next('replyText');
		expect(house.browser.of('replyWritten')).toEqual([]);
		while (house.llm.open() === 0) await new Promise(setImmediate);
		write();
		await house.browser.next('replyDone');
		expect(shown(house)).toBe('one two three four');
	});

	it.each([
		['one', 'two', 'one two'],
		['one ', 'two', 'one two'],
		['one', ' two', 'one two'],
		['one', ', two', 'one, two'],
		['one\n', '- two', 'one\n- two']
	])('joins %j and %j to %j', async (begin, delta, both) => {
		const house = await open((response) => answer(response, delta));
		house.browser.say(request(1, { begin }));
		await house.browser.next('replyDone');
		expect(shown(house)).toBe(both);
	});

	it('says the whole of it where the model fails, and that it failed', async () => {
		const house = await open((response) => response.writeHead(401).end());
		house.browser.say(request(1, { begin: 'one two' }));
		await house.browser.next('replyDone');
		expect(shown(house)).toBe('one two');
		expect(told(house.tts.clients[0])).toEqual(['one', ' two', 'Eos']);
		expect(house.browser.of('replyWritten')).toEqual([]);
		const ends = story(house.browser.received).filter((line) => /^(problem|done)/.test(line));
		expect(ends).toEqual(['problem 1 llm unauthorized_upstream', 'done 1 complete']);
	});

	it('is silent about a model that has nothing to add', async () => {
		const house = await open((response) => answer(response));
		house.browser.say(request(1, { begin: '🙂' }));
		await house.browser.next('replyDone');
		expect(house.browser.of('problem')).toEqual([]);
		await house.freed();
	});

	it('counts it towards the longest reply', async () => {
		const house = await open((response) => answer(response, 'three four five six'), undefined, {
			limits: { replyChars: 10 }
		});
		house.browser.say(request(1, { begin: 'one two ' }));
		await house.browser.next('replyDone');
		expect(shown(house)).toBe('one two');
	});

	it('may be as long as the longest reply and no longer', async () => {
		const house = await open((response) => answer(response, 'x'));
		house.browser.say(request(1, { begin: 'a'.repeat(MAX_BEGIN_CHARS), written: true, speculative: true }));
		expect(house.browser.closedWith).toBeNull();
		house.browser.say(request(2, { begin: 'a'.repeat(MAX_BEGIN_CHARS + 1) }));
		expect(await house.browser.closed()).toEqual({ code: CLOSE.badMessage, reason: 'bad_message' });
	});
});

describe('a reply that was written to its end', () => {
	it('asks no model', async () => {
		const house = await open(() => {
			throw new Error('asked');
		});
		house.browser.say(request(1, { begin: ' the rest.', written: true }));
		await house.browser.next('replyDone');
		expect(shown(house)).toBe(' the rest.');
		expect(told(house.tts.clients[0])).toEqual(['the', ' rest.', 'Eos']);
		expect(house.llm.open()).toBe(0);
	});

	it('of which nothing is left to say is complete at once, and leaves nothing behind', async () => {
		const house = await open((response) => answer(response, 'x'));
		house.browser.say(request(1, { begin: '🙂', written: true }));
		expect(story(house.browser.received).slice(-1)).toEqual(['done 1 complete']);
		expect(house.browser.of('problem')).toEqual([]);
		await house.freed();
		expect(house.clock.pending()).toBe(1);
	});

	it('waits for its commit like any other', async () => {
		const house = await open((response) => answer(response, 'x'));
		house.browser.say(request(1, { begin: 'rest', written: true, speculative: true }));
		await house.browser.next('replyAudio');
		expect(told(house.tts.clients[0])).toEqual([]);
		house.browser.say({ type: 'commit', reply: 1 });
		expect((await house.browser.next('replyDone')).outcome).toBe('complete');
	});
});

describe('that everything is written', () => {
	it('is told after the last word and before the end', async () => {
		const house = await open((response) => answer(response, 'one two'));
		house.browser.say(request(4));
		await house.browser.next('replyDone');
		const types = order(house);
		expect(house.browser.of('replyWritten')).toEqual([{ type: 'replyWritten', reply: 4 }]);
		expect(types.indexOf('replyWritten')).toBeGreaterThan(types.lastIndexOf('replyWord'));
		expect(types.indexOf('replyWritten')).toBeLessThan(types.indexOf('replyDone'));
	});

	it('is not told of an answer that was cut off', async () => {
		const house = await open((response) => void stream(response).write(said('one two thr'), () => response.destroy()));
		house.browser.say(request(1));
		await house.browser.next('replyDone');
		expect(house.browser.of('replyWritten')).toEqual([]);
	});
});
