/**
 * The relay's log: pino, as JSON for machines or one readable line for people. What may never be logged (addresses,
 * secrets, what people say) is removed here, whatever the caller passes.
 */
import { pino } from 'pino';
import { boundedOutput, type Output } from './log-output.ts';
import { scrub, type Shows } from './log-scrub.ts';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
export const LOG_FORMATS = ['text', 'json'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

type Write = (fields: object, message: string) => void;

/** What every room of the relay gets. Fields first, then a message that is constant text (so that logs can be counted). */
export interface Log {
	readonly debug: Write;
	readonly info: Write;
	readonly warn: Write;
	readonly error: Write;
	/** A log whose every line carries `fields` too. */
	child(fields: object): Log;
}

export interface LogOptions {
	readonly level: LogLevel;
	readonly format: LogFormat;
	/** Default: nothing of it. */
	readonly shows?: Shows;
	/** Where lines go; the standard output by default. */
	readonly out?: Output;
	/** Gets the lines instead: each call is one with its newline. */
	readonly write?: (line: string) => void;
}

export function createLog(options: LogOptions): Log {
	const shown = options.format === 'json' ? (line: string): string => line : readable;
	const write = options.write ?? boundedOutput(options.out ?? process.stdout, (lines) => shown(missing(lines)));
	const root = pino(
		{
			level: options.level,
			base: null,
			timestamp: pino.stdTimeFunctions.isoTime,
			formatters: { level: (label) => ({ level: label }) },
			messageKey: 'msg'
		},
		{ write: (line: string) => write(shown(line)) }
	);
	return wrap(root, options.shows);
}

/** A log that says nothing: for tests and for tools that print their own lines. */
export const silentLog: Log = createLog({ level: 'silent', format: 'json' });

function wrap(logger: pino.Logger, shows: Shows | undefined): Log {
	return {
		debug: (fields, message) => logger.debug(scrub(fields, shows), message),
		info: (fields, message) => logger.info(scrub(fields, shows), message),
		warn: (fields, message) => logger.warn(scrub(fields, shows), message),
		error: (fields, message) => logger.error(scrub(fields, shows), message),
		child: (fields) => wrap(logger.child(scrub(fields, shows)), shows)
	};
}

function missing(lines: number): string {
	const time = new Date().toISOString();
	return `${JSON.stringify({ level: 'warn', time, lines, msg: 'lines are missing: whoever reads them was too slow' })}\n`;
}

const MARKS: Readonly<Record<string, string>> = { warn: 'warning: ', error: 'error: ' };

/** One JSON line of pino's as `12:34:56 message key=value`. */
function readable(line: string): string {
	const { time, level, msg, ...rest }: Record<string, unknown> = JSON.parse(line);
	const clock = typeof time === 'string' ? time.slice(11, 19) : '';
	const mark = (typeof level === 'string' && MARKS[level]) || '';
	const fields = Object.entries(rest).map(([key, value]) => `  ${inline(key)}=${inline(value)}`);
	return `${clock} ${mark}${typeof msg === 'string' ? msg : ''}${fields.join('')}\n`;
}

/** Bare where it reads well; quoted and escaped where it could break the line or drive the terminal. */
function inline(value: unknown): string {
	return typeof value === 'string' && /^[^\s"\p{C}]+$/u.test(value) ? value : JSON.stringify(value);
}
