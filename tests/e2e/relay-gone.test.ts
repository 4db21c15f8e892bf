/** The relay goes away in the middle of an answer, and another one stands behind the same address. */
import { afterEach, describe, expect, it } from 'vitest';
import { SAMPLE_RATE } from '../../src/lib/audio/frames.ts';
import { letters } from '../../src/lib/chat/heard.ts';
import { decodeTtsOut } from '../../src/lib/protocol/moshi.ts';
import type { ChatMessage } from '../../src/lib/protocol/llm.ts';
import { balancer, type Balancer } from './support/balancer.ts';
import { lastSound, locate, soundOf } from './support/sound.ts';
import { stage, type Stage } from './support/stage.ts';
import type { Tapped } from './support/tap.ts';

const STORY =
	'Once upon a time there was a clock that nobody wound, and it stood in a tower by the sea, where gulls came to look at its hands and wonder about the hour.';

/** A model that goes on where its last message stops. */
function tell(messages: readonly ChatMessage[]): string {
	const before = messages.at(-2);
	return before?.role === 'assistant' ? STORY.slice(before.content.length).trimStart() : STORY;
}

let here: Stage | null = null;
let front: Balancer | null = null;
afterEach(async () => {
	await here?.close();
	await front?.close();
	here = front = null;
});

async function open(): Promise<Stage> {
	const made = await balancer();
	front = made;
	here = await stage({
		answers: tell,
		records: true,
		tokenDelayMs: 40,
		openAt: (url) => {
			made.ports = [Number(new URL(url).port)];
			return made.url;
		}
	});
	made.ports = [...made.ports, await here.startAnother()];
	return here;
}

const phase = (name: string) => ({ type: 'phase', phase: name });
const heardWords = async (talk: Stage, count: number): Promise<void> => {
	await talk.until({ type: 'mark', mark: { name: 'wordHeard' } }, count);
};
async function story(talk: Stage): Promise<unknown> {
	const { seen } = await talk.observed();
	return seen.findLast(({ entry }) => entry?.role === 'assistant')?.entry;
}

/** The words that a connection to the TTS spoke, with the sample of its sound at which each begins. */
function spokenBy({ fromEngine }: Tapped): { text: string; atSample: number }[] {
	return fromEngine.flatMap((bytes) => {
		const message = decodeTtsOut(bytes);
		if (!message.ok || message.value.type !== 'Text' || message.value.text === '') return [];
		return [{ text: letters(message.value.text), atSample: message.value.start_s * SAMPLE_RATE }];
	});
}

describe('the relay killed in the middle of an answer', () => {
	it('is replaced within 2 s, and every word is heard once and stands in the log once', async () => {
		const talk = await open();
		await talk.press('Start talking');
		await heardWords(talk, 4);
		const killedAtMs = Date.now();
		await talk.killRelay('SIGKILL');
		const welcome = await talk.until({ type: 'welcome' }, 2);
		expect(welcome.seenAtMs - killedAtMs).toBeLessThan(2000);
		await talk.until(phase('listening'));
		expect(await story(talk)).toMatchObject({ text: STORY, interrupted: false });

		const played = await talk.recording();
		const spoken = talk.ttsTap.connections.filter((connection) => spokenBy(connection).length > 0);
		expect(spoken).toHaveLength(2);
		const [first, second] = spoken;
		const firstAt = locate(await soundOf(first!), played);
		const rest = await soundOf(second!);
		const secondAt = locate(rest, played);
		expect(firstAt).not.toBeNull();
		expect(secondAt).not.toBeNull();
		// What began before the second voice did was the first's, and nothing of it came after.
		const before = spokenBy(first!).filter(({ atSample }) => atSample < cutAt(first!, second!));
		const words = [...before, ...spokenBy(second!)].map(({ text }) => text);
		expect(words).toEqual(STORY.split(' ').map(letters));
		expect(secondAt!).toBeGreaterThan(firstAt! + (before.at(-1)?.atSample ?? 0));
		expect(lastSound(played)).toBeLessThan(secondAt! + rest.length);
	});
});

describe('the relay shut down in the middle of an answer', () => {
	it('lets it be said to its end, and is left in silence', async () => {
		const talk = await open();
		await talk.press('Start talking');
		await heardWords(talk, 4);
		const stopped = talk.killRelay('SIGTERM');
		// The relay turns away whoever comes, until the balancer has noticed.
		await heardWords(talk, 7);
		if (front !== null) front.ports = front.ports.toReversed();
		await talk.until(phase('listening'));
		expect(await story(talk)).toMatchObject({ text: STORY, interrupted: false });
		await talk.until({ type: 'welcome' }, 2);
		await stopped;
		const { seen } = await talk.observed();
		expect(seen.filter(({ phase: name }) => name === 'reconnecting')).toEqual([]);
		expect(await talk.marks('gap')).toEqual([]);
	});
});

/** Where the first voice was cut: before the first word that the second one says. */
function cutAt(first: Tapped, second: Tapped): number {
	const count = STORY.split(' ').length - spokenBy(second).length;
	return spokenBy(first)[count]?.atSample ?? Number.POSITIVE_INFINITY;
}
