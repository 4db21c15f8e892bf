/** The command line. */
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { POLICIES } from '../src/lib/turn/options.ts';
import { LoadTestError } from './error.ts';

export const USAGE = `npm run loadtest -- --url ws://HOST:PORT [options]

  --url URL            the server; the protocol's path is added where it is missing
  --protocol NAME      realtime (Unmute's, default) or session (parley.1)
  --talkers N          at once; default 1, 2000 at most
  --conversations M    in all; default as many as talkers, 20000 at most
  --messages K         of both sides, after which a conversation is over; default 6
  --audio DIR          recordings of speech: .wav, .ogg, .opus; default some by espeak-ng
  --json FILE          the result as JSON, too
  --voice NAME         of the answers (realtime); default the first that the server offers
  --policy NAME        parley (default) or unmute: how turns are taken (session)
  --token TOKEN        where the server asks for one; LOADTEST_TOKEN in the environment is better
  --patience S         how long an answer is waited for; default 15 seconds
  --longest S          how long a conversation may take; default 60 seconds for each of its messages
  --limit S            after which it ends whatever is under way; default 1800 seconds
  --seed N             the same utterances and pauses again; default 1
`;

const whole = (most: number, least = 1) =>
	v.pipe(
		v.string(),
		v.regex(/^\d{1,9}$/, `a whole number from ${least} to ${most}`),
		v.transform(Number),
		v.minValue(least, `a whole number from ${least} to ${most}`),
		v.maxValue(most, `a whole number from ${least} to ${most}`)
	);
const text = v.pipe(v.string(), v.nonEmpty('something'));

const ArgumentsSchema = v.object({
	url: v.pipe(
		v.string('an address, such as ws://localhost:8080'),
		v.check((url) => URL.canParse(url) && /^(ws|http)s?:\/\//.test(url), 'an address, such as ws://localhost:8080')
	),
	protocol: v.optional(v.picklist(['realtime', 'session'], 'realtime or session'), 'realtime'),
	talkers: v.optional(whole(2000), '1'),
	conversations: v.optional(whole(20_000)),
	messages: v.optional(whole(1000), '6'),
	audio: v.optional(text),
	json: v.optional(text),
	voice: v.optional(text),
	policy: v.optional(v.picklist(Object.keys(POLICIES).filter(isPolicy), 'parley or unmute'), 'parley'),
	token: v.optional(text),
	patience: v.optional(whole(600), '15'),
	longest: v.optional(whole(86_400)),
	limit: v.optional(whole(86_400), '1800'),
	seed: v.optional(whole(999_999_999, 0), '1')
});
export type Arguments = v.InferOutput<typeof ArgumentsSchema>;

function isPolicy(name: string): name is keyof typeof POLICIES {
	return Object.hasOwn(POLICIES, name);
}

/** Throws LoadTestError, which says in one line what is wrong with which option. Null: help was asked for. */
export function readArguments(args: readonly string[]): Arguments | null {
	if (args.includes('--help')) return null;
	const parsed = v.safeParse(ArgumentsSchema, given(args));
	if (parsed.success) return parsed.output;
	const [issue] = parsed.issues;
	const wanted = v.getDotPath(issue) === 'url' ? 'an address, such as ws://localhost:8080' : issue.message;
	return refuse(`--${v.getDotPath(issue) ?? ''} must be ${wanted}.`);
}

/** The options as they were typed, by name. */
function given(args: readonly string[]): Record<string, string> {
	const option = { type: 'string' } as const;
	const options = Object.fromEntries(Object.keys(ArgumentsSchema.entries).map((name) => [name, option]));
	// Not strict, because its own errors are of several lines or sentences.
	const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
	const values: Record<string, string> = {};
	for (const token of tokens) {
		if (token.kind === 'option-terminator') continue;
		if (token.kind === 'positional') return refuse(`"${token.value}" belongs to no option.`);
		const { name, rawName, value, inlineValue } = token;
		if (!Object.hasOwn(options, name)) return refuse(`There is no option ${rawName}.`);
		if (value === undefined || (inlineValue !== true && value.startsWith('--')))
			return refuse(`${rawName} needs a value.`);
		values[name] = value;
	}
	return values;
}

function refuse(why: string): never {
	throw new LoadTestError(`${why} All options: npm run loadtest -- --help`);
}
