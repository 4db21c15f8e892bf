/**
 * Runs `npm start` as the README says it, on its own port, and looks at it as a person would: it answers for its health,
 * the page loads in a browser, and it stops when it is told to.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chromium } from 'playwright-core';
import { chromiumPath, ensureSystemPackages } from './system-packages.ts';

/** The build takes some 10 s on two cores; a slow machine may take six times as long. */
const LIMIT_MS = 120_000;
const URL = 'http://localhost:8080';

ensureSystemPackages((line) => {
	console.log(line);
});
const started = spawn('npm', ['start'], { stdio: ['ignore', 'inherit', 'inherit'], detached: true });
const ended = once(started, 'exit');
try {
	await healthy();
	await pageLoads();
} finally {
	// npm hands the signal on to the relay; the whole group gets it here, as from Ctrl-C.
	if (started.exitCode === null && started.pid !== undefined) process.kill(-started.pid, 'SIGINT');
}
await ended;
if (await answers()) throw new Error('the relay still answers after it was stopped');
console.log('npm start: healthy, loaded, stopped');

async function answers(): Promise<boolean> {
	try {
		const response = await fetch(`${URL}/v1/health`);
		const health: unknown = await response.json();
		return typeof health === 'object' && health !== null && 'ok' in health && health.ok === true;
	} catch {
		return false;
	}
}

async function healthy(): Promise<void> {
	const until = Date.now() + LIMIT_MS;
	while (!(await answers())) {
		if (started.exitCode !== null) throw new Error('npm start ended by itself');
		if (Date.now() > until) throw new Error('npm start did not become healthy in time');
		await new Promise((resolve) => setTimeout(resolve, 250));
	}
}

async function pageLoads(): Promise<void> {
	const browser = await chromium.launch({
		executablePath: chromiumPath(),
		args: [
			'--no-sandbox',
			'--disable-gpu',
			'--disable-quic',
			'--no-first-run',
			'--disable-background-networking',
			'--disable-component-update',
			'--disable-sync'
		]
	});
	try {
		const page = await browser.newPage();
		await page.goto(URL);
		await page.getByRole('button', { name: 'Start talking' }).waitFor();
	} finally {
		await browser.close();
	}
}
