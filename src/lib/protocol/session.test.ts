import { encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJsonWith, ChatChunkSchema } from './llm.ts';
import { encodeMoshi } from './moshi.ts';
import { CLOSE, FAULTS, problem, PROBLEM_CODES, PROBLEMS } from './problems.ts';
import {
	decodeClientMessage,
	decodeRelayMessage,
	encodeSession,
	MAX_PAGE_BYTES,
	pageOf,
	replyAudioHead,
	withBin,
	wrapStep,
	type ClientMessage,
	type RelayMessage
} from './session.ts';

const number = fc.maxSafeInteger().map(Math.abs);
/** -0 travels as the integer 0. */
const double = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const page = fc.uint8Array({ maxLength: 400 });
const text = fc.string({ maxLength: 100 });

const clientMessage: fc.Arbitrary<ClientMessage> = fc.oneof(
	fc.record(
		{
			type: fc.constant('hello' as const),
			version: number,
			client: text,
			language: fc.constantFrom('en' as const, 'fr' as const),
			token: fc.string(),
			recording: fc.boolean()
		},
		{ requiredKeys: ['type', 'version', 'client', 'language'] }
	),
	fc.record({ type: fc.constant('consent' as const), recording: fc.boolean() }),
	fc.record({ type: fc.constant('listen' as const), stream: number, head: page }),
	fc.record({ type: fc.constant('audio' as const), page }),
	fc.record({
		type: fc.constant('reply' as const),
		reply: number,
		messages: fc.array(
			fc.record({
				role: fc.constantFrom('system' as const, 'user' as const, 'assistant' as const),
				content: fc.string()
			}),
			{ minLength: 1 }
		),
		voice: text,
		temperature: fc.double({ min: 0, max: 2, noNaN: true }).map((value) => value + 0),
		maxTokens: fc.integer({ min: 1 }),
		speculative: fc.boolean(),
		begin: text,
		written: fc.boolean()
	}),
	fc.record({ type: fc.constant('prepare' as const), voice: text }, { requiredKeys: ['type'] }),
	fc.record({ type: fc.constant('commit' as const), reply: number }),
	fc.record({ type: fc.constant('cancel' as const), reply: number }),
	fc.record(
		{ type: fc.constant('report' as const), gaps: number, pauseDecidedMs: number, firstTokenMs: number },
		{ requiredKeys: ['type'] }
	)
);
const engine = { name: text, embedded: fc.boolean() };
const relayMessage: fc.Arbitrary<RelayMessage> = fc.oneof(
	fc.record({
		type: fc.constant('welcome' as const),
		session: text,
		version: number,
		relay: text,
		stt: fc.record({ ...engine, recognises: fc.boolean(), delayS: double }),
		llm: fc.record({ ...engine, contextTokens: fc.integer({ min: 1 }) }, { requiredKeys: ['name', 'embedded'] }),
		tts: fc.record(engine)
	}),
	fc.record({ type: fc.constant('listening' as const), stream: number }),
	fc.record({ type: fc.constant('step' as const), frame: page }),
	fc.record({ type: fc.constant('word' as const), text: fc.string(), startS: double }),
	fc.record({ type: fc.constant('endWord' as const), stopS: double }),
	fc.record(
		{ type: fc.constant('replyWord' as const), reply: number, text: fc.string(), spoken: fc.string() },
		{ requiredKeys: ['type', 'reply', 'text'] }
	),
	fc.record({ type: fc.constant('replyAudio' as const), reply: number, frame: page }),
	fc.record({
		type: fc.constant('replyText' as const),
		reply: number,
		text: fc.string(),
		startS: double,
		stopS: double
	}),
	fc.record({ type: fc.constant('replyWritten' as const), reply: number }),
	fc.record({ type: fc.constant('replySplice' as const), reply: number, atS: double }),
	fc.record({
		type: fc.constant('replyDone' as const),
		reply: number,
		outcome: fc.constantFrom('complete' as const, 'cancelled' as const, 'failed' as const)
	}),
	fc.record({ type: fc.constant('drain' as const), withinMs: number }),
	fc
		.record({ fault: fc.constantFrom(...FAULTS), code: fc.constantFrom(...PROBLEM_CODES) })
		.map(({ fault, code }): RelayMessage => ({ type: 'problem', ...problem(fault, code, 'why') }))
);

describe('parley.1', () => {
	it('brings every message back as it was sent', () => {
		fc.assert(
			fc.property(clientMessage, (message) => {
				expect(decodeClientMessage(encodeSession(message))).toEqual({ ok: true, value: message });
			})
		);
		fc.assert(
			fc.property(relayMessage, (message) => {
				expect(decodeRelayMessage(encodeSession(message))).toEqual({ ok: true, value: message });
			})
		);
	});

	it('refuses what is cut short or garbage, and never throws', () => {
		fc.assert(
			fc.property(relayMessage, fc.nat(), (message, cut) => {
				const bytes = encodeSession(message);
				expect(decodeRelayMessage(bytes.subarray(0, cut % bytes.length)).ok).toBe(false);
			})
		);
		fc.assert(
			fc.property(fc.uint8Array(), (bytes) => {
				expect(typeof decodeClientMessage(bytes).ok).toBe('boolean');
			})
		);
	});

	it('finds the page of an audio message without decoding it, and leaves every other message alone', () => {
		fc.assert(
			fc.property(fc.oneof(fc.uint8Array({ maxLength: MAX_PAGE_BYTES }), fc.constant(new Uint8Array(300))), (sent) => {
				expect(pageOf(encodeSession({ type: 'audio', page: sent }))).toEqual(sent);
			})
		);
		fc.assert(
			fc.property(clientMessage, (message) => {
				expect(pageOf(encodeSession(message))).toEqual(message.type === 'audio' ? message.page : null);
			})
		);
	});

	it('finds no page where decoding would find none', () => {
		fc.assert(
			fc.property(page, fc.nat(), fc.uint8Array({ maxLength: 3 }), (sent, cut, more) => {
				const whole = encodeSession({ type: 'audio', page: sent });
				const changed = Uint8Array.from([...whole.subarray(0, whole.length - (cut % whole.length)), ...more]);
				const decoded = decodeClientMessage(changed);
				const found = pageOf(changed);
				if (found !== null) expect(decoded).toEqual({ ok: true, value: { type: 'audio', page: found } });
			})
		);
		expect(pageOf(encodeSession({ type: 'audio', page: new Uint8Array(MAX_PAGE_BYTES + 1) }))).toBeNull();
	});

	it('wraps an upstream’s frame of any size so that it comes out as it went in', () => {
		for (const size of [0, 1, 255, 256, 65_535, 65_536, 70_000]) {
			const frame = Uint8Array.from({ length: size }, (_, i) => i * 7);
			expect(decodeRelayMessage(withBin(replyAudioHead(3), frame))).toEqual({
				ok: true,
				value: { type: 'replyAudio', reply: 3, frame }
			});
		}
		const step = encodeMoshi({ type: 'Step', step_idx: 1, prs: [0, 0, 1, 0], buffered_pcm: 0 });
		expect(decodeRelayMessage(wrapStep(step))).toEqual({ ok: true, value: { type: 'step', frame: step } });
	});

	it.each([
		['no type', {}],
		['an unknown type', { type: 'hack' }],
		['a negative number', { type: 'commit', reply: -1 }],
		['a fraction', { type: 'commit', reply: 0.5 }],
		['a page that is too large', { type: 'audio', page: new Uint8Array(MAX_PAGE_BYTES + 1) }],
		['a page that is text', { type: 'audio', page: 'OggS' }],
		['no messages', { type: 'reply', reply: 1, messages: [] }],
		['an unknown role', { type: 'reply', reply: 1, messages: [{ role: 'tool', content: '' }] }],
		[
			'a temperature out of range',
			{ type: 'reply', reply: 1, messages: [{ role: 'user', content: '' }], temperature: 3 }
		],
		['a prototype in disguise', { __proto__: null, constructor: 1 }],
		['an array', [1, 2]],
		['null', null]
	])('refuses a client’s message with %s', (_, message) => {
		expect(decodeClientMessage(encode(message))).toMatchObject({ ok: false });
	});

	it('refuses a problem with a code that is not in the table', () => {
		const message = { type: 'problem', fault: 'stt', code: 'sunspots', retry: 'soon', retryAfterMs: 1, detail: '' };
		expect(decodeRelayMessage(encode(message))).toMatchObject({ ok: false });
	});
});

describe('the table of problems', () => {
	it('gives a wait to what is worth retrying, and none to what is not', () => {
		for (const row of Object.values(PROBLEMS)) {
			if (row.retry === 'never') expect(row.retryAfterMs).toBe(0);
			else expect(row.retryAfterMs).toBeGreaterThanOrEqual(0);
			if (row.close !== null) expect(Object.values<number>(CLOSE)).toContain(row.close);
		}
	});

	it('has close codes that a WebSocket may send, each once', () => {
		const codes = Object.values<number>(CLOSE);
		expect(new Set(codes).size).toBe(codes.length);
		for (const code of codes)
			expect(code === 1000 || (code >= 1001 && code <= 1013) || (code >= 4000 && code <= 4999)).toBe(true);
	});

	it('lets the wait be raised', () => {
		expect(problem('llm', 'at_capacity', '', 9000)).toMatchObject({ retry: 'soon', retryAfterMs: 9000 });
	});
});

describe('a chunk of a chat completion', () => {
	it.each([
		['a keep-alive without choices', '{"choices":[]}', 0],
		['no choices at all', '{"id":"x"}', 0],
		['null content', '{"choices":[{"delta":{"content":null},"finish_reason":null}]}', 1],
		['a role alone', '{"choices":[{"delta":{"role":"assistant"}}]}', 1],
		['reasoning', '{"choices":[{"delta":{"reasoning_content":"hm"}}]}', 1],
		['only an end', '{"choices":[{"finish_reason":"stop"}]}', 1]
	])('may have %s', (_, json, choices) => {
		expect(parseJsonWith(ChatChunkSchema, json)).toMatchObject({ ok: true, value: { choices: { length: choices } } });
	});

	it.each(['', '{', '"text"', '{"choices":[{"delta":{"content":5}}]}', '{"choices":{}}'])('is refused: %s', (json) => {
		expect(parseJsonWith(ChatChunkSchema, json)).toMatchObject({ ok: false });
	});
});
