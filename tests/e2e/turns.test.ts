import { afterEach, describe, expect, it } from 'vitest';
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
/** The last that was told of each line of the log. */
async function entries(here: Stage): Promise<{ role: string; text: string; interrupted: boolean }[]> {
	const { seen } = await here.observed();
	const lines = new Map<number, { id: number; role: string; text: string; interrupted: boolean }>();
	for (const { entry } of seen) if (entry !== undefined) lines.set(entry.id, entry);
	return [...lines.values()].map(({ role, text, interrupted }) => ({ role, text, interrupted }));
}

const STORY =
	'Once upon a time there was a clock that nobody wound, and it stood in a tower by the sea, where gulls came every morning to look at its hands.';

describe('a pause of thought', () => {
	it('in an unfinished sentence is waited for: one turn, one answer, every word', async () => {
		const here = await open({
			hears: [{ silenceS: 5 }, { say: 'I would like to' }, { silenceS: 1.2 }, { say: 'order a coffee, please.' }],
			writes: ['I would like to', 'order a coffee, please.'],
			answers: ['Hello.', 'One coffee.']
		});
		await here.press('Start talking');
		await here.until(phase('speaking'), 2);
		await here.until(phase('listening'), 2);
		expect(await here.marks('turnEnd')).toHaveLength(1);
		expect(await entries(here)).toEqual([
			{ role: 'assistant', text: 'Hello.', interrupted: false },
			{ role: 'user', text: 'I would like to order a coffee, please.', interrupted: false },
			{ role: 'assistant', text: 'One coffee.', interrupted: false }
		]);
	});
});

describe('"yeah" while the assistant speaks', () => {
	it('is no interruption: the story is heard to its end, and nobody is taken to have said anything', async () => {
		const here = await open({
			hears: [{ silenceS: 5 }, { say: 'Tell me a story.' }, { silenceS: 5.5 }, { say: 'Yeah.' }],
			writes: ['Tell me a story.', 'Yeah.'],
			answers: ['Hello.', STORY]
		});
		await here.press('Start talking');
		await here.until(phase('speaking'), 2);
		await here.until(phase('listening'), 2);
		expect(await here.marks('bargeIn')).toEqual([]);
		expect((await entries(here)).slice(1)).toEqual([
			{ role: 'user', text: 'Tell me a story.', interrupted: false },
			{ role: 'assistant', text: STORY, interrupted: false }
		]);
	});
});

describe('an interruption', () => {
	it('leaves in the history what was heard, and no more, and the model is told so', async () => {
		const asked: string[][] = [];
		const here = await open({
			hears: [{ silenceS: 5 }, { say: 'Tell me a story.' }, { silenceS: 5 }, { say: 'No, wait, stop it please.' }],
			writes: ['Tell me a story.', 'No, wait, stop it please.'],
			answers: (messages) => {
				asked.push(messages.map(({ content }) => content));
				return ['Hello.', STORY, 'All right.'][messages.filter(({ role }) => role === 'assistant').length] ?? 'Yes?';
			}
		});
		await here.press('Start talking');
		await here.until(mark('bargeIn'));
		await here.until(phase('speaking'), 3);
		const story = (await entries(here)).find(({ text }) => text.startsWith('Once'));
		const [bargeIn] = await here.marks('bargeIn');
		const heard = (await here.marks('wordHeard')).filter(({ atMs }) => atMs <= bargeIn!.atMs).map(({ text }) => text);
		expect(story?.interrupted).toBe(true);
		expect(heard.slice(1).join(' ')).toBe(story?.text);
		expect(story?.text.length).toBeLessThan(STORY.length);
		expect(asked.at(-1)).toContain(story?.text);
	});
});

describe('the relay cut in mid-sentence', () => {
	it('loses no turn: what is said meanwhile is sent to the next one, and answered', async () => {
		const here = await open({
			hears: [
				{ silenceS: 5 },
				{ say: 'I think that the weather in the mountains is better than down here in the valley, is it not?' }
			],
			writes: ['I think that the weather in the mountains is better than down here in the valley, is it not?'],
			answers: ['Hello.', 'It is.']
		});
		await here.press('Start talking');
		await here.until(phase('hearing'));
		await here.killRelay('SIGKILL');
		await here.until(phase('reconnecting'));
		await here.startRelay();
		await here.until(phase('speaking'), 2);
		await here.until(phase('listening'), 2);
		const lines = await entries(here);
		expect(lines.at(-1)).toEqual({ role: 'assistant', text: 'It is.', interrupted: false });
		expect(lines.find(({ role }) => role === 'user')?.text).toContain('weather');
	});
});
