import { describe, expect, it } from 'vitest';
import { checkAudioPage } from '../../src/lib/audio/ogg/check-page.ts';
import { greeted, Stage } from './testing/stage.ts';
import { TtsStream, unpaged } from './testing/tts-stream.ts';

describe('a realtime conversation', () => {
	it('says nothing before the instructions are set, and nothing before it hears anything', () => {
		const stage = new Stage();
		stage.quiet(100);
		expect([stage.told, stage.story()]).toEqual([[], []]);
		const early = new Stage();
		early.conversation.instruct({ text: 'Be kind.', language: 'en' });
		early.clock.advance(60_000);
		expect(early.told).toEqual([]);
		early.quiet(1);
		expect(early.told).toEqual(['prepare ', 'listen 1']);
		early.listening();
		expect(early.told.slice(2)).toEqual(['reply 1']);
	});

	it("tells a turn in Unmute's order", () => {
		const stage = new Stage();
		stage.begin();
		stage.conversation.speakAs('fr/eve.wav');
		stage.answer('Hello', 'there.');
		stage.quiet(20);
		expect(stage.story()).toEqual([
			'response.created',
			'unmute.response.text.delta.ready Hello',
			'unmute.response.text.delta.ready  there.',
			'response.text.done',
			'response.audio.delta',
			'response.text.delta Hello',
			'response.audio.delta',
			'response.text.delta there.',
			'response.audio.done'
		]);
		stage.say('How', 'are', 'you?');
		expect(stage.story()).toEqual([
			'conversation.item.input_audio_transcription.delta How',
			'input_audio_buffer.speech_started',
			'conversation.item.input_audio_transcription.delta are',
			'conversation.item.input_audio_transcription.delta you?',
			'input_audio_buffer.speech_stopped',
			'response.created'
		]);
		stage.answer('Well.');
		stage.quiet(20);
		expect(stage.story().filter((type) => type.startsWith('response'))).toEqual([
			'response.text.done',
			'response.audio.delta',
			'response.text.delta Well.',
			'response.audio.done'
		]);
	});

	it('tells of an answer with the whole history, the prompt and the empty message that is to be filled', () => {
		const stage = new Stage();
		stage.begin();
		expect(stage.of('response.created')).toEqual([
			{
				type: 'response.created',
				response: {
					object: 'realtime.response',
					status: 'in_progress',
					voice: 'missing',
					chat_history: [
						{ role: 'system', content: 'Be kind.' },
						{ role: 'assistant', content: '' }
					]
				}
			}
		]);
		stage.answer('Hello', 'there.');
		stage.quiet(20);
		stage.conversation.speakAs('a voice');
		stage.say('Hi.');
		expect(stage.of('response.created').at(-1)?.response).toMatchObject({
			voice: 'a voice',
			chat_history: [
				{ role: 'system', content: 'Be kind.' },
				{ role: 'assistant', content: 'Hello there.' },
				{ role: 'user', content: 'Hi.' },
				{ role: 'assistant', content: '' }
			]
		});
		expect(stage.asked.map(({ temperature, voice, messages }) => [temperature, voice, messages.length])).toEqual([
			[0.7, undefined, 2],
			[0.3, 'a voice', 4]
		]);
		expect(stage.asked[0]?.messages).toEqual([
			{ role: 'system', content: 'Be kind.' },
			{ role: 'user', content: 'Hello.' }
		]);
	});

	it('tells each word when it is heard, and how things are before an answer is done', () => {
		const stage = new Stage();
		stage.begin();
		const atMs = stage.clock.now() - 1000;
		stage.answer('Hello', 'there', 'you.');
		stage.quiet(20);
		const when = (type: string): number[] =>
			stage.events.filter(({ event }) => event.type === type).map((it) => it.atMs - atMs);
		expect(when('response.text.delta')).toEqual([0, 240, 480]);
		expect(when('response.audio.delta')).toEqual([0, 0, 0, 0, 0, 80, 160, 240, 320]);
		expect(when('response.audio.done')).toEqual([480]);
		const done = stage.events.findIndex(({ event }) => event.type === 'response.audio.done');
		const before = stage.events[done - 1]?.event;
		expect(before).toMatchObject({
			type: 'unmute.additional_outputs',
			args: { chat_history: [{ role: 'assistant', content: 'Hello there you.' }] }
		});
	});

	it('tells how things are about once a second of audio, whatever the walls say', () => {
		const stage = new Stage();
		stage.quiet(130); // 10.4 s
		expect(stage.of('unmute.additional_outputs').length).toBeGreaterThanOrEqual(9);
		expect(stage.of('unmute.additional_outputs').length).toBeLessThanOrEqual(10);
		stage.clock.advance(60_000);
		expect(stage.of('unmute.additional_outputs').length).toBeLessThanOrEqual(10);
		const [first] = stage.of('unmute.additional_outputs');
		expect(first?.args).toMatchObject({
			chat_history: [],
			debug_dict: { conversation_state: 'waiting_for_user', connection: { stt: 'none' }, last_receive_time: 1.04 },
			debug_plot_data: []
		});
	});

	it('gives the client what the TTS sent, packet for packet, in one stream over several answers', () => {
		const stage = new Stage();
		stage.begin();
		const streams = [stage.answer('Hello', 'there.')];
		stage.quiet(20);
		for (const text of ['One.', 'Two.']) {
			stage.say(text);
			streams.push(stage.answer('You', 'said', text));
			stage.quiet(30);
		}
		expect(unpaged(stage.pages)).toEqual({ packets: streams.flatMap(({ packets }) => packets), heads: 1 });
	});

	it('is interrupted by a word, and drops what is queued', () => {
		const stage = greeted();
		stage.say('Tell', 'me.');
		const stream = new TtsStream(9);
		stage.write('A', ' long', ' answer');
		stage.sound(stream, 30);
		for (const [at, text] of ['A', 'long', 'answer'].entries()) stage.spoken(text, at * 0.4);
		stage.quiet(6);
		stage.story();
		const left = unpaged(stage.pages).packets.length;
		stage.word('Stop', 30);
		stage.write(' nobody', ' hears');
		stage.sound(stream, 5);
		stage.done('cancelled');
		stage.voice(20);
		expect(stage.story()).toEqual([
			'conversation.item.input_audio_transcription.delta Stop',
			'unmute.interrupted_by_vad',
			'input_audio_buffer.speech_started'
		]);
		expect(stage.told.at(-1)).toBe('cancel 2');
		expect(unpaged(stage.pages).packets).toHaveLength(left);
		stage.quiet(1);
		for (let i = 0; i < 8; i++) stage.step(0.99);
		expect(stage.asked.at(-1)?.messages.slice(-2)).toEqual([
			{ role: 'assistant', content: 'A long' },
			{ role: 'user', content: 'Stop' }
		]);
		expect(stage.of('response.created')[0]?.response.chat_history).toContainEqual({
			role: 'assistant',
			content: 'A long —'
		});
	});

	it('is interrupted by a voice, but not in the first three seconds of audio', () => {
		const stage = new Stage();
		stage.begin();
		stage.write('Hello');
		stage.sound(new TtsStream(), 100);
		stage.voice(30); // 2.4 s
		expect(stage.story()).not.toContain('unmute.interrupted_by_vad');
		stage.voice(10);
		expect(stage.story()).toContain('unmute.interrupted_by_vad');
		expect(stage.told.at(-1)).toBe('cancel 1');
		stage.word('Wait', 4);
		expect(stage.story()).toContain('input_audio_buffer.speech_started');
	});

	it('is interrupted before anything sounded, and says so', () => {
		const stage = greeted();
		stage.say('Well');
		stage.story();
		stage.write('I');
		stage.word('so', 40);
		expect(stage.story()).toEqual([
			'unmute.response.text.delta.ready I',
			'conversation.item.input_audio_transcription.delta so',
			'unmute.interrupted_by_vad',
			'input_audio_buffer.speech_started'
		]);
		stage.quiet(2);
		for (let i = 0; i < 8; i++) stage.step(0.99);
		expect(stage.asked.at(-1)?.messages.at(-1)).toEqual({ role: 'user', content: 'Well so' });
	});

	it('asks after seven seconds of silence, in audio, and tells no speech by it', () => {
		const stage = greeted();
		stage.clock.advance(60_000);
		stage.quiet(60);
		expect(stage.asked).toHaveLength(1);
		stage.quiet(30);
		for (let i = 0; i < 8; i++) stage.step(0.99);
		expect(stage.story()).toEqual(['input_audio_buffer.speech_stopped', 'response.created']);
		expect(stage.asked.at(-1)?.messages.at(-1)).toEqual({ role: 'user', content: '...' });
	});

	it('takes its leave one second after "Bye!" was heard, also where no more audio comes', () => {
		const stage = greeted();
		stage.say('Goodbye.');
		stage.answer('See', 'you.', 'Bye!');
		stage.clock.advance(480); // its last word has begun
		expect(stage.story().at(-1)).toBe('response.audio.done');
		expect(stage.conversation.state).toBe('leaving');
		stage.clock.advance(1200);
		expect(stage.over).toEqual([]);
		stage.clock.advance(100);
		expect(stage.over).toEqual(['goodbye']);
		const talking = greeted();
		talking.say('Goodbye.');
		talking.answer('Bye!');
		talking.quiet(12);
		expect(talking.over).toEqual([]);
		talking.quiet(6);
		expect([talking.over, talking.clock.pending()]).toEqual([['goodbye'], 0]);
	});

	it('pushes the last words out of the STT with as much silence as its delay, and one frame', () => {
		const stage = greeted();
		stage.voice(3);
		stage.word('Yes', 2);
		const before = stage.heard.length;
		stage.quiet(1);
		expect(stage.heard).toHaveLength(before + 1 + 8);
		for (const page of stage.heard) {
			expect(checkAudioPage(page)).toEqual({ ok: true, kind: 'audio', durationSamples48k: 3840 });
		}
	});

	it("tells when a word was said in seconds of the client's audio, whatever silence was sent between", () => {
		const stage = new Stage();
		stage.quiet(10); // 0.8 s before anybody listens
		stage.begin();
		stage.answer('Hello.');
		stage.quiet(20);
		stage.say('One.'); // and eight frames of silence
		stage.story();
		stage.answer('Two.');
		stage.quiet(20);
		const frames = stage.heard.length;
		stage.word('Three.', frames * 0.08 - 0.08);
		const [, word] = stage.of('conversation.item.input_audio_transcription.delta');
		const last = stage.of('conversation.item.input_audio_transcription.delta').at(-1) ?? word;
		expect(last?.start_time).toBeCloseTo((10 + frames - 8 - 1) * 0.08, 5);
	});
});

describe('with the policy parley', () => {
	it('tells nothing of an answer before it is meant, and nothing at all where it was not', () => {
		const stage = greeted('parley');
		stage.voice(15);
		stage.word('And', 3);
		stage.word('then', 3.4);
		stage.quiet(1);
		for (let i = 0; i < 8; i++) stage.step(0.99);
		expect(stage.asked.at(-1)).toMatchObject({ reply: 2, speculative: true });
		stage.write('What');
		stage.story();
		stage.voice(3);
		expect(stage.told).toContain('cancel 2');
		expect(stage.story()).toEqual([]);
		stage.word('he', 5);
		stage.word('left.', 5.4);
		stage.quiet(1);
		for (let i = 0; i < 8; i++) stage.step(0.99);
		stage.write('Where');
		stage.quiet(30);
		expect(stage.told).toContain('commit 3');
		expect(stage.story().slice(-2)).toEqual(['response.created', 'unmute.response.text.delta.ready Where']);
	});

	it('stands still while somebody may be talking over it, and goes on where it was', () => {
		const stage = greeted('parley');
		stage.say('Tell', 'me.');
		stage.quiet(30);
		stage.write('A', ' story');
		const stream = new TtsStream(5);
		stage.sound(stream, 60);
		stage.quiet(20);
		stage.voice(3);
		expect(stage.conversation.state).toBe('overlapping');
		const left = stage.pages.length;
		stage.voice(1);
		expect(stage.pages.length).toBe(left);
		stage.quiet(3);
		for (let i = 0; i < 10; i++) stage.step(0.99);
		stage.quiet(3);
		expect(stage.conversation.state).toBe('speaking');
		expect(stage.pages.length).toBeGreaterThan(left);
		expect(stage.story()).not.toContain('unmute.interrupted_by_vad');
	});
});
