import { describe, expect, it } from 'vitest';
import { FakeClock } from '../session/testing/fake-clock.ts';
import { Playout } from './playout.ts';
import { TtsStream, unpaged } from './testing/tts-stream.ts';

const START_MS = 1000; // a FakeClock's

function house() {
	const clock = new FakeClock();
	const pages: Uint8Array[] = [];
	/** What left, with the time since the beginning. */
	const told: string[] = [];
	const tell = (what: string): void => void told.push(`${Math.round(clock.now() - START_MS)} ${what}`);
	const playout = new Playout({
		clock,
		serial: 7,
		audio: (bytes) => {
			pages.push(bytes);
			tell('audio');
		},
		started: () => tell('started'),
		word: (text) => tell(text),
		drained: () => tell('drained')
	});
	return {
		clock,
		playout,
		pages,
		told,
		times: () => told.filter((it) => it.endsWith('audio')).map((it) => parseInt(it))
	};
}

/** A reply that comes all at once. */
function pour(playout: Playout, stream: TtsStream, frames: number): void {
	playout.sound(stream.head);
	for (let i = 0; i < frames; i++) playout.sound(stream.frame());
}

describe('the playout', () => {
	it('lets sound go 320 ms ahead of real time and no more, packet for packet', () => {
		const { clock, playout, pages, times, told } = house();
		const stream = new TtsStream();
		playout.begin();
		pour(playout, stream, 10);
		playout.end();
		expect(times()).toEqual([0, 0, 0, 0, 0]);
		expect(playout.aheadMs).toBe(400);
		clock.advance(2000);
		expect(times()).toEqual([0, 0, 0, 0, 0, 80, 160, 240, 320, 400]);
		expect(told.at(-1)).toBe('400 drained');
		expect(unpaged(pages)).toEqual({ packets: stream.packets, heads: 1 });
		expect([clock.pending(), playout.aheadMs]).toEqual([0, 0]);
	});

	it('tells that it sounds with the first sound, and each word when it is heard', () => {
		const { clock, playout, told } = house();
		playout.begin();
		const stream = new TtsStream();
		playout.sound(stream.head);
		expect(told).toEqual([]);
		clock.advance(100);
		playout.sound(stream.frame());
		playout.say('late', 0.5);
		playout.say('Early', 0.16);
		expect(told).toEqual(['100 audio', '100 started']);
		for (let i = 0; i < 9; i++) playout.sound(stream.frame());
		clock.advance(2000);
		expect(told.filter((it) => !it.endsWith('audio'))).toEqual(['100 started', '260 Early', '600 late']);
	});

	it('ends when the last word has begun, though all sound has left', () => {
		const { clock, playout, told } = house();
		playout.begin();
		pour(playout, new TtsStream(), 5);
		playout.say('end', 0.3);
		playout.end();
		clock.advance(1000);
		expect(told.slice(-2)).toEqual(['300 end', '300 drained']);
	});

	it('shifts what follows where the sound came too late to be heard in time', () => {
		const { clock, playout, told, times } = house();
		const stream = new TtsStream();
		playout.begin();
		pour(playout, stream, 1);
		clock.advance(580); // of which 500 ms were silent
		playout.say('gap', 0.08);
		playout.sound(stream.frame());
		playout.say('after', 0.16);
		for (let i = 0; i < 4; i++) playout.sound(stream.frame());
		clock.advance(1000);
		expect(told).toContain('660 after');
		expect(times()).toEqual([0, 580, 580, 580, 580, 580]);
	});

	it('takes back what has not left, and goes on with the next reply in the same stream', () => {
		const { clock, playout, pages, told } = house();
		const [one, two] = [new TtsStream(1), new TtsStream(2)];
		playout.begin();
		pour(playout, one, 20);
		playout.say('never', 1);
		clock.advance(160);
		playout.stop();
		clock.advance(3000);
		playout.sound(one.frame());
		playout.say('late', 0);
		playout.end();
		expect(told.filter((it) => it.endsWith('audio'))).toHaveLength(7);
		playout.begin();
		pour(playout, two, 3);
		playout.end();
		clock.advance(1000);
		expect(unpaged(pages)).toEqual({ packets: [...one.packets.slice(0, 14), ...two.packets], heads: 1 });
		expect(told.filter((it) => it.endsWith('drained'))).toHaveLength(1);
		expect(clock.pending()).toBe(0);
	});

	it('may be stopped by whoever is told of its words', () => {
		const clock = new FakeClock();
		const said: string[] = [];
		const playout: Playout = new Playout({
			clock,
			serial: 7,
			audio: () => undefined,
			started: () => undefined,
			word: (text) => {
				said.push(text);
				playout.stop();
			},
			drained: () => said.push('drained')
		});
		playout.begin();
		pour(playout, new TtsStream(), 4);
		playout.say('one', 0.1);
		playout.say('two', 0.1);
		playout.end();
		clock.advance(2000);
		expect(said).toEqual(['one']);
	});

	it('stands still and keeps its place', () => {
		const { clock, playout, told, times } = house();
		playout.begin();
		pour(playout, new TtsStream(), 8);
		playout.say('word', 0.4);
		clock.advance(100);
		playout.pause();
		playout.pause();
		clock.advance(5000);
		expect(times()).toEqual([0, 0, 0, 0, 0, 80]);
		playout.resume();
		playout.resume();
		clock.advance(1000);
		expect(times()).toEqual([0, 0, 0, 0, 0, 80, 5160, 5240]);
		expect(told).toContain('5400 word');
	});

	describe('where a TTS is lost', () => {
		it('drops what did not count, and goes on with the next where that was', () => {
			const { clock, playout, pages, told } = house();
			const [one, two] = [new TtsStream(1), new TtsStream(2)];
			playout.begin();
			pour(playout, one, 20);
			playout.say('kept', 0.4);
			playout.say('dropped', 1);
			expect(playout.splice(0.96)).toEqual([]);
			// Its own clock began a pre-skip before that.
			pour(playout, two, 5);
			playout.say('again', 1);
			playout.end();
			clock.advance(5000);
			expect(unpaged(pages)).toEqual({ packets: [...one.packets.slice(0, 24), ...two.packets], heads: 1 });
			expect(told.filter((it) => !it.endsWith('audio'))).toEqual([
				'0 started',
				'400 kept',
				'1080 again',
				'1080 drained'
			]);
		});

		it('takes back no sound that has left, and says which words will be said again', () => {
			const { clock, playout, pages, told } = house();
			const [one, two] = [new TtsStream(1), new TtsStream(2)];
			playout.begin();
			pour(playout, one, 20);
			playout.say('one', 0.1);
			playout.say('two', 0.3);
			clock.advance(400);
			const left = unpaged(pages).packets.length;
			expect(playout.splice(0.24)).toEqual(['two']);
			pour(playout, two, 5);
			playout.say('two', 0.3);
			playout.end();
			clock.advance(5000);
			expect(unpaged(pages).packets).toEqual([...one.packets.slice(0, left), ...two.packets]);
			// 720 + 80 + (300 − 240) ms: after the sound that left, and the next stream's pre-skip.
			expect(told).toContain(`${left * 40 + 140} two`);
		});

		it('waits for a next one for as long as it takes', () => {
			const { clock, playout, told } = house();
			playout.begin();
			pour(playout, new TtsStream(1), 4);
			playout.splice(0.32);
			clock.advance(10_000);
			pour(playout, new TtsStream(2), 2);
			playout.say('on', 0.32);
			playout.end();
			clock.advance(1000);
			expect(told.slice(-4)).toEqual(['10000 audio', '10000 audio', '10080 on', '10080 drained']);
		});

		it('before any of its sound came, begins with the next', () => {
			const { clock, playout, pages } = house();
			const two = new TtsStream(2);
			playout.begin();
			playout.sound(new TtsStream(1).head);
			playout.splice(0);
			pour(playout, two, 2);
			playout.end();
			clock.advance(1000);
			expect(unpaged(pages)).toEqual({ packets: two.packets, heads: 1 });
		});
	});

	it('lets a voice wait that is too far ahead, until some of it was heard', () => {
		const { clock, playout } = house();
		const did: string[] = [];
		const gone = new AbortController();
		const source = { pause: () => did.push('pause'), resume: () => did.push('resume') };
		playout.begin();
		playout.join(source, gone.signal);
		const stream = new TtsStream();
		pour(playout, stream, 250);
		expect(did).toEqual([]);
		pour(playout, stream, 10);
		expect(did).toEqual(['pause']);
		clock.advance(10_000);
		expect(did).toEqual(['pause']);
		clock.advance(2000);
		expect(did).toEqual(['pause', 'resume']);
		pour(playout, stream, 250);
		expect(did).toEqual(['pause', 'resume', 'pause']);
		const late: string[] = [];
		playout.join({ pause: () => late.push('pause'), resume: () => late.push('resume') }, gone.signal);
		gone.abort();
		playout.stop();
		expect([did.length, late]).toEqual([3, ['pause']]);
	});
});
