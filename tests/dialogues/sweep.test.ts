import { describe, expect, it } from 'vitest';
import { run } from '../../bench/turns/measure/bench.ts';
import { svg } from '../../bench/turns/measure/curve.ts';
import { readSweep, withOption } from '../../bench/turns/measure/option.ts';
import { json, markdown, subjects, table } from '../../bench/turns/measure/table.ts';
import { UNMUTE } from '../../src/lib/turn/options.ts';
import { scenario } from './support.ts';

describe('an option in a sweep', () => {
	it('is read with its values', () => {
		expect(readSweep('endOfTurnAbove=0.5,0.6')).toEqual({ option: 'endOfTurnAbove', values: [0.5, 0.6] });
		expect(readSweep('endOfTurnAbove')).toContain('write an option and its values');
		expect(readSweep('endOfTurnAbove=a,b')).toContain('write an option and its values');
	});

	it('is changed alone, inside another as well', () => {
		expect(withOption(UNMUTE, 'silenceMs', 9000)).toEqual({ ...UNMUTE, silenceMs: 9000 });
		expect(withOption(UNMUTE, 'ema.attackS', 0.2)).toEqual({ ...UNMUTE, ema: { ...UNMUTE.ema, attackS: 0.2 } });
	});

	it('that there is not, or that is no number, is told with those that there are', () => {
		expect(withOption(UNMUTE, 'patience', 1)).toMatch(/^patience is no number among the options: .*ema\.attackS/);
		expect(withOption(UNMUTE, 'goodbye', 1)).toContain('no number');
		expect(withOption(UNMUTE, 'ema', 1)).toContain('no number');
	});
});

describe('the figures', () => {
	const one = scenario([{ bot: 'Hello, who is there?' }, { say: 'Only me.' }, { bot: 'Come in, then.' }]);
	const result = {
		policies: { unmute: run(UNMUTE, [one], [1]) },
		scenarios: { all: 1, tuning: 1, heldOut: 0 },
		seeds: [1]
	};

	it('are written as the issue asks for them, name by name', () => {
		expect(json(result)).toMatchObject({ scenarios: 1, policies: { unmute: { cutInPercent: 0 } } });
		const { policies } = JSON.parse(JSON.stringify(json(result))) as { policies: { unmute: object } };
		expect(Object.keys(policies.unmute)).toEqual([
			'cutInPercent',
			'gapMsP50',
			'gapMsP90',
			'wrongInterruptPercent',
			'obeyedPercent',
			'silenceMsP95',
			'selfInterruptions',
			'wastedCalls',
			'lostWords',
			'repeatedWords'
		]);
	});

	it('stand side by side in the table, without a column for a set that is empty', () => {
		expect(table(result)).toMatch(/turns cut in on +0\.0 % +0\.0 %\n/);
		expect(table(result)).not.toContain('held out');
		expect(table(result)).toContain('no held-out dialogues');
		expect(subjects(result)).toMatch(/^quick +unmute +0\.0 %/m);
	});

	it('stand in the README with those of the held-out dialogues beside, where there are any', () => {
		expect(markdown(result)).toMatch(
			/^\| over 1 simulated dialogues \(no held-out dialogues\) \| `unmute` \|\n\|---\|---\|\n/
		);
		expect(markdown(result)).toContain('| turns cut in on | 0.0 % |');
		const held = { ...result, scenarios: { all: 1, tuning: 0, heldOut: 1 } };
		expect(markdown(held)).toMatch(/1 of them held out\) \| `unmute` \| held out: `unmute` \|\n/);
		expect(table(held)).not.toContain('no held-out dialogues');
	});
});

describe('the picture', () => {
	const picture = {
		title: 'A < B & C',
		subtitle: 'test',
		curves: [
			{
				name: 'patience',
				points: [
					{ label: '1', gapMs: 500, cutInPercent: 20 },
					{ label: '2', gapMs: 900, cutInPercent: 5 }
				]
			}
		],
		marks: [{ label: 'unmute', gapMs: 600, cutInPercent: 25 }],
		aim: { gapMs: 600, cutInPercent: 6 }
	};

	it('puts quick left of slow and few cut-ins below many, within the plot', () => {
		const dots = [...svg(picture).matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)" r="3.6"/g)].map((dot) =>
			dot.slice(1).map(Number)
		);
		const [quick, slow] = dots;
		expect(quick?.[0]).toBeLessThan(slow?.[0] ?? 0);
		expect(quick?.[1]).toBeLessThan(slow?.[1] ?? 0);
		for (const [x = 0, y = 0] of dots) {
			expect(x).toBeGreaterThanOrEqual(84);
			expect(x).toBeLessThanOrEqual(800);
			expect(y).toBeGreaterThanOrEqual(104);
			expect(y).toBeLessThanOrEqual(462);
		}
	});

	it('escapes what it is given, and tells its points to whoever cannot see them', () => {
		const drawn = svg(picture);
		expect(drawn).toContain('A &lt; B &amp; C');
		expect(drawn).toContain('unmute: 600 ms, 25.0 %. patience: 1: 500 ms, 20.0 %; 2: 900 ms, 5.0 %');
	});
});
