import { describe, expect, it } from 'vitest';
import { Reply } from './reply.ts';

describe('a reply', () => {
	it('is heard word by word, as the voice says when', () => {
		const reply = new Reply(1, false);
		reply.write('One');
		reply.say('', 0, 0);
		reply.say('One', 0, 0);
		reply.say('two', 0.5, 0.5);
		reply.say('three', 1, 1);
		expect(reply.heard(0.6, false)).toEqual([' One', ' two']);
		expect(reply.heard(0.9, false)).toEqual([]);
		expect(reply.heard(0.9, true)).toEqual([' three']);
		expect(reply.heard(9, true)).toEqual([]);
	});

	it('whose voice tells no times is heard at the end, as it was written', () => {
		const reply = new Reply(1, false);
		reply.write('One');
		reply.write(' two');
		expect(reply.heard(5, false)).toEqual([]);
		expect(reply.heard(5, true)).toEqual(['One', ' two']);
		expect(reply.heard(5, true)).toEqual([]);
	});

	it('loses the words behind a splice, which come again', () => {
		const reply = new Reply(1, false);
		reply.say('One', 0, 0);
		reply.say('two', 0.5, 0.5);
		reply.splice(0.5);
		reply.say('two', 0.5, 0.5);
		expect(reply.heard(2, true)).toEqual([' One', ' two']);
	});

	it('on speculation has its first word when it is committed', () => {
		const reply = new Reply(1, true);
		expect([reply.isSpeculative, new Reply(2, true).commit()]).toEqual([true, false]);
		reply.write('One');
		expect([reply.commit(), reply.isSpeculative]).toEqual([true, false]);
	});
});
