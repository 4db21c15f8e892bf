import { describe, expect, it } from 'vitest';
import { close, remember, type History } from '../../src/lib/chat/history.ts';
import { wireHistory } from './wire-history.ts';

const said = (...lines: readonly ['user' | 'assistant', string, boolean?][]): History =>
	lines.reduce<History>((history, [role, text, cut]) => close(remember(history, role, text), role, cut === true), []);

describe('the history on the wire', () => {
	it('has an empty message for whoever has the turn and has said nothing', () => {
		expect(wireHistory([], 'waiting')).toEqual([]);
		expect(wireHistory([], 'thinking')).toEqual([{ role: 'assistant', content: '' }]);
		const asked = said(['user', 'Hi.']);
		expect(wireHistory(asked, 'flushing')).toEqual([{ role: 'user', content: 'Hi.' }]);
		expect(wireHistory(asked, 'thinking').at(-1)).toEqual({ role: 'assistant', content: '' });
		const answered = said(['user', 'Hi.'], ['assistant', 'Hello.']);
		expect(wireHistory(answered, 'speaking').at(-1)).toEqual({ role: 'assistant', content: 'Hello.' });
		expect(wireHistory(answered, 'waiting').at(-1)).toEqual({ role: 'user', content: '' });
	});

	it('has a dash where the assistant was cut off, and none where it was not', () => {
		expect(
			wireHistory(said(['assistant', 'One two ', true], ['user', 'No.'], ['assistant', 'Well.']), 'speaking')
		).toEqual([
			{ role: 'assistant', content: 'One two —' },
			{ role: 'user', content: 'No.' },
			{ role: 'assistant', content: 'Well.' }
		]);
	});

	it('is the end of a long one', () => {
		const lines = Array.from({ length: 900 }, (_, i): ['user' | 'assistant', string] => [
			i % 2 ? 'assistant' : 'user',
			`${i}`
		]);
		const wire = wireHistory(said(...lines), 'speaking');
		expect([wire.length, wire.at(-1)]).toEqual([200, { role: 'assistant', content: '899' }]);
	});

	it('holds no more than is worth telling every second, and the last message in any case', () => {
		const long = said(
			...Array.from({ length: 20 }, (): ['user' | 'assistant', string] => ['user', 'x'.repeat(90_000)])
		);
		const wire = wireHistory(long, 'hearing');
		expect(wire.length).toBeGreaterThan(0);
		expect(JSON.stringify(wire).length).toBeLessThan(250_000);
		expect(wireHistory(said(['user', 'y'.repeat(900_000)]), 'hearing')).toHaveLength(1);
	});
});
