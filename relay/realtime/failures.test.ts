import { describe, expect, it } from 'vitest';
import { problem } from '../../src/lib/protocol/problems.ts';
import { greeted, Stage } from './testing/stage.ts';
import { TtsStream, unpaged } from './testing/tts-stream.ts';

describe('where an upstream fails', () => {
	it('an STT that is slow at the start is asked for again, and hears what was said meanwhile', () => {
		const stage = new Stage();
		stage.conversation.instruct({ text: 'Be kind.', language: 'en' });
		stage.quiet(1);
		stage.conversation.trouble(problem('stt', 'timed_out'));
		stage.voice(7); // 560 ms
		expect([stage.told.at(-1), stage.over]).toEqual(['listen 2', []]);
		stage.conversation.trouble(problem('stt', 'at_capacity'));
		stage.voice(52); // twice the 2 s that it asks for
		expect(stage.told.at(-1)).toBe('listen 3');
		expect(stage.of('error').map(({ error }) => [error.type, error.code])).toEqual([
			['warning', 'timed_out'],
			['warning', 'at_capacity']
		]);
		expect([stage.asked, stage.heard]).toEqual([[], []]);
		stage.listening();
		expect(stage.heard).toHaveLength(1 + 7 + 52);
		stage.word('Hello', 1.2);
		expect(stage.of('conversation.item.input_audio_transcription.delta').at(-1)?.start_time).toBe(1.2);
	});

	it('an STT that does not come at all is waited for as long as the ring is long, and no longer', () => {
		const stage = new Stage();
		stage.conversation.instruct({ text: 'Be kind.', language: 'en' });
		const refused = problem('stt', 'refused');
		let tries = 0;
		for (let frames = 0; stage.over.length === 0 && frames < 1000; frames++) {
			stage.voice(1);
			if (stage.told.filter((line) => line.startsWith('listen')).length === tries) continue;
			tries += 1;
			stage.conversation.trouble(refused);
		}
		expect(stage.over).toEqual([refused]);
		expect([tries > 3, tries < 9]).toEqual([true, true]);
		const tookMs = stage.events.at(-1)?.atMs ?? 0;
		expect([tookMs >= 8000, tookMs <= 20_000]).toEqual([true, true]);
	});

	it('an STT that refuses us for good ends the conversation, as at Unmute', () => {
		const stage = new Stage();
		stage.conversation.instruct({ text: 'Be kind.', language: 'en' });
		stage.quiet(1);
		const refused = problem('stt', 'unauthorized_upstream');
		stage.conversation.trouble(refused);
		expect(stage.over).toEqual([refused]);
	});

	it('an STT that is lost is followed by another, which hears what the first did not understand', () => {
		const stage = greeted();
		stage.voice(3);
		const heard = stage.heard.length;
		stage.hasEar = false;
		stage.conversation.trouble(problem('stt', 'lost'));
		expect(stage.of('error').map(({ error }) => [error.type, error.code])).toEqual([['warning', 'lost']]);
		expect(stage.over).toEqual([]);
		stage.voice(4); // 320 ms pass, and it is asked for again
		expect(stage.told.at(-1)).toBe('listen 2');
		expect(stage.heard).toHaveLength(heard);
		stage.listening();
		// The four that were said meanwhile, the one and the seven (500 ms) whose words had not come, and the eight before
		// them in which a word may have begun.
		expect(stage.heard.length - heard).toBe(4 + 1 + 7 + 8);
		stage.word('still', 0.3);
		expect(stage.story()).toContain('conversation.item.input_audio_transcription.delta still');
	});

	it('a voice that has to be looked for is a warning, and one that is never found is told aloud', () => {
		const stage = greeted();
		stage.say('Hello?');
		const busy = problem('tts', 'at_capacity', '', 0);
		stage.write('I');
		for (let attempt = 1; attempt <= 3; attempt++) {
			stage.conversation.trouble(busy, stage.reply);
			stage.done('failed');
			stage.quiet(1);
		}
		expect(stage.asked.map(({ reply }) => reply)).toEqual([1, 2, 3, 4]);
		expect(stage.of('response.created')).toHaveLength(1);
		expect(stage.of('error').map(({ error }) => error)).toMatchObject([
			{ type: 'warning', code: 'at_capacity', message: 'Looking for the resources, expect some latency.' },
			{ type: 'warning' },
			{ type: 'warning' },
			{
				type: 'server_error',
				code: 'at_capacity',
				message: "Too many people are connected to service 'tts'. Please try again later."
			}
		]);
		expect([stage.conversation.state, stage.over]).toEqual(['waiting', []]);
		expect(stage.story().at(-1)).toBe('response.audio.done');
	});

	it('a history that is too long for the model is shortened without a word', () => {
		const stage = greeted();
		stage.conversation.instruct({ text: 'Be kind. '.repeat(800), language: 'en' });
		stage.say('Go on.');
		stage.conversation.trouble(problem('llm', 'context_overflow'), stage.reply);
		stage.done('failed');
		stage.quiet(1);
		expect(stage.asked.map(({ reply }) => reply)).toEqual([1, 2, 3]);
		expect([stage.of('error'), stage.of('response.created').length]).toEqual([[], 1]);
	});

	it('an answer that breaks off is heard as far as it came, and kept as cut off', () => {
		const stage = greeted();
		stage.say('Tell', 'me.');
		stage.story();
		stage.write('It', ' was');
		stage.sound(new TtsStream(3), 4);
		stage.spoken('It', 0);
		stage.conversation.trouble(problem('tts', 'lost'), stage.reply);
		stage.done('failed');
		stage.quiet(10);
		expect(stage.story().slice(-2)).toEqual(['error', 'response.audio.done']);
		stage.say('What?');
		expect(stage.asked.at(-1)?.messages.slice(-2)).toEqual([
			{ role: 'assistant', content: 'It' },
			{ role: 'user', content: 'What?' }
		]);
	});

	it('another TTS goes on with an answer, and no word of the history is written twice', () => {
		const stage = greeted();
		stage.say('Count.');
		const [one, two] = [new TtsStream(1), new TtsStream(2)];
		stage.write('One', ' two', ' three');
		stage.written();
		stage.sound(one, 6);
		stage.spoken('One', 0);
		stage.spoken('two', 0.2);
		stage.quiet(4);
		stage.conversation.take({ type: 'replySplice', reply: stage.reply, atS: 0.2 });
		stage.sound(two, 8);
		stage.spoken('two', 0.2);
		stage.spoken('three', 0.4);
		stage.done();
		stage.quiet(30);
		stage.say('More.');
		expect(stage.asked.at(-1)?.messages.at(-2)).toEqual({ role: 'assistant', content: 'One two three' });
		expect(unpaged(stage.pages).heads).toBe(1);
	});
});
