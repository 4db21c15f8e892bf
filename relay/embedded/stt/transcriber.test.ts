import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { SttOut } from '../../../src/lib/protocol/moshi.ts';
import { UNRECOGNISED_SPEECH } from '../../../src/lib/protocol/session.ts';
import { parseScript } from './script.ts';
import { babble, joined, silence } from '../../ears/testing/sounds.ts';
import { MAX_MARKERS, Transcriber, type TranscriberOptions } from './transcriber.ts';

const transcribe = (sound: Float32Array, options: Partial<TranscriberOptions> = {}): SttOut[] => [
	...new Transcriber({ delayS: 0.5, ...options }).audio(sound)
];
/** The words, with the stream's clock when each was sent. */
function words(messages: readonly SttOut[]): { text: string; startS: number; sentS: number }[] {
	let steps = 0;
	const out: { text: string; startS: number; sentS: number }[] = [];
	for (const message of messages) {
		if (message.type === 'Step') steps++;
		if (message.type === 'Word') out.push({ text: message.text, startS: message.start_time, sentS: steps * 0.08 });
	}
	return out;
}
const texts = (messages: readonly SttOut[]): string[] => words(messages).map(({ text }) => text);

describe('one stream through the STT', () => {
	it('makes one step of every 1920 samples, however they arrive', () => {
		fc.assert(
			fc.property(fc.array(fc.integer({ min: 0, max: 5000 }), { maxLength: 30 }), (lengths) => {
				const transcriber = new Transcriber({ delayS: 0.5 });
				let sent = 0;
				let steps = 0;
				for (const length of lengths) {
					for (const message of transcriber.audio(new Float32Array(length))) {
						if (message.type !== 'Step') continue;
						expect(message.step_idx).toBe(steps++);
						expect(message.prs).toHaveLength(4);
					}
					sent += length;
					expect(steps).toBe(Math.floor(sent / 1920));
				}
			})
		);
	});

	it('says the same whatever the chunking', () => {
		const sound = joined(silence(0.5), babble(1.5, -22, 2), silence(1.5));
		const whole = transcribe(sound).filter((message) => message.type !== 'Step');
		const transcriber = new Transcriber({ delayS: 0.5 });
		const split: SttOut[] = [];
		for (let at = 0, i = 0; at < sound.length; i++) {
			const size = [7, 1920, 3000, 1, 481][i % 5] ?? 1;
			split.push(...transcriber.audio(sound.subarray(at, at + size)));
			at += size;
		}
		expect(split.filter((message) => message.type !== 'Step')).toEqual(whole);
	});

	it('tells how many samples still wait behind each step', () => {
		const steps = transcribe(new Float32Array(1920 * 2 + 100)).filter((message) => message.type === 'Step');
		expect(steps.map((step) => step.buffered_pcm)).toEqual([1920 + 100, 100]);
	});

	it('says an empty word just before its first one, and nothing at all while nobody speaks', () => {
		expect(words(transcribe(silence(10)))).toEqual([]);
		const [empty, first, ...others] = words(transcribe(joined(silence(3), babble(1.5, -22, 2), silence(1))));
		expect(empty).toMatchObject({ text: '', startS: 0, sentS: first?.sentS });
		expect(first).toMatchObject({ text: UNRECOGNISED_SPEECH });
		expect(others).toEqual([]);
	});

	it('says one plain marker for each stretch of speech it cannot recognise', () => {
		const sound = joined(silence(1), babble(2, -22, 3), silence(1.5), babble(1.5, -22, 4), silence(2));
		const messages = transcribe(sound);
		expect(texts(messages)).toEqual(['', UNRECOGNISED_SPEECH, UNRECOGNISED_SPEECH]);
		const ends = messages.filter((message) => message.type === 'EndWord').map((message) => message.stop_time);
		expect(ends).toHaveLength(2);
		expect(ends[0]).toBeGreaterThan(2.7);
		expect(ends[0]).toBeLessThan(3.1);
		// Near the beginning, not at the end: the interface shows that somebody is heard while they speak.
		expect(words(messages)[1]?.sentS).toBeLessThan(2);
	});

	it('sends a timed word once the clock has passed its time by the delay, and not a step earlier', () => {
		const script = {
			words: [
				{ at: 0, text: 'now' },
				{ at: 0.8, text: 'then' },
				{ at: 0.9, text: 'later' }
			]
		};
		for (const delayS of [0, 0.4, 0.5, 2.5]) {
			for (const word of words(transcribe(silence(5), { script, delayS })).filter(({ text }) => text !== '')) {
				expect(word.sentS).toBeGreaterThanOrEqual(word.startS + delayS - 1e-9);
				expect(word.sentS).toBeLessThan(Math.max(0.08, word.startS + delayS) + 0.08 + 1e-9);
			}
		}
	});

	it('keeps timed words in order, each one ended before the next begins', () => {
		const script = {
			words: [
				{ at: 0.2, text: 'a' },
				{ at: 0.3, text: 'b' },
				{ at: 2, text: 'c' }
			]
		};
		const said = transcribe(silence(4), { script }).filter(
			(message) => message.type === 'Word' || message.type === 'EndWord'
		);
		expect(said).toEqual([
			{ type: 'Word', text: '', start_time: 0 },
			{ type: 'Word', text: 'a', start_time: 0.2 },
			{ type: 'EndWord', stop_time: 0.3 },
			{ type: 'Word', text: 'b', start_time: 0.3 },
			{ type: 'EndWord', stop_time: 0.7 },
			{ type: 'Word', text: 'c', start_time: 2 },
			{ type: 'EndWord', stop_time: 2.4 }
		]);
	});

	it('is faster than real time when the audio is: a flush of silence brings the words out', () => {
		const transcriber = new Transcriber({ delayS: 0.5, script: { words: [{ at: 0.1, text: 'yes' }] } });
		expect(texts([...transcriber.audio(silence(0.24))])).toEqual([]);
		expect(texts([...transcriber.audio(new Float32Array(8 * 1920))])).toEqual(['', 'yes']);
	});

	it('answers a marker once the audio before it, part frames included, has passed by the delay', () => {
		const transcriber = new Transcriber({ delayS: 0.5, script: { words: [{ at: 0.15, text: 'end' }] } });
		expect([...transcriber.audio(new Float32Array(1920 * 2 + 5))].filter((message) => message.type !== 'Step')).toEqual(
			[]
		);
		expect(transcriber.marker(-7)).toEqual([]);
		const after = [...transcriber.audio(new Float32Array(1920 * 20))];
		const marker = after.findIndex((message) => message.type === 'Marker');
		expect(after[marker]).toEqual({ type: 'Marker', id: -7 });
		expect(after.slice(0, marker).filter((message) => message.type === 'Step')).toHaveLength(1 + 7);
		expect(texts(after.slice(0, marker))).toEqual(['', 'end']);
		expect(after.filter((message) => message.type === 'Marker')).toHaveLength(1);
	});

	it('answers a marker at once where there is neither audio nor delay, and takes only so many', () => {
		expect(new Transcriber({ delayS: 0 }).marker(3)).toEqual([{ type: 'Marker', id: 3 }]);
		const transcriber = new Transcriber({ delayS: 0.5 });
		for (let id = 0; id < MAX_MARKERS; id++) expect(transcriber.marker(id)).toEqual([]);
		expect(transcriber.marker(MAX_MARKERS)).toBeNull();
		const echoed = [...transcriber.audio(silence(1))].flatMap((message) =>
			message.type === 'Marker' ? [message.id] : []
		);
		expect(echoed).toEqual(Array.from({ length: MAX_MARKERS }, (_, id) => id));
	});
});

describe('scripted ears', () => {
	const script = { utterances: [{ text: 'Hello there, how are you doing today?' }, { text: 'Fine.' }] };

	it('say the n-th sentence during the n-th stretch of speech, then the marker again', () => {
		const parts = [1, 2, 3].flatMap((seed) => [silence(1), babble(2, -22, seed), silence(1)]);
		const messages = transcribe(joined(...parts), { script });
		expect(texts(messages)).toEqual([
			...['', 'Hello', 'there,', 'how', 'are', 'you', 'doing', 'today?', 'Fine.', UNRECOGNISED_SPEECH]
		]);
	});

	it('spread the words over the speech, in order and in time with it', () => {
		const said = words(transcribe(joined(silence(1), babble(2, -22, 3), silence(2)), { script })).slice(1);
		const starts = said.map(({ startS }) => startS);
		expect(starts).toEqual([...starts].sort((a, b) => a - b));
		expect(starts[0]).toBeGreaterThan(0.9);
		expect(starts.at(-1)).toBeLessThan(3);
		// While they are said, not all at the end.
		expect(said.filter(({ sentS }) => sentS < 2.6).length).toBeGreaterThanOrEqual(3);
	});

	it('have said everything by the time the pause is likelier than not, but for the delay', () => {
		const long = { utterances: [{ text: 'word '.repeat(100) }] };
		const messages = transcribe(joined(silence(1), babble(1, -22, 5), silence(2)), { script: long, delayS: 0 });
		const likely = messages.findIndex((message, i) => i > 16 && message.type === 'Step' && (message.prs[2] ?? 0) > 0.5);
		const lastWord = messages.findLastIndex((message) => message.type === 'Word');
		expect(texts(messages).filter((text) => text === 'word')).toHaveLength(100);
		expect(lastWord).toBeLessThan(messages.findIndex((message, i) => i > likely && message.type === 'Step'));
	});
});

describe('a script file', () => {
	it('holds utterances, or words by the clock', () => {
		expect(parseScript('{"utterances":[{"text":" Hello there. "}]}')).toEqual({
			ok: true,
			value: { utterances: [{ text: 'Hello there.' }] }
		});
		expect(parseScript('{"words":[{"at":1,"text":"a"},{"at":1,"text":"b"}]}').ok).toBe(true);
	});

	it.each([
		'',
		'[]',
		'{}',
		'{"utterances":[{"text":""}]}',
		'{"utterances":["text"]}',
		'{"words":[{"at":-1,"text":"a"}]}',
		'{"words":[{"at":2,"text":"a"},{"at":1,"text":"b"}]}',
		'{"words":[{"text":"a"}]}',
		'{"utterances":[],"words":[]}'
	])('is refused when it is %s', (json) => {
		expect(parseScript(json).ok).toBe(false);
	});
});
