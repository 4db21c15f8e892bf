/** `npm run recording -- FILE`: prints a recording as a readable timeline. */
import { readFileSync, statSync } from 'node:fs';
import { codeOf } from './file.ts';
import { readRecording } from './read.ts';
import { timeline } from './timeline.ts';

/** Far above any RECORDING_MAX_MB that makes sense: it is read whole. */
const MOST_BYTES = 256 << 20;

const [file, ...more] = process.argv.slice(2);
try {
	if (file === undefined || more.length > 0) throw new Error('Give one file: npm run recording -- FILE');
	if (statSync(file).size > MOST_BYTES) throw new Error(`${file} is too long for a recording.`);
	process.stdout.write(timeline(readRecording(readFileSync(file, 'utf8'))));
} catch (error) {
	const why = codeOf(error) === 'unknown' && error instanceof Error ? error.message : `${file ?? ''}: ${codeOf(error)}`;
	process.stderr.write(`${why}\n`);
	process.exitCode = 1;
}
