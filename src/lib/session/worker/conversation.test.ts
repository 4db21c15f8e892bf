import { beforeEach, describe, expect, it } from 'vitest';
import { replyAudioHead, withBin, wrapStep } from '../../protocol/session.ts';
import { problem } from '../../protocol/problems.ts';
import { WELCOME } from './testing/fake-relay.ts';
import { PRE_SKIP_SAMPLES, Stage } from './testing/stage.ts';

let stage: Stage;
beforeEach(async () => {
	stage = await Stage.open('unmute');
});

describe('a conversation', () => {
	it('connects, listens, greets, and is then the person’s', () => {
		expect(stage.phase).toBe('connecting');
		stage.greet();
		expect(stage.relay.last.of('listen')).toHaveLength(1);
		expect(stage.relay.last.of('reply')).toMatchObject([
			{ reply: 1, temperature: 0.7, messages: [{ role: 'system' }, { role: 'user', content: 'Hello.' }] }
		]);
		expect(stage.phase).toBe('listening');
		expect(stage.entries).toEqual(['assistant: Hello there.']);
	});

	it('sends the microphone in pages of 80 ms, and silence at the end of a turn', () => {
		stage.greet();
		const before = stage.relay.last.of('audio').length;
		expect(before).toBe(13);
		stage.speak('Hi');
		expect(stage.relay.last.of('audio')).toHaveLength(before + 8);
	});

	it('asks with what was said and heard', () => {
		stage.greet();
		stage.speak('How', 'are', 'you?');
		expect(stage.relay.last.of('reply')[1]).toMatchObject({
			reply: 2,
			temperature: 0.3,
			messages: [
				{ role: 'system' },
				{ role: 'user', content: 'Hello.' },
				{ role: 'assistant', content: 'Hello there.' },
				{ role: 'user', content: 'How are you?' }
			]
		});
	});

	it('gives the worklet all of the reply’s sound, once, less the pre-skip, and its words at their samples', () => {
		stage.greet();
		const samples = stage
			.posted('pcm')
			.reduce((sum, message) => sum + (message.type === 'pcm' ? message.pcm.length : 0), 0);
		expect(samples).toBe(3 * 1920 - PRE_SKIP_SAMPLES);
		// Sample n of what was encoded comes out 156 later (libopus), less what is dropped.
		expect(stage.posted('word')).toMatchObject([{ atSample: 1920 + 156 - 1920 }, { atSample: 3840 + 156 - 1920 }]);
		expect(stage.posted('end')).toHaveLength(1);
	});

	const captions = () =>
		stage.view
			.filter((message) => message.type === 'caption')
			.map(
				({ words, interrupted }) =>
					words.map(({ heard }) => (heard ? 'heard' : 'not yet')).join(', ') + (interrupted ? '—' : '')
			);

	it('shows the words as they are heard, and leaves them until somebody says something else', () => {
		stage.greet();
		expect(captions()).toContain('heard, not yet');
		expect(captions().at(-1)).toBe('heard, heard');
		stage.word('Hi');
		expect(captions().at(-1)).toBe('');
	});

	it('shows what was heard of an answer that was cut off', () => {
		stage.greet();
		stage.speak('Tell', 'me');
		stage.answer(2, ['Once', ' upon', ' a', ' time']);
		stage.play(2, 2);
		stage.hear(30); // beyond the first seconds, which no pause prediction interrupts
		stage.step(0, 1);
		expect(captions().at(-1)).toBe('heard, heard, not yet, not yet—');
	});

	it('stops the sound at a word, and remembers what was heard and no more', () => {
		stage.greet();
		stage.speak('Tell', 'me');
		stage.answer(2, ['Once', ' upon', ' a', ' time']);
		stage.play(2, 2);
		stage.word('Stop');
		expect(stage.posted('stop')).toEqual([{ type: 'stop', reply: 2 }]);
		expect(stage.relay.last.of('cancel')).toEqual([{ type: 'cancel', reply: 2 }]);
		stage.conversation.played({ type: 'word', reply: 2, index: 2, atSample: 0, contextTimeS: 0 });
		stage.conversation.played({ type: 'stopped', reply: 2, playedSamples: 0, contextTimeS: 0 });
		expect(stage.phase).toBe('hearing');
		expect(stage.entries.slice(1)).toEqual(['user: Tell me', 'assistant: Once upon—', 'user: Stop']);
		expect(stage.view).toContainEqual(
			expect.objectContaining({ type: 'mark', mark: expect.objectContaining({ name: 'silenced' }) })
		);
	});

	it('does not bring the words of an answer back that was cut off', () => {
		stage.greet();
		stage.speak('Tell', 'me');
		stage.answer(2, ['Once', ' upon'], false);
		stage.play(2, 1);
		stage.relay.last.say({ type: 'replyWord', reply: 2, text: ' a' });
		stage.word('Stop');
		expect(captions().at(-1)).toBe('');
		// Under way while the relay heard of it.
		stage.relay.last.say({ type: 'replyWord', reply: 2, text: ' time' });
		stage.hear(1);
		expect(captions().at(-1)).toBe('');
	});

	it('shows and remembers what was written, and hears it by what the voice was given', () => {
		stage.greet();
		stage.speak('Where', 'is', 'it?');
		const say = stage.relay.last.say.bind(stage.relay.last);
		stage.answer(2, ['See'], false);
		say({ type: 'replyWord', reply: 2, text: ' `x`', spoken: '' });
		say({ type: 'replyWord', reply: 2, text: ' [the](https://example.com)', spoken: 'the' });
		say({ type: 'replyWord', reply: 2, text: ' **10 km**', spoken: '10 km' });
		say({ type: 'replyWord', reply: 2, text: ' map' });
		for (const text of ['the', '10', 'km', 'map']) say({ type: 'replyText', reply: 2, text, startS: 1, stopS: 1 });
		stage.play(2, 3);
		expect(stage.entries.at(-1)).toBe('assistant: See `x` [the](https://example.com)');
		for (const index of [3, 4])
			stage.conversation.played({ type: 'word', reply: 2, index, atSample: 0, contextTimeS: 0 });
		expect(stage.entries.at(-1)).toBe('assistant: See `x` [the](https://example.com) **10 km** map');
	});

	it('hears nothing more of a reply that was cancelled', () => {
		stage.greet();
		stage.speak('Tell', 'me');
		stage.answer(2, ['Once'], false);
		stage.word('Stop');
		const before = stage.toPlayback.length;
		stage.answer(2, [' upon'], true);
		expect(stage.toPlayback).toHaveLength(before);
		expect(stage.phase).toBe('hearing');
	});

	it('says goodbye and ends', () => {
		stage.greet();
		stage.speak('Goodbye');
		stage.answer(2, ['Bye!']);
		stage.play(2, 1);
		stage.drain(2);
		stage.time.advance(1000);
		expect(stage.phase).toBe('ended');
		expect(stage.relay.last.closedWith).toBe(1000);
		expect(stage.time.pending).toBe(0);
	});

	it('stops when it is told to, and says nothing after that', () => {
		stage.greet();
		stage.conversation.stop();
		expect(stage.phase).toBe('idle');
		const before = stage.view.length;
		stage.word('Hello?');
		stage.time.advance(60_000);
		expect(stage.view).toHaveLength(before);
	});
});

describe('trouble', () => {
	it('with the STT: it says so, asks again, and sends again what was not transcribed', () => {
		stage.greet();
		stage.hear(10);
		stage.step(0.1, 10);
		stage.relay.last.say({ type: 'problem', ...problem('stt', 'lost') });
		expect(stage.phase).toBe('reconnecting');
		const sent = stage.relay.last.of('audio').length;
		stage.time.advance(250);
		expect(stage.relay.last.of('listen')).toMatchObject([{ stream: 1 }, { stream: 2 }]);
		stage.relay.last.say({ type: 'listening', stream: 2 });
		// The 500 ms whose words had not come out, and 640 for a word that was under way.
		expect(stage.relay.last.of('audio').length - sent).toBe(7 + 8);
		expect(stage.phase).toBe('listening');
		expect(stage.view.findLast((message) => message.type === 'problem')?.problem).toBeNull();
	});

	it('with an STT that will not have us: it says so, answers what is written, and tries again now and then', () => {
		stage.greet();
		const refused = (): void => stage.relay.last.say({ type: 'problem', ...problem('stt', 'unauthorized_upstream') });
		refused();
		expect(stage.phase).toBe('deaf');
		stage.conversation.person({ type: 'text', text: 'Hello?' });
		expect(stage.phase).toBe('thinking');
		stage.answer(2, ['Hello.']);
		stage.play(2, 1);
		stage.drain(2);
		expect(stage.phase).toBe('deaf');
		stage.time.advance(30_000);
		expect(stage.relay.last.of('listen')).toHaveLength(2);
		expect(stage.phase).toBe('deaf');
		refused();
		stage.time.advance(60_000);
		stage.relay.last.say({ type: 'listening', stream: 3 });
		expect(stage.phase).toBe('listening');
	});

	it('with an STT that would not have us at the first relay: another relay is asked at once', () => {
		stage.relay.last.welcome();
		stage.relay.last.say({ type: 'problem', ...problem('stt', 'unauthorized_upstream') });
		expect(stage.phase).toBe('deaf');
		stage.relay.last.vanish();
		expect(stage.phase).toBe('connecting');
		stage.time.advance(500);
		stage.relay.last.welcome();
		stage.relay.last.say({ type: 'listening', stream: 2 });
		expect(stage.phase).toBe('thinking');
	});

	it('with a reply before it sounds: it asks again', () => {
		stage.greet();
		stage.speak('Hi');
		stage.relay.last.say({ type: 'problem', ...problem('llm', 'refused'), reply: 2 });
		stage.relay.last.say({ type: 'replyDone', reply: 2, outcome: 'failed' });
		// The worklet has played all there is of it: nothing.
		expect(stage.posted('end')).toContainEqual({ type: 'end', reply: 2 });
		stage.drain(2);
		expect(stage.phase).toBe('thinking');
		stage.time.advance(500);
		expect(stage.relay.last.of('reply').map(({ reply }) => reply)).toEqual([1, 2, 3]);
	});

	it('with the relay: another takes over, with the whole history and what was said meanwhile', () => {
		stage.greet();
		stage.word('I');
		const [first] = stage.relay.sockets;
		first?.vanish();
		expect(stage.phase).toBe('reconnecting');
		stage.hear(5);
		stage.time.advance(1000);
		expect(stage.relay.sockets).toHaveLength(2);
		stage.relay.last.welcome();
		stage.relay.last.say({ type: 'listening', stream: 2 });
		expect(stage.phase).toBe('hearing');
		expect(stage.relay.last.of('audio').length).toBeGreaterThanOrEqual(5);
		stage.word('think');
		stage.step(1, 22);
		expect(stage.relay.last.of('reply')[0]?.messages.at(-1)).toEqual({ role: 'user', content: 'I think' });
	});

	it('with the STT in the middle of a word: the next one hears all of it, and it is written once', () => {
		stage.greet();
		stage.hear(20);
		stage.step(0, 20);
		stage.word('good', 1.6);
		stage.relay.last.say({ type: 'endWord', stopS: 1.84 });
		stage.word('mountain', 2);
		stage.relay.last.say({ type: 'problem', ...problem('stt', 'lost') });
		const sent = stage.relay.last.of('audio').length;
		stage.time.advance(250);
		stage.relay.last.say({ type: 'listening', stream: 2 });
		// From the frame before the word on: the 25th of 33.
		expect(stage.relay.last.of('audio').length - sent).toBe(33 - 24);
		stage.word('mountains', 0.1);
		stage.relay.last.say({ type: 'endWord', stopS: 0.6 });
		stage.word('air', 0.64);
		expect(stage.entries.at(-1)).toBe('user: good mountain air');
	});

	it('with a relay that was never there: it says so', () => {
		for (let i = 0; i < 5; i++) {
			stage.relay.last.vanish();
			stage.time.advance(10_000);
		}
		expect(stage.view.findLast((message) => message.type === 'phase')).toMatchObject({
			phase: 'failed',
			failure: 'relay_away'
		});
	});

	it('none, but a question that follows at once: the silence of the reply before it is marked all the same', () => {
		stage.greet();
		stage.speak('Tell', 'me');
		stage.answer(2, ['Once', ' upon']);
		stage.play(2, 1);
		stage.conversation.person({ type: 'text', text: 'Stop.' });
		expect(stage.relay.last.of('reply').at(-1)?.reply).toBe(3);
		stage.conversation.played({ type: 'stopped', reply: 2, playedSamples: 0, contextTimeS: 0 });
		const marks = stage.view.flatMap((message) => (message.type === 'mark' ? [message.mark.name] : []));
		expect(marks.filter((name) => name === 'silenced')).toHaveLength(1);
	});

	it('with a relay that wants no more of it: what was being said is finished in the log', () => {
		stage.greet();
		stage.word('Hello');
		stage.relay.last.say({ type: 'problem', ...problem('client', 'unauthorized') });
		stage.relay.last.vanish(4401);
		expect(stage.view.findLast((message) => message.type === 'phase')).toMatchObject({ failure: 'code_needed' });
		expect(stage.view.findLast((message) => message.type === 'entry')?.entry).toMatchObject({
			text: 'Hello',
			open: false
		});
	});

	it('with frames that are no message: it passes over them', () => {
		stage.greet();
		stage.relay.last.sayBytes(wrapStep(Uint8Array.of(0xc1, 0, 1)));
		stage.relay.last.sayBytes(withBin(replyAudioHead(1), Uint8Array.of(0xff)));
		expect(stage.phase).toBe('listening');
	});

	it('that is not asked about an old stream or reply changes nothing', () => {
		stage.greet();
		const before = stage.view.length;
		stage.relay.last.say({ type: 'listening', stream: 7 });
		stage.relay.last.say({ type: 'replyWord', reply: 9, text: 'x' });
		stage.relay.last.say({ type: 'replyText', reply: 9, text: 'x', startS: 0, stopS: 0 });
		stage.relay.last.say({ type: 'replyDone', reply: 9, outcome: 'complete' });
		expect(stage.view).toHaveLength(before);
	});
});

describe('the browser’s own recogniser', () => {
	it('writes the words where the STT cannot', () => {
		stage.conversation.recogniser(true);
		stage.greet();
		stage.speak('[speech]');
		expect(stage.relay.last.of('reply')).toHaveLength(1);
		stage.conversation.heardLocally('What time is it?');
		stage.step(1);
		expect(stage.relay.last.of('reply')[1]?.messages.at(-1)?.content).toBe('What time is it?');
		expect(stage.entries.at(-1)).toBe('user: What time is it?');
	});
});

it('shows both voices as they sound, 25 times a second', () => {
	stage.greet();
	const before = stage.view.filter((message) => message.type === 'signal').length;
	stage.hear(10); // 800 ms
	expect(stage.view.filter((message) => message.type === 'signal').length - before).toBe(20);
});

it('takes a welcome with the engines’ names to the page', () => {
	stage.relay.last.welcome();
	expect(stage.view).toContainEqual({
		type: 'welcome',
		engines: {
			stt: { name: 'ears', embedded: true, recognises: true },
			llm: { name: 'mind', embedded: true },
			tts: { name: 'voice', embedded: true }
		},
		records: false
	});
	expect(WELCOME.version).toBe(1);
});
