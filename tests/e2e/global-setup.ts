/** Builds the app once before the end-to-end tests: they load what a person would. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export default function setup(): void {
	// Two projects ask for it, and it stays the same.
	if (process.env['PARLEY_BUILT'] !== undefined) return;
	const root = fileURLToPath(new URL('../../', import.meta.url));
	// Vitest's own NODE_ENV would make it a build for development, which nobody is served.
	const env = { ...process.env, NODE_ENV: 'production' };
	execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, env, stdio: ['ignore', 'ignore', 'inherit'] });
	process.env['PARLEY_BUILT'] = 'yes';
}
