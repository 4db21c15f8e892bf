/** The relay's configuration: the environment, checked once at start. Every mistake is named, each with what to do. */
import * as v from 'valibot';
import type { PolicyName } from '../src/lib/turn/options.ts';
import { ACCESS_VALUES, accessFaults, toAccess, type AccessSettings } from './config/access.ts';
import { LIMIT_VALUES, toLimits, type LimitSettings } from './config/limits.ts';
import { readNames, type Environment } from './config/names.ts';
import { nameServers, servers, type Servers } from './config/servers.ts';
import { SIGHT_VALUES, toSight, type SightSettings } from './config/sight.ts';
import { idleSpeech, SPEECH_VALUES, toSpeech, type SpeechSettings } from './config/speech.ts';
import { toVoices, VOICE_VALUES, type VoiceSettings } from './config/voices.ts';
import { key, oneOf, path, shortText, wholeNumber } from './config/values.ts';
import { TRANSPORT_CHOICES } from './http/transports.ts';
import { LOG_FORMATS, LOG_LEVELS } from './log.ts';

const REALTIME_POLICIES = ['unmute', 'parley'] as const satisfies readonly PolicyName[];
/** Below this there is no room for a character's instructions; above it, no model. */
const LEAST_CONTEXT_TOKENS = 512;
const MOST_CONTEXT_TOKENS = 100_000_000;
/** The relay adds the language, unless the address chooses language, country or sources itself. */
const NEWS_API_URL = 'https://newsapi.org/v2/top-headlines?category=general';

const newsAddress = v.pipe(
	v.string(),
	v.check(
		(url) => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol),
		'must be an address that begins with https:// or http://'
	),
	v.check(
		(url) => !URL.canParse(url) || (new URL(url).username === '' && !/[?&]api_?key=/i.test(url)),
		'must not hold a key or password: put it into NEWS_API_KEY'
	)
);

const EnvironmentSchema = v.object({
	PORT: v.optional(wholeNumber(0, 65_535), '8080'),
	// Loopback unless asked otherwise: nobody has said yet who may come in, and another machine's browser gives its
	// microphone only to an https page anyway. `localhost` finds 127.0.0.1 in every browser, whether or not it tries ::1 first.
	HOST: v.optional(
		v.pipe(
			v.string(),
			v.regex(
				/^[\w.:%-]+$/,
				'must be an address or a host name, without a scheme or port: for instance 127.0.0.1 or 0.0.0.0'
			),
			v.transform((host) => (host.toLowerCase() === 'localhost' ? '127.0.0.1' : host))
		),
		'127.0.0.1'
	),
	TRANSPORT: oneOf(TRANSPORT_CHOICES, 'auto'),
	...SPEECH_VALUES,
	LLM_URL: v.optional(servers('llm')),
	LLM_MODEL: v.optional(shortText, ''),
	LLM_API_KEY: v.optional(key),
	LLM_CONTEXT_TOKENS: v.optional(wholeNumber(LEAST_CONTEXT_TOKENS, MOST_CONTEXT_TOKENS)),
	DNS_SERVERS: v.optional(nameServers, ''),
	CHARACTERS_FILE: v.optional(path),
	KIOSK_CONFIG: v.optional(path),
	NEWS_API_KEY: v.optional(key),
	NEWS_API_URL: v.optional(newsAddress, NEWS_API_URL),
	...VOICE_VALUES,
	...ACCESS_VALUES,
	...LIMIT_VALUES,
	REALTIME_POLICY: oneOf(REALTIME_POLICIES, 'unmute'),
	...SIGHT_VALUES,
	LOG_LEVEL: oneOf(LOG_LEVELS, 'info'),
	LOG_FORMAT: oneOf(LOG_FORMATS, 'text')
});

type Values = v.InferOutput<typeof EnvironmentSchema>;

/** `servers: null` asks for the embedded engine. STT and TTS are `ws(s)://`, the LLM `http(s)://`. */
export interface Config {
	readonly port: number;
	readonly host: string;
	readonly transport: Values['TRANSPORT'];
	readonly stt: SpeechSettings['stt'];
	readonly tts: SpeechSettings['tts'];
	/** `model` and `apiKey` are '' where not set. */
	readonly llm: {
		readonly servers: Servers | null;
		readonly apiKey: string;
		readonly model: string;
		readonly contextTokens: number | null;
	};
	/** `IP` or `IP:PORT` each; none: whatever this machine uses. */
	readonly dnsServers: readonly string[];
	/** Null: the file that comes with Parley. */
	readonly charactersFile: string | null;
	/** Null: there is no kiosk. */
	readonly kioskFile: string | null;
	/** `apiKey` is '' where not set: the news are then never asked for. */
	readonly news: { readonly url: string; readonly apiKey: string };
	readonly voices: VoiceSettings;
	readonly access: AccessSettings;
	readonly limits: LimitSettings;
	/** How turns are taken for clients of `/v1/realtime` that do not say. */
	readonly realtime: { readonly policy: PolicyName };
	readonly sight: SightSettings;
	readonly log: { readonly level: Values['LOG_LEVEL']; readonly format: Values['LOG_FORMAT'] };
}

export type ConfigResult =
	| { readonly ok: true; readonly config: Config; readonly warnings: readonly string[] }
	| { readonly ok: false; readonly mistakes: readonly string[]; readonly warnings: readonly string[] };

/** Reads `process.env` or whatever stands for it. No text it answers ever repeats a value. */
export function readConfig(env: Environment): ConfigResult {
	const { values, mistakes, warnings } = readNames(env);
	const parsed = v.safeParse(EnvironmentSchema, values);
	const all = [
		...new Set([...mistakes, ...(parsed.issues ?? []).map((issue) => `${issue.path?.[0]?.key} ${issue.message}.`)])
	];
	if (parsed.success) all.push(...accessFaults(parsed.output.HOST, parsed.output));
	if (!parsed.success || all.length > 0) return { ok: false, mistakes: all, warnings };
	return { ok: true, config: toConfig(parsed.output), warnings: [...warnings, ...idle(parsed.output)] };
}

function toConfig(it: Values): Config {
	return {
		port: it.PORT,
		host: it.HOST,
		transport: it.TRANSPORT,
		...toSpeech(it),
		llm: {
			servers: it.LLM_URL ?? null,
			apiKey: it.LLM_API_KEY ?? '',
			model: it.LLM_MODEL,
			contextTokens: it.LLM_CONTEXT_TOKENS ?? null
		},
		dnsServers: it.DNS_SERVERS,
		charactersFile: it.CHARACTERS_FILE ?? null,
		kioskFile: it.KIOSK_CONFIG ?? null,
		news: { url: it.NEWS_API_URL, apiKey: it.NEWS_API_KEY ?? '' },
		voices: toVoices(it),
		access: toAccess(it),
		limits: toLimits(it),
		realtime: { policy: it.REALTIME_POLICY },
		sight: toSight(it),
		log: { level: it.LOG_LEVEL, format: it.LOG_FORMAT }
	};
}

/** Settings that do nothing without another. */
function idle(it: Values): string[] {
	const alone: string[] =
		it.NEWS_API_URL !== NEWS_API_URL && it.NEWS_API_KEY === undefined
			? ['NEWS_API_URL does nothing without NEWS_API_KEY: set the key of that service.']
			: [];
	alone.push(...idleSpeech(it));
	if (it.LLM_URL !== undefined) return alone;
	const told = [
		...(it.LLM_MODEL === '' ? [] : ['LLM_MODEL']),
		...(it.LLM_API_KEY === undefined ? [] : ['LLM_API_KEY']),
		...(it.LLM_CONTEXT_TOKENS === undefined ? [] : ['LLM_CONTEXT_TOKENS'])
	];
	return [
		...told.map((name) => `${name} does nothing without LLM_URL: set LLM_URL to the server it belongs to.`),
		...alone
	];
}
