import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { CLOSE } from '../../src/lib/protocol/problems.ts';
import { opusStream, type OpusStream } from '../session/testing/opus-stream.ts';
import { ownWords } from './errors.ts';
import { emptyHouses, house } from './testing/house.ts';

afterEach(emptyHouses);

describe('what a client sends', () => {
	it('is answered with the settings as they were understood', () => {
		const client = house().join();
		client.say({
			type: 'session.update',
			session: { instructions: { type: 'smalltalk' }, voice: 'v', allow_recording: true }
		});
		expect(client.received).toMatchObject([
			{
				type: 'session.updated',
				session: { instructions: { type: 'smalltalk', language: null }, voice: 'v', allow_recording: true }
			}
		]);
	});

	it.each<[string, string | Uint8Array, object]>([
		['no JSON', '{"type":', { code: 'invalid_json' }],
		['binary', Uint8Array.of(0x81, 0xa4), { code: 'invalid_json' }],
		['no object', '[]', { code: 'unknown_type' }],
		['an unknown type', '{"type":"session.destroy"}', { code: 'unknown_type', param: 'type' }],
		['no type', '{"audio":""}', { code: 'unknown_type' }],
		['a name of an object', '{"type":"__proto__"}', { code: 'unknown_type' }],
		['a field that is missing', '{"type":"input_audio_buffer.append"}', { code: 'invalid_field', param: 'audio' }],
		['no base64', '{"type":"input_audio_buffer.append","audio":"%%%%"}', { code: 'invalid_field', param: 'audio' }],
		['a wrong kind', '{"type":"session.update","session":{"instructions":{"type":"x"}}}', { code: 'invalid_field' }],
		['settings in an array', '{"type":"session.update","session":[]}', { code: 'invalid_field', param: 'session' }],
		['wishes in an array', '{"type":"response.create","response":[]}', { code: 'invalid_field', param: 'response' }],
		['null', 'null', { code: 'unknown_type' }],
		['an array that has a type', '[{"type":"response.create"}]', { code: 'unknown_type' }],
		['no settings', '{"type":"session.update","session":null}', { code: 'invalid_field', param: 'session' }],
		['inherited settings', '{"type":"session.update","__proto__":{"session":{}}}', { param: 'session' }],
		['a bomb of brackets', '['.repeat(1 << 20), { code: 'invalid_json' }],
		['a bomb of objects', '{"a":'.repeat(200_000), { code: 'invalid_json' }],
		['a name of half a megabyte', `{"${'k'.repeat(1 << 19)}":1}`, { code: 'unknown_type' }],
		['a type of half a megabyte', `{"type":"${'k'.repeat(1 << 19)}"}`, { code: 'unknown_type' }],
		['a number too large', '{"type":"conversation.item.truncate","item_id":"i","audio_end_ms":1e999}', {}],
		['a deep bomb', `{"type":"session.update","session":{"voice":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`, {}],
		['a wide bomb', `{"type":"session.update","session":{${'"a":1,'.repeat(50_000)}"voice":7}}`, {}]
	])('that is %s is told so, with details, and it stays', (_, text, error) => {
		const { join, realtime } = house();
		const client = join();
		client.raw(text);
		expect(client.received).toMatchObject([
			{ type: 'error', error: { type: 'invalid_request_error', message: 'Invalid message', ...error } }
		]);
		client.begin();
		expect([client.of('session.updated').length, client.closedWith, realtime.count()]).toEqual([1, null, 1]);
	});

	it('may say the same twice, of which the last holds, and whatever else it likes', () => {
		const client = house().join();
		client.raw(
			'{"type":"x","type":"session.update","session":{"voice":"a"},"session":{"voice":"b","__proto__":{"voice":1}}}'
		);
		expect(client.received).toMatchObject([{ type: 'session.updated', session: { voice: 'b' } }]);
	});

	it('is never told back, however it is wrong', () => {
		const client = house({ limits: { messagesAtOnce: 1e6 } }).join();
		const secret = fc.constantFrom('nightingale', ['nightingale'], { nightingale: 'nightingale' });
		const field = fc.constantFrom('audio', 'session', 'item', 'item_id', 'audio_end_ms', 'event_id', 'response', 'x');
		const session = fc.dictionary(fc.constantFrom('instructions', 'voice', 'turn_detection', 'nightingale'), secret);
		const type = fc.constantFrom('session.update', 'conversation.item.create', 'response.create', 'nightingale');
		fc.assert(
			fc.property(type, fc.dictionary(field, fc.oneof(secret, session)), (name, fields) => {
				client.raw(JSON.stringify({ ...fields, type: name }));
			})
		);
		const told = client.received.filter(({ type: kind }) => kind === 'error');
		expect(told.length).toBeGreaterThan(10);
		expect(JSON.stringify(told)).not.toContain('nightingale');
	});

	it('that is larger than any event is told so', () => {
		const client = house({ limits: { bytesAtOnce: 8 << 20 } }).join();
		client.say({ type: 'input_audio_buffer.append', audio: 'A'.repeat((1 << 20) + 4) });
		expect(client.errors).toEqual(['invalid_request_error too_large']);
	});

	it("may be OpenAI's, in formats that do not change once there is sound", async () => {
		const { join, realtime } = house();
		const client = join();
		client.say({ type: 'response.create' });
		const pcm = { input_audio_format: 'pcm16', output_audio_format: 'pcm16' } as const;
		client.say({ type: 'session.update', session: { turn_detection: null, ...pcm } });
		client.say({ type: 'session.update', session: { input_audio_format: 'opus' } });
		expect(client.errors).toEqual([]);
		expect(client.of('session.updated').map(({ session }) => session)).toMatchObject([
			{ turn_detection: null, ...pcm },
			{ input_audio_format: 'opus' }
		]);
		client.append(opusStream().head);
		client.say({ type: 'session.update', session: { input_audio_format: 'pcm16', turn_detection: null } });
		expect(client.errors).toEqual(['invalid_request_error unsupported']);
		expect(client.of('session.updated')[2]?.session).not.toHaveProperty('input_audio_format');
		client.say({ type: 'input_audio_buffer.clear' });
		expect(client.of('input_audio_buffer.cleared')).toHaveLength(1);
		client.vanish();
		await realtime.close();
	});

	it('as PCM is bounded, and a client that leaves leaves no codec behind', async () => {
		const { join, realtime, clock } = house({ limits: { bytesAtOnce: 1e9, bytesPerS: 1e9 } });
		const client = join();
		client.say({ type: 'session.update', session: { input_audio_format: 'pcm16', turn_detection: null } });
		const speech = new Uint8Array(700_000);
		for (let i = 0; i < 20 && client.closedWith === null; i++) {
			client.append(speech);
			clock.advance(1000);
		}
		expect(await client.closed()).toMatchObject({ code: CLOSE.tooFast });
		expect(realtime.count()).toBe(0);
		await realtime.close();
	});

	it('ten thousand a second of ends it, without much of an answer', async () => {
		const { join, realtime } = house();
		const client = join();
		let sent = 0;
		while (client.closedWith === null && sent < 10_000) {
			client.append(Uint8Array.of(1, 2, 3));
			sent++;
		}
		expect(await client.closed()).toEqual({ code: CLOSE.tooFast, reason: ownWords('too_fast') });
		expect(client.errors.at(-1)).toBe('fatal too_fast');
		expect([sent > 900, client.received.length < 5, realtime.count()]).toEqual([true, true, 0]);
	});

	it('as fast as four microphones does not', () => {
		const { join, clock } = house();
		const client = join();
		const stream = opusStream();
		client.append(stream.head);
		for (let i = 0; i < 2000; i++) {
			client.append(stream.page(1));
			clock.advance(5);
		}
		expect(client.closedWith).toBeNull();
	});

	it('of mistakes ends it sooner', async () => {
		const client = house().join();
		for (let i = 0; i < 200; i++) client.raw('?');
		expect((await client.closed()).code).toBe(CLOSE.tooFast);
		expect(client.received.length).toBeLessThan(120);
	});

	it('of hours of sound in small packets ends it, and a recording of minutes does not', async () => {
		const { join, realtime } = house();
		const minuteOf = (stream: OpusStream): Buffer => Buffer.concat(Array.from({ length: 750 }, () => stream.page()));
		const stream = opusStream();
		const patient = join();
		patient.append(stream.head);
		for (let minute = 0; minute < 4; minute++) patient.append(minuteOf(stream));
		expect(patient.closedWith).toBeNull();
		const hasty = join();
		const flood = opusStream();
		hasty.append(flood.head);
		for (let minute = 0; minute < 30 && hasty.closedWith === null; minute++) hasty.append(minuteOf(flood));
		expect((await hasty.closed()).code).toBe(CLOSE.tooFast);
		expect(realtime.count()).toBe(1);
	});

	it('of bytes ends it too', async () => {
		const client = house().join();
		for (let i = 0; i < 5; i++) client.say({ type: 'input_audio_buffer.append', audio: 'AAAA'.repeat(250_000) });
		expect((await client.closed()).code).toBe(CLOSE.tooFast);
	});

	it('never makes it throw, whatever it is', () => {
		const { join, lines } = house();
		const events = fc.record(
			{
				type: fc.constantFrom('session.update', 'input_audio_buffer.append', 'response.create', 'x'),
				session: fc.anything(),
				audio: fc.oneof(fc.base64String(), fc.anything())
			},
			{ requiredKeys: [] }
		);
		const text = fc.oneof(
			fc.string(),
			events.map((event) => JSON.stringify(event) ?? ''),
			fc.json()
		);
		fc.assert(
			fc.property(fc.array(fc.oneof(text, fc.uint8Array()), { maxLength: 20 }), (all) => {
				const client = join();
				for (const one of all) client.raw(one);
				client.vanish();
			})
		);
		expect(lines.join('\n')).not.toMatch(/internal error/);
	});
});

describe('sound', () => {
	it('that is none is told once a kind', () => {
		const client = house().join();
		for (let i = 0; i < 60; i++) client.append(Buffer.alloc(3840, 7)); // pcm16
		expect(client.of('error')).toMatchObject([
			{
				error: {
					type: 'invalid_request_error',
					code: 'bad_audio',
					message: expect.stringMatching(/No Ogg-Opus/) as string
				}
			}
		]);
		client.append(opusStream().head);
		for (let i = 0; i < 60; i++) client.append(Buffer.concat([Buffer.alloc(40, 7), opusStream().page()]));
		expect(client.errors).toHaveLength(2);
	});

	it('that is left from another connection is nobody’s mistake', () => {
		const client = house().join();
		const old = opusStream();
		for (let i = 0; i < 8; i++) client.append(old.page());
		client.append(opusStream().head);
		expect(client.received).toEqual([]);
	});
});
