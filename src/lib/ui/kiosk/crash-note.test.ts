import { expect, it } from 'vitest';
import { leaveNote, readNote } from './crash-note.ts';

function shelf(kept: string | null = null) {
	let value = kept;
	return { getItem: () => value, setItem: (_: string, next: string) => void (value = next) };
}

it('tells a crash in the middle of a talk from a page that was loaded anew', () => {
	const tab = shelf();
	leaveNote({ talking: true, broken: 2, lastError: 'relay_away' }, tab);
	expect(readNote(tab)).toEqual({ lastError: 'crashed', broken: 2 });
	leaveNote({ talking: false, broken: 0, lastError: 'relay_away' }, tab);
	expect(readNote(tab)).toEqual({ lastError: 'relay_away', broken: 0 });
});

it('believes nothing that somebody else wrote, and does without a shelf', () => {
	const nothing = { lastError: null, broken: 0 };
	for (const kept of [null, '', '{', '[]', '{"talking":1}', '{"talking":true,"broken":-1,"lastError":null}'])
		expect(readNote(shelf(kept)), String(kept)).toEqual(nothing);
	expect(readNote(null)).toEqual(nothing);
	const forbidden = {
		getItem: (): string => {
			throw new Error('forbidden');
		},
		setItem: (): void => {
			throw new Error('full');
		}
	};
	leaveNote({ talking: true, broken: 0, lastError: null }, forbidden);
	expect(readNote(forbidden)).toEqual(nothing);
});
