/** Records the sessions of those who agree to it: one file each, as `schema.ts` says. Talk never waits for it. */
import { join } from 'node:path';
import type { SeenSession, SessionWatcher, Watch } from '../session/watcher.ts';
import { MAX_WAITING_BYTES, RecordingFile, codeOf } from './file.ts';
import { fileName, removeMarked } from './folder.ts';
import { writeLine } from './schema.ts';
import { SessionRecorder } from './session-recorder.ts';

export interface RecorderOptions {
	/** Of which `checkFolder` approved. */
	readonly folder: string;
	readonly maxBytes: number;
	readonly maxWaitingBytes?: number;
	readonly log: {
		info(fields: object, message: string): void;
		warn(fields: object, message: string): void;
		error(fields: object, message: string): void;
	};
	/** How many are being recorded changes. */
	readonly count?: (by: 1 | -1) => void;
	/** One could not be begun, went no further or could not be deleted. */
	readonly failed?: () => void;
	/** Wall time; default `Date.now`. */
	readonly nowMs?: () => number;
}

export class Recorder implements Watch {
	readonly #options: RecorderOptions;
	readonly #nowMs: () => number;
	/** With the mark of its conversation, where it has one. */
	readonly #open = new Map<RecordingFile, string | null>();
	/** Closing or deleting: the end of the process waits for them. */
	readonly #ending = new Set<Promise<void>>();
	readonly #rescue = (): void => {
		for (const file of this.#open.keys()) file.rescue();
	};

	constructor(options: RecorderOptions) {
		this.#options = options;
		this.#nowMs = options.nowMs ?? Date.now;
		// After an uncaught error too. Only what kills outright leaves lines behind, and those are the last few milliseconds'.
		process.on('exit', this.#rescue);
	}

	session({ id }: SeenSession): SessionWatcher {
		return new SessionRecorder({
			nowMs: this.#nowMs,
			tired: () => this.#options.log.warn({ session: id }, 'not recording: this person changed their mind too often'),
			begin: (mark) => this.#begin(id, mark),
			end: (file, last) => this.#settle(file, file.end(last)),
			remove: (file, mark) => this.#remove(file, mark, id)
		});
	}

	refused(): void {
		// Nobody to record.
	}

	/** Resolves when every recording that has ended is on the disk. */
	async close(): Promise<void> {
		await Promise.all(this.#ending);
		process.off('exit', this.#rescue);
		this.#rescue();
	}

	#begin(session: string, mark: string | null): RecordingFile {
		const { folder, maxBytes, maxWaitingBytes = MAX_WAITING_BYTES, log } = this.#options;
		const path = join(folder, fileName(this.#nowMs(), session, mark));
		const file = new RecordingFile(
			path,
			{ maxBytes, maxWaitingBytes },
			{
				lost: (lines) => writeLine(this.#nowMs(), 'relay', { type: 'lost', lines }),
				failed: (code) => {
					this.#options.failed?.();
					log.warn({ session, code }, 'the recording stopped: RECORDINGS_DIR cannot be written to; the talk goes on');
				}
			}
		);
		this.#open.set(file, mark);
		this.#options.count?.(1);
		log.info({ session }, 'recording, as this person agreed');
		return file;
	}

	/** Of its own conversation those of other connections go as well: of this relay, and of any that shares the folder. */
	#remove(own: RecordingFile | null, mark: string | null, session: string): void {
		const { log, failed, folder } = this.#options;
		const others =
			mark === null ? [] : [...this.#open].flatMap(([file, its]) => (its === mark && file !== own ? [file] : []));
		const files = own === null ? others : [own, ...others];
		const removals = files.map((file) => {
			const removed = file.remove();
			this.#settle(
				file,
				removed.catch(() => undefined)
			);
			return removed;
		});
		const rest = mark === null ? Promise.resolve(0) : removeMarked(folder, mark);
		const done = Promise.all([rest, ...removals]).then(
			([count]) => {
				if (count > 0 || files.length > 0) log.info({ session }, 'recording deleted, as this person wished');
			},
			(error: unknown) => {
				failed?.();
				log.error({ session, code: codeOf(error) }, 'the recording could not be deleted: delete it by hand');
			}
		);
		this.#wait(done);
	}

	#settle(file: RecordingFile, settled: Promise<void>): void {
		this.#wait(
			settled.finally(() => {
				if (this.#open.delete(file)) this.#options.count?.(-1);
			})
		);
	}

	#wait(settled: Promise<void>): void {
		const ending = settled.finally(() => {
			this.#ending.delete(ending);
		});
		this.#ending.add(ending);
	}
}
