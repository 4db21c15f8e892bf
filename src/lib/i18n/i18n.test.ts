import { describe, expect, it } from 'vitest';
import { FAULTS, PROBLEM_CODES } from '../protocol/problems.ts';
import { FAILURES, PHASES } from '../session/view.ts';
import { en } from './en.ts';
import { fr } from './fr.ts';
import { chooseLanguage } from './languages.ts';
import type { Messages } from './messages.ts';

/** Every text there is, functions called with what they are called with. */
function texts(messages: Messages): Map<string, string> {
	const all = new Map<string, string>();
	for (const fault of FAULTS) {
		for (const code of PROBLEM_CODES) all.set(`problems.${code}.${fault}`, messages.problems[code](fault));
	}
	for (const embedded of [true, false]) {
		const { voice, partner, recogniser } = messages.engines;
		for (const [name, say] of Object.entries({ voice, partner, recogniser })) {
			all.set(`engines.${name}.${embedded}`, say('Nom', embedded));
		}
	}
	all.set('invitation', messages.invitation('Nom'));
	const { open, edit, voiceOf, imported, nth } = messages.people;
	for (const [name, say] of Object.entries({ open, edit, voiceOf })) all.set(`people.${name}`, say('Nom'));
	for (const [name, say] of Object.entries({ imported, nth }))
		for (const count of [1, 2]) all.set(`people.${name}.${count}`, say(count));
	const walk = (path: string, value: unknown): void => {
		if (typeof value === 'string') all.set(path, value);
		else if (typeof value === 'object' && value !== null) {
			for (const [key, inner] of Object.entries(value)) walk(`${path}.${key}`, inner);
		}
	};
	walk('', messages);
	return all;
}

describe('the languages', () => {
	it('have words for every phase, failure and problem, and none is empty', () => {
		for (const messages of [en, fr]) {
			for (const phase of PHASES) if (phase !== 'failed') expect(messages.phases[phase]).not.toBe('');
			for (const failure of FAILURES)
				expect(Object.keys(messages.failures[failure])).toEqual(['happened', 'parley', 'you']);
			for (const [where, text] of texts(messages)) expect(text.trim(), where).not.toBe('');
		}
	});

	it('say the same things: French has exactly the texts that English has', () => {
		expect([...texts(fr).keys()].sort()).toEqual([...texts(en).keys()].sort());
	});

	it('name the engine that is not embedded', () => {
		for (const messages of [en, fr]) expect(messages.engines.partner('gemma-3', false)).toContain('gemma-3');
	});

	it('call the button what the tests and the readers know it by', () => {
		expect([en.start, en.stop, fr.start, fr.stop]).toEqual(['Start talking', 'Stop', 'Commencer à parler', 'Arrêter']);
	});

	it('set French as French is set', () => {
		for (const [where, text] of texts(fr)) {
			expect(text, where).not.toMatch(/'|"/u); // curly apostrophes, guillemets
			expect(text, where).not.toMatch(/[^\u202f][;?!»]/u); // a narrow no-break space before
			expect(text, where).not.toMatch(/[^\u00a0]:/u); // a no-break space before a colon
			expect(text, where).not.toMatch(/«[^\u202f]/u);
		}
	});

	it('use no straight apostrophe in English either', () => {
		for (const [where, text] of texts(en)) expect(text, where).not.toMatch(/'/u);
	});
});

describe('chooseLanguage', () => {
	it('takes the first that there is, in any region and any case', () => {
		expect(chooseLanguage(['de-CH', 'fr-CH', 'en'])).toBe('fr');
		expect(chooseLanguage(['FR_ca'])).toBe('fr');
		expect(chooseLanguage(['en-GB', 'fr'])).toBe('en');
	});
	it('falls back on English, and is not taken in by a longer word', () => {
		expect(chooseLanguage([])).toBe('en');
		expect(chooseLanguage(['frr', 'enm', ''])).toBe('en');
	});
});
