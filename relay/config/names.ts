/** The environment's names: ours, Unmute's for the same things, and what a misspelt one was probably meant to be. */

/** Every variable Parley reads, with what it is for: the start-up's help and the README's table. */
export const VARIABLES = {
	PORT: 'port to listen on; default 8080, 0 for any free one',
	HOST: 'address to listen on; default 127.0.0.1, 0.0.0.0 for every network',
	TRANSPORT: 'auto, uws or node; default auto',
	STT_URL: 'speech-to-text servers: addresses, or file:/PATH that lists them; unset: the built-in one',
	STT_API_KEY: 'its key; default public_token',
	STT_FORMAT:
		'what they take: opus or pcm, of moshi-servers, or simple, of servers that answer transcripts; default opus',
	STT_PAUSES: 'model, or energy for models that tell no pauses, as stt-2.6b-en; default model',
	STT_DELAY_S: "its model's delay in seconds; default 0.5, 2.5 for stt-2.6b-en",
	TTS_URL: 'text-to-speech servers, likewise; unset: the built-in one',
	TTS_API_KEY: 'its key; default public_token',
	TTS_FORMAT: 'what they give: opus or pcm, of moshi-servers, or simple, of servers with /synthesize; default opus',
	TTS_VOICE: "voice of a reply that names none; unset: the server's default",
	LLM_URL:
		'OpenAI-compatible servers, likewise, the first that works; unset: one found on this machine, or the built-in one',
	LLM_MODEL: "model to ask for; unset: the server's only one",
	LLM_API_KEY: 'its key; unset: none is sent',
	LLM_CONTEXT_TOKENS: "the model's context in tokens; unset: what the server tells, or 4096",
	DNS_SERVERS: "name servers to ask for the servers' addresses, as IP or IP:PORT; unset: whatever this machine uses",
	CHARACTERS_FILE: 'YAML file with the characters; unset: static/characters.yaml, which says how one is written',
	KIOSK_CONFIG: 'YAML or JSON file that says what /kiosk is: see docs/kiosk.md; unset: there is no kiosk',
	NEWS_API_KEY: 'key of the news service; unset: characters that tell the news say that none came',
	NEWS_API_URL: "its address; default NewsAPI's top headlines",
	VOICE_CLONING_URL: 'voice-cloning servers, as STT_URL; unset: nobody can bring a voice of their own',
	VOICE_CLONING_API_KEY: 'their key; default public_token',
	REDIS_URL: 'Redis or Valkey where all relays find cloned voices; unset: each keeps its own in memory',
	ALLOWED_ORIGINS: 'pages that may open sessions, as origins with commas between; unset: those of this machine',
	ACCESS: 'open lets everybody in, on whatever HOST; unset: only who is named by these settings',
	ACCESS_TOKENS: 'tokens that let in, with commas between, 16 characters or more; unset: none is asked for',
	ACCESS_TOKENS_FILE: 'file with more of them, one a line',
	JWT_JWKS_URL: 'address of the keys that sign tokens (a JSON Web Key Set); unset: no JWT is taken',
	JWT_JWKS_FILE: 'file with those keys, instead',
	JWT_ISSUER: 'what a JWT must name as its issuer',
	JWT_AUDIENCE: 'what a JWT must name as its audience',
	TRUSTED_PROXIES: 'networks whose X-Forwarded-For or Forwarded is believed; default 127.0.0.0/8,::1',
	MAX_SESSIONS: 'conversations at once; default 200',
	MAX_SESSIONS_PER_ADDRESS: 'of them from one address, or one /64 of IPv6; default 20, 0 for any number',
	MAX_SESSIONS_PER_TOKEN: 'of them with one token, or one JWT subject; default 20, 0 for any number',
	HANDSHAKES_PER_MINUTE: 'sessions that one address may open in a minute; default 120, 0 for any number',
	REQUESTS_PER_MINUTE: 'other requests of one address; default 1200, 0 for any number',
	DRAIN_S: 'seconds that conversations have to move away when the relay stops; default 10',
	TTS_READY_S: 'seconds that a TTS may take to say that it is ready before another is asked; default 1.5',
	LLM_HEDGE_S: 'seconds that an LLM may say nothing before another is asked beside it; default 3, 0 for ever',
	REALTIME_POLICY: "how turns are taken for Unmute's clients: unmute, as they expect, or parley; default unmute",
	OPERATOR_TOKEN: 'token for /metrics and /v1/debug/sessions; unset: only this machine itself may ask',
	RECORDINGS_DIR: 'folder for the recordings of those who agree to it; unset: nothing is recorded',
	RECORDING_MAX_MB: 'megabytes of one recording; default 20',
	LOG_LEVEL: 'trace, debug, info, warn, error or silent; default info',
	LOG_FORMAT: 'text or json; default text',
	LOG_ADDRESSES: 'true logs where browsers come from; default false',
	LOG_TRANSCRIPTS: 'true logs what is said; default false'
} as const;
export type VariableName = keyof typeof VARIABLES;

/** Unmute's names for the same things. */
const ALIASES: Readonly<Record<string, VariableName>> = {
	KYUTAI_STT_URL: 'STT_URL',
	KYUTAI_TTS_URL: 'TTS_URL',
	KYUTAI_LLM_URL: 'LLM_URL',
	KYUTAI_LLM_MODEL: 'LLM_MODEL',
	KYUTAI_LLM_API_KEY: 'LLM_API_KEY',
	KYUTAI_VOICE_CLONING_URL: 'VOICE_CLONING_URL',
	KYUTAI_REDIS_URL: 'REDIS_URL',
	NEWSAPI_API_KEY: 'NEWS_API_KEY'
};

const NAMES = Object.keys(VARIABLES).filter((name): name is VariableName => name in VARIABLES);
/** Read by the development server, in the same environment. */
const NEIGHBOURS: ReadonlySet<string> = new Set(['PARLEY_RELAY']);
/** A name that begins like this was meant for us. */
const OUR_PREFIX = /^(PARLEY|KYUTAI|STT|TTS|LLM|VOICE)_/;

export type Environment = Readonly<Record<string, string | undefined>>;

export interface NamedValues {
	/** Trimmed; what is empty counts as unset, as compose files write it. */
	readonly values: Partial<Record<VariableName, string>>;
	readonly mistakes: readonly string[];
	readonly warnings: readonly string[];
}

export function readNames(env: Environment): NamedValues {
	const values: Partial<Record<VariableName, string>> = {};
	const mistakes: string[] = [];
	const warnings: string[] = [];
	for (const name of NAMES) {
		const value = env[name]?.trim() ?? '';
		if (value !== '') values[name] = value;
	}
	for (const [alias, name] of Object.entries(ALIASES)) {
		const value = env[alias]?.trim() ?? '';
		if (value === '') continue;
		const own = values[name];
		if (own !== undefined && own !== value)
			mistakes.push(`${name} and ${alias} are both set and differ: unset one of them.`);
		values[name] ??= value;
	}
	for (const name of Object.keys(env)) {
		if (name in VARIABLES || name in ALIASES || NEIGHBOURS.has(name)) continue;
		const warning = suspicion(name);
		if (warning !== null) warnings.push(warning);
	}
	return { values, mistakes, warnings };
}

/** Says so where `name` looks like a variable of ours, misspelt. Says nothing of its value. */
function suspicion(name: string): string | null {
	const upper = name.toUpperCase();
	const stem = upper.replace(/^(PARLEY|KYUTAI)_/, '');
	const [nearest, distance] = NAMES.map((known): readonly [VariableName, number] => [
		known,
		editDistance(stem, known)
	]).reduce((best, next) => (next[1] < best[1] ? next : best));
	// Of a short name, one slip leaves little: two would find LANG in PORT's neighbourhood.
	const isNear = distance <= (nearest.length >= 7 ? 2 : 1);
	if (isNear) return `${name} is not read: did you mean ${nearest}?`;
	return OUR_PREFIX.test(upper) ? `${name} is not read: Parley has no such variable.` : null;
}

/** Insertions, deletions, changes and swaps of neighbours that make `a` into `b`. */
export function editDistance(a: string, b: string): number {
	let before: number[] = [];
	let row = Array.from({ length: b.length + 1 }, (_, j) => j);
	for (let i = 1; i <= a.length; i++) {
		const next = [i];
		for (let j = 1; j <= b.length; j++) {
			const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
			let best = Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1);
			const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
			if (swapped) best = Math.min(best, (before[j - 2] ?? 0) + 1);
			next.push(best);
		}
		before = row;
		row = next;
	}
	return row[b.length] ?? 0;
}
