/** The relay goes away at any moment of an answer, and another takes over. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problem } from '../../protocol/problems.ts';
import { Stage } from './testing/stage.ts';
import { Talk } from './testing/talk.ts';
import type { TalkingRelayOptions } from './testing/talking-relay.ts';

const GREETING = 'Hi';
const STORY = 'Once upon a time there was one clock nobody wound.';
const OPTIONS: TalkingRelayOptions = { answers: [GREETING, STORY] };
/** Tones of the greeting's one word and the story's. */
const EVERY_WORD = [GREETING, ...STORY.split(' ')].map((_, tone) => String(tone));

/** Up to the question. */
async function asked(options = OPTIONS): Promise<Talk> {
	const talk = await Talk.open(options);
	expect(talk.until(() => talk.stage.phase === 'listening' && talk.stage.entries.length === 1)).toBe(true);
	talk.stage.conversation.person({ type: 'text', text: 'A story, please.' });
	return talk;
}
const over = (talk: Talk) => (): boolean => talk.stage.phase === 'listening';

describe('an answer', () => {
	it('that nothing happens to is said once', async () => {
		const talk = await asked();
		expect(talk.until(over(talk))).toBe(true);
		expect(talk.stage.entries).toEqual([`assistant: ${GREETING}`, 'user: A story, please.', `assistant: ${STORY}`]);
		expect(talk.said).toEqual(EVERY_WORD);
	});

	it('whose relay is lost at any moment is said whole, each word once, and stands in the log once', async () => {
		for (let afterMs = 0; afterMs < 4000; afterMs += 140) {
			const talk = await asked();
			talk.run(afterMs);
			talk.relay.kill();
			talk.run(20);
			whole(talk, `after ${afterMs} ms`);
		}
	});
});

const whole = (talk: Talk, when: string): void => {
	expect(talk.until(over(talk)), when).toBe(true);
	expect(talk.stage.entries, when).toEqual([`assistant: ${GREETING}`, 'user: A story, please.', `assistant: ${STORY}`]);
	expect(talk.said, when).toEqual(EVERY_WORD);
};

describe('an answer whose relay is lost', () => {
	it('again and again, at any moments, whatever else goes wrong, is said once all the same', async () => {
		const trouble = fc.record({
			afterMs: fc.integer({ min: 1, max: 50 }).map((ticks) => ticks * 20),
			what: fc.constantFrom('kill', 'loseVoice', 'drain at once', 'drain', 'drain and kill', 'noise')
		});
		const speed = fc.record({
			ttsSpeed: fc.constantFrom(1.1, 2, 8, 30),
			wordMs: fc.constantFrom(1, 10, 120),
			welcomeMs: fc.constantFrom(0, 300, 1500),
			firstAudioMs: fc.constantFrom(20, 200)
		});
		await fc.assert(
			fc.asyncProperty(fc.array(trouble, { minLength: 1, maxLength: 5 }), speed, async (troubles, speeds) => {
				let pause = 1;
				const talk = await asked({ ...OPTIONS, ...speeds, pause: () => pause });
				for (const { afterMs, what } of troubles) {
					talk.run(afterMs);
					if (what === 'loseVoice') talk.relay.loseVoice();
					if (what === 'noise') {
						pause = 0;
						talk.run(60);
						pause = 1;
					}
					if (what.startsWith('drain')) talk.relay.drain(what === 'drain at once' ? 0 : 2000);
					if (what === 'drain and kill') talk.run(afterMs / 2);
					if (what.endsWith('kill')) talk.relay.kill();
				}
				talk.run(20);
				whole(talk, JSON.stringify({ troubles, speeds }));
				talk.stage.conversation.stop();
				expect(talk.stage.time.pending).toBe(0);
				expect(talk.stage.relay.sockets.every(({ onclose }) => onclose === null)).toBe(true);
			}),
			{ numRuns: 10 }
		);
	});

	it('before a word of it had come is asked for anew, though there was a sound', async () => {
		const stage = await Stage.open('parley');
		stage.greet();
		stage.conversation.person({ type: 'text', text: 'A story, please.' });
		stage.answer(2, ['', ''], false);
		stage.play(2, 0);
		expect(stage.phase).toBe('speaking');
		stage.relay.last.vanish();
		stage.time.advance(1000);
		stage.relay.last.welcome();
		const [again] = stage.relay.last.of('reply');
		expect(again?.messages.at(-1)).toEqual({ role: 'user', content: 'A story, please.' });
		expect(again).not.toHaveProperty('begin');
	});

	it('before anything of it had come is asked for anew', async () => {
		const talk = await asked();
		talk.run(60);
		talk.relay.kill();
		whole(talk, 'anew');
		const again = talk.relay.requests.at(-1);
		expect(again).toMatchObject({ reply: 3 });
		expect(again).not.toHaveProperty('begin');
		expect(again?.messages.at(-1)).toEqual({ role: 'user', content: 'A story, please.' });
	});

	it('before a sound of what had come was heard is said from its first word', async () => {
		const talk = await asked({ ...OPTIONS, ttsSpeed: 30, wordMs: 1 });
		const { conversation, toPlayback } = talk.stage;
		// The loudspeaker has not begun: a page in the background, or a relay that is left at this very moment.
		const played = conversation.played.bind(conversation);
		conversation.played = () => undefined;
		talk.until(() => toPlayback.some((message) => message.type === 'word' && message.reply === 2));
		talk.relay.kill();
		talk.until(() => talk.relay.requests.length === 3);
		expect(talk.relay.requests.at(-1)).toMatchObject({ reply: 3, begin: STORY, written: true });
		conversation.played = played;
		expect(talk.until(over(talk))).toBe(true);
		expect(talk.stage.entries.at(-1)).toBe(`assistant: ${STORY}`);
	});

	it('after everything had come is asked for no more', async () => {
		const talk = await asked({ ...OPTIONS, ttsSpeed: 30, wordMs: 1 });
		talk.run(900);
		talk.relay.kill();
		whole(talk, 'all there');
		expect(talk.relay.requests).toHaveLength(2);
	});

	it('once it was written asks no model, and before that asks it to go on', async () => {
		for (const wordMs of [10, 150]) {
			const talk = await asked({ ...OPTIONS, wordMs });
			talk.run(1000);
			talk.relay.kill();
			whole(talk, `${wordMs} ms a word`);
			const rest = talk.relay.requests.at(-1);
			expect(rest?.reply).toBe(2);
			expect(rest?.written).toBe(wordMs === 10 ? true : undefined);
			expect(STORY).toContain(rest?.begin);
			expect(rest?.messages.at(-2)?.role).toBe('assistant');
			expect(STORY.startsWith(rest?.messages.at(-2)?.content ?? 'nothing')).toBe(true);
		}
	});

	it('is told once though the model says its last words again', async () => {
		const talk = await asked({ ...OPTIONS, wordMs: 150, repeats: 3 });
		talk.run(1000);
		talk.relay.kill();
		expect(talk.until(over(talk))).toBe(true);
		expect(talk.stage.entries.at(-1)).toBe(`assistant: ${STORY}`);
	});

	it('waits as long as that takes, and says that it does', async () => {
		const talk = await asked();
		talk.run(1000);
		talk.relay.away = true;
		talk.relay.kill();
		talk.run(12_000);
		expect(talk.stage.phase).toBe('reconnecting');
		expect(talk.stage.entries.at(-1)).not.toContain('—');
		talk.relay.away = false;
		whole(talk, 'after a long while');
	});
});

describe('an answer that broke off', () => {
	async function broken(): Promise<Talk> {
		const talk = await asked({ ...OPTIONS, answers: [GREETING, STORY, 'Fine.'] });
		talk.run(1000);
		talk.relay.away = true;
		talk.relay.kill();
		talk.run(400);
		return talk;
	}
	const heardOfIt = /^assistant: Once upon.*[^.]—$/;

	it('is not gone on with when the person writes meanwhile', async () => {
		const talk = await broken();
		talk.stage.conversation.person({ type: 'text', text: 'Never mind.' });
		talk.relay.away = false;
		expect(talk.until(over(talk))).toBe(true);
		const [, , story, ...rest] = talk.stage.entries;
		expect(story).toMatch(heardOfIt);
		expect(rest).toEqual(['user: Never mind.', 'assistant: Fine.']);
		expect(talk.relay.requests.at(-1)).not.toHaveProperty('begin');
	});

	it('is not gone on with when the person takes the turn with the talk key', async () => {
		const talk = await broken();
		talk.stage.conversation.person({ type: 'push', down: true });
		talk.relay.away = false;
		talk.run(1000);
		expect(talk.stage.entries.at(-1)).toMatch(heardOfIt);
		expect(talk.relay.requests).toHaveLength(2);
		talk.stage.conversation.person({ type: 'push', down: false });
		talk.run(2000);
		expect(talk.relay.requests).toHaveLength(2);
	});

	it('is not gone on with after Stop', async () => {
		const talk = await broken();
		talk.stage.conversation.stop();
		talk.relay.away = false;
		talk.run(3000);
		expect(talk.stage.phase).toBe('idle');
		expect(talk.stage.time.pending).toBe(0);
		expect(talk.stage.entries.at(-1)).toMatch(heardOfIt);
	});

	it('and whose rest cannot be had is kept as heard', async () => {
		const talk = await broken();
		talk.relay.away = false;
		talk.until(() => talk.relay.requests.length === 3);
		talk.relay.fail(problem('llm', 'refused'));
		expect(talk.until(over(talk))).toBe(true);
		expect(talk.stage.entries.at(-1)).toMatch(heardOfIt);
	});

	it('and is too long to be gone on with is asked for with less', async () => {
		const talk = await broken();
		talk.relay.away = false;
		talk.until(() => talk.relay.requests.length === 3);
		talk.relay.fail(problem('llm', 'context_overflow'));
		whole(talk, 'with less');
		expect(talk.relay.requests).toHaveLength(4);
		expect(talk.stage.view.findLast(({ type }) => type === 'problem')).toMatchObject({ problem: null });
	});

	it('ends with the conversation where the relay wants no more of it', async () => {
		const talk = await broken();
		talk.stage.relay.last.vanish();
		talk.stage.time.advance(10_000);
		talk.stage.relay.last.say({ type: 'problem', ...problem('client', 'unauthorized') });
		talk.stage.relay.last.vanish(4401);
		expect(talk.stage.phase).toBe('failed');
		expect(talk.stage.entries.at(-1)).toMatch(heardOfIt);
	});
});

it('an answer whose voice fails in the middle ends after its last whole word and is marked', async () => {
	const talk = await asked();
	talk.run(1000);
	talk.relay.fail(problem('tts', 'lost'));
	expect(talk.until(over(talk))).toBe(true);
	expect(talk.stage.entries.at(-1)).toMatch(/^assistant: Once upon.*—$/);
	expect(talk.said.every((tone) => !tone.startsWith('('))).toBe(true);
});

describe('an answer whose relay goes away in good time', () => {
	it('is said to its end before anybody moves, and is asked for once', async () => {
		const talk = await asked({ ...OPTIONS, wordMs: 200 });
		talk.run(800);
		talk.relay.drain(30_000);
		talk.run(500);
		expect(talk.stage.relay.sockets).toHaveLength(2);
		expect(talk.stage.relay.sockets[0]?.closedWith).toBeNull();
		whole(talk, 'drained');
		expect(talk.stage.relay.sockets[0]?.closedWith).toBe(1000);
		expect(talk.relay.requests).toHaveLength(2);
		talk.run(500);
		expect(talk.stage.view.filter(({ type }) => type === 'problem')).toEqual([]);
		expect(talk.stage.view).not.toContainEqual(expect.objectContaining({ phase: 'reconnecting' }));
	});

	it('moves at once, and in silence, where nobody speaks', async () => {
		const talk = await Talk.open(OPTIONS);
		talk.until(() => talk.stage.phase === 'listening' && talk.stage.entries.length === 1);
		talk.relay.drain(30_000);
		talk.run(600);
		expect(talk.stage.relay.sockets[0]?.closedWith).toBe(1000);
		expect(talk.stage.relay.last.of('audio').length).toBeGreaterThan(0);
		expect(talk.stage.view).not.toContainEqual(expect.objectContaining({ phase: 'reconnecting' }));
	});

	it('moves in the middle where there is no time, and is said once all the same', async () => {
		for (let afterMs = 100; afterMs < 2000; afterMs += 190) {
			const talk = await asked({ ...OPTIONS, wordMs: 100 });
			talk.relay.drain(afterMs);
			talk.run(afterMs);
			whole(talk, `moved after ${afterMs} ms`);
			expect(talk.stage.relay.sockets).toHaveLength(2);
		}
	});
});

describe('a killed relay', () => {
	it('is replaced within two seconds, with the longest first wait that there is', async () => {
		const talk = await asked();
		talk.run(800);
		const killedAtMs = talk.stage.time.nowMs;
		talk.relay.kill();
		const { sockets } = talk.stage.relay;
		expect(talk.until(() => sockets.length === 2 && talk.stage.relay.last.of('audio').length > 0)).toBe(true);
		// The first wait is drawn between 125 and 250 ms; the stage draws 125.
		expect(talk.stage.time.nowMs - killedAtMs + 125).toBeLessThan(2000);
		expect(talk.stage.relay.last.of('reply')).toHaveLength(1);
	});
});

it('an answer whose voice is replaced at any moment by the relay itself is said once', async () => {
	for (let afterMs = 100; afterMs < 2500; afterMs += 170) {
		for (const ttsSpeed of [1.5, 6]) {
			const talk = await asked({ ...OPTIONS, ttsSpeed });
			talk.run(afterMs);
			talk.relay.loseVoice();
			talk.run(200);
			talk.relay.loseVoice();
			whole(talk, `after ${afterMs} ms at ${ttsSpeed}`);
			expect(talk.relay.requests).toHaveLength(2);
		}
	}
});

it('an answer that lost its voice and then its relay is said once', async () => {
	for (let afterMs = 300; afterMs < 2500; afterMs += 210) {
		const talk = await asked();
		talk.run(afterMs);
		talk.relay.loseVoice();
		talk.run(330);
		talk.relay.kill();
		talk.run(20);
		whole(talk, `after ${afterMs} ms`);
	}
});

it('an answer that was made quiet or silent for somebody when its relay was lost comes back and is said once', async () => {
	const gains = new Set<number>();
	let silenced = 0;
	for (let afterMs = 0; afterMs < 900; afterMs += 60) {
		let pause = 1;
		const talk = await asked({ ...OPTIONS, pause: () => pause, firstWordMs: 300, wordMs: 120 });
		// Past the first seconds, in which nothing is taken for an interruption.
		talk.run(2000);
		pause = 0;
		talk.run(afterMs);
		for (const message of talk.stage.posted('gain')) if (message.type === 'gain') gains.add(message.gain);
		silenced += talk.stage.posted('pause').length - talk.stage.posted('resume').length;
		talk.relay.kill();
		pause = 1;
		talk.run(40);
		expect(talk.until(over(talk)), `after ${afterMs} ms`).toBe(true);
		if (talk.stage.posted('stop').length > 0) continue; // a voice for so long is a real interruption
		whole(talk, `after ${afterMs} ms`);
	}
	expect([...gains]).toContain(0.3);
	expect(silenced).toBeGreaterThan(0);
});
