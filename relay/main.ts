/** Starts the relay: reads the configuration, starts what is missing, wires the rooms together, and stops them in order. */
import { fileURLToPath } from 'node:url';
import manifest from '../package.json' with { type: 'json' };
import type { Character } from '../src/lib/chat/characters/character.ts';
import { MAX_MESSAGE_BYTES } from '../src/lib/protocol/msgpack.ts';
import { createDoor } from './access/door.ts';
import { createAccess, type Access } from './access/index.ts';
import { operatorDoor } from './access/operator.ts';
import { announce, openAddress, silentServers } from './announce.ts';
import { openCaches } from './cache/open.ts';
import { answerCharacters } from './characters/answer.ts';
import { loadCharacters, SHIPPED_FILE } from './characters/load.ts';
import { readConfig, type Config } from './config.ts';
import { startEngines, type Engines } from './engines.ts';
import { createHealth } from './health.ts';
import { createApp } from './http/app.ts';
import { loadSite, type Site } from './http/static.ts';
import { chooseTransport } from './http/transports.ts';
import { loadKiosk, type KioskFile } from './kiosk/file.ts';
import { createKioskDesk } from './kiosk/index.ts';
import { Admission } from './limits/admission.ts';
import { createLog, type Log } from './log.ts';
import { countedCache } from './metrics/counted-cache.ts';
import { createNews } from './news.ts';
import { createRealtime } from './realtime/index.ts';
import { createSessions } from './session/index.ts';
import { openSight } from './sight.ts';
import { StartError } from './start-error.ts';
import { stopOnSignal } from './stopping.ts';
import { createVoices, CUSTOM_VOICE_TTL_S } from './voices/index.ts';

const BUILD_FOLDER = fileURLToPath(new URL('../build', import.meta.url));
/** A reply's sound waits for the browser long before this (`session/flow.ts`); who lets all the rest pile up is lost. */
const MAX_BUFFERED_BYTES = 1 << 20;
/** A browser pongs by itself; one that is silent for so long is gone. */
const IDLE_TIMEOUT_S = 30;

async function main(): Promise<void> {
	const read = readConfig(process.env);
	for (const warning of read.warnings) process.stderr.write(`warning: ${warning}\n`);
	if (!read.ok) throw new StartError(['The configuration has mistakes:', ...read.mistakes].join('\n  - '));
	const { config } = read;
	const log = createLog({ ...config.log, shows: config.sight.logged });
	const access = await createAccess({ ...config.access, host: config.host }, log);
	const site = await loadSite(BUILD_FOLDER);
	// The shipped file's voices are the embedded engine's: to another server they are nobody, and would hide its TTS_VOICE.
	const voices = config.charactersFile !== null || config.tts.servers === null;
	const characters = await loadCharacters(config.charactersFile ?? SHIPPED_FILE, voices);
	const kiosk = config.kioskFile === null ? null : await loadKiosk(config.kioskFile, characters);
	const engines = await startEngines(config, log);
	try {
		await serve(config, log, access, site, characters, kiosk, engines);
	} catch (error) {
		await engines.close();
		throw error;
	}
}

async function serve(
	config: Config,
	log: Log,
	access: Access,
	site: Site,
	characters: readonly Character[],
	kioskFile: KioskFile | null,
	engines: Engines
): Promise<void> {
	const { host } = config;
	const { stt, tts, llm } = engines;
	const transport = await chooseTransport(config.transport, log);
	const caches = openCaches({ redisUrl: config.voices.redisUrl, log: log.child({ part: 'cache' }) });
	const kept = caches.getCache('voices', CUSTOM_VOICE_TTL_S);
	const cache = countedCache(kept, (code) => sight.metrics.cacheError(code));
	const voices = createVoices({
		characters,
		defaultVoice: tts.voice,
		cloning: engines.voice,
		cache,
		log: log.child({ part: 'voices' }),
		caller: access.caller
	});
	const sight = await openSight(config.sight, log);
	const { watch, records } = sight;
	const limits = config.limits.session;
	const news = createNews({ ...config.news, log: log.child({ part: 'news' }) });
	const shared = { log, stt, tts, llm, limits, watch, records, voices };
	const sessions = createSessions(shared);
	const realtime = createRealtime({ ...shared, policy: config.realtime.policy, news });
	const health = createHealth(engines);
	const kiosk = createKioskDesk({
		file: kioskFile,
		operator: operatorDoor(config.sight.operatorToken),
		caller: access.caller,
		log: log.child({ part: 'kiosk' })
	});
	sight.metrics.kiosks = kiosk.lastSeenS;
	const app = createApp({
		log,
		site,
		sessions,
		realtime,
		health,
		sight,
		characters: answerCharacters(characters),
		voices,
		kiosk,
		news,
		build: { name: manifest.name, version: manifest.version, transport: transport.name, node: process.version },
		door: createDoor({
			access,
			admission: new Admission(config.limits),
			log: log.child({ part: 'door' }),
			refused: watch.refused
		})
	});
	const listening = await transport
		.listen(app, {
			host,
			port: config.port,
			maxMessageBytes: MAX_MESSAGE_BYTES,
			maxBufferedBytes: MAX_BUFFERED_BYTES,
			idleTimeoutS: IDLE_TIMEOUT_S
		})
		.catch((error: unknown) => {
			throw cannotListen(error, host, config.port);
		});
	const { port } = listening;
	const shown = { transport: transport.name, access: access.kind, stt: stt.name, llm: llm.name, tts: tts.name };
	log.info({ url: openAddress(host, port), ...shown }, 'listening');
	if (config.log.format === 'text') process.stdout.write(announce({ host, port, engines, built: site.files > 0 }));
	stopOnSignal(async (signal) => {
		log.info({ signal }, 'stopping');
		const leave = (): Promise<unknown> => Promise.all([sessions.close(), realtime.close()]);
		for (const step of [leave, listening.close, sight.close, caches.close, engines.close])
			await step().catch((error: unknown) => log.error({ error }, 'could not stop cleanly'));
	});
	for (const setting of silentServers(await health.check(), engines))
		log.warn({ setting }, 'this server does not answer: start it, or check its address and key');
	// Whether it finds anything or not: an operator is told now that REDIS_URL is wrong, and not when somebody brings a voice.
	await cache.get('at-start').catch(() => undefined);
}

function cannotListen(error: unknown, host: string, port: number): Error {
	const code = error instanceof Error && 'code' in error ? error.code : '';
	if (code === 'EADDRINUSE')
		return new StartError(`Port ${port} is in use. Stop what uses it, or set PORT to another one.`);
	if (code === 'EACCES') return new StartError(`Port ${port} is not allowed to this user. Set PORT to one above 1023.`);
	if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
		return new StartError(`HOST ${host} is no address of this machine.`);
	return error instanceof Error ? error : new Error(String(error));
}

// Whoever reads the log may go away (`| head`, a log shipper that crashed), and a stream's unheard error ends the process.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

try {
	await main();
} catch (error) {
	const text = error instanceof StartError ? error.message : error instanceof Error ? error.stack : String(error);
	process.stderr.write(`\nParley did not start. ${text}\n\n`);
	process.exit(1);
}
