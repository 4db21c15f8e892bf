/** Records the sessions of those who agree to it: one file each, as `schema.ts` says. Talk never waits for it. */
import { join } from 'node:path';
import type { SeenSession, SessionWatcher, Watch } from '../session/watcher.ts';
import { MAX_WAITING_BYTES, RecordingFile, codeOf } from './file.ts';
import { fileName } from './folder.ts';
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
	readonly #open = new Set<RecordingFile>();
	/** Closing or deleting: the end of the process waits for them. */
	readonly #ending = new Set<Promise<void>>();
	readonly #rescue = (): void => {
		for (const file of this.#open) file.rescue();
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
			begin: () => this.#begin(id),
			end: (file, last) => this.#settle(file, file.end(last)),
			remove: (file) => this.#remove(file, id)
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

	#begin(session: string): RecordingFile {
		const { folder, maxBytes, maxWaitingBytes = MAX_WAITING_BYTES, log } = this.#options;
		const path = join(folder, fileName(this.#nowMs(), session));
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
		this.#open.add(file);
		this.#options.count?.(1);
		log.info({ session }, 'recording, as this person agreed');
		return file;
	}

	#remove(file: RecordingFile, session: string): void {
		const { log, failed } = this.#options;
		const removed = file.remove().then(
			() => log.info({ session }, 'recording deleted, as this person wished'),
			(error: unknown) => {
				failed?.();
				log.error({ session, code: codeOf(error) }, 'the recording could not be deleted: delete it by hand');
			}
		);
		this.#settle(file, removed);
	}

	#settle(file: RecordingFile, settled: Promise<void>): void {
		const ending = settled.finally(() => {
			this.#ending.delete(ending);
			if (this.#open.delete(file)) this.#options.count?.(-1);
		});
		this.#ending.add(ending);
	}
}
