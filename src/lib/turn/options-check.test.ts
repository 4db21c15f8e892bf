import { describe, expect, it } from 'vitest';
import { PARLEY, POLICIES, UNMUTE } from './options.ts';
import { optionsFaults } from './options-check.ts';

describe('optionsFaults', () => {
	it.each(Object.entries(POLICIES))('finds none in %s', (_, options) => {
		expect(optionsFaults(options)).toEqual([]);
	});

	it.each([
		['bargeInBelow', { ...UNMUTE, bargeInBelow: 0.7 }],
		['endOfTurnAbove', { ...UNMUTE, endOfTurnAbove: 1.5 }],
		['ema', { ...UNMUTE, ema: { attackS: 0, releaseS: 0.01 } }],
		['pauseSteps', { ...UNMUTE, pauseSteps: 0 }],
		['replyAttempts', { ...UNMUTE, replyAttempts: 0 }],
		['flushLimitMs', { ...UNMUTE, flushLimitMs: 1000 }],
		['goodbye', { ...UNMUTE, goodbye: 'Bye!' }],
		['questionMs', { ...PARLEY, endpoint: { ...PARLEY.endpoint, unfinishedMs: 0 } }],
		['learnedShare', { ...PARLEY, endpoint: { ...PARLEY.endpoint, learnedShare: 2 } }],
		['duckBelow', { ...PARLEY, overlap: { ...PARLEY.overlap, duckBelow: 0.1 } }],
		['fallingBelow', { ...PARLEY, overlap: { ...PARLEY.overlap, fallingBelow: 0.1 } }],
		['limitMs', { ...PARLEY, overlap: { ...PARLEY.overlap, limitMs: 100 } }]
	])('names %s and what would be right', (name, options) => {
		const faults = optionsFaults(options);
		expect(faults).toHaveLength(1);
		expect(faults[0]).toContain(name);
		expect(faults[0]).toMatch(/has to|have to|the longer/);
	});
});
