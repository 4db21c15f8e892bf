/** What a session needs, pointing at whatever a test started; everything it logs is kept as it would be written. */
import { fixedService } from '../../discovery/service.ts';
import type { Clock, SessionDeps, SessionLimits } from '../index.ts';
import type { CustomVoices } from '../next-voice.ts';
import type { Watch } from '../watcher.ts';

/** Nobody listens there: port 1 is reserved and below what an ordinary process may open. */
const NOWHERE = '127.0.0.1:1';

export const TEST_KEYS = { stt: 'stt-key-1', tts: 'tts-key-2', llm: 'llm-key-3' } as const;

export interface TestTargets {
	readonly stt?: string;
	readonly tts?: string;
	readonly llm?: string;
	readonly limits?: Partial<SessionLimits>;
	readonly clock?: Clock;
	readonly watch?: Watch;
	readonly records?: boolean;
	readonly voices?: CustomVoices;
	/** The person's; default English. */
	readonly language?: 'en' | 'fr';
	/** The LLM's; default null. */
	readonly contextTokens?: number;
	/** Default TEST_KEYS; the embedded engines want moshi-server's. */
	readonly keys?: { readonly stt: string; readonly tts: string; readonly llm: string };
}

export function testDeps(targets: TestTargets = {}): { readonly deps: SessionDeps; readonly lines: string[] } {
	const lines: string[] = [];
	const write =
		(level: string) =>
		(fields: object, message: string): void => {
			lines.push(JSON.stringify({ level, ...fields, message }));
		};
	const keys = targets.keys ?? TEST_KEYS;
	const deps: SessionDeps = {
		log: { info: write('info'), warn: write('warn'), error: write('error') },
		stt: {
			service: fixedService('stt', targets.stt ?? `ws://${NOWHERE}`),
			apiKey: keys.stt,
			name: 'an ear',
			embedded: true,
			recognises: false,
			delayS: 0.5
		},
		tts: {
			service: fixedService('tts', targets.tts ?? `ws://${NOWHERE}`),
			apiKey: keys.tts,
			name: 'a voice',
			embedded: false,
			voice: 'default.wav'
		},
		llm: {
			service: fixedService('llm', targets.llm ?? `http://${NOWHERE}`),
			apiKey: keys.llm,
			model: 'm',
			name: 'a mind',
			embedded: false,
			contextTokens: targets.contextTokens ?? null
		},
		...(targets.limits === undefined ? {} : { limits: targets.limits }),
		...(targets.clock === undefined ? {} : { clock: targets.clock }),
		...(targets.watch === undefined ? {} : { watch: targets.watch }),
		...(targets.voices === undefined ? {} : { voices: targets.voices }),
		...(targets.records === undefined ? {} : { records: targets.records })
	};
	return { deps, lines };
}
