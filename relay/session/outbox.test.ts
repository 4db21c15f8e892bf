import { describe, expect, it } from 'vitest';
import { problem } from '../../src/lib/protocol/problems.ts';
import { decodeRelayMessage, wrapStep } from '../../src/lib/protocol/session.ts';
import type { SendResult, Socket } from '../http/transport.ts';
import { Flow } from './flow.ts';
import { Outbox } from './outbox.ts';
import { FakeClock } from './testing/fake-clock.ts';
import { NO_WATCHER } from './watcher.ts';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** What a browser's socket was given, in pieces: what went out together is joined by `+`. */
function house() {
	const clock = new FakeClock();
	const pieces: string[] = [];
	let open = '';
	let result: SendResult = 'sent';
	let slow = 0;
	const socket: Socket = {
		remoteAddress: '',
		send(message, more = false) {
			if (result !== 'sent') return result;
			const decoded = typeof message === 'string' ? null : decodeRelayMessage(message);
			const it = decoded?.ok === true ? decoded.value : null;
			const told = it === null ? '?' : 'text' in it ? `${it.type} ${it.text}` : it.type;
			open += open === '' ? told : ` + ${told}`;
			if (more) return 'sent';
			pieces.push(open);
			open = '';
			return 'sent';
		},
		bufferedBytes: () => 0,
		close: (code, _reason, lastWord) => pieces.push(`close ${code} ${lastWord === undefined ? '' : 'with a word'}`)
	};
	const flow = new Flow({ bufferedBytes: () => 0, clock, tooSlow: () => undefined });
	const outbox = new Outbox(socket, 'id', log, NO_WATCHER, flow, clock, () => slow++);
	const word = (text: string, reply = 1): void => outbox.send({ type: 'replyWord', reply, text });
	return {
		clock,
		pieces,
		outbox,
		word,
		spoken: (text: string) => outbox.send({ type: 'replyText', reply: 1, text, startS: 0, stopS: 1 }),
		step: () => outbox.frame('step', wrapStep(Uint8Array.of(1))),
		refuse: (as: SendResult) => (result = as),
		slow: () => slow
	};
}

describe('the outbox', () => {
	it('sends words with the next frame, in one piece and in their order; the first of a reply at once', () => {
		const { word, spoken, step, pieces } = house();
		step();
		word('a');
		word('b');
		spoken('A');
		word('c');
		expect(pieces).toEqual(['step', 'replyWord a']);
		step();
		expect(pieces.slice(2)).toEqual(['replyWord b + replyText A + replyWord c + step']);
		word('x', 2);
		expect(pieces.at(-1)).toBe('replyWord x');
	});

	it('keeps no word back where no frames flow, nor longer than 40 ms', () => {
		const { word, step, pieces, clock } = house();
		word('a');
		word('b');
		expect(pieces).toEqual(['replyWord a', 'replyWord b']);
		step();
		clock.advance(90);
		word('c');
		clock.advance(39);
		expect(pieces).toEqual(['replyWord a', 'replyWord b', 'step']);
		clock.advance(1);
		expect(pieces.at(-1)).toBe('replyWord c');
		word('d');
		expect(pieces.at(-1)).toBe('replyWord d');
	});

	it('lets nothing overtake a word', () => {
		const { word, step, pieces, outbox } = house();
		step();
		word('a');
		word('b');
		outbox.send({ type: 'replyDone', reply: 1, outcome: 'complete' });
		expect(pieces.at(-1)).toBe('replyWord b + replyDone');
		word('c');
		outbox.farewell(problem('relay', 'draining', ''), 1001);
		expect(pieces.slice(-2)).toEqual(['replyWord c', 'close 1001 with a word']);
	});

	it('keeps back only so many', () => {
		const { word, step, pieces } = house();
		step();
		for (let i = 0; i < 18; i++) word(String(i));
		expect(pieces).toHaveLength(3);
		expect(pieces[2]?.split(' + ')).toHaveLength(17);
	});

	it('says once that the browser is too slow, and leaves neither word nor timer behind', () => {
		const { word, step, pieces, refuse, slow, clock } = house();
		step();
		word('a');
		word('b');
		word('c');
		refuse('full');
		step();
		expect(slow()).toBe(1);
		refuse('sent');
		word('d');
		step();
		clock.advance(1000);
		expect(pieces).toEqual(['step', 'replyWord a']);
		expect(clock.pending()).toBe(0);
	});

	it('leaves no timer behind where the browser is gone', () => {
		const { word, step, outbox, clock } = house();
		step();
		word('a');
		word('b');
		outbox.close();
		expect(clock.pending()).toBe(0);
	});
});
