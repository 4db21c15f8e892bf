import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Character } from '../../src/lib/chat/characters/character.ts';
import { KIOSK_FIELDS, KioskSchema } from '../../src/lib/chat/characters/kiosk.ts';
import * as v from 'valibot';
import { StartError } from '../start-error.ts';
import { loadKiosk, parseKiosk } from './file.ts';
import { hashPin } from './pin.ts';

const minna: Character = {
	id: 'minna',
	name: 'Minna',
	language: 'en',
	instructions: { type: 'smalltalk' },
	good: true
};

function mistakes(text: string): string[] {
	const parsed = parseKiosk(text, [minna]);
	return parsed.ok ? [] : parsed.mistakes.map(({ line, column, text }) => `${line}:${column} ${text}`);
}

describe('the file of a kiosk', () => {
	it('is read from YAML and from JSON, and whatever it leaves out has its usual value', () => {
		for (const text of ['idleS: 30\ncharacter: minna\n', '{"idleS": 30, "character": "minna"}']) {
			const parsed = parseKiosk(text, [minna]);
			if (!parsed.ok) throw new Error(JSON.stringify(parsed.mistakes));
			expect(parsed.file).toEqual({
				told: {
					languages: ['en'],
					start: 'touch',
					title: {},
					invitation: {},
					privacy: {},
					idleS: 30,
					maxTalkS: 600,
					theme: 'contrast',
					size: 1.5,
					volume: 1,
					captions: true,
					allowTyping: false,
					reloadAt: '04:00',
					reloadAfterTalks: 50,
					character: minna,
					hasPin: false
				},
				pin: null
			});
		}
	});

	it('keeps the PIN out of what kiosks are told, of which the page understands all', async () => {
		const pin = await hashPin('135790');
		const parsed = parseKiosk(`pin: ${pin}\n`, []);
		if (!parsed.ok) throw new Error('it was refused');
		expect(parsed.file.told).toMatchObject({ hasPin: true });
		expect(JSON.stringify(parsed.file.told)).not.toMatch(/scrypt|"pin"/);
		expect(v.parse(KioskSchema, JSON.parse(JSON.stringify(parsed.file.told)))).toEqual(parsed.file.told);
	});

	it('names every mistake where it stands, with what to do', () => {
		const text = `idleS: 3
maxTalkS: soon
theme: pink
languages: [en, en]
start: 1
title: {de: Hallo}
colour: red
pin: 123456
character: nobody
reloadAt: 4 o'clock
`;
		expect(mistakes(text)).toEqual([
			'1:1 idleS must be a whole number from 5 to 600',
			'2:1 maxTalkS must be a whole number from 30 to 7200',
			'3:1 theme must be one of dark, light, contrast',
			'4:1 languages must name each language once',
			'5:1 start must be one of touch, speech',
			expect.stringMatching(/^6:9 title\.de must hold texts by language, en or fr/),
			expect.stringMatching(/^7:1 colour is no field here: take it out, or use one of character, languages, /),
			'8:1 pin must be what `npm run kiosk:pin` prints',
			'9:1 character "nobody" is not among the characters: name the id of one, or write it out',
			'10:1 reloadAt must be a time such as 04:00'
		]);
		expect(mistakes('pin: "123456"\n')[0]).toMatch(/a hash, and never the PIN itself$/);
		expect(mistakes('character:\n  id: ada\n  name: 12\n  language: en\n  instructions: {type: news}\n')).toEqual([
			'3:3 character.name must be text: put quotes around it'
		]);
		expect(mistakes('')).toEqual(['1:1 the file is empty: write the fields of a kiosk']);
		expect(mistakes('- a\n')).toEqual(['1:1 the whole must be fields, such as idleS: 45']);
		expect(mistakes('a: &x 1\n')[0]).toMatch(/anchors/);
	});

	it('never throws, whatever it holds, and takes nothing that a page would not', () => {
		const field = fc.constantFrom('character', 'pin', 'x', ...Object.keys(KIOSK_FIELDS));
		fc.assert(
			fc.property(fc.dictionary(field, fc.jsonValue({ maxDepth: 2 })), (value) => {
				const parsed = parseKiosk(JSON.stringify(value), [minna]);
				if (parsed.ok) expect(v.is(KioskSchema, JSON.parse(JSON.stringify(parsed.file.told)))).toBe(true);
				else expect(parsed.mistakes.length).toBeGreaterThan(0);
			})
		);
		fc.assert(
			fc.property(fc.string({ maxLength: 60 }), (text) => {
				expect(() => parseKiosk(text, [])).not.toThrow();
			})
		);
	});

	it('stops the start where it is not to be had', async () => {
		const error: unknown = await loadKiosk('/nowhere/kiosk.yaml', []).catch((error: unknown) => error);
		expect(error).toBeInstanceOf(StartError);
		expect(String(error)).toContain('KIOSK_CONFIG: /nowhere/kiosk.yaml is not there');
	});
});

describe('the example in deploy', () => {
	const text = readFileSync(new URL('../../deploy/kiosk.example.yaml', import.meta.url), 'utf8');

	it('is right, and names every field', () => {
		expect(mistakes(text)).toEqual([]);
		for (const field of ['character', 'pin', ...Object.keys(KIOSK_FIELDS)]) {
			expect(text, field).toMatch(new RegExp(`^#?${field}:`, 'm'));
		}
	});
});
