/** Run by `npm test` before the tests: whatever they need from the system is there afterwards, or one line says how. */
import { ensureSystemPackages } from './system-packages.ts';

try {
	ensureSystemPackages((line) => {
		console.log(line);
	});
} catch (error) {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
}
