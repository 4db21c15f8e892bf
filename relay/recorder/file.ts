/**
 * One recording's file: lines go out as soon as the disk takes them, off the event loop, and those that wait are bounded.
 * Each write has its place in the file, so that when the process dies everything not yet written can be written again in
 * one go, whatever became of the write under way.
 */
import { writeSync } from 'node:fs';
import { open, unlink, type FileHandle } from 'node:fs/promises';

export interface FileLimits {
	/** Of the whole file; a line that would go beyond is the last. */
	readonly maxBytes: number;
	/** Waiting for the disk. What comes then is dropped. */
	readonly maxWaitingBytes: number;
}

/** A history is at most 1 MiB; twice that also holds some seconds of everything else. */
export const MAX_WAITING_BYTES = 2 << 20;
/** Kept free for the line that says why it ends. */
const LAST_LINE_BYTES = 256;

export interface FileEvents {
	/** Once, where the disk says no; nothing more is written. `code` is the system's, such as ENOSPC. */
	failed(code: string): void;
	/** The line that says how many are missing where it stands. */
	lost(lines: number): string;
}

export class RecordingFile {
	readonly #path: string;
	readonly #limits: FileLimits;
	readonly #events: FileEvents;
	readonly #flags: 'wx' | 'w';
	#handle: FileHandle | null = null;
	#state: 'open' | 'ending' | 'over' = 'open';
	/** Encoded and not yet under way. */
	#waiting: Buffer[] = [];
	#waitingBytes = 0;
	/** Under way. */
	#flight: Buffer | null = null;
	#writtenBytes = 0;
	/** Everything taken, written or not. */
	#takenBytes = 0;
	#dropped = 0;
	readonly #work: Promise<void>;
	#wake: () => void = () => undefined;

	/** Creates it, readable by this user alone. `w` takes a file that exists: for tests that bring a device. */
	constructor(path: string, limits: FileLimits, events: FileEvents, flags: 'wx' | 'w' = 'wx') {
		this.#path = path;
		this.#limits = limits;
		this.#events = events;
		this.#flags = flags;
		this.#work = this.#run();
	}

	/** `full`: it would go beyond the limit. `dropped`: the disk is behind. Neither was taken. */
	add(line: string): 'taken' | 'dropped' | 'full' {
		if (this.#state !== 'open') return 'dropped';
		const bytes = Buffer.from(this.#dropped === 0 ? line : this.#events.lost(this.#dropped) + line);
		if (this.#takenBytes + bytes.byteLength + LAST_LINE_BYTES > this.#limits.maxBytes) return 'full';
		if (this.#waitingBytes + bytes.byteLength > this.#limits.maxWaitingBytes) {
			this.#dropped++;
			return 'dropped';
		}
		this.#dropped = 0;
		this.#take(bytes);
		return 'taken';
	}

	/** Writes `last` and what still waits, and closes. */
	async end(last: string): Promise<void> {
		if (this.#state === 'open') {
			this.#take(Buffer.from(last));
			this.#state = 'ending';
			this.#wake();
		}
		await this.#work;
	}

	/** Deletes it, with what waits. Rejects where that fails. */
	async remove(): Promise<void> {
		this.#state = 'over';
		this.#waiting = [];
		this.#waitingBytes = 0;
		this.#wake();
		await this.#work;
		await unlink(this.#path).catch((error: unknown) => {
			if (codeOf(error) !== 'ENOENT') throw error;
		});
	}

	/** For a process that is about to end: everything taken is in the file when this returns. Never throws. */
	rescue(): void {
		if (this.#handle === null || this.#state === 'over') return;
		this.#state = 'over';
		try {
			let at = this.#writtenBytes;
			const rest = Buffer.concat([...(this.#flight === null ? [] : [this.#flight]), ...this.#waiting]);
			for (let done = 0; done < rest.byteLength;) {
				const count = writeSync(this.#handle.fd, rest, done, rest.byteLength - done, at);
				done += count;
				at += count;
			}
		} catch {
			// The process ends; there is nobody left to tell.
		}
	}

	#take(bytes: Buffer): void {
		this.#waiting.push(bytes);
		this.#waitingBytes += bytes.byteLength;
		this.#takenBytes += bytes.byteLength;
		this.#wake();
	}

	/** The one loop that touches the disk. Never rejects. */
	async #run(): Promise<void> {
		try {
			this.#handle = await open(this.#path, this.#flags, 0o600);
			while (this.#state !== 'over') {
				if (this.#waiting.length > 0) await this.#writeOut(this.#handle);
				else if (this.#state === 'ending') break;
				else await new Promise<void>((resolve) => (this.#wake = resolve));
			}
		} catch (error) {
			this.#waiting = [];
			this.#waitingBytes = 0;
			if (this.#state !== 'over') this.#events.failed(codeOf(error));
		} finally {
			this.#state = 'over';
			const handle = this.#handle;
			this.#handle = null;
			await handle?.close().catch(() => undefined);
		}
	}

	async #writeOut(handle: FileHandle): Promise<void> {
		const flight = Buffer.concat(this.#waiting);
		this.#flight = flight;
		this.#waiting = [];
		this.#waitingBytes = 0;
		for (let done = 0; done < flight.byteLength;) {
			const { bytesWritten } = await handle.write(flight, done, flight.byteLength - done, this.#writtenBytes + done);
			done += bytesWritten;
		}
		this.#writtenBytes += flight.byteLength;
		this.#flight = null;
	}
}

export function codeOf(error: unknown): string {
	return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
}
