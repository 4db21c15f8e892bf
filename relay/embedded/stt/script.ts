/**
 * What scripted ears say, as data: given to `startSttEngine` by tests, or read from a JSON file by the command line.
 *
 * By utterance: the n-th stretch of speech heard says the n-th sentence, its words spread over the speech as it is heard.
 * A stretch ends with a pause of some 0.45 s, so a text with a long pause inside is two utterances. Once the script is
 * used up, further speech is UNRECOGNISED_SPEECH, as without a script.
 *
 *     { "utterances": [{ "text": "Hello there, how are you?" }, { "text": "Tell me a joke." }] }
 *
 * By the clock, for exact tests: each word begins `at` seconds on the stream's clock, whatever the audio is. It lasts
 * until the next one begins, at most 0.4 s.
 *
 *     { "words": [{ "at": 1.2, "text": "Hello" }, { "at": 1.5, "text": "there" }] }
 */
import * as v from 'valibot';
import { parseJsonWith } from '../../../src/lib/protocol/llm.ts';
import type { Decoded } from '../../../src/lib/protocol/result.ts';

const text = v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(10_000));

const UtteranceScriptSchema = v.strictObject({
	utterances: v.pipe(v.array(v.strictObject({ text })), v.maxLength(10_000))
});
const TimedScriptSchema = v.strictObject({
	words: v.pipe(
		v.array(v.strictObject({ at: v.pipe(v.number(), v.finite(), v.minValue(0)), text })),
		v.maxLength(100_000),
		v.check(
			(words) => words.every((word, i) => i === 0 || word.at >= (words[i - 1]?.at ?? 0)),
			'words in order of time'
		)
	)
});
export const ScriptSchema = v.union([UtteranceScriptSchema, TimedScriptSchema]);
export type UtteranceScript = v.InferOutput<typeof UtteranceScriptSchema>;
export type TimedScript = v.InferOutput<typeof TimedScriptSchema>;
export type Script = v.InferOutput<typeof ScriptSchema>;

/** Reads a script file's text. */
export const parseScript = (json: string): Decoded<Script> => parseJsonWith(ScriptSchema, json);
