/** The servers that this relay uses: the configured ones, and an embedded engine for STT, TTS and LLM without an address. */
import { CodecPool } from './codec/pool.ts';
import type { Config } from './config.ts';
import type { SpeechFormat } from './config/speech.ts';
import type { ServiceName } from './discovery/instance.ts';
import { fixedService, type Service } from './discovery/service.ts';
import { openServices, type Services } from './discovery/services.ts';
import type { Engine } from './embedded/engine.ts';
import { DEFAULT_MAX_MODEL_LEN, startLlmEngine } from './embedded/llm/engine.ts';
import { findLocalModel } from './embedded/llm/probe.ts';
import { startSttEngine } from './embedded/stt/engine.ts';
import { startTtsEngine } from './embedded/tts/engine.ts';
import type { HealthTarget } from './health.ts';
import type { Log } from './log.ts';
import { contextOf, knownTokens, onlyModel, type ServedModel } from './model.ts';
import type { LlmConfig, SttConfig, TtsConfig } from './session/index.ts';
import { sttConnector, ttsConnector } from './upstream/speech.ts';
import type { CloningServer } from './voices/index.ts';
import { DEFAULT_API_KEY } from '../src/lib/protocol/moshi.ts';

/** One synthesiser and one event loop serve them all: this many people can try Parley at once, not more. */
const EMBEDDED_SLOTS = 16;

export interface Engines {
	readonly stt: SttConfig & Pick<HealthTarget, 'isSimple'>;
	readonly tts: TtsConfig & Pick<HealthTarget, 'isSimple'>;
	readonly llm: LlmConfig & {
		/** Neither configured nor built in: it was running on this machine. */ readonly found: boolean;
	};
	/** Who clones voices; null: nobody, since no robot can put one on. */
	readonly voice: CloningServer | null;
	/** Stops the embedded ones, and the codec's threads. */
	close(): Promise<void>;
}

/** @throws StartError where the LLM cannot be chosen. What was started by then is stopped. */
export async function startEngines(config: Config, log: Log): Promise<Engines> {
	const started: Engine[] = [];
	const keep = async (name: ServiceName, engine: Promise<Engine>): Promise<Service> => {
		const running = await engine;
		started.push(running);
		return fixedService(name, running.url);
	};
	// Its threads begin with the first stream that needs them.
	const codecs = new CodecPool();
	const close = async (): Promise<void> => {
		await Promise.all([codecs.close(), ...started.map((engine) => engine.close())]);
	};
	const tell = (line: string): void => log.warn({ engine: 'stt' }, line);
	const slots = EMBEDDED_SLOTS;
	if (config.tts.servers !== null && config.tts.format !== 'opus') void codecs.warm('voice-float32');
	const house = openServices({ dnsServers: config.dnsServers, log });
	try {
		const { stt, tts } = config;
		const { cloning } = config.voices;
		return {
			stt:
				stt.servers === null
					? {
							...BUILT_IN,
							service: await keep('stt', startSttEngine({ slots, log: tell })),
							recognises: false,
							delayS: EMBEDDED_DELAY_S
						}
					: {
							service: house.speech('stt', stt.servers, stt.apiKey, stt.format !== 'simple'),
							apiKey: stt.apiKey,
							connect: sttConnector(stt, codecs),
							...called(stt.format),
							embedded: false,
							recognises: true,
							delayS: stt.delayS
						},
			tts:
				tts.servers === null
					? { ...BUILT_IN, service: await keep('tts', startTtsEngine({ slots })), voice: tts.voice }
					: {
							service: house.speech('tts', tts.servers, tts.apiKey, tts.format !== 'simple'),
							apiKey: tts.apiKey,
							connect: ttsConnector(tts.format, codecs),
							...called(tts.format),
							embedded: false,
							voice: tts.voice
						},
			llm: await chooseLlm(config, house, () => keep('llm', startLlmEngine({ slots }))),
			voice: cloning.servers === null ? null : { service: house.voice(cloning.servers), apiKey: cloning.apiKey },
			close
		};
	} catch (error) {
		await close();
		throw error;
	}
}

const called = (format: SpeechFormat): { readonly name: string; readonly isSimple: boolean } =>
	format === 'simple' ? { name: 'speech server', isSimple: true } : { name: 'moshi-server', isSimple: false };

const BUILT_IN = { name: 'built-in', embedded: true, apiKey: DEFAULT_API_KEY } as const;
/** What the embedded STT imitates: stt-1b-en_fr. */
const EMBEDDED_DELAY_S = 0.5;

async function chooseLlm(
	config: Config,
	house: Services,
	startEmbedded: () => Promise<Service>
): Promise<Engines['llm']> {
	const { servers, apiKey, model } = config.llm;
	if (servers !== null) {
		const service = house.llm(servers);
		const { id, contextTokens } = model === '' ? await onlyModel(service, apiKey) : await named(config.llm, service);
		return {
			service,
			apiKey,
			model: id,
			name: id,
			embedded: false,
			contextTokens: config.llm.contextTokens ?? contextTokens,
			found: false
		};
	}
	const local = await findLocalModel(fetch, { ownPort: config.port });
	if (local !== null) {
		const { url: foundUrl, model: foundModel, name, maxModelLen } = local;
		return {
			service: fixedService('llm', foundUrl),
			model: foundModel,
			name,
			apiKey: '',
			embedded: false,
			contextTokens: knownTokens(maxModelLen),
			found: true
		};
	}
	const contextTokens = DEFAULT_MAX_MODEL_LEN;
	return { ...BUILT_IN, apiKey: '', service: await startEmbedded(), model: '', contextTokens, found: false };
}

/** The operator's model; its server is asked only for what the operator has not said. */
async function named({ apiKey, model, contextTokens }: Config['llm'], service: Service): Promise<ServedModel> {
	return { id: model, contextTokens: contextTokens ?? (await contextOf(service, apiKey, model)) };
}
