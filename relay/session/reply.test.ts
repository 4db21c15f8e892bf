import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { CLOSE } from '../../src/lib/protocol/problems.ts';
import { scrub } from '../log-scrub.ts';
import { DONE, answer, event, finished, said } from '../upstream/testing/chat-server.ts';
import type { MoshiClient } from '../upstream/testing/moshi-server.ts';
import {
	READY,
	parrot,
	replyHouse,
	request,
	sound,
	spoken,
	story,
	stream,
	told,
	type ReplyHouse
} from './testing/reply-house.ts';

const houses: ReplyHouse[] = [];
afterEach(async () => {
	await Promise.all(houses.splice(0).map((house) => house.close()));
});

async function open(...args: Parameters<typeof replyHouse>): Promise<ReplyHouse> {
	const house = await replyHouse(...args);
	houses.push(house);
	return house;
}

/** Resolves when everything that was sent to this server so far has arrived. */
function roundTrip({ socket }: MoshiClient): Promise<void> {
	socket.ping();
	return new Promise((resolve) => socket.once('pong', () => resolve()));
}

const only = (lines: readonly string[], kind: string): string[] => lines.filter((line) => line.startsWith(kind));

describe('a reply', () => {
	it('flows: words to the browser and the voice, sound and spoken words back, then complete', async () => {
		let asked: unknown;
		const { browser, tts, freed, clock } = await open((response, body) => {
			asked = JSON.parse(body);
			answer(response, 'Hel', 'lo **th', 'ere**, ', 'I’m', ' `Parley`.');
		});
		browser.say(request(3, { voice: 'v.wav', temperature: 0.7, maxTokens: 300 }));
		await browser.next('replyDone');
		expect(asked).toMatchObject({ messages: request(3).messages, temperature: 0.7, max_tokens: 300, model: 'm' });
		const lines = story(browser.received);
		expect(only(lines, 'word')).toEqual(['word 3:Hello', 'word 3: **there**,', 'word 3: I’m', 'word 3: `Parley`.']);
		expect(told(tts.clients[0])).toEqual(['Hello', ' there,', " I'm", ' Parley.', 'Eos']);
		expect(tts.clients[0]!.request.url).toContain('voice=v.wav');
		expect(lines.filter((line) => /^(audio|text)/.test(line))).toEqual([
			'audio 3:0',
			'audio 3:1',
			'text 3:Hello 1–1.5',
			'audio 3:2',
			'text 3:there, 2–2.5',
			'audio 3:3',
			"text 3:I'm 3–3.5",
			'audio 3:4',
			'text 3:Parley. 4–4.5'
		]);
		expect(lines.at(-1)).toBe('done 3 complete');
		await freed();
		expect(clock.pending()).toBe(1); // the session's own idle timer
	});

	it('tells the browser what is said for what is shown, where that differs, and gives the voice whole words', async () => {
		const { browser, tts } = await open((response) => {
			answer(response, 'See [the ', 'docs](https://example.com/a), ', '10', ' km o', 'ff 🙂: ', '*smiles* n', 'ow.');
		});
		browser.say(request(1));
		await browser.next('replyDone');
		const words = browser.of('replyWord').map(({ text, spoken }) => (spoken === undefined ? [text] : [text, spoken]));
		expect(words.map(([text]) => text).join('')).toBe(
			'See [the docs](https://example.com/a), 10 km off 🙂: *smiles* now.'
		);
		expect(words.filter(([, differs]) => differs !== undefined)).toEqual([
			[' [the', 'the'],
			[' docs](https://example.com/a),', 'docs,'],
			[' 🙂:', ''],
			[' *smiles*', '']
		]);
		expect(told(tts.clients[0])).toEqual(['See', ' the', ' docs,', ' 10 km', ' off', ' now.', 'Eos']);
	});

	it('has the stand-ins in the language of the person', async () => {
		const { browser, tts } = await open((response) => answer(response, '```js\nx()\n```'), parrot, { language: 'fr' });
		browser.say(request(1));
		await browser.next('replyDone');
		expect(told(tts.clients[0])).toEqual(['Voici du code.', 'Eos']);
	});

	it('takes the relay’s voice where the browser names none', async () => {
		const { browser, tts } = await open((response) => answer(response, 'Hi'));
		browser.say(request(1));
		await browser.next('replyDone');
		expect(tts.clients[0]!.request.url).toContain('voice=default.wav');
	});

	it('waits for a voice that is late without losing a word', async () => {
		let letSpeak: () => void = () => undefined;
		const { browser, tts } = await open(
			(response) => answer(response, 'One two three'),
			(client) => (letSpeak = () => parrot(client))
		);
		browser.say(request(1));
		await browser.next('replyWord', 3);
		while (tts.clients.length === 0) await new Promise(setImmediate);
		letSpeak();
		expect((await browser.next('replyDone')).outcome).toBe('complete');
		expect(told(tts.clients[0])).toEqual(['One', ' two', ' three', 'Eos']);
	});

	it('keeps the connection open after Eos until the voice has spoken', async () => {
		const { browser, tts } = await open(
			(response) => answer(response, 'Hi'),
			(client) => client.send(READY)
		);
		browser.say(request(1));
		while (tts.clients.length === 0) await new Promise(setImmediate);
		await tts.clients[0]!.messages(2);
		tts.clients[0]!.send(sound(9), spoken('Hi', 0));
		await browser.next('replyText');
		expect(browser.of('replyDone')).toEqual([]);
		tts.clients[0]!.socket.close();
		expect((await browser.next('replyDone')).outcome).toBe('complete');
	});
});

describe('a speculative reply', () => {
	it('shows its words but gives the voice none before it is committed', async () => {
		const { browser, tts } = await open((response) => answer(response, 'Yes indeed.'));
		browser.say(request(1, { speculative: true }));
		await browser.next('replyWord', 2);
		await browser.next('replyAudio'); // the head: the voice is there
		browser.say({ type: 'commit', reply: 2 }); // another one's
		await roundTrip(tts.clients[0]!);
		expect(told(tts.clients[0])).toEqual([]);
		browser.say({ type: 'commit', reply: 1 });
		browser.say({ type: 'commit', reply: 1 });
		expect((await browser.next('replyDone')).outcome).toBe('complete');
		expect(told(tts.clients[0])).toEqual(['Yes', ' indeed.', 'Eos']);
	});

	it('is cancelled where nobody decides: it holds a slot', async () => {
		const { browser, clock, freed } = await open((response) => stream(response).write(said('Maybe so')));
		browser.say(request(1, { speculative: true }));
		await browser.next('replyWord');
		await browser.next('replyAudio');
		clock.advance(15_000);
		expect(story(browser.received).at(-1)).toBe('done 1 cancelled');
		await freed();
	});

	it('is not cancelled by that clock once it is committed', async () => {
		const { browser, clock } = await open((response) => stream(response).write(said('Maybe so')));
		browser.say(request(1, { speculative: true }));
		browser.say({ type: 'commit', reply: 1 });
		await browser.next('replyText');
		clock.advance(16_000);
		expect(browser.of('replyDone')).toEqual([]);
	});
});

describe('stopping a reply', () => {
	const forever = (response: ServerResponse): void => {
		stream(response).write(said('Once upon a time '));
	};

	it('by cancel: done at once, both legs freed, and nothing of it afterwards', async () => {
		const { browser, tts, freed } = await open(forever);
		browser.say(request(1));
		await browser.next('replyText', 3);
		browser.say({ type: 'cancel', reply: 7 }); // another one's
		expect(browser.of('replyDone')).toEqual([]);
		browser.say({ type: 'cancel', reply: 1 });
		tts.clients[0]!.send(sound(9), spoken('late', 9));
		browser.say({ type: 'cancel', reply: 1 });
		await freed();
		const lines = story(browser.received);
		expect(lines.at(-1)).toBe('done 1 cancelled');
		expect(only(lines, 'done').length).toBe(1);
		expect(only(lines, 'problem')).toEqual([]);
	});

	it('by a new reply: the old one is cancelled before the new one says a word', async () => {
		let number = 0;
		const { browser, tts } = await open((response) =>
			++number === 1 ? forever(response) : answer(response, 'Sorry?')
		);
		browser.say(request(1));
		await browser.next('replyText', 3);
		browser.say(request(2));
		await browser.next('replyDone', 2);
		const lines = story(browser.received);
		const end = lines.indexOf('done 1 cancelled');
		expect(lines.slice(end + 1).every((line) => line.includes(' 2'))).toBe(true);
		expect(lines.slice(0, end).every((line) => line.includes(' 1'))).toBe(true);
		expect(lines.at(-1)).toBe('done 2 complete');
		expect(await tts.clients[0]!.gone).toBe(1000);
	});

	it('by vanishing, at every moment: nothing is left behind', async () => {
		const moments: ((house: ReplyHouse) => Promise<unknown>)[] = [
			() => Promise.resolve(),
			() => new Promise(setImmediate),
			(house) => house.browser.next('replyWord'),
			(house) => house.browser.next('replyAudio'),
			(house) => house.browser.next('replyText'),
			async (house) => {
				while (house.tts.clients.length === 0) await new Promise(setImmediate);
			}
		];
		for (const moment of moments) {
			const house = await open(forever);
			house.browser.say(request(1));
			await moment(house);
			house.browser.vanish();
			await house.freed();
			expect([house.sessions.count(), house.clock.pending()]).toEqual([0, 0]);
		}
	});

	it('by a browser that does not read: too_slow, and both legs freed', async () => {
		const house = await open(forever);
		house.browser.say(request(1));
		await house.browser.next('replyWord');
		house.browser.full = true;
		house.browser.say(request(2)); // cancelling the first finds out
		expect(await house.browser.closed()).toEqual({ code: CLOSE.tryAgainLater, reason: 'too_slow' });
		await house.freed();
		expect([house.sessions.count(), house.clock.pending()]).toEqual([0, 0]);
	});
});

describe('an LLM that fails', () => {
	it('before its first word: a problem that names the reply, and failed', async () => {
		const { browser, freed } = await open((response) => response.writeHead(503, { 'retry-after': '3' }).end());
		browser.say(request(4));
		await browser.next('replyDone');
		expect(browser.of('problem')).toMatchObject([{ reply: 4, fault: 'llm', code: 'at_capacity', retryAfterMs: 3000 }]);
		expect(only(story(browser.received), 'done')).toEqual(['done 4 failed']);
		await freed();
	});

	it('within its first word: half a word is no word', async () => {
		const { browser } = await open((response) => void stream(response).write(said('Hel'), () => response.destroy()));
		browser.say(request(1));
		await browser.next('replyDone');
		expect(story(browser.received).filter((line) => !line.startsWith('audio'))).toEqual([
			'problem 1 llm lost',
			'done 1 failed'
		]);
	});

	it('later: what it wrote is spoken, but for the last word that may be half, and the reply is complete', async () => {
		const { browser, tts } = await open((response) => {
			stream(response).write(said('One two thr'), () => response.destroy());
		});
		browser.say(request(1));
		await browser.next('replyDone');
		const lines = story(browser.received);
		expect(only(lines, 'problem')).toEqual(['problem 1 llm lost']);
		expect(only(lines, 'word')).toEqual(['word 1:One', 'word 1: two']);
		expect(told(tts.clients[0])).toEqual(['One', ' two', 'Eos']);
		expect(lines.at(-1)).toBe('done 1 complete');
	});

	it('in silence: the operator’s patience decides', async () => {
		const limits = { llmFirstTokenMs: 40 };
		const { browser, freed } = await open((response) => stream(response).flushHeaders(), parrot, { limits });
		browser.say(request(1));
		await browser.next('replyDone');
		expect(only(story(browser.received), 'problem')).toEqual(['problem 1 llm timed_out']);
		await freed();
	});

	it.each([
		['nothing', finished + DONE],
		['white space', said(' \n ') + finished],
		['marks that nobody speaks', said('** _ `') + finished],
		['thoughts alone', event({ choices: [{ delta: { reasoning_content: 'Hm. Well.' } }] }) + finished]
	])('by answering %s: a problem, so that the silence is explained, and complete', async (_name, events) => {
		const { browser, tts, freed } = await open((response) => stream(response).end(events));
		browser.say(request(1));
		await browser.next('replyDone');
		const lines = story(browser.received).filter((line) => /^(problem|done|text)/.test(line));
		expect(lines).toEqual(['problem 1 llm protocol', 'done 1 complete']);
		await freed();
		expect(told(tts.clients[0])).toEqual([]);
	});

	it('by never ending: the reply is cut at its limit of characters and spoken', async () => {
		const house = await open(
			(response) => {
				stream(response);
				const more = (): void => {
					while (!response.destroyed && response.write(said('blah ')));
				};
				response.on('drain', more);
				more();
			},
			parrot,
			{ limits: { replyChars: 1000 } }
		);
		house.browser.say(request(1));
		expect((await house.browser.next('replyDone')).outcome).toBe('complete');
		// The last word may be half.
		expect(house.browser.of('replyWord').length).toBe(199);
		expect(house.browser.of('replyText').length).toBe(199);
		await house.llm.idle();
	});
});

describe('a TTS that fails', () => {
	const talk = (response: ServerResponse): void => {
		stream(response).write(said('One two three four '));
	};

	it.each([
		['full', () => undefined, 'at_capacity'],
		['never ready', () => undefined, 'timed_out'],
		['cut in mid-reply', (client) => client.send(READY, sound(1)), 'lost'],
		['talking nonsense', (client) => client.send(READY, Uint8Array.of(0xc1)), 'protocol']
	] as const satisfies readonly (readonly [string, Parameters<typeof replyHouse>[1], string])[])(
		'%s: a problem that names the reply, failed, and the LLM is let go',
		async (name, speak, code) => {
			const house = await open(
				talk,
				(client) => {
					if (name === 'full') client.send({ type: 'Error', message: 'no free channels' });
					if (name === 'cut in mid-reply') client.socket.on('message', () => client.socket.terminate());
					speak?.(client);
				},
				{ limits: { ttsTimeoutMs: name === 'never ready' ? 50 : 5000 } }
			);
			house.browser.say(request(6));
			await house.browser.next('replyDone');
			const lines = story(house.browser.received).filter((line) => /^(problem|done)/.test(line));
			const warned = name === 'full' ? [`problem 6 tts ${code}`] : [];
			expect(lines).toEqual([...warned, `problem 6 tts ${code}`, 'done 6 failed']);
			await house.freed();
			expect(house.clock.pending()).toBe(1);
		}
	);

	it('by falling silent after Eos: another speaks, after a while without sound, not before', async () => {
		const { browser, clock, tts } = await open(
			(response) => answer(response, 'Hi'),
			(client, number) => (number === 1 ? client.send(READY) : parrot(client))
		);
		browser.say(request(1));
		while (tts.clients.length === 0) await new Promise(setImmediate);
		await tts.clients[0]!.messages(2);
		clock.advance(4000);
		tts.clients[0]!.send(sound(1));
		await browser.next('replyAudio');
		clock.advance(4999);
		expect(tts.attempts()).toBe(1);
		clock.advance(1);
		await browser.next('replyDone');
		expect(browser.of('replySplice')).toEqual([{ type: 'replySplice', reply: 1, atS: 0 }]);
		expect(told(tts.clients[1])).toEqual(['Hi', 'Eos']);
		expect(story(browser.received).filter((line) => /^(problem|done)/.test(line))).toEqual(['done 1 complete']);
	});

	it('does not keep the next reply from being spoken', async () => {
		const { browser } = await open(
			(response) => answer(response, 'Hello again'),
			(client, number) => (number <= 4 ? client.send(READY, Uint8Array.of(0xc1)) : parrot(client))
		);
		browser.say(request(1));
		await browser.next('replyDone');
		browser.say(request(2));
		await browser.next('replyDone', 2);
		expect(only(story(browser.received), 'done')).toEqual(['done 1 failed', 'done 2 complete']);
	});
});

describe('the log', () => {
	it('counts a reply and holds nothing of what was said, and no key', async () => {
		const { browser, lines } = await open((response) => {
			stream(response).write(said('Your SECRET answer is'), () => response.destroy());
		});
		browser.say(request(1));
		await browser.next('replyDone');
		browser.say({ type: 'commit', reply: 1 });
		browser.raw(
			Uint8Array.of(0x81, 0xa4, ...new TextEncoder().encode('type'), 0xa5, ...new TextEncoder().encode('DIARY'))
		);
		await browser.closed();
		const log = lines.join('\n');
		expect(log).not.toMatch(/secret|nightingale|answer is|diary|-key-|192\.0\.2|127\.0\.0/i);
		const done = lines.map((line) => JSON.parse(line) as Record<string, unknown>).find((line) => line['outcome'])!;
		expect(done).toMatchObject({ reply: 1, outcome: 'complete', wordCount: 3 });
		expect(scrub(done)).toEqual(done); // a count is no transcript, and its name must not make it one
	});
});
