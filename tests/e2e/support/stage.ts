/**
 * Everything an end-to-end test needs, for real: scripted engines, the relay in a process of its own as `npm start` runs
 * it, and Chromium with a recording as its microphone.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import type { Engine } from '../../../relay/embedded/engine.ts';
import { startLlmEngine } from '../../../relay/embedded/llm/engine.ts';
import { startSttEngine } from '../../../relay/embedded/stt/engine.ts';
import { startTtsEngine } from '../../../relay/embedded/tts/engine.ts';
import { chromiumPath } from '../../support/system-packages.ts';
import { observe, record, type Observed, type Seen } from './observe.ts';
import type { ChatMessage } from '../../../src/lib/protocol/llm.ts';
import type { Mark, MarkName } from '../../../src/lib/session/view.ts';
import { microphone, type Sound } from './microphone.ts';
import { tap, type Tap } from './tap.ts';

export interface StageOptions {
	/** What the microphone hears, from the press on. Silence afterwards. */
	readonly hears?: readonly Sound[];
	/** What the STT writes down for each stretch of speech. Without it, the relay's own embedded STT, which cannot write. */
	readonly writes?: readonly string[];
	/** What the LLM answers, in turn; the first is the greeting. Without it, the built-in partner. */
	readonly answers?: readonly string[] | ((messages: readonly ChatMessage[]) => string);
	readonly permission?: 'granted' | 'denied';
	readonly viewport?: { readonly width: number; readonly height: number };
	readonly locale?: string;
	/** Records what goes to the loudspeaker. */
	readonly records?: boolean;
	/** Times real time; default 4. */
	readonly ttsSpeed?: number;
	/** Between two pieces of the LLM's text; default 15. */
	readonly tokenDelayMs?: number;
	/** Where the page is opened, if not at the relay's own address. */
	readonly openAt?: (relayUrl: string) => string;
	readonly chromiumFlags?: readonly string[];
	/** False: this machine has no microphone. */
	readonly hasMicrophone?: boolean;
	/** Settings of the relay, beside where its engines are. */
	readonly relay?: Readonly<Record<string, string>>;
	/** Runs in the page first, for example to give it a recogniser. */
	readonly before?: () => void;
}

export interface Stage {
	readonly url: string;
	readonly browser: Browser;
	readonly page: Page;
	readonly stt: Engine;
	readonly tts: Engine;
	readonly llm: Engine;
	readonly ttsTap: Tap;
	readonly relayLog: string[];
	/** Presses the one button: `Start talking`, or `Stop`. */
	press(name: 'Start talking' | 'Stop'): Promise<void>;
	/** What the page saw so far, without the recording. */
	observed(): Promise<Observed>;
	/** The worker's marks of this name, in order. */
	marks(name: MarkName): Promise<Mark[]>;
	/** What went to the loudspeaker so far: 24 kHz, from the moment the graph was made. */
	recording(): Promise<Float32Array>;
	/** Waits until the worker has said such a message, and answers it. */
	until(matches: { readonly [key: string]: unknown }, nth?: number): Promise<Seen>;
	/** The log as a person reads it. */
	transcript(): Promise<string[]>;
	killRelay(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
	startRelay(): Promise<void>;
	/** One more relay, with the same engines; answers its port. */
	startAnother(): Promise<number>;
	close(): Promise<void>;
}

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export const CHROMIUM_FLAGS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
	'--autoplay-policy=no-user-gesture-required'
] as const;

export async function stage(options: StageOptions = {}): Promise<Stage> {
	const stt = await startSttEngine({ script: { utterances: (options.writes ?? []).map((text) => ({ text })) } });
	const tts = await startTtsEngine({ speed: options.ttsSpeed ?? 4 });
	const llm = await startLlmEngine({
		...(options.answers === undefined
			? {}
			: { script: typeof options.answers === 'function' ? options.answers : { replies: options.answers } }),
		...(options.tokenDelayMs === undefined ? {} : { tokenDelayMs: options.tokenDelayMs })
	});
	const ttsTap = await tap(tts.url);
	const port = await freePort();
	const url = `http://localhost:${String(port)}`;
	const relayLog: string[] = [];
	let relay: ChildProcess | null = null;

	const others: ChildProcess[] = [];

	async function startRelay(): Promise<void> {
		relay = await spawnRelay(port);
	}

	async function startAnother(): Promise<number> {
		const another = await freePort();
		others.push(await spawnRelay(another));
		return another;
	}

	async function spawnRelay(at: number): Promise<ChildProcess> {
		// The same file as `npm start`, without the build, which the global set-up made.
		const started = spawn(process.execPath, ['relay/main.ts'], {
			cwd: ROOT,
			env: {
				...process.env,
				PORT: String(at),
				TTS_URL: ttsTap.url,
				LLM_URL: llm.url,
				...(options.writes === undefined ? {} : { STT_URL: stt.url }),
				...options.relay
			},
			stdio: ['ignore', 'pipe', 'pipe']
		});
		for (const stream of [started.stdout, started.stderr]) {
			stream?.setEncoding('utf8').on('data', (text: string) => relayLog.push(...text.split('\n').filter(Boolean)));
		}
		await healthy(`http://localhost:${String(at)}`, started, relayLog);
		return started;
	}
	await startRelay();

	const wav = await microphone(options.hears ?? [{ silenceS: 1 }]);
	const denied = options.permission === 'denied';
	const browser = await chromium.launch({
		executablePath: chromiumPath(),
		args: [
			...CHROMIUM_FLAGS,
			...(denied ? ['--deny-permission-prompts'] : ['--use-fake-ui-for-media-stream']),
			...(options.hasMicrophone === false
				? []
				: ['--use-fake-device-for-media-stream', `--use-file-for-fake-audio-capture=${wav}%noloop`]),
			...(options.chromiumFlags ?? [])
		]
	});
	const context = await browser.newContext({
		viewport: options.viewport ?? { width: 390, height: 844 },
		locale: options.locale ?? 'en-GB',
		permissions: denied ? [] : ['microphone'],
		colorScheme: 'dark',
		// Only to let the recorder in; every other test runs under the real policy.
		bypassCSP: options.records === true
	});
	const page = await context.newPage();
	page.on('pageerror', (error) => relayLog.push(`page error: ${error.message}`));
	await page.addInitScript(observe);
	if (options.before !== undefined) await page.addInitScript(options.before);
	if (options.records === true) await page.addInitScript(record);
	await page.goto(options.openAt?.(url) ?? url);

	async function kill(relay: ChildProcess | null, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
		if (relay === null || relay.exitCode !== null || relay.signalCode !== null) return;
		const gone = once(relay, 'exit');
		relay.kill(signal);
		await gone;
	}
	const killRelay = (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => kill(relay, signal);

	return {
		url,
		browser,
		page,
		stt,
		tts,
		llm,
		ttsTap,
		relayLog,
		async press(name) {
			await page.getByRole('button', { name, exact: true }).click();
		},
		observed: () => page.evaluate(() => ({ ...window.observed, recording: [] })),
		marks: (name) =>
			page.evaluate(
				(wanted) => window.observed.seen.flatMap(({ mark }) => (mark?.name === wanted ? [mark] : [])),
				name
			),
		async recording() {
			const base64 = await page.evaluate(() => {
				const bytes = window.observed.recording.flatMap((block) => [...new Uint8Array(block.buffer)]);
				let text = '';
				for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.slice(at, at + 8192));
				return btoa(text);
			});
			const bytes = Uint8Array.from(Buffer.from(base64, 'base64'));
			return new Float32Array(bytes.buffer);
		},
		async until(matches, nth = 1) {
			const handle = await page.waitForFunction(
				({ wanted, count }) => {
					const fits = (value: unknown, part: unknown): boolean =>
						typeof part === 'object' && part !== null
							? typeof value === 'object' &&
								value !== null &&
								Object.entries(part).every(([key, inner]) => fits(value[key as keyof typeof value], inner))
							: value === part;
					return window.observed.seen.filter((seen) => fits(seen, wanted))[count - 1];
				},
				{ wanted: matches, count: nth },
				{ timeout: 30_000, polling: 20 }
			);
			return (await handle.jsonValue()) as Seen;
		},
		transcript: () => page.getByRole('log', { name: 'Conversation' }).locator('li, p').allTextContents(),
		killRelay,
		startRelay,
		startAnother,
		async close() {
			await browser.close();
			await Promise.all([relay, ...others].map((one) => kill(one, 'SIGKILL')));
			await Promise.all([ttsTap.close(), stt.close(), tts.close(), llm.close()]);
		}
	};
}

async function freePort(): Promise<number> {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	server.close();
	await once(server, 'close');
	return port;
}

async function healthy(url: string, relay: ChildProcess, log: readonly string[]): Promise<void> {
	for (let attempt = 0; attempt < 100; attempt++) {
		if (relay.exitCode !== null) throw new Error(`the relay ended at once:\n${log.join('\n')}`);
		try {
			if ((await fetch(`${url}/v1/health`)).ok) return;
		} catch {
			// Not listening yet.
		}
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
	throw new Error(`the relay never answered:\n${log.join('\n')}`);
}
