/** The programs that the tests need from the system, and how to have them. */
import { execFileSync, type ExecFileSyncOptions } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

interface Program {
	/** Any of these on the PATH will do. */
	readonly names: readonly string[];
	readonly debianPackage: string;
	/** What installing it starts on a machine that runs systemd: it is stopped again. */
	readonly unwantedService?: string;
	readonly why: string;
}

const CHROMIUM: Program = {
	names: ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'],
	debianPackage: 'chromium',
	why: 'the end-to-end tests talk to Parley in a real browser'
};
const PROGRAMS: readonly Program[] = [
	CHROMIUM,
	{ names: ['opusinfo'], debianPackage: 'opus-tools', why: 'the Ogg tests have their pages checked by it' },
	{ names: ['opusdec'], debianPackage: 'opus-tools', why: 'the Ogg tests compare their decoder with it' },
	{
		names: ['dnsmasq'],
		// The program alone, without the service of the package dnsmasq.
		debianPackage: 'dnsmasq-base',
		why: 'the relay looks its servers up at it while their addresses change'
	},
	{ names: ['redis-server'], debianPackage: 'redis-server', why: 'the cache tests keep their values in it' },
	{
		names: ['promtool'],
		debianPackage: 'prometheus',
		unwantedService: 'prometheus',
		why: 'the metrics tests have what the relay answers checked by it'
	}
];

/** The path of a program on the PATH; null where there is none. */
function find(program: Program): string | null {
	// Where Debian keeps servers, which is on root's PATH only.
	for (const folder of [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin']) {
		for (const name of program.names) {
			const path = join(folder, name);
			try {
				accessSync(path, constants.X_OK);
				return path;
			} catch {
				// Not here; look on.
			}
		}
	}
	return null;
}

/** The browser's path: `CHROME_PATH`, or the first on the PATH. Throws with what to do where there is none. */
export function chromiumPath(): string {
	const path = process.env['CHROME_PATH'] ?? find(CHROMIUM);
	if (path === null) throw new Error(`Chromium is missing: ${command(['chromium'])}`);
	return path;
}

const command = (packages: readonly string[]): string => `sudo apt-get install -y ${packages.join(' ')}`;

/**
 * Makes sure that every program is there: on Debian as root it installs what is missing, elsewhere it throws with the one
 * command that helps.
 */
export function ensureSystemPackages(say: (line: string) => void): void {
	const missing = PROGRAMS.filter((program) => find(program) === null);
	const lacks = process.env['CHROME_PATH'] ? missing.filter((program) => program !== CHROMIUM) : missing;
	if (lacks.length === 0) return;
	const packages = [...new Set(lacks.map((program) => program.debianPackage))];
	for (const program of lacks) say(`${program.names[0] ?? ''} is missing: ${program.why}`);
	const isDebian = existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get');
	if (!isDebian || process.getuid?.() !== 0) throw new Error(`The tests need these programs: ${command(packages)}`);
	say(`installing ${packages.join(' ')}`);
	const options: ExecFileSyncOptions = {
		stdio: ['ignore', 'ignore', 'inherit'],
		env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
	};
	execFileSync('apt-get', ['update', '-qq'], options);
	execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], options);
	if (!existsSync('/run/systemd/system')) return;
	for (const { unwantedService } of lacks) {
		if (unwantedService !== undefined)
			execFileSync('systemctl', ['disable', '--now', '--quiet', unwantedService], options);
	}
}
