import { describe, expect, it } from 'vitest';
import type { Talked } from './conversation.ts';
import type { Ending } from './ending.ts';
import { Figures } from './figures.ts';
import { Progress } from './progress.ts';
import { json, table } from './report.ts';
import { Tally } from './tally.ts';

const HEAD = { server: 'ws://host', protocol: 'realtime', talkers: 2, testerLateMs: 1 };

const talked = (ending: Ending, more: Partial<Talked> = {}): Talked => ({
	ending,
	messages: 7,
	interruptions: 0,
	cutIns: 0,
	gaps: 0,
	reconnects: 0,
	troubles: new Map(),
	...more
});

function tallyOf(planned: number, ...all: Talked[]): Tally {
	const tally = new Tally(planned);
	for (const one of all) {
		tally.began();
		tally.ended(one);
	}
	return tally;
}

describe('a report', () => {
	it('has a row for every figure, with a dash where nothing was measured', () => {
		const figures = new Figures();
		for (let ms = 1; ms <= 100; ms++) figures.add('turn', ms);
		figures.add('ttsFactor', 1.25);
		figures.add('gap', Number.NaN);
		const text = table({ tally: tallyOf(1), figures, tookMs: 61_000 }, HEAD);
		expect(text).toContain('ws://host, realtime: 0 of 1 conversations, 2 at once, 61 s');
		expect(text).toMatch(/^turn: .* 51 ms +51 ms +90 ms +95 ms +99 ms +100$/m);
		expect(text).toMatch(/^TTS real-time factor( +1.25 ×){5} +1$/m);
		expect(text).toMatch(/^gaps in an answer, together( +–){5} +0$/m);
		expect(text).toContain('went well: none to judge by');
		const lines = text.split('\n').slice(2, 11);
		expect(new Set(lines.map((line) => line.length)).size).toBe(1);
	});

	it('says how many went well, why the others did not, and leaves out the unfinished', () => {
		const tally = tallyOf(
			6,
			talked({ name: 'complete', detail: null }, { interruptions: 1, gaps: 2 }),
			talked({ name: 'goodbye', detail: null }),
			talked({ name: 'closed', detail: 'code 1013' }, { troubles: new Map([['warning', 2]]) }),
			talked({ name: 'closed', detail: 'code 1013' }),
			talked({ name: 'refused', detail: null }),
			talked({ name: 'unfinished', detail: null })
		);
		const outcome = { tally, figures: new Figures(), tookMs: 0 };
		const text = table(outcome, HEAD);
		expect(text).toContain('answers broken off: 1, begun too early: 0, gaps in what was heard: 2, reconnects: 0');
		expect(text).toContain(
			'went well: 40.0 % (1 unfinished, not counted)\n  2 × closed (code 1013)\n  1 × refused\ntroubles on the way:\n  2 × warning'
		);
		expect(json(outcome, HEAD)).toMatchObject({
			...HEAD,
			conversations: { planned: 6, good: 2, bad: 3, unfinished: 1, goodShare: 0.4, reasons: { refused: 1 } },
			interruptions: 1,
			troubles: { warning: 2 },
			figures: { turn: null }
		});
	});

	it('says when the tester itself was late', () => {
		const outcome = { tally: tallyOf(1), figures: new Figures(), tookMs: 0 };
		expect(table(outcome, HEAD)).not.toContain('late');
		expect(table(outcome, { ...HEAD, testerLateMs: 35.4 })).toContain('late by up to 35 ms (p99)');
	});
});

describe('progress', () => {
	const good = talked({ name: 'complete', detail: null });

	it('is a bar on a terminal, at most ten times a second, and the last state always', () => {
		let nowMs = 0;
		const written: string[] = [];
		const progress = new Progress({ isTTY: true, write: (text) => written.push(text) }, () => nowMs);
		const tally = tallyOf(4, good);
		progress.show(tally);
		nowMs = 99;
		progress.show(tallyOf(4, good, good));
		nowMs = 100;
		progress.show(tallyOf(4, good, good));
		progress.show(tallyOf(4, good, good, good, good));
		progress.end();
		expect(written).toEqual([
			'\r\x1b[K██████░░░░░░░░░░░░░░░░░░ 1/4 conversations, 1 well, 0 not, 0 talking',
			'\r\x1b[K████████████░░░░░░░░░░░░ 2/4 conversations, 2 well, 0 not, 0 talking',
			'\r\x1b[K████████████████████████ 4/4 conversations, 4 well, 0 not, 0 talking',
			'\n'
		]);
	});

	it('is a plain line now and then elsewhere', () => {
		let nowMs = 0;
		const written: string[] = [];
		const progress = new Progress({ write: (text) => written.push(text) }, () => nowMs);
		for (; nowMs < 25_000; nowMs += 50) progress.show(tallyOf(4, ...(nowMs < 20_000 ? [good] : [good, good])));
		progress.end();
		expect(written).toEqual([
			'1/4 conversations, 1 well, 0 not, 0 talking\n',
			'2/4 conversations, 2 well, 0 not, 0 talking\n'
		]);
	});
});
