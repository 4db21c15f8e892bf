import { afterEach, describe, expect, it } from 'vitest';
import { lastSound, largestDifference, largestStep, locate, soundOf } from './support/sound.ts';
import { stage, type Stage, type StageOptions } from './support/stage.ts';

let current: Stage | null = null;
async function open(options: StageOptions): Promise<Stage> {
	current = await stage(options);
	return current;
}
afterEach(async () => {
	await current?.close();
	current = null;
});

const phase = (name: string) => ({ type: 'phase', phase: name });
const mark = (name: string) => ({ type: 'mark', mark: { name } });

describe('the greeting', () => {
	const GREETING = 'Hello and welcome. This is the voice of a machine that you can talk to.';

	it('is heard exactly as the TTS sent it: no gap, no repeat, not a sample changed', async () => {
		const { press, until, recording, marks, ttsTap } = await open({
			answers: [GREETING],
			records: true,
			ttsSpeed: 20,
			tokenDelayMs: 0
		});
		await press('Start talking');
		await until(phase('speaking'));
		await until(phase('listening'));
		const [connection] = ttsTap.connections;
		const sound = await soundOf(connection!);
		expect(sound.length).toBeGreaterThan(24_000 * 2);
		const played = await recording();
		const at = locate(sound, played);
		expect(at).not.toBeNull();
		expect(await marks('gap')).toEqual([]);
		// The only change is a fade-in over the first quantum; the sound begins in silence.
		expect(largestDifference(sound, played, at!)).toBeLessThan(1e-3);
		expect(lastSound(played)).toBeLessThan(at! + sound.length);
	});

	it('is written word by word, each within 100 ms of its sample', async () => {
		const { press, until, observed, marks, transcript } = await open({
			answers: [GREETING],
			ttsSpeed: 20,
			tokenDelayMs: 0
		});
		await press('Start talking');
		await until(phase('listening'));
		const [first] = await marks('firstSample');
		const heard = await marks('wordHeard');
		const { captions, errors } = await observed();
		expect(heard.map(({ text }) => text)).toEqual(GREETING.split(' '));
		expect(captions.map(({ text }) => text)).toEqual(GREETING.split(' '));
		for (const [index, { value: sample }] of heard.entries()) {
			const soundsAtMs = first!.atMs + sample / 24;
			expect(Math.abs(captions[index]!.atMs - soundsAtMs)).toBeLessThan(100);
		}
		expect((await transcript()).join(' ')).toContain(GREETING);
		expect(errors).toEqual([]);
	});
});

describe('a turn', () => {
	it('is taken when the person pauses, and answered', async () => {
		const { press, until, transcript, llm, stt, tts } = await open({
			hears: [{ silenceS: 5 }, { say: 'What time is it, my friend?' }],
			writes: ['What time is it, my friend?'],
			answers: ['Hello.', 'It is late.']
		});
		await press('Start talking');
		await until(phase('hearing'));
		await until(mark('turnEnd'));
		await until(phase('speaking'), 2);
		await until(phase('listening'), 2);
		const lines = (await transcript()).join('\n');
		expect(lines).toContain('What time is it, my friend?');
		expect(lines).toContain('It is late.');
		await press('Stop');
		await expect.poll(() => [stt.usedSlots(), tts.usedSlots(), llm.usedSlots()]).toEqual([0, 0, 0]);
	});

	it('taken from the voice silences it at once, and the history ends where it was heard', async () => {
		const STORY =
			'Once upon a time there was a clock that nobody wound, and it stood in a tower by the sea, where gulls came every morning to look at its hands and wonder about the hour.';
		const { press, until, marks, recording, transcript } = await open({
			hears: [{ silenceS: 5 }, { say: 'Tell me a story.' }, { silenceS: 5.5 }, { say: 'Stop it now, please.' }],
			writes: ['Tell me a story.', 'Stop it now, please.'],
			answers: ['Hello.', STORY, 'All right.'],
			records: true
		});
		await press('Start talking');
		await until(phase('speaking'), 2);
		await until(mark('bargeIn'));
		await until(mark('silenced'));
		const [bargeIn] = await marks('bargeIn');
		const [silenced] = await marks('silenced');
		expect(silenced!.atMs - bargeIn!.atMs).toBeLessThan(100);
		// Nothing sounds from here until the next answer; what is there ends without a click.
		const played = await recording();
		const end = lastSound(played);
		expect(largestStep(played, end - 128, end + 2)).toBeLessThan(0.2);
		const heard = await marks('wordHeard');
		const interrupted = (await transcript()).find((line) => line.includes('Once upon'));
		expect(interrupted).toBeDefined();
		expect(interrupted).not.toContain('wonder about the hour');
		expect(heard.some(({ text }) => text === 'hour.')).toBe(false);
		// Nothing more of it is played: the next sound is the next answer's.
		await until(phase('speaking'), 3);
		const later = await recording();
		const quiet = later.subarray(end + 1, played.length);
		expect(quiet.length).toBeGreaterThan(0);
		expect(lastSound(quiet)).toBe(-1);
	});
});

it('can be had again after Stop', async () => {
	const { press, until, page, transcript } = await open({ answers: ['First hello.'] });
	await press('Start talking');
	await until(phase('listening'));
	await press('Stop');
	await expect(page.getByRole('button', { name: 'Start talking' }).isVisible()).resolves.toBe(true);
	await press('Start talking');
	await until(phase('speaking'), 2);
	await until(phase('listening'), 2);
	expect((await transcript()).join('\n')).toContain('First hello.');
});

it('says honestly that nothing could be written down, where there is no recogniser', async () => {
	const relay = await open({ hears: [{ silenceS: 6 }, { say: 'What time is it, my friend?' }] });
	await relay.press('Start talking');
	await relay.until({ type: 'entry', entry: { role: 'user' } });
	const lines = (await relay.transcript()).join('\n');
	expect(lines).not.toContain('[speech]');
	await relay.until(phase('speaking'), 2);
});
