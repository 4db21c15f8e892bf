import { describe, expect, it } from 'vitest';
import { SESSION_LIMITS } from './deps.ts';
import { ListenWatch } from './listen-watch.ts';
import { FakeClock } from './testing/fake-clock.ts';

const STALL_MS = 3000;
const DELAY_MS = 2500;

function begin() {
	const clock = new FakeClock();
	const events: string[] = [];
	const watch = new ListenWatch({
		clock,
		stallMs: STALL_MS,
		delayMs: DELAY_MS,
		probe: () => events.push('probe'),
		stuck: () => events.push('stuck')
	});
	/** `count` pages in real time. */
	const pages = (count: number, answer?: () => void): void => {
		for (let i = 0; i < count; i++) {
			watch.page();
			clock.advance(80);
			answer?.();
		}
	};
	return { clock, events, watch, pages };
}

describe('the watch over an STT', () => {
	it('finds one that answered with steps and stops: in time, and once', () => {
		const { clock, events, watch, pages } = begin();
		pages(100, () => watch.step());
		pages(37);
		expect(events).toEqual([]);
		pages(38);
		expect(events).toEqual(['stuck']);
		expect(clock.pending()).toBe(0);
		pages(100);
		expect(events).toEqual(['stuck']);
	});

	it('is content with steps that come late, for as long as they come', () => {
		const { events, watch, pages } = begin();
		for (let i = 0; i < 200; i++) {
			pages(1);
			if (i % 30 === 29) for (let late = 0; late < 30; late++) watch.step();
		}
		expect(events).toEqual([]);
	});

	it('finds one that stops in the middle of a ring that was replayed at once', () => {
		const { clock, events, watch } = begin();
		for (let i = 0; i < 125; i++) watch.page();
		for (let i = 0; i < 60; i++) watch.step();
		watch.answer();
		clock.advance(STALL_MS);
		expect(events).toEqual(['stuck']);
	});

	it('blames nobody for a page or two that the decoder keeps back', () => {
		const { clock, events, watch, pages } = begin();
		pages(50, () => watch.step());
		pages(5);
		clock.advance(60_000);
		expect(events).toEqual([]);
	});

	it('gives a burst after a long silence its time, whenever that comes', () => {
		for (let atMs = 0; atMs < 2 * STALL_MS; atMs += 20) {
			const { clock, events, watch, pages } = begin();
			pages(50, () => watch.step());
			pages(2); // which the decoder keeps
			clock.advance(60_000 + atMs); // muted, or a network that stands still
			for (let i = 0; i < 20; i++) watch.page();
			clock.advance(40); // there and back
			for (let i = 0; i < 20; i++) watch.step();
			expect(events).toEqual([]);
		}
	});

	it('asks one without steps for a sign of life, and gives it up where none comes', () => {
		const { events, pages } = begin();
		pages(38);
		expect(events).toEqual(['probe']);
		pages(Math.floor((STALL_MS + DELAY_MS) / 80));
		expect(events).toEqual(['probe']);
		pages(40);
		expect(events).toEqual(['probe', 'stuck']);
	});

	it('leaves one alone that gives signs of life, or words, for ever', () => {
		const { events, watch, pages } = begin();
		for (let minute = 0; minute < 10; minute++) {
			const asked = events.length;
			pages(700, () => {
				if (events.length > asked) watch.answer();
			});
		}
		expect(new Set(events)).toEqual(new Set(['probe']));
		const talking = begin();
		for (let i = 0; i < 50; i++) talking.pages(20, () => talking.watch.answer());
		expect(talking.events).toEqual([]);
	});

	it('does not wait for an answer that only further audio can bring, where none comes', () => {
		const { clock, events, pages } = begin();
		pages(38);
		clock.advance(600_000); // muted
		expect(events).toEqual(['probe']);
	});

	it('holds no timer once it is stopped, or has nothing to wait for', () => {
		const { clock, watch, pages } = begin();
		pages(10, () => watch.step());
		clock.advance(STALL_MS);
		expect(clock.pending()).toBe(0);
		pages(1);
		expect(clock.pending()).toBe(1);
		watch.stop();
		pages(1);
		expect(clock.pending()).toBe(0);
	});

	it('is sooner than a browser that takes such a relay for dead', () => {
		expect(SESSION_LIMITS.sttStallMs).toBeLessThan(8000);
	});
});
