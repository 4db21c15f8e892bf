import { describe, expect, it } from 'vitest';
import { UNRECOGNISED_SPEECH } from '../protocol/unrecognised-speech.ts';
import { logText, ownWords } from './log-text.ts';

const user = (text: string) => ({ id: 1, role: 'user', text, interrupted: false, open: true }) as const;

describe('logText', () => {
	it('tells in the reader’s language that nobody wrote it down, once', () => {
		const told = { text: 'You spoke.', unwritten: true };
		expect(logText(user(UNRECOGNISED_SPEECH), 'You spoke.')).toEqual(told);
		expect(logText(user(`${UNRECOGNISED_SPEECH} ${UNRECOGNISED_SPEECH}`), 'You spoke.')).toEqual(told);
	});
	it('leaves the marker out beside real words, and an empty entry empty', () => {
		expect(logText(user(`${UNRECOGNISED_SPEECH} good  morning`), 'You spoke.')).toEqual({
			text: 'good morning',
			unwritten: false
		});
		expect(logText(user(''), 'You spoke.')).toEqual({ text: '', unwritten: false });
	});
	it('ends an interrupted line in a dash', () => {
		expect(logText({ role: 'assistant', text: 'I was saying,', interrupted: true }, '').text).toBe('I was saying —');
	});
});

describe('ownWords', () => {
	it('are the person’s until the answer’s first word', () => {
		expect(ownWords([user('hello')])).toBe('hello');
		expect(ownWords([user(UNRECOGNISED_SPEECH)])).toBe('');
		expect(ownWords([{ ...user('hello'), open: false }])).toBe('hello');
		expect(ownWords([user('hello'), { ...user('Good'), id: 2, role: 'assistant' }])).toBe('');
		expect(ownWords([])).toBe('');
	});
});
