/**
 * The voices of the embedded engine: a few robots, and a table that gives each of Unmute's voices the robot nearest to
 * it in language and pitch, so that a configuration made for real servers speaks the right language here too.
 */

/** Left: the names we answer to. Right: what espeak-ng calls them; `+f3` and so on are its voice variants. */
const ESPEAK_VOICES = {
	en: 'en',
	'en-female': 'en+f3',
	'en-us': 'en-us',
	'en-us-female': 'en-us+f3',
	fr: 'fr',
	'fr-female': 'fr+f3',
	de: 'de',
	'de-female': 'de+f3',
	es: 'es',
	'es-female': 'es+f3',
	it: 'it',
	'it-female': 'it+f3',
	pt: 'pt',
	'pt-female': 'pt+f3'
} as const;

export type VoiceName = keyof typeof ESPEAK_VOICES;
export const DEFAULT_VOICE: VoiceName = 'en';
export const VOICE_NAMES: readonly VoiceName[] = Object.keys(ESPEAK_VOICES).filter(isVoiceName);

/** Unmute's voices.yaml and the folders of kyutai/tts-voices: the first match wins. */
const KNOWN: readonly (readonly [RegExp, VoiceName])[] = [
	[/degaulle|fabieng|charles/i, 'fr'],
	[/d[eé]veloppeuse|developpeuse/i, 'fr-female'],
	[/^cml-tts\/fr\//i, 'fr'],
	[/p329_022|watercooler|why-is-there-education|gertrude/i, 'en-female'],
	[/ex04_narration|explanation/i, 'en-us-female'],
	[/^expresso\//i, 'en-us']
];

function isVoiceName(name: string): name is VoiceName {
	return Object.hasOwn(ESPEAK_VOICES, name);
}

/** The voice for a request's `voice`: silently the default one when it is unknown, as moshi-server does. */
export function voiceFor(requested: string | null): VoiceName {
	if (requested === null) return DEFAULT_VOICE;
	if (isVoiceName(requested)) return requested;
	return KNOWN.find(([pattern]) => pattern.test(requested))?.[1] ?? DEFAULT_VOICE;
}

/** What goes behind espeak-ng's `-v`: always from the table above, never from a request. */
export function espeakVoice(voice: VoiceName): string {
	return ESPEAK_VOICES[voice];
}
