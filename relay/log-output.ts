/** Lines to a reader who may stop reading: what waits for them is bounded, and they learn how many lines they missed. */
import type { Writable } from 'node:stream';

/** Some minutes of a busy relay. */
export const MAX_WAITING_BYTES = 4 << 20;

export type Output = Pick<Writable, 'write' | 'writableLength'>;

/** Answers what takes one line with its newline. `missed` makes the line that says how many are missing where it stands. */
export function boundedOutput(
	out: Output,
	missed: (lines: number) => string,
	maxWaitingBytes = MAX_WAITING_BYTES
): (line: string) => void {
	let dropped = 0;
	return (line) => {
		if (out.writableLength >= maxWaitingBytes) {
			dropped++;
			return;
		}
		if (dropped > 0) out.write(missed(dropped));
		dropped = 0;
		out.write(line);
	};
}
