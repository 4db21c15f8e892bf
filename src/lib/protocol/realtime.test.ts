import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	decodeRealtimeClientEvent,
	decodeRealtimeServerEvent,
	encodeRealtimeClientEvent,
	encodeRealtimeServerEvent,
	invalidRequest,
	MAX_REALTIME_CHARS,
	realtimeId,
	type RealtimeClientInput,
	type RealtimeFault,
	type RealtimeServerOutput
} from './realtime.ts';

const read = (value: unknown) => decodeRealtimeClientEvent(JSON.stringify(value));
const hear = (value: unknown) => decodeRealtimeServerEvent(JSON.stringify(value));

function faultOf(value: unknown): RealtimeFault {
	const decoded = typeof value === 'string' ? decodeRealtimeClientEvent(value) : read(value);
	if (decoded.ok) throw new Error('it was understood');
	return decoded.fault;
}

describe("Unmute's clients", () => {
	it("are understood: the web app's session.update", () => {
		const instructions = { type: 'constant', text: 'Be brief.', language: 'en/fr' };
		const session = { instructions, voice: 'vctk/p225.wav', allow_recording: false };
		expect(read({ type: 'session.update', session })).toEqual({ ok: true, value: { type: 'session.update', session } });
	});

	it("are understood: the load tester's session.update, every field written out", () => {
		const session = { instructions: { type: 'smalltalk', language: null }, voice: 'x', allow_recording: false };
		const event = { type: 'session.update', event_id: 'event_BJhGUIswO2u7vA2Cxw3Jy', session };
		expect(read(event)).toEqual({ ok: true, value: event });
	});

	it.each(['smalltalk', 'guess_animal', 'quiz_show', 'news'])('may ask for %s without a language', (type) => {
		const decoded = read({ type: 'session.update', session: { instructions: { type }, allow_recording: true } });
		expect(decoded).toMatchObject({ ok: true, value: { session: { instructions: { type, language: null } } } });
	});

	it('may leave instructions and voice null or out', () => {
		const whole = { instructions: null, voice: null, allow_recording: true };
		for (const session of [whole, { allow_recording: true }]) {
			expect(read({ type: 'session.update', session })).toMatchObject({ ok: true, value: { session: whole } });
		}
	});

	it('send audio as base64', () => {
		const event = { type: 'input_audio_buffer.append', audio: 'T2dnUw==' };
		expect(read(event)).toEqual({ ok: true, value: event });
		expect(faultOf({ ...event, audio: 'not base64!' })).toMatchObject({ code: 'invalid_field', param: 'audio' });
	});
});

describe("OpenAI's clients", () => {
	it.each<RealtimeClientInput>([
		{ type: 'input_audio_buffer.commit', event_id: 'e' },
		{ type: 'input_audio_buffer.clear' },
		{ type: 'response.create' },
		{ type: 'response.cancel' },
		{ type: 'conversation.item.truncate', item_id: 'item_1', content_index: 0, audio_end_ms: 1500 },
		{
			type: 'conversation.item.create',
			item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello.' }] }
		}
	])('are understood: $type', (event) => {
		expect(decodeRealtimeClientEvent(encodeRealtimeClientEvent(event))).toEqual({ ok: true, value: event });
	});

	it('may give instructions as a string, take turns by hand, and choose the format', () => {
		const session = { instructions: 'Be brief.', turn_detection: null, input_audio_format: 'pcm16' };
		expect(read({ type: 'session.update', session })).toEqual({
			ok: true,
			value: {
				type: 'session.update',
				session: {
					instructions: { type: 'constant', text: 'Be brief.', language: null },
					voice: null,
					allow_recording: false,
					turn_detection: null,
					input_audio_format: 'pcm16'
				}
			}
		});
	});

	it('may ask for more than is known, which is dropped', () => {
		const event = { type: 'response.create', response: { modalities: ['audio'], temperature: 2 }, extra: 1 };
		expect(read(event)).toEqual({ ok: true, value: { type: 'response.create', response: {} } });
	});
});

describe('what is not understood', () => {
	it('is no JSON', () => {
		for (const text of ['', '{', 'undefined', '\u0000', '{"type":'])
			expect(faultOf(text)).toMatchObject({ code: 'invalid_json', param: null });
	});

	it('is no event', () => {
		for (const value of [null, 1, 'x', [], {}, { type: 1 }, { type: null }])
			expect(faultOf(JSON.stringify(value))).toMatchObject({ code: 'unknown_type', param: null });
	});

	it('has a type that no event has, a name of an object included', () => {
		for (const type of ['', 'session.updated', 'toString', '__proto__'])
			expect(faultOf({ type })).toMatchObject({ code: 'unknown_type', param: 'type' });
	});

	it.each([
		[{ type: 'session.update' }, 'session', 'missing'],
		[{ type: 'session.update', session: 'x' }, 'session', 'invalid_field'],
		[{ type: 'session.update', session: { voice: 7 } }, 'session.voice', 'invalid_field'],
		[{ type: 'session.update', session: { allow_recording: 'yes' } }, 'session.allow_recording', 'invalid_field'],
		[{ type: 'session.update', session: { instructions: {} } }, 'session.instructions.type', 'missing'],
		[
			{ type: 'session.update', session: { instructions: { type: 'news', language: 'de' } } },
			'session.instructions.language',
			'invalid_field'
		],
		[
			{ type: 'session.update', session: { instructions: { type: 'constant', text: 5 } } },
			'session.instructions.text',
			'invalid_field'
		],
		[{ type: 'input_audio_buffer.append' }, 'audio', 'missing'],
		[{ type: 'input_audio_buffer.append', audio: [] }, 'audio', 'invalid_field'],
		[{ type: 'response.cancel', event_id: 5 }, 'event_id', 'invalid_field'],
		[
			{
				type: 'conversation.item.create',
				item: { type: 'message', role: 'user', content: [{ type: 'input_audio', text: '' }] }
			},
			'item.content.0.type',
			'invalid_field'
		]
	])('names its field: %j', (value, param, type) => {
		const fault = faultOf(value);
		expect(fault).toMatchObject({ code: 'invalid_field', param });
		expect(fault.details[0]).toMatchObject({ type, loc: [value.type, ...param.split('.').map(number)] });
	});

	it('is told without what it said', () => {
		const secret = 'nightingale';
		const values = [
			{ type: 'input_audio_buffer.append', audio: `${secret}!` },
			{ type: 'session.update', session: { voice: [secret], instructions: { type: secret } } },
			{ type: secret }
		];
		for (const value of values) expect(JSON.stringify(invalidRequest(faultOf(value)))).not.toContain(secret);
	});

	it('is answered as Unmute answers it', () => {
		expect(invalidRequest(faultOf('{'))).toMatchObject({
			type: 'invalid_request_error',
			message: 'Invalid message',
			details: [{ loc: [] }]
		});
	});

	it('is reported in a few details, however much is wrong', () => {
		const content = Array.from({ length: 60 }, () => ({ type: 1 }));
		const event = { type: 'conversation.item.create', item: { type: 'message', role: 'user', content } };
		expect(faultOf(event).details.length).toBeLessThanOrEqual(8);
	});

	it('is large, or deep, and costs nothing', () => {
		expect(faultOf(' '.repeat(MAX_REALTIME_CHARS + 1)).code).toBe('too_large');
		const deep = `${'['.repeat(500_000)}${']'.repeat(500_000)}`;
		expect(faultOf(deep).code).toBe('unknown_type');
		expect(faultOf(`{"type":"session.update","session":{"voice":${deep}}}`).code).toBe('invalid_field');
	});

	it('never makes either side throw', () => {
		fc.assert(
			fc.property(
				fc.oneof(
					fc.json(),
					fc.string(),
					fc.jsonValue().map((v) => JSON.stringify({ type: v }))
				),
				(text) => {
					decodeRealtimeClientEvent(text);
					decodeRealtimeServerEvent(text);
				}
			)
		);
	});
});

describe("the server's events", () => {
	const events: RealtimeServerOutput[] = [
		{
			type: 'error',
			error: { type: 'fatal', code: null, message: 'Too many people.', param: null, details: null }
		},
		{
			type: 'session.updated',
			session: {
				instructions: { type: 'smalltalk', language: null },
				voice: null,
				allow_recording: false
			}
		},
		{
			type: 'response.created',
			response: {
				object: 'realtime.response',
				status: 'in_progress',
				voice: 'missing',
				chat_history: [{ role: 'system', content: 'Be brief.' }]
			}
		},
		{ type: 'unmute.response.text.delta.ready', delta: ' word' },
		{ type: 'response.text.delta', delta: 'word' },
		{ type: 'response.text.done', text: ' word' },
		{ type: 'response.audio.delta', delta: 'T2dnUw==' },
		{ type: 'response.audio.done' },
		{ type: 'conversation.item.input_audio_transcription.delta', delta: '', start_time: 0.5 },
		{ type: 'input_audio_buffer.speech_started' },
		{ type: 'input_audio_buffer.speech_stopped' },
		{ type: 'unmute.interrupted_by_vad' },
		{ type: 'unmute.additional_outputs', args: { chat_history: [], debug_dict: {}, debug_plot_data: [] } },
		{
			type: 'response.done',
			response: { object: 'realtime.response', status: 'completed', voice: 'x', chat_history: [] }
		}
	];

	it.each(events)('travel whole: $type', (event) => {
		const text = encodeRealtimeServerEvent(event, 'event_1');
		expect(text.startsWith(`{"type":"${event.type}","event_id":"event_1"`)).toBe(true);
		expect(decodeRealtimeServerEvent(text)).toEqual({ ok: true, value: { ...event, event_id: 'event_1' } });
	});

	it('may leave out what is null', () => {
		expect(hear({ type: 'error', error: { type: 'warning', message: 'Wait.' } })).toMatchObject({
			ok: true,
			value: { error: { code: null, param: null, details: null } }
		});
		expect(hear({ type: 'unmute.additional_outputs', args: {} })).toMatchObject({
			ok: true,
			value: { args: { chat_history: [] } }
		});
	});

	it('of a newer server are told apart from broken ones', () => {
		expect(hear({ type: 'rate_limits.updated' })).toMatchObject({ ok: false, fault: { code: 'unknown_type' } });
		expect(hear({ type: 'response.text.delta' })).toMatchObject({ ok: false, fault: { code: 'invalid_field' } });
	});

	it('have numbers that look as Unmute makes them', () => {
		expect(realtimeId(Math.random)).toMatch(/^event_[a-zA-Z0-9]{21}$/);
		expect(realtimeId(() => 0.999999, 'item')).toBe(`item_${'9'.repeat(21)}`);
	});
});

const number = (part: string): string | number => (/^\d+$/.test(part) ? Number(part) : part);
