/** What a person is told while a voice is hard to get. */
import { afterEach, expect, it } from 'vitest';
import { answer } from '../upstream/testing/chat-server.ts';
import { parrot, replyHouse, request, story, type ReplyHouse } from './testing/reply-house.ts';

const houses: ReplyHouse[] = [];
afterEach(async () => {
	await Promise.all(houses.splice(0).map((house) => house.close()));
});

/** A TTS that is full for the first `times` clients. */
async function fullFor(times: number): Promise<ReplyHouse> {
	const house = await replyHouse(
		(response) => answer(response, 'Yes indeed.'),
		(client, number) => (number <= times ? client.send({ type: 'Error', message: 'no free channels' }) : parrot(client))
	);
	houses.push(house);
	return house;
}

const told = ({ browser }: ReplyHouse): string[] =>
	story(browser.received).filter((line) => /^(problem|done)/.test(line));

it('nothing where the first try succeeds, and once where it does not, however many follow', async () => {
	for (const times of [0, 1, 3]) {
		const house = await fullFor(times);
		house.browser.say(request(1));
		await house.browser.next('replyDone');
		expect(told(house)).toEqual([...(times === 0 ? [] : ['problem 1 tts at_capacity']), 'done 1 complete']);
		expect(house.tts.attempts()).toBe(times + 1);
	}
});

it('nothing of a speculative reply before it is meant, and then at once', async () => {
	const house = await fullFor(4);
	house.browser.say(request(1, { speculative: true }));
	// The second try says that the first one's failure is known.
	while (house.tts.attempts() < 2) await new Promise(setImmediate);
	expect(told(house)).toEqual([]);
	house.browser.say({ type: 'commit', reply: 1 });
	expect(told(house)).toEqual(['problem 1 tts at_capacity']);
	await house.browser.next('replyDone');
	expect(told(house)).toEqual(['problem 1 tts at_capacity', 'done 1 complete']);
});

it('nothing of it at all where it is over by then', async () => {
	const house = await fullFor(2);
	house.browser.say(request(1, { speculative: true }));
	await house.browser.next('replyAudio');
	house.browser.say({ type: 'commit', reply: 1 });
	await house.browser.next('replyDone');
	expect(told(house)).toEqual(['done 1 complete']);
});
