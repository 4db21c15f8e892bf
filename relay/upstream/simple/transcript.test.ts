import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTranscript } from './transcript.ts';

describe('a message of a recogniser', () => {
	it.each([
		['{"type":"partial","text":"how are"}', { type: 'partial', text: 'how are' }],
		['{"type":"final","text":"How are you?"}', { type: 'final', text: 'How are you?' }],
		['{"type":"interim","transcript":"how"}', { type: 'partial', text: 'how' }],
		['{"type":"partial_transcript","text":"how"}', { type: 'partial', text: 'how' }],
		['{"type":"final_transcript","text":"how"}', { type: 'final', text: 'how' }],
		['{"type":"transcript","text":"how","is_final":false}', { type: 'partial', text: 'how' }],
		['{"type":"transcript","text":"how","is_final":true}', { type: 'final', text: 'how' }],
		['{"text":"how","final":true,"confidence":0.5}', { type: 'final', text: 'how' }],
		['{"text":"how","final":false}', { type: 'partial', text: 'how' }],
		['{"partial":"how"}', { type: 'partial', text: 'how' }],
		['{"final":""}', { type: 'final', text: '' }],
		['{"type":"ready"}', { type: 'other' }],
		['{"type":"finally","text":"no transcript"}', { type: 'other' }],
		['{"text":"neither this nor that"}', { type: 'other' }],
		['{"error":null,"partial":"how"}', { type: 'partial', text: 'how' }],
		['{"type":"error","text":"no model"}', { type: 'error' }],
		['{"error":"no model"}', { type: 'error' }]
	])('%s', (json, said) => {
		expect(readTranscript(json)).toEqual(said);
	});

	it.each([
		'',
		'how are you',
		'null',
		'[]',
		'"how"',
		'{"type":1,"text":"how"}',
		'{"type":"final","text":7}',
		'{"partial":{"text":"how"}}',
		JSON.stringify({ type: 'final', text: 'x'.repeat(20_000) })
	])('is refused where it is none: %s', (json) => {
		expect(readTranscript(json)).toBeNull();
	});

	it('never throws, whatever it is', () => {
		const json = fc.oneof(fc.string(), fc.json());
		fc.assert(
			fc.property(json, (text) => {
				expect(() => readTranscript(text)).not.toThrow();
			})
		);
	});
});
