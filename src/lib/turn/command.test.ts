import { describe, expect, it } from 'vitest';
import { isCommand } from './command.ts';

describe('a word that asks the voice to stop', () => {
	it.each(['Stop!', 'wait,', 'No.', 'Attendez', 'NON', 'Arrête.'])('%s', (word) => {
		expect(isCommand(word)).toBe(true);
	});

	it.each(['', 'Helo', 'nothing', 'stopping', 'nom'])('is not "%s"', (word) => {
		expect(isCommand(word)).toBe(false);
	});
});
