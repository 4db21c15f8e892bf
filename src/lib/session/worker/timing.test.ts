import { beforeEach, describe, expect, it } from 'vitest';
import { Stage } from './testing/stage.ts';
import { Timing } from './timing.ts';

describe('the times of a turn', () => {
	let nowMs: number;
	let marks: string[];
	let timing: Timing;
	beforeEach(() => {
		nowMs = 1000;
		marks = [];
		timing = new Timing({ mark: (name, value, text) => marks.push(`${name} ${text ?? ''} ${value}`) }, () => nowMs);
	});
	const at = (ms: number, what: () => void): void => {
		nowMs = ms;
		what();
	};

	it('are counted from the end of the speech, in order', () => {
		at(1500, () => timing.turnEnded(1100));
		at(1500, () => timing.asked());
		at(1700, () => timing.firstToken());
		at(1750, () => timing.firstToken());
		at(1900, () => timing.firstPage());
		nowMs = 2000;
		expect(timing.started()).toEqual({
			heardLatencyMs: 500,
			pauseDecidedMs: 400,
			firstTokenMs: 600,
			firstPageMs: 800,
			firstHeardMs: 900
		});
		expect(marks.filter((mark) => mark.startsWith('turnPhase'))).toEqual([
			'turnPhase speechEnd 0',
			'turnPhase pauseDecided 400',
			'turnPhase firstToken 600',
			'turnPhase firstPage 800',
			'turnPhase firstHeard 900'
		]);
	});

	it('count what was ready on speculation from the decision on', () => {
		at(1200, () => timing.asked());
		at(1300, () => timing.firstToken());
		at(1500, () => timing.turnEnded(1100));
		at(1900, () => timing.firstPage());
		nowMs = 2000;
		expect(timing.started()).toMatchObject({ pauseDecidedMs: 400, firstTokenMs: 400, firstPageMs: 800 });
	});

	it('are those of the reply that sounds, not of one that was withdrawn', () => {
		at(1200, () => timing.asked());
		at(1300, () => timing.firstToken());
		at(1500, () => timing.turnEnded(1100));
		at(1600, () => timing.asked());
		at(1800, () => timing.firstToken());
		at(1900, () => timing.firstPage());
		expect(timing.started()).toMatchObject({ firstTokenMs: 700 });
	});

	it('are not told of a turn without speech, and only once of one with it', () => {
		timing.turnEnded(null);
		timing.asked();
		nowMs = 1300;
		expect(timing.started()).toEqual({ heardLatencyMs: 300 });
		timing.turnEnded(1200);
		timing.asked();
		expect(Object.keys(timing.started())).toHaveLength(5);
		expect(timing.started()).toEqual({ heardLatencyMs: 0 });
	});

	it('reach the relay from a conversation, and every one is at least the one before', async () => {
		const stage = await Stage.open('parley');
		stage.greet();
		stage.hear(5);
		for (const word of ['I', 'like', 'it.']) stage.word(word);
		stage.relay.last.say({ type: 'endWord', stopS: 0 });
		stage.step(1, 9);
		stage.time.advance(3000);
		stage.answer(2, ['Good.']);
		stage.time.advance(80);
		stage.play(2, 1);
		const [greeting, gaps, report] = stage.relay.last.of('report');
		expect(greeting).not.toHaveProperty('pauseDecidedMs');
		expect(gaps).toEqual({ type: 'report', gaps: 0 });
		const { pauseDecidedMs = -1, firstTokenMs = -1, firstPageMs = -1, firstHeardMs = -1 } = report ?? {};
		expect(pauseDecidedMs).toBeGreaterThan(0);
		expect(firstTokenMs).toBeGreaterThanOrEqual(pauseDecidedMs);
		expect(firstPageMs).toBeGreaterThanOrEqual(firstTokenMs);
		expect(firstHeardMs).toBe(firstPageMs + 80);
	});
});
