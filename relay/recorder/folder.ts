/** Where recordings are kept: tried out at the start, so that nobody finds out later that nothing was kept. */
import { createHash, randomUUID } from 'node:crypto';
import { open, readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { StartError } from '../start-error.ts';
import { codeOf } from './file.ts';

/** @throws StartError where no file can be made there. */
export async function checkFolder(folder: string): Promise<void> {
	const say = (what: string): StartError => new StartError(`RECORDINGS_DIR ${what}`);
	try {
		if (!(await stat(folder)).isDirectory()) throw say('is a file: it must be a folder.');
		// What it says it allows is not what happens: a disk may be read-only, a user root.
		const trial = join(folder, `.parley-${randomUUID()}`);
		await (await open(trial, 'wx', 0o600)).close();
		await unlink(trial);
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

/** Sorts by time, and says which session it is, and with `mark` of which conversation; nothing else of it. */
export function fileName(startMs: number, session: string, mark: string | null = null): string {
	const time = new Date(startMs).toISOString().replaceAll(':', '-');
	return `${time}_${session.replace(/[^A-Za-z0-9-]/g, '_')}${mark === null ? '.jsonl' : endOf(mark)}`;
}

const endOf = (mark: string): string => `_${mark}.jsonl`;

/** What the recordings of a conversation have in their names: whoever can list the folder cannot say its id from it. */
export const markOf = (recordingId: string): string =>
	createHash('sha256').update(recordingId).digest('hex').slice(0, 32);

/** Deletes every recording with this mark, whichever relay made it; answers how many. Rejects with the system's error. */
export async function removeMarked(folder: string, mark: string): Promise<number> {
	const names = (await readdir(folder)).filter((name) => name.endsWith(endOf(mark)));
	const removed = await Promise.all(
		names.map((name) =>
			unlink(join(folder, name)).then(
				() => true,
				(error: unknown) => {
					if (codeOf(error) !== 'ENOENT') throw error;
					return false; // another relay was faster
				}
			)
		)
	);
	return removed.filter(Boolean).length;
}
