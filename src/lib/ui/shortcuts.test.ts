import { describe, expect, it } from 'vitest';
import { commandOf } from './shortcuts.ts';

const press = (key: string, changes = {}) => ({ key, repeat: false, modified: false, inField: false, ...changes });
const talking = { talking: true, open: false };

describe('commandOf', () => {
	it('closes what is open before it stops', () => {
		expect(commandOf(press('Escape'), { talking: true, open: true })).toBe('close');
		expect(commandOf(press('Escape'), talking)).toBe('stop');
		expect(commandOf(press('Escape'), { talking: false, open: false })).toBe(null);
	});
	it('mutes with M in either case, only while talking', () => {
		expect(commandOf(press('m'), talking)).toBe('mute');
		expect(commandOf(press('M'), talking)).toBe('mute');
		expect(commandOf(press('m'), { talking: false, open: false })).toBe(null);
	});
	it('leaves alone what belongs to others: repeats, the browser’s shortcuts, what is being written', () => {
		for (const other of [{ repeat: true }, { modified: true }, { inField: true }]) {
			expect(commandOf(press('m', other), talking)).toBe(null);
		}
		for (const key of [' ', 'Enter', 'Tab', 'ArrowDown']) expect(commandOf(press(key), talking)).toBe(null);
	});
});
