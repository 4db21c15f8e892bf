/** The command line of the bench, read and checked. */
import { parseArgs } from 'node:util';

export const USAGE = `npm run bench:realtime -- [options]

  --talkers N[,N...]     how many talk at once, one measurement each (default 4,16)
  --seconds S            how long each measurement lasts (default 20)
  --ramp                 go on from the first N until the p95 of the answers has doubled
  --most N               ... or to so many (default 256)
  --format F[,F]         what the talkers speak: opus, pcm16, or one after the other (default opus)
  --url URL              measure this server instead of a relay of our own
  --pid PID              its process, with everything that it started (Linux); without: what its clients notice
  --name NAME            what to call it (default: server)
  --also URL,PID,NAME    measure this one too, in the same run; may be repeated
  --serve                measure nothing: have a relay and the engines run until Ctrl-C, for npm run loadtest
  --engines-port N       where the engines listen on 127.0.0.1: a server that is measured has to use them
                         (default 28100, or any free port where only a relay of our own is measured)
  --profile DIR          V8 profiles of our own relay
  --json FILE            the figures as JSON`;

export const FORMATS = ['opus', 'pcm16'] as const;
export type Format = (typeof FORMATS)[number];

export interface Foreign {
	readonly name: string;
	readonly url: string;
	readonly pid: number | null;
}

export interface Options {
	readonly talkers: readonly number[];
	readonly seconds: number;
	readonly ramp: boolean;
	readonly serve: boolean;
	readonly most: number;
	readonly formats: readonly Format[];
	readonly enginesPort: number;
	/** Whether a relay of our own is measured. */
	readonly own: boolean;
	readonly foreign: readonly Foreign[];
	readonly profile: string | undefined;
	readonly json: string | undefined;
}

const DEFAULT_ENGINES_PORT = 28_100;
const MOST_TALKERS = 2000;
const MOST_SECONDS = 300;
const MOST_PID = 2 ** 22;

/** The options, `null` where help was asked for, or what is wrong with them, as a sentence. */
export function readOptions(args: readonly string[]): Options | null | { readonly mistake: string } {
	try {
		const { values } = parseArgs({
			args: [...args],
			options: {
				talkers: { type: 'string', default: '4,16' },
				seconds: { type: 'string', default: '20' },
				ramp: { type: 'boolean', default: false },
				serve: { type: 'boolean', default: false },
				most: { type: 'string', default: '256' },
				format: { type: 'string', default: 'opus' },
				url: { type: 'string' },
				pid: { type: 'string' },
				name: { type: 'string', default: 'server' },
				also: { type: 'string', multiple: true, default: [] },
				'engines-port': { type: 'string' },
				profile: { type: 'string' },
				json: { type: 'string' },
				help: { type: 'boolean', default: false }
			}
		});
		if (values.help) return null;
		const first = values.url === undefined ? [] : [foreign('--url', values.url, values.pid, values.name)];
		const others = values.also.map(readAlso);
		const servers = [...first, ...others];
		const port = values['engines-port'] ?? String(servers.length > 0 ? DEFAULT_ENGINES_PORT : 0);
		return {
			talkers: values.talkers.split(',').map((text) => wholeNumber('--talkers', text, 1, MOST_TALKERS)),
			seconds: wholeNumber('--seconds', values.seconds, 1, MOST_SECONDS),
			ramp: values.ramp,
			serve: values.serve,
			most: wholeNumber('--most', values.most, 1, MOST_TALKERS),
			formats: values.format.split(',').map(readFormat),
			enginesPort: wholeNumber('--engines-port', port, 0, 65_535),
			own: values.url === undefined,
			foreign: servers,
			profile: values.profile,
			json: values.json
		};
	} catch (error) {
		return { mistake: error instanceof Error ? error.message : String(error) };
	}
}

function readFormat(text: string): Format {
	const format = FORMATS.find((name) => name === text);
	if (format === undefined) throw new Error(`--format takes ${FORMATS.join(' or ')}, not "${text}".`);
	return format;
}

function readAlso(text: string): Foreign {
	const [url = '', pid, name = 'server'] = text.split(',');
	return foreign('--also', url, pid === '' ? undefined : pid, name);
}

function foreign(option: string, url: string, pid: string | undefined, name: string): Foreign {
	if (!/^(ws|http)s?:$/.test(URL.parse(url)?.protocol ?? '')) {
		throw new Error(`${option} takes an address like ws://127.0.0.1:8000, not "${url}".`);
	}
	return { name, url, pid: pid === undefined ? null : wholeNumber('a process id', pid, 1, MOST_PID) };
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
	const value = /^\d{1,7}$/.test(text) ? Number(text) : Number.NaN;
	if (value >= least && value <= most) return value;
	throw new Error(`${name} must be a whole number from ${least} to ${most}, not "${text}".`);
}
