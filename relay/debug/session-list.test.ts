import { describe, expect, it } from 'vitest';
import { opusStream } from '../session/testing/opus-stream.ts';
import { SessionList } from './session-list.ts';

const SEEN = { id: 'a1', address: '192.0.2.7', bufferedBytes: () => 1234 };

describe('the list of live sessions', () => {
	it('shows ages, legs, failures, counts and rates', () => {
		let nowMs = 0;
		const list = new SessionList(() => nowMs);
		const watcher = list.session(SEEN);
		const { page } = opusStream();
		watcher.leg({ what: 'connecting', service: 'stt', leg: 1, instance: 'stt-3' });
		nowMs = 1000;
		watcher.leg({ what: 'ready', service: 'stt', leg: 1 });
		watcher.leg({ what: 'connecting', service: 'tts', leg: 2, instance: 'tts-1' });
		watcher.leg({ what: 'failed', service: 'tts', leg: 2, code: 'at_capacity' });
		watcher.leg({ what: 'connecting', service: 'tts', leg: 3, instance: 'tts-2' });
		nowMs = 2000;
		for (let i = 0; i < 5; i++) watcher.heard({ type: 'audio', page: page() }, 300);
		watcher.sentFrame('step', new Uint8Array(60));
		watcher.sentFrame('replyAudio', new Uint8Array(400));
		watcher.sent({ type: 'word', text: 'nightingale', startS: 0 }, 40);
		watcher.leg({ what: 'ended', service: 'stt', leg: 99 }); // nobody's
		nowMs = 10_000;
		expect(list.view()).toEqual([
			{
				id: 'a1',
				ageS: 10,
				silentS: 8,
				legs: [
					{ service: 'stt', instance: 'stt-3', state: 'ready', ageS: 9 },
					{ service: 'tts', instance: 'tts-2', state: 'connecting', ageS: 9 }
				],
				failures: { tts: { code: 'at_capacity', agoS: 9 } },
				reply: null,
				bufferedBytes: 1234,
				from: { messages: 5, bytes: 1500, messagesPerS: 0.5, bytesPerS: 150 },
				to: { messages: 3, bytes: 500, messagesPerS: 0.3, bytesPerS: 50 },
				pages: 5,
				steps: 1,
				words: 1,
				replies: 0,
				replyWords: 0,
				replyPages: 1,
				problems: 0
			}
		]);
		const { body } = list.respond();
		expect(String(body)).not.toMatch(/nightingale|192\.0\.2\.7/);
		watcher.closed(1000);
		expect(list.view()).toEqual([]);
	});

	it('names the reply under way until it is done', () => {
		const list = new SessionList();
		const watcher = list.session(SEEN);
		const ask = (reply: number): void =>
			watcher.heard({ type: 'reply', reply, messages: [], temperature: 0, speculative: false }, 1);
		ask(1);
		ask(2);
		watcher.sent({ type: 'replyDone', reply: 1, outcome: 'cancelled' }, 1);
		expect(list.view()[0]).toMatchObject({ reply: 2, replies: 2 });
		watcher.sent({ type: 'replyDone', reply: 2, outcome: 'complete' }, 1);
		expect(list.view()[0]?.reply).toBeNull();
	});

	it('says how many there are, and shows the first thousand', () => {
		const list = new SessionList();
		for (let i = 0; i < 1500; i++) list.session({ ...SEEN, id: String(i) });
		const shown = JSON.parse(String(list.respond().body)) as { count: number; sessions: { id: string }[] };
		expect([shown.count, shown.sessions.length, shown.sessions[0]?.id]).toEqual([1500, 1000, '0']);
	});
});
