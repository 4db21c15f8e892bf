import { decode, encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	decodeSttIn,
	decodeSttOut,
	decodeTtsIn,
	decodeTtsOut,
	encodeAudio,
	encodeMoshi,
	encodeOggOpus,
	oggOpusData,
	type SttIn,
	type SttOut,
	type TtsIn,
	type TtsOut
} from './moshi.ts';
import { MAX_MESSAGE_BYTES, peekType } from './msgpack.ts';

const anyBytes = fc.uint8Array({ maxLength: 70_000, size: 'max' });
/** -0 travels as the integer 0. */
const float32 = fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const id = fc.maxSafeInteger();

const sttIn: fc.Arbitrary<SttIn> = fc.oneof(
	fc.record({ type: fc.constant('Audio' as const), pcm: fc.array(float32) }),
	fc.record({ type: fc.constant('OggOpus' as const), data: fc.uint8Array() }),
	fc.record({ type: fc.constant('Marker' as const), id }),
	fc.constant<SttIn>({ type: 'Init' })
);
const sttOut: fc.Arbitrary<SttOut> = fc.oneof(
	fc.constant<SttOut>({ type: 'Ready' }),
	fc.record({
		type: fc.constant('Step' as const),
		step_idx: fc.nat(),
		prs: fc.array(float32, { maxLength: 4 }),
		buffered_pcm: fc.nat()
	}),
	fc.record({ type: fc.constant('Word' as const), text: fc.string(), start_time: float32 }),
	fc.record({ type: fc.constant('EndWord' as const), stop_time: float32 }),
	fc.record({ type: fc.constant('Marker' as const), id }),
	fc.record({ type: fc.constant('Error' as const), message: fc.string() })
);
const ttsIn: fc.Arbitrary<TtsIn> = fc.oneof(
	fc.record({ type: fc.constant('Voice' as const), embeddings: fc.array(float32), shape: fc.array(fc.nat()) }),
	fc.record({ type: fc.constant('Text' as const), text: fc.string() }),
	fc.constant<TtsIn>({ type: 'Eos' })
);
const ttsOut: fc.Arbitrary<TtsOut> = fc.oneof(
	fc.constant<TtsOut>({ type: 'Ready' }),
	fc.record({ type: fc.constant('Audio' as const), pcm: fc.array(float32) }),
	fc.record({ type: fc.constant('OggOpus' as const), data: fc.uint8Array() }),
	fc.record({ type: fc.constant('Text' as const), text: fc.string(), start_s: float32, stop_s: float32 }),
	fc.record({ type: fc.constant('Error' as const), message: fc.string() })
);

const wires = [
	['to the STT', sttIn, decodeSttIn],
	['from the STT', sttOut, decodeSttOut],
	['to the TTS', ttsIn, decodeTtsIn],
	['from the TTS', ttsOut, decodeTtsOut]
] as const;

describe.each(wires)(
	'every message %s',
	(_, anyMessage: fc.Arbitrary<SttIn | SttOut | TtsIn | TtsOut>, decodeChecked) => {
		it('comes back as it was sent', () => {
			fc.assert(
				fc.property(anyMessage, (message) => {
					expect(decodeChecked(encodeMoshi(message))).toEqual({ ok: true, value: message });
				})
			);
		});

		it('has a type that can be read from its first bytes', () => {
			fc.assert(
				fc.property(anyMessage, (message) => {
					expect(peekType(encodeMoshi(message))).toBe(message.type);
				})
			);
		});

		it('that is cut short is refused, and never throws', () => {
			fc.assert(
				fc.property(anyMessage, fc.nat(), (message, cut) => {
					const bytes = encodeMoshi(message);
					expect(decodeChecked(bytes.subarray(0, cut % bytes.length)).ok).toBe(false);
				})
			);
		});

		it('that is garbage is refused or fits the schema, and never throws', () => {
			fc.assert(
				fc.property(fc.uint8Array(), (bytes) => {
					expect(typeof decodeChecked(bytes).ok).toBe('boolean');
					expect(['string', 'undefined']).toContain(typeof peekType(bytes));
				})
			);
		});
	}
);

describe('bytes on moshi-server’s wire', () => {
	it('are an array of small integers, not bin: serde reads nothing else', () => {
		fc.assert(
			fc.property(anyBytes, (data) => {
				expect(decode(encodeOggOpus(data))).toEqual({ type: 'OggOpus', data: [...data] });
				expect(oggOpusData(encodeOggOpus(data))).toEqual(data);
			}),
			{ numRuns: 30 }
		);
	});

	it('are the very bytes that the general encoder would write', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
				expect(encodeOggOpus(data)).toEqual(encode({ type: 'OggOpus', data: [...data] }));
			})
		);
	});

	it('are read as bin too', () => {
		const data = Uint8Array.of(0, 127, 128, 255);
		expect(decodeTtsOut(encode({ type: 'OggOpus', data }))).toEqual({ ok: true, value: { type: 'OggOpus', data } });
	});

	it.each([[[256]], [[-1]], [[1.5]], [['a']], ['text'], [null]])('are refused where they are %j', (data) => {
		expect(decodeTtsOut(encode({ type: 'OggOpus', data }))).toMatchObject({ ok: false });
	});
});

describe('samples on moshi-server’s wire', () => {
	it('are float32, five bytes each, even where the number is whole', () => {
		const bytes = encodeAudio([0, 1, -0.5]);
		expect(bytes.subarray(-15)).toEqual(Uint8Array.of(0xca, 0, 0, 0, 0, 0xca, 0x3f, 0x80, 0, 0, 0xca, 0xbf, 0, 0, 0));
		expect(decode(bytes)).toEqual({ type: 'Audio', pcm: [0, 1, -0.5] });
	});

	it('come in every length of array header', () => {
		for (const count of [0, 1, 15, 16, 1920, 65_535, 65_536]) {
			const decoded = decodeSttIn(encodeAudio(new Float32Array(count)));
			expect(decoded).toMatchObject({ ok: true, value: { pcm: { length: count } } });
		}
	});
});

describe('what is too large or not finite', () => {
	it('is refused before it is decoded', () => {
		expect(decodeSttOut(new Uint8Array(MAX_MESSAGE_BYTES + 1))).toMatchObject({ ok: false });
	});

	it('is refused, with the field’s name and without its content', () => {
		const refused = decodeSttOut(encode({ type: 'Word', text: 'secret words', start_time: Number.NaN }));
		expect(refused).toMatchObject({ ok: false });
		expect(JSON.stringify(refused)).toContain('start_time');
		expect(JSON.stringify(refused)).not.toContain('secret');
	});

	it('is found in an OggOpus message without decoding it, and in nothing else', () => {
		const message = encodeOggOpus(Uint8Array.of(1, 200, 127, 128, 255));
		for (let length = 0; length < message.length; length++) expect(oggOpusData(message.subarray(0, length))).toBeNull();
		expect(oggOpusData(Uint8Array.of(...message, 0))).toBeNull();
		fc.assert(
			fc.property(fc.nat(), fc.integer({ min: 0, max: 255 }), (at, value) => {
				const changed = message.with(at % message.length, value);
				const decoded = decodeTtsOut(changed);
				const data = oggOpusData(changed);
				// Where it is found, it is what the decoder finds too.
				if (data !== null) expect(decoded).toEqual({ ok: true, value: { type: 'OggOpus', data } });
			})
		);
		expect(oggOpusData(encode({ data: [1], type: 'OggOpus' }))).toBeNull();
		expect(oggOpusData(encode({ type: 'OggOpus', data: Uint8Array.of(1) }))).toBeNull();
		expect(oggOpusData(encode({ type: 'OggOpus', data: [300] }))).toBeNull();
		expect(oggOpusData(new Uint8Array(0))).toBeNull();
	});
});
