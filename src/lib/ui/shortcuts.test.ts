import { describe, expect, it } from 'vitest';
import { commandOf } from './shortcuts.ts';

const press = (key: string, changes = {}) => ({
	...{ key, repeat: false, modified: false, inField: false, onControl: false },
	...changes
});
const idle = { talking: false, open: false, hearing: false, holdToTalk: false, letters: true };
const talking = { ...idle, talking: true };
const hearing = { ...talking, hearing: true };
const pushing = { ...talking, holdToTalk: true };

describe('commandOf', () => {
	it('closes what is open before it stops', () => {
		expect(commandOf(press('Escape'), { ...talking, open: true })).toBe('close');
		expect(commandOf(press('Escape'), talking)).toBe('stop');
		expect(commandOf(press('Escape'), idle)).toBe(null);
	});
	it('mutes with M in either case, only while talking, and never where the microphone is held open', () => {
		expect(commandOf(press('m'), talking)).toBe('mute');
		expect(commandOf(press('M'), talking)).toBe('mute');
		expect(commandOf(press('m'), idle)).toBe(null);
		expect(commandOf(press('m'), pushing)).toBe(null);
	});
	it('shows and hides the captions with S in either case, whether somebody talks or not, but not while one writes', () => {
		for (const key of ['s', 'S']) {
			for (const situation of [idle, talking, hearing, pushing])
				expect(commandOf(press(key), situation)).toBe('captions');
			for (const other of [{ repeat: true }, { modified: true }, { inField: true }])
				expect(commandOf(press(key, other), talking)).toBe(null);
			expect(commandOf(press(key), { ...talking, letters: false })).toBe(null);
		}
	});
	it('lets finish and goes on only while the person has the turn', () => {
		expect(['l', 'L', 'g', 'Enter'].map((key) => commandOf(press(key), hearing))).toEqual(['hold', 'hold', 'go', 'go']);
		for (const key of ['l', 'g', 'Enter']) expect(commandOf(press(key), talking)).toBe(null);
		expect(commandOf(press('Enter', { onControl: true }), hearing)).toBe(null);
	});
	it('opens the dev view with D whether or not somebody talks', () => {
		for (const situation of [idle, talking, hearing, pushing]) {
			for (const key of ['d', 'D']) expect(commandOf(press(key), situation)).toBe('dev');
		}
	});
	it('talks with Space where one holds to talk, also while the key repeats, but not on another control', () => {
		expect(commandOf(press(' '), pushing)).toBe('push');
		expect(commandOf(press(' ', { repeat: true }), pushing)).toBe('push');
		expect(commandOf(press(' ', { onControl: true }), pushing)).toBe(null);
		expect(commandOf(press(' ', { inField: true }), pushing)).toBe(null);
		expect(commandOf(press(' '), { ...pushing, talking: false })).toBe(null);
		expect(commandOf(press(' '), talking)).toBe(null);
	});
	it('minds no letter where letters are switched off, and still every other key', () => {
		const without = { ...hearing, letters: false };
		for (const key of 'abcdefghijklmnopqrstuvwxyzMLGSD?/1é') expect(commandOf(press(key), without)).toBe(null);
		expect(commandOf(press('Escape'), without)).toBe('stop');
		expect(commandOf(press('Enter'), without)).toBe('go');
		expect(commandOf(press(' '), { ...pushing, letters: false })).toBe('push');
	});
	it('leaves alone what belongs to others: repeats, the browser’s shortcuts, what is being written', () => {
		for (const other of [{ repeat: true }, { modified: true }, { inField: true }]) {
			for (const key of ['m', 'l', 'g', 'd', 'Enter']) expect(commandOf(press(key, other), hearing)).toBe(null);
		}
		for (const key of [' ', 'Tab', 'ArrowDown']) expect(commandOf(press(key), hearing)).toBe(null);
	});
});
