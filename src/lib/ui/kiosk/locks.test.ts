import { expect, it } from 'vitest';
import { isOwnKey } from './locks.ts';
import { Knocks } from './staff-door.ts';
import { kioskName } from './name.ts';

it('leaves to a visitor the keys that work the page, and no other', () => {
	const free = (key: string, more: { modified?: boolean; inField?: boolean } = {}): boolean =>
		isOwnKey({ key, modified: false, inField: false, ...more });
	for (const key of ['Tab', 'Enter', ' ']) expect(free(key), key).toBe(true);
	for (const key of ['Escape', 'F1', 'F5', 'F11', 'F12', 'BrowserBack', 'ContextMenu', 's', 'd', 'Backspace', 'Home'])
		expect(free(key), key).toBe(false);
	for (const key of ['a', 'É', 'Backspace', 'ArrowLeft', '日', '😀'])
		expect(free(key, { inField: true }), key).toBe(true);
	for (const key of ['F5', 'Escape', 'PageUp', 'BrowserBack']) expect(free(key, { inField: true }), key).toBe(false);
	for (const key of ['r', 'w', 'Tab', 'ArrowLeft', 'Enter'])
		expect(free(key, { modified: true, inField: true }), key).toBe(false);
});

it('hears five knocks within three seconds, and nothing less', () => {
	const knocked = (keys: string, everyMs: number): number => {
		const knocks = new Knocks();
		return [...keys].filter((key, at) => knocks.hear(key, at * everyMs)).length;
	};
	expect(knocked('kkkkk', 100)).toBe(1);
	expect(knocked('kKkKk', 100)).toBe(1);
	expect(knocked('kkkk', 100)).toBe(0);
	expect(knocked('kkkkxk', 100)).toBe(0);
	expect(knocked('kkkkkkkkk', 800)).toBe(0);
	expect(knocked('kkkkkkkkkk', 100)).toBe(2);
});

it('has the name that the address gives it, where that is one', () => {
	expect(kioskName('?name=lobby-2')).toBe('lobby-2');
	for (const search of ['', '?', '?name=', '?name=Lobby', '?name=a%22b', `?name=${'x'.repeat(41)}`, '?name=<b>'])
		expect(kioskName(search), search).toBe('kiosk');
});
