/**
 * A browser, the real relay behind a real socket, and several instances of each server, which fail on demand. What the
 * person would hear is pieced together from the messages exactly as a browser has to.
 */
import { CodecPool } from '../../../relay/codec/pool.ts';
import type { SpeechFormat } from '../../../relay/config/speech.ts';
import { createService } from '../../../relay/discovery/service.ts';
import { literalAddress, type ServiceName } from '../../../relay/discovery/instance.ts';
import type { Engine } from '../../../relay/embedded/engine.ts';
import { startLlmEngine } from '../../../relay/embedded/llm/engine.ts';
import { startSimpleSttEngine } from '../../../relay/embedded/simple/stt.ts';
import { startSimpleTtsEngine } from '../../../relay/embedded/simple/tts.ts';
import { startSttEngine } from '../../../relay/embedded/stt/engine.ts';
import { startTtsEngine } from '../../../relay/embedded/tts/engine.ts';
import type { SessionLimits } from '../../../relay/session/index.ts';
import { testDeps } from '../../../relay/session/testing/test-deps.ts';
import { sttConnector, ttsConnector } from '../../../relay/upstream/speech.ts';
import { OggUnpager } from '../../../src/lib/audio/ogg/unpager.ts';
import { DEFAULT_API_KEY, decodeTtsOut } from '../../../src/lib/protocol/moshi.ts';
import { serveSessions, type RelayInProcess } from './relay-in-process.ts';
import { Talker } from './talker.ts';
import { hum } from './upstreams.ts';

export interface HouseOptions {
	/** Instances of each; default 2. The first one of the list is asked first, for as long as it works. */
	readonly instances?: number;
	readonly reply?: string;
	/** What the ears hear, `at` seconds on each stream's own clock. */
	readonly words?: readonly { readonly at: number; readonly text: string }[];
	readonly limits?: Partial<SessionLimits>;
	/** Times real time, of the voice. */
	readonly speed?: number;
	readonly tokenDelayMs?: number;
	/** What ears and voices speak; default opus. The simple ones have no slot for who says nothing. */
	readonly format?: SpeechFormat;
	/** False: ears that tell no pauses. Only of a moshi-server. */
	readonly heads?: boolean;
	/** How long the ears and voices keep the slot of somebody who says nothing; default 3 s, so that nobody waits long here. */
	readonly quietMs?: number;
}

export const REPLY = 'One two three four five six seven eight nine ten eleven twelve.';

export class House {
	readonly stt: readonly Engine[];
	readonly tts: readonly Engine[];
	readonly llm: readonly Engine[];
	readonly relay: RelayInProcess;
	readonly lines: readonly string[];
	readonly codecs: CodecPool;
	browser: Talker;

	private constructor(
		engines: Pick<House, ServiceNames>,
		relay: RelayInProcess,
		lines: string[],
		browser: Talker,
		codecs: CodecPool
	) {
		this.codecs = codecs;
		this.stt = engines.stt;
		this.tts = engines.tts;
		this.llm = engines.llm;
		this.relay = relay;
		this.lines = lines;
		this.browser = browser;
	}

	static async open(options: HouseOptions = {}): Promise<House> {
		const { instances = 2, reply = REPLY, words = [], limits = {}, speed = 50 } = options;
		const { tokenDelayMs = 0, quietMs = 3000 } = options;
		const several = <T>(make: () => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: instances }, make));
		const quick = { quietMs, pingEveryMs: 500 };
		const { format = 'opus', heads = true } = options;
		const script = { words: [...words] };
		const [stt, tts, llm] = await Promise.all([
			several(() =>
				format === 'simple'
					? startSimpleSttEngine({ script, ...quick })
					: startSttEngine({ log: () => undefined, script, heads, ...quick })
			),
			several(() =>
				format === 'simple'
					? startSimpleTtsEngine({ synthesiser: hum, speed })
					: startTtsEngine({ synthesiser: hum, speed, ...quick })
			),
			several(() => startLlmEngine({ script: { replies: [reply] }, tokenDelayMs }))
		]);
		const keys = { stt: DEFAULT_API_KEY, tts: DEFAULT_API_KEY, llm: '' };
		const { deps, lines } = testDeps({ keys, limits });
		const service = (name: ServiceName, engines: readonly Engine[]): ReturnType<typeof createService> =>
			createService({
				name,
				choice: 'failover',
				instances: () => Promise.resolve(engines.map(({ url }) => ({ url, address: literalAddress(url) })))
			});
		const codecs = new CodecPool();
		// As a relay does at its start: a cold thread takes longer than a whole answer here.
		if (format !== 'opus') await codecs.warm('voice-float32');
		const { delayS } = deps.stt;
		const ears = sttConnector({ format, pauses: heads ? 'model' : 'energy', delayS }, codecs);
		const relay = await serveSessions({
			...deps,
			stt: { ...deps.stt, service: service('stt', stt), connect: ears },
			tts: { ...deps.tts, service: service('tts', tts), connect: ttsConnector(format, codecs) },
			llm: { ...deps.llm, service: service('llm', llm) }
		});
		return new House({ stt, tts, llm }, relay, lines, await Talker.welcome(relay.url), codecs);
	}

	/** Asks for the reply. */
	ask(reply: number, more: { readonly speculative?: boolean } = {}): void {
		const messages = [{ role: 'user' as const, content: 'My secret is nightingale.' }];
		this.browser.say({ type: 'reply', reply, messages, temperature: 0, speculative: false, ...more });
	}

	/** Every slot of every instance is free, nobody is connected, and the log has told nothing. */
	async allBack(): Promise<void> {
		this.browser.vanish();
		const engines = [...this.stt, ...this.tts, ...this.llm];
		const isBusy = (): boolean => engines.some((engine) => engine.usedSlots() > 0);
		while (isBusy() || this.relay.sessions.count() > 0 || this.codecs.streams > 0) {
			await new Promise((resolve) => setTimeout(resolve, 5));
		}
		const log = this.lines.join('\n');
		if (/secret|nightingale|eleven|public_token|127\.0\.0/i.test(log)) throw new Error(`the log tells:\n${log}`);
	}

	async close(): Promise<void> {
		this.browser.vanish();
		await this.relay.close();
		await this.codecs.close();
		await Promise.all([...this.stt, ...this.tts, ...this.llm].map((engine) => engine.close()));
	}
}
type ServiceNames = 'stt' | 'tts' | 'llm';

/** Runs in a house of its own, and sees that everything is back: many can at once, so that their waits pass together. */
export async function inHouse(options: HouseOptions, run: (house: House) => Promise<void>): Promise<void> {
	const house = await House.open(options);
	try {
		await run(house);
		await house.allBack();
	} finally {
		await house.close();
	}
}

/** The problems and ends that the browser was told, in order. */
export function ends({ heard }: Talker): string[] {
	return heard.flatMap((message) => {
		if (message.type === 'problem') return [`problem ${message.fault} ${message.code}`];
		return message.type === 'replyDone' ? [`done ${message.outcome}`] : [];
	});
}

/** What was shown of the reply. */
export const shown = (browser: Talker): string =>
	browser
		.of('replyWord')
		.map(({ text }) => text)
		.join('');

/** The words that are heard of a reply whose sound is cut at each splice, and those of which a cut leaves only a part. */
export function heardWords(browser: Talker): { readonly words: string[]; readonly parts: string[] } {
	let words: { text: string; startS: number; stopS: number }[] = [];
	const parts: string[] = [];
	for (const message of browser.heard) {
		if (message.type === 'replyText') words.push(message);
		if (message.type !== 'replySplice') continue;
		for (const { text, startS, stopS } of words) {
			if (startS < message.atS - EPSILON_S && stopS > message.atS + EPSILON_S) parts.push(text);
		}
		words = words.filter(({ startS }) => startS < message.atS - EPSILON_S);
	}
	return { words: words.map(({ text }) => text), parts };
}
/** Times travel as float32. */
const EPSILON_S = 1e-4;

/** Every stream of the reply's sound, in seconds: each has to be whole Ogg pages from its own head on. */
export function soundS(browser: Talker): number[] {
	const streams: { unpager: OggUnpager; packets: number; heads: number }[] = [];
	let fresh = true;
	for (const message of browser.heard) {
		if (message.type === 'replySplice') fresh = true;
		if (message.type !== 'replyAudio') continue;
		if (fresh) streams.push({ unpager: new OggUnpager(), packets: 0, heads: 0 });
		fresh = false;
		const stream = streams.at(-1);
		const frame = decodeTtsOut(message.frame);
		if (stream === undefined || !frame.ok || frame.value.type !== 'OggOpus') throw new Error('no sound');
		for (const event of stream.unpager.push(frame.value.data)) {
			if (event.type === 'junk') throw new Error('bytes that are no Ogg page');
			if (event.type === 'packet') stream.packets++;
			else stream.heads++;
		}
		if (stream.heads !== 2) throw new Error('a stream without its head, or with two');
	}
	return streams.map(({ packets }) => packets * 0.04);
}
