/** A recording read back, however it ended and whatever became of it since. */
import { readLine, type Line } from './schema.ts';

export interface Recording {
	readonly lines: readonly Line[];
	/** Lines that are none, counted from 1, each with what is wrong with it. */
	readonly faults: readonly { readonly number: number; readonly reason: string }[];
	/** The last line has no end: the relay was killed while it wrote. */
	readonly truncated: boolean;
}

/** Never throws. */
export function readRecording(text: string): Recording {
	const lines: Line[] = [];
	const faults: { number: number; reason: string }[] = [];
	const parts = text.split('\n');
	// What a file ends with after its last newline: nothing, unless it was cut off.
	const rest = parts.pop() ?? '';
	parts.forEach((part, at) => {
		const read = readLine(part);
		if (read.ok) lines.push(read.value);
		else faults.push({ number: at + 1, reason: read.reason });
	});
	const last = rest === '' ? null : readLine(rest);
	if (last?.ok === true) lines.push(last.value);
	return { lines, faults, truncated: last?.ok === false };
}
