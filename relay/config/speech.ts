/** The servers for speech, as the environment says it. */
import * as v from 'valibot';
import { DEFAULT_API_KEY } from '../../src/lib/protocol/moshi.ts';
import { servers, type Servers } from './servers.ts';
import { key, oneOf, shortText } from './values.ts';

/** `opus` and `pcm`: a moshi-server's two ways. `simple`: transcripts for float32, and float32 for text. */
const SPEECH_FORMATS = ['opus', 'pcm', 'simple'] as const;
export type SpeechFormat = (typeof SPEECH_FORMATS)[number];
/** Who tells the pauses: the recogniser's own model, or the energy of the sound. */
const PAUSE_SOURCES = ['model', 'energy'] as const;
export type PauseSource = (typeof PAUSE_SOURCES)[number];

const DELAY_RANGE = 'must be a number of seconds from 0 to 10';

export const SPEECH_VALUES = {
	STT_URL: v.optional(servers('stt')),
	STT_API_KEY: v.optional(key, DEFAULT_API_KEY),
	STT_FORMAT: oneOf(SPEECH_FORMATS, 'opus'),
	STT_PAUSES: oneOf(PAUSE_SOURCES, 'model'),
	STT_DELAY_S: v.optional(
		v.pipe(v.string(), v.regex(/^\d{1,2}(\.\d{1,3})?$/, DELAY_RANGE), v.transform(Number), v.maxValue(10, DELAY_RANGE)),
		'0.5'
	),
	TTS_URL: v.optional(servers('tts')),
	TTS_API_KEY: v.optional(key, DEFAULT_API_KEY),
	TTS_FORMAT: oneOf(SPEECH_FORMATS, 'opus'),
	TTS_VOICE: v.optional(shortText, '')
};

type Values = v.InferOutput<v.ObjectSchema<typeof SPEECH_VALUES, undefined>>;

/** `servers: null` asks for the embedded engine, whose format is always `opus`. */
export interface SpeechSettings {
	readonly stt: {
		readonly servers: Servers | null;
		readonly apiKey: string;
		readonly format: SpeechFormat;
		readonly pauses: PauseSource;
		/** By how much the model's words trail the sound. */
		readonly delayS: number;
	};
	readonly tts: {
		readonly servers: Servers | null;
		readonly apiKey: string;
		readonly format: SpeechFormat;
		/** '' where not set. */
		readonly voice: string;
	};
}

export function toSpeech(it: Values): SpeechSettings {
	return {
		stt: {
			servers: it.STT_URL ?? null,
			apiKey: it.STT_API_KEY,
			format: it.STT_FORMAT,
			pauses: it.STT_PAUSES,
			delayS: it.STT_DELAY_S
		},
		tts: { servers: it.TTS_URL ?? null, apiKey: it.TTS_API_KEY, format: it.TTS_FORMAT, voice: it.TTS_VOICE }
	};
}

/** Settings that do nothing without another. */
export function idleSpeech(it: Values): string[] {
	const idle = (name: string, url: string): string =>
		`${name} does nothing without ${url}: the built-in one needs none.`;
	return [
		...(it.STT_URL === undefined && it.STT_FORMAT !== 'opus' ? [idle('STT_FORMAT', 'STT_URL')] : []),
		...(it.STT_URL === undefined && it.STT_PAUSES !== 'model' ? [idle('STT_PAUSES', 'STT_URL')] : []),
		...(it.TTS_URL === undefined && it.TTS_FORMAT !== 'opus' ? [idle('TTS_FORMAT', 'TTS_URL')] : [])
	];
}
