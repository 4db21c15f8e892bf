import { beforeEach, describe, expect, it } from 'vitest';
import { Stage } from './testing/stage.ts';

describe('Parley’s own way with turns', () => {
	let stage: Stage;
	beforeEach(async () => {
		stage = await Stage.open('parley');
	});

	it('thinks of an answer while the pause may still be one of thought, and commits it', () => {
		stage.greet();
		for (const word of ['I', 'like', 'it']) stage.word(word);
		stage.step(1, 9);
		expect(stage.relay.last.of('reply')[1]).toMatchObject({ reply: 2, speculative: true });
		expect(stage.phase).toBe('hearing');
		stage.time.advance(3000);
		expect(stage.relay.last.of('commit')).toEqual([{ type: 'commit', reply: 2 }]);
		expect(stage.phase).toBe('thinking');
	});

	it('has the voice connected while the person speaks, the one that the answer will have', () => {
		stage.greet();
		expect(stage.relay.last.of('prepare')).toEqual([]);
		stage.word('I');
		expect(stage.relay.last.received.at(-1)).toEqual({ type: 'prepare' });
		for (const word of ['like', 'it']) stage.word(word);
		stage.step(1, 9);
		expect(stage.relay.last.of('reply')[1]?.voice).toBeUndefined();
		expect(stage.relay.last.of('prepare')).toHaveLength(1);
	});

	it('takes the question back when the person goes on', () => {
		stage.greet();
		for (const word of ['I', 'like', 'it']) stage.word(word);
		stage.step(1, 9);
		stage.step(0, 2);
		expect(stage.relay.last.of('cancel')).toEqual([{ type: 'cancel', reply: 2 }]);
		expect(stage.relay.last.of('commit')).toEqual([]);
		stage.word('but');
		expect(stage.entries.at(-1)).toBe('user: I like it but');
	});

	it('falls silent while somebody may be talking over it, and goes on where it was', () => {
		stage.greet();
		stage.hear(30);
		stage.speak('Why?');
		stage.answer(2, ['Once', ' upon']);
		stage.play(2, 1);
		stage.step(0, 1);
		expect(stage.toPlayback.slice(-2)).toEqual([{ type: 'gain', gain: 0.3 }, { type: 'pause' }]);
		stage.hear(1);
		expect(stage.view.findLast((message) => message.type === 'signal')?.duck).toBe(0);
		stage.step(1, 12);
		expect(stage.toPlayback.slice(-2)).toEqual([{ type: 'gain', gain: 1 }, { type: 'resume' }]);
		expect(stage.phase).toBe('speaking');
		expect(stage.relay.last.of('cancel')).toEqual([]);
	});

	it('takes what is typed for a turn, and stops for it', () => {
		stage.greet();
		stage.speak('Why?');
		stage.answer(2, ['Once', ' upon']);
		stage.play(2, 1);
		stage.conversation.person({ type: 'text', text: 'Never mind.' });
		expect(stage.posted('stop')).toEqual([{ type: 'stop', reply: 2 }]);
		expect(stage.entries.slice(-2)).toEqual(['assistant: Once—', 'user: Never mind.']);
		expect(stage.relay.last.of('reply').at(-1)?.messages.at(-1)).toEqual({ role: 'user', content: 'Never mind.' });
	});

	it('gives the turn to whoever holds the talk key, and takes it when the key comes up', () => {
		stage.greet();
		stage.conversation.person({ type: 'push', down: true });
		stage.word('Well');
		stage.step(1, 30);
		expect(stage.phase).toBe('hearing');
		stage.conversation.person({ type: 'push', down: false });
		stage.step(1, 9);
		expect(stage.relay.last.of('reply')).toHaveLength(2);
	});

	it('asks nobody why they are silent who muted before the relay was there', () => {
		stage.conversation.person({ type: 'mute', muted: true });
		stage.greet();
		stage.step(1, 20);
		stage.time.advance(60_000);
		stage.step(1, 20);
		expect(stage.relay.last.of('reply')).toHaveLength(1);
		stage.conversation.person({ type: 'mute', muted: false });
		stage.time.advance(60_000);
		stage.step(1, 20);
		expect(stage.relay.last.of('reply')).toHaveLength(2);
	});
});
