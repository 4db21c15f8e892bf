/** A file that an operator wrote, read once at start: what it may be, and how its mistakes are told. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { StartError } from './start-error.ts';
import type { Mistake } from './yaml.ts';

const MOST_TOLD = 30;
/** To open a pipe that nobody writes to would otherwise wait for a writer. */
const READ = constants.O_RDONLY | constants.O_NONBLOCK;

export interface OperatorFile {
	/** The variable that names it. */
	readonly setting: string;
	readonly path: string;
	readonly mostBytes: number;
	/** What to do where it is larger: a sentence. */
	readonly tooLarge: string;
}

/** @throws StartError that says what is wrong with it, and what to do. */
export async function readOperatorFile(file: OperatorFile): Promise<string> {
	const { setting, path } = file;
	const bytes = await readBounded(file).catch((error: unknown) => {
		throw error instanceof StartError ? error : cannotRead(file, error);
	});
	try {
		return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
	} catch {
		throw new StartError(`${setting}: ${path} is not UTF-8. Save it as UTF-8.`);
	}
}

/** `title` names what has them: `The characters have mistakes:`. */
export function mistakesIn(path: string, title: string, mistakes: readonly Mistake[]): StartError {
	const lines = mistakes.slice(0, MOST_TOLD).map(({ line, column, text }) => `${path}:${line}:${column} ${text}.`);
	const more = mistakes.length > MOST_TOLD ? [`and ${mistakes.length - MOST_TOLD} more.`] : [];
	return new StartError([title, ...lines, ...more].join('\n  - '));
}

/** Asks what it is before it reads: a device has no end. */
async function readBounded({ setting, path, mostBytes, tooLarge }: OperatorFile): Promise<Uint8Array> {
	const handle = await open(path, READ);
	try {
		const found = await handle.stat();
		if (!found.isFile()) throw new StartError(`${setting}: ${path} is no file. Name a YAML file.`);
		if (found.size > mostBytes)
			throw new StartError(`${setting}: ${path} is larger than ${mostBytes >> 10} KB. ${tooLarge}`);
		return await handle.readFile();
	} finally {
		await handle.close();
	}
}

function cannotRead({ setting, path }: OperatorFile, error: unknown): StartError {
	const code = error instanceof Error && 'code' in error ? error.code : '';
	const why =
		code === 'ENOENT' ? 'is not there' : code === 'EACCES' ? 'may not be read by this user' : 'cannot be read';
	return new StartError(`${setting}: ${path} ${why}. Check the path and its permissions, or unset it.`);
}
