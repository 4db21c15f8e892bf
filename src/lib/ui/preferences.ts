/** How this person likes to talk, and with whom: kept in this browser, each choice checked by itself when it comes back. */
import * as v from 'valibot';
import { CharacterSchema, type Character } from '../chat/characters/character.ts';
import type { Patience } from '../turn/options.ts';
import { KEYS, recall, remember, type Shelf } from './stored.ts';

export const PATIENCES = ['eager', 'normal', 'patient'] as const satisfies readonly Patience[];
/** Dark is Parley's look whatever the system's is; who asks the system for more contrast is given it in each. */
export const THEMES = ['dark', 'light', 'contrast'] as const;
export type Theme = (typeof THEMES)[number];
/** `system`: as the browser's `prefers-reduced-motion` says. */
export const MOTIONS = ['system', 'calm', 'full'] as const;
export type Motion = (typeof MOTIONS)[number];

export interface Preferences {
	readonly patience: Patience;
	readonly holdToTalk: boolean;
	/** Whole, so that a press needs neither relay nor database. Null: Parley itself. */
	readonly character: Character | null;
	/** What is said is shown while it sounds. */
	readonly captions: boolean;
	/** A soft tick when Parley begins and ends listening. */
	readonly sounds: boolean;
	/** The assistant's, 0 to 1. */
	readonly volume: number;
	/** The browser's id of a device; null: whichever the system uses. */
	readonly microphone: string | null;
	readonly speaker: string | null;
	readonly echoCancellation: boolean;
	readonly noiseSuppression: boolean;
	readonly autoGainControl: boolean;
	readonly theme: Theme;
	readonly motion: Motion;
	/** Single letters do something: who dictates or leans on the keyboard turns it off. */
	readonly shortcuts: boolean;
	/** Nothing of a talk is stored. */
	readonly private: boolean;
	/** The sound of a talk is kept on this device, to be downloaded. */
	readonly keepSound: boolean;
	/** The origin of another relay than the one that served the page, such as `https://talk.example`. */
	readonly relay: string | null;
	readonly devView: boolean;
}

export const USUAL: Preferences = {
	patience: 'normal',
	holdToTalk: false,
	character: null,
	captions: true,
	sounds: true,
	volume: 1,
	microphone: null,
	speaker: null,
	echoCancellation: true,
	noiseSuppression: true,
	autoGainControl: true,
	theme: 'dark',
	motion: 'system',
	shortcuts: true,
	private: false,
	keepSound: false,
	relay: null,
	devView: false
};

const DeviceSchema = v.nullable(v.pipe(v.string(), v.nonEmpty(), v.maxLength(512)));

/** An http(s) origin and nothing more: no path, no credentials. */
export const RelayOriginSchema = v.pipe(
	v.string(),
	v.maxLength(300),
	v.url(),
	v.check((text) => /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text, 'not an origin')
);

const SCHEMAS: { readonly [K in keyof Preferences]: v.GenericSchema<unknown, Preferences[K]> } = {
	patience: v.picklist(PATIENCES),
	holdToTalk: v.boolean(),
	character: v.nullable(CharacterSchema),
	captions: v.boolean(),
	sounds: v.boolean(),
	volume: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
	microphone: DeviceSchema,
	speaker: DeviceSchema,
	echoCancellation: v.boolean(),
	noiseSuppression: v.boolean(),
	autoGainControl: v.boolean(),
	theme: v.picklist(THEMES),
	motion: v.picklist(MOTIONS),
	shortcuts: v.boolean(),
	private: v.boolean(),
	keepSound: v.boolean(),
	relay: v.nullable(RelayOriginSchema),
	devView: v.boolean()
};

/** What is kept under the preference's key, or its usual value. */
function kept<K extends keyof Preferences>(name: K, shelf?: Shelf | null): Preferences[K] {
	return recall(KEYS[name], SCHEMAS[name], shelf) ?? USUAL[name];
}

export function recallPreferences(shelf?: Shelf | null): Preferences {
	return {
		patience: kept('patience', shelf),
		holdToTalk: kept('holdToTalk', shelf),
		character: kept('character', shelf),
		captions: kept('captions', shelf),
		sounds: kept('sounds', shelf),
		volume: kept('volume', shelf),
		microphone: kept('microphone', shelf),
		speaker: kept('speaker', shelf),
		echoCancellation: kept('echoCancellation', shelf),
		noiseSuppression: kept('noiseSuppression', shelf),
		autoGainControl: kept('autoGainControl', shelf),
		theme: kept('theme', shelf),
		motion: kept('motion', shelf),
		shortcuts: kept('shortcuts', shelf),
		private: kept('private', shelf),
		keepSound: kept('keepSound', shelf),
		relay: kept('relay', shelf),
		devView: kept('devView', shelf)
	};
}

/** Keeps those choices that are named, and no other. */
export function rememberPreferences(changes: Partial<Preferences>, shelf?: Shelf | null): void {
	for (const [name, value] of Object.entries(changes)) {
		if (isPreference(name)) remember(KEYS[name], value, shelf);
	}
}

const isPreference = (name: string): name is keyof Preferences => Object.hasOwn(SCHEMAS, name);
