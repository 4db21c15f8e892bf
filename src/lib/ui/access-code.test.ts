import { describe, expect, it } from 'vitest';
import { MAX_TOKEN_CHARS } from '../protocol/session.ts';
import { isTooLong, keepCode, readCode, recallCode } from './access-code.ts';
import { MOST_RELAYS } from './per-relay.ts';
import { KEYS } from './stored.ts';

const RELAY = 'https://relay.example';

function shelf(kept = new Map<string, string>()) {
	return {
		kept,
		getItem: (key: string) => kept.get(key) ?? null,
		setItem: (key: string, value: string) => void kept.set(key, value),
		removeItem: (key: string) => void kept.delete(key)
	};
}

describe('an access code', () => {
	it('is taken without the white space that a paste brings along, and bounded', () => {
		expect(readCode(' \n\topen-sesame\u00a0\r\n')).toBe('open-sesame');
		expect(readCode('x'.repeat(MAX_TOKEN_CHARS))).toHaveLength(MAX_TOKEN_CHARS);
		for (const text of ['', '  \n', 'x'.repeat(MAX_TOKEN_CHARS + 1)]) expect(readCode(text)).toBeNull();
	});

	it('is called too long only where it is, white space aside', () => {
		expect(isTooLong(`  ${'x'.repeat(MAX_TOKEN_CHARS)}  `)).toBe(false);
		expect(isTooLong('x'.repeat(MAX_TOKEN_CHARS + 1))).toBe(true);
	});

	it('is kept, and leaves nothing behind once it is forgotten', () => {
		const here = shelf();
		keepCode(RELAY, 'open-sesame', here);
		expect(recallCode(RELAY, here)).toBe('open-sesame');
		keepCode(RELAY, null, here);
		expect(recallCode(RELAY, here)).toBeNull();
		expect([...here.kept]).toEqual([]);
	});

	it('is given to the relay that it was entered for, and to no other', () => {
		const here = shelf();
		keepCode(RELAY, 'open-sesame', here);
		const others = ['https://relay.example:444', 'http://relay.example', 'https://relay.example.evil', '', 'toString'];
		for (const other of others) expect(recallCode(other, here)).toBeNull();
		keepCode(others[0]!, 'another', here);
		expect(recallCode(RELAY, here)).toBe('open-sesame');
		keepCode(others[0]!, null, here);
		expect(recallCode(RELAY, here)).toBe('open-sesame');
	});

	it('is kept for so many relays and no more, those of late', () => {
		const here = shelf();
		for (let n = 0; n < MOST_RELAYS + 3; n++) keepCode(`https://r${String(n)}.example`, `code-${String(n)}`, here);
		expect(recallCode('https://r2.example', here)).toBeNull();
		expect(recallCode('https://r3.example', here)).toBe('code-3');
		expect(recallCode(`https://r${String(MOST_RELAYS + 2)}.example`, here)).toBe(`code-${String(MOST_RELAYS + 2)}`);
	});

	it('is not believed where it does not fit', () => {
		for (const code of ['"  "', '7', '{}', `"${'x'.repeat(MAX_TOKEN_CHARS + 1)}"`, 'null']) {
			expect(recallCode(RELAY, shelf(new Map([[KEYS.accessCode, `{"${RELAY}":${code}}`]])))).toBeNull();
		}
		for (const text of ['', '7', '{}', '["a"]', '"open-sesame"', 'null', '{'])
			expect(recallCode(RELAY, shelf(new Map([[KEYS.accessCode, text]])))).toBeNull();
	});

	it('is done without where nothing may be kept', () => {
		const forbidden = (): never => {
			throw new Error('SecurityError');
		};
		const none = { getItem: forbidden, setItem: forbidden, removeItem: forbidden };
		expect(() => keepCode(RELAY, 'open-sesame', none)).not.toThrow();
		expect(() => keepCode(RELAY, null, none)).not.toThrow();
		expect(recallCode(RELAY, none)).toBeNull();
		expect(recallCode(RELAY, null)).toBeNull();
	});
});
