import { encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { voiceMessage } from './testing/cloning-server.ts';
import { checkVoice } from './voice-message.ts';

const voice = (fields: object): Uint8Array => encode({ type: 'Voice', embeddings: [0.5, 1], shape: [1, 2], ...fields });

describe('a cloned voice', () => {
	it('is taken as moshi-server writes it, in single or double precision', () => {
		expect(checkVoice(voiceMessage(64_000))).toEqual({ ok: true, value: { numbers: 64_000 } });
		expect(checkVoice(voice({}))).toEqual({ ok: true, value: { numbers: 2 } });
	});

	it.each([
		['nothing', new Uint8Array(0)],
		['text', new TextEncoder().encode('<html>Bad Gateway</html>')],
		['another message', encode({ type: 'Error', message: 'no' })],
		['no number', voice({ embeddings: [], shape: [1] })],
		['no shape', voice({ shape: [] })],
		['a shape that is not theirs', voice({ shape: [3] })],
		['a shape of no size', voice({ shape: [0] })],
		['a negative shape', voice({ shape: [-1, -2] })],
		['half a shape', voice({ shape: [0.5, 4] })],
		['too many dimensions', voice({ shape: [1, 1, 1, 1, 1, 1, 1, 1, 2] })],
		['words among the numbers', voice({ embeddings: [0.5, 'x'] })],
		['a number that is none', voice({ embeddings: [0.5, NaN] })],
		['a number without end', voice({ embeddings: [0.5, Infinity] })],
		['more than a voice has', encode({ type: 'Voice', embeddings: Array(209_716).fill(1), shape: [209_716] })],
		['something behind it', Buffer.concat([voice({}), Uint8Array.of(1)])],
		['an end too early', voice({}).subarray(0, -1)],
		['arrays of a million inside each other', Buffer.from('dd000fffff'.repeat(200), 'hex')]
	])('is not taken: %s', (_, bytes) => {
		expect(checkVoice(bytes).ok).toBe(false);
	});

	it('makes nobody throw, whatever bytes come', () => {
		const whole = voiceMessage(20);
		fc.assert(
			fc.property(fc.nat(whole.byteLength - 1), fc.nat(255), fc.nat(whole.byteLength), (at, byte, end) => {
				const spoilt = whole.slice(0, end);
				if (at < end) spoilt[at] = byte;
				const checked = checkVoice(spoilt);
				if (end < whole.byteLength) expect(checked.ok).toBe(false);
			}),
			{ numRuns: 500 }
		);
	});
});
