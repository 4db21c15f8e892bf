/** Where recordings are kept: tried out at the start, so that nobody finds out later that nothing was kept. */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { StartError } from '../start-error.ts';
import { codeOf } from './file.ts';

/** @throws StartError where no file can be made there. */
export async function checkFolder(folder: string): Promise<void> {
	const say = (what: string): StartError => new StartError(`RECORDINGS_DIR ${what}`);
	try {
		if (!(await stat(folder)).isDirectory()) throw say('is a file: it must be a folder.');
		await access(folder, constants.W_OK | constants.X_OK);
	} catch (error) {
		if (error instanceof StartError) throw error;
		const code = codeOf(error);
		if (code === 'ENOENT' || code === 'ENOTDIR') {
			throw say('does not exist: make that folder, for the user alone that runs the relay (mkdir -m 700).');
		}
		if (code === 'EACCES' || code === 'EROFS') throw say('cannot be written to by the user that runs the relay.');
		throw say(`cannot be used (${code}).`);
	}
}

/** Sorts by time, and says which session it is; nothing else of it. */
export function fileName(startMs: number, session: string): string {
	const time = new Date(startMs).toISOString().replaceAll(':', '-');
	return `${time}_${session.replace(/[^A-Za-z0-9-]/g, '_')}.jsonl`;
}
