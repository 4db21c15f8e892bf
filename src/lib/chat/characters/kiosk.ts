/** A character that stands in a lobby: what the relay tells an unattended page, and what that page tells it. */
import * as v from 'valibot';
import { CharacterSchema } from './character.ts';
import { line } from './text.ts';

export const KIOSK_PATH = '/v1/kiosk';
export const KIOSK_UNLOCK_PATH = '/v1/kiosk/unlock';
export const KIOSK_PING_PATH = '/v1/kiosk/ping';

/** In UTF-16 units. */
export const MOST_KIOSK = { title: 60, invitation: 120, privacy: 300, name: 40 } as const;
/** How often a kiosk says that it lives. */
export const PING_EVERY_S = 30;

function whole(min: number, max: number) {
	const message = `must be a whole number from ${min} to ${max}`;
	return v.pipe(v.number(message), v.integer(message), v.minValue(min, message), v.maxValue(max, message));
}
function between(min: number, max: number) {
	const message = `must be a number from ${min} to ${max}`;
	return v.pipe(v.number(message), v.minValue(min, message), v.maxValue(max, message));
}
const oneOf = <const T extends readonly string[]>(all: T) => v.picklist(all, `must be one of ${all.join(', ')}`);
const yesNo = v.boolean('must be true or false');
/** A text in each language; where one is missing, Parley's own stands. */
const texts = (most: number) =>
	v.optional(
		v.strictObject(
			{ en: v.exactOptional(line(most)), fr: v.exactOptional(line(most)) },
			'must hold texts by language, en or fr, and nothing else'
		),
		{}
	);
export type KioskTexts = v.InferOutput<ReturnType<typeof texts>>;

/** Whatever is not said has the value behind it. The same in the operator's file and on the wire. */
export const KIOSK_FIELDS = {
	/** Of the invitation, in turn. The talk is in the one that showed at the touch, unless the character has its own. */
	languages: v.optional(
		v.pipe(
			v.array(oneOf(['en', 'fr']), 'must be a list, such as [en, fr]'),
			v.minLength(1, 'must name one language at least'),
			v.check((all) => new Set(all).size === all.length, 'must name each language once')
		),
		['en']
	),
	start: v.optional(oneOf(['touch', 'speech']), 'touch'),
	title: texts(MOST_KIOSK.title),
	invitation: texts(MOST_KIOSK.invitation),
	privacy: texts(MOST_KIOSK.privacy),
	/** Without a word of the person's: then they are asked whether they are there. */
	idleS: v.optional(whole(5, 600), 45),
	maxTalkS: v.optional(whole(30, 7200), 600),
	theme: v.optional(oneOf(['dark', 'light', 'contrast']), 'contrast'),
	/** Of everything that is written, to Parley's usual size. */
	size: v.optional(between(1, 2.5), 1.5),
	volume: v.optional(between(0, 1), 1),
	captions: v.optional(yesNo, true),
	allowTyping: v.optional(yesNo, false),
	/** The kiosk's own time of day. */
	reloadAt: v.optional(
		v.pipe(
			v.string('must be a time such as 04:00'),
			v.regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 04:00')
		),
		'04:00'
	),
	reloadAfterTalks: v.optional(whole(1, 1000), 50)
} as const;

/** What `GET /v1/kiosk` answers. The PIN stays with the relay. */
export const KioskSchema = v.object({
	...KIOSK_FIELDS,
	/** Null: Parley itself. */
	character: v.nullable(CharacterSchema),
	/** There is a PIN, and with it a way out. */
	hasPin: v.boolean()
});
export type Kiosk = v.InferOutput<typeof KioskSchema>;

export const KIOSK_STATES = ['starting', 'attract', 'talking', 'away', 'trouble', 'pin'] as const;
export type KioskState = (typeof KIOSK_STATES)[number];

/** What last went wrong there. */
export const KIOSK_ERRORS = [
	'relay_away', // … or its answer could not be read
	'code_needed', // the relay asks for an access code that this kiosk does not have
	'microphone_missing',
	'microphone_refused',
	'microphone_busy',
	'insecure', // the page has no right to a microphone: no https
	'broken', // the conversation could not run: its worker died, or the browser cannot
	'crashed', // the page was gone in the middle of a talk
	'stalled' // nothing was drawn any more
] as const;
export type KioskError = (typeof KIOSK_ERRORS)[number];

export const KioskNameSchema = v.pipe(v.string(), v.maxLength(MOST_KIOSK.name), v.regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/));

/** What a kiosk posts every PING_EVERY_S. */
export const KioskPingSchema = v.strictObject({
	name: KioskNameSchema,
	state: v.picklist(KIOSK_STATES),
	/** Since the page was loaded. */
	uptimeS: v.pipe(v.number(), v.minValue(0), v.maxValue(1e9)),
	/** Talks since then. */
	talks: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1e9)),
	version: v.pipe(v.string(), v.maxLength(40), v.regex(/^[\w.+-]*$/)),
	lastError: v.nullable(v.picklist(KIOSK_ERRORS))
});
export type KioskPing = v.InferOutput<typeof KioskPingSchema>;

/** Digits, so that a pad on the screen is enough. Six at least: at two tries a minute they last for months. */
export const PIN_DIGITS = { least: 6, most: 12 } as const;
export const PinSchema = v.pipe(
	v.string(),
	v.minLength(PIN_DIGITS.least),
	v.maxLength(PIN_DIGITS.most),
	v.regex(/^\d+$/)
);
/** What is posted to KIOSK_UNLOCK_PATH; 204 where it is right. */
export const UnlockSchema = v.strictObject({ pin: PinSchema });
