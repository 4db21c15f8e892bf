/** What a session needs from outside: its three upstreams, its limits, the log and the time. */
import { LLM_HEDGE_MS, type LlmUpstream } from '../upstream/llm-service.ts';
import { LLM_LIMITS } from '../upstream/llm.ts';
import type { SttUpstream } from '../upstream/stt-service.ts';
import type { TtsUpstream } from '../upstream/tts-service.ts';
import type { Clock } from './clock.ts';
import type { CustomVoices } from './next-voice.ts';
import type { Watch } from './watcher.ts';

/** Fields, then a sentence: pino's logger fits. No field ever holds a transcript, a key or an address. */
export interface Log {
	info(fields: object, message: string): void;
	warn(fields: object, message: string): void;
	error(fields: object, message: string): void;
}

interface Shown {
	/** What a person may call it. */
	readonly name: string;
	readonly embedded: boolean;
}

export interface SttConfig extends SttUpstream, Shown {
	/** False where its words are UNRECOGNISED_SPEECH. */
	readonly recognises: boolean;
	/** The model's delay in seconds. */
	readonly delayS: number;
}

export interface TtsConfig extends TtsUpstream, Shown {
	/** For a reply that names none; '' leaves it to the server. */
	readonly voice: string;
}

export interface LlmConfig extends LlmUpstream, Shown {
	/** What the model reads and writes in all; null where nobody knows. */
	readonly contextTokens: number | null;
}

export interface SessionLimits {
	/** Sessions at once; one more is told too_many_sessions. */
	readonly sessions: number;
	/** From the connection to `hello`. */
	readonly helloTimeoutMs: number;
	/** A browser that sends no message at all for so long is gone: while it listens it sends 12.5 pages a second. */
	readonly idleTimeoutMs: number;
	/** Messages a second for ever, and how many at once: a ring of 10 s replayed after a reconnect is 125 pages. */
	readonly messagesPerS: number;
	readonly messagesAtOnce: number;
	/** The same in bytes: a page is some 300, a reply with its history some 30,000 and at most 1 MiB. */
	readonly bytesPerS: number;
	readonly bytesAtOnce: number;
	/**
	 * Characters of all messages that one reply is asked with, and of what it begins with: some 128,000 tokens. More is
	 * answered as a conversation that is too long for the model, so that the browser asks again with less.
	 */
	readonly historyChars: number;
	/** Pages that may come while nobody listens, before the client is told: 10 s of them, for whoever races `listening`. */
	readonly earlyPages: number;
	/**
	 * From the connection to the STT's `Ready`, and to the TTS's, for each of its tries. A TTS says it at once, or that it is
	 * full: while one is silent, a person waits for a voice.
	 */
	readonly sttTimeoutMs: number;
	readonly ttsTimeoutMs: number;
	/** From the question to the LLM's first sign of an answer, and between two later ones; default LLM_LIMITS. */
	readonly llmFirstTokenMs: number;
	readonly llmStallMs: number;
	/**
	 * So long may the LLM say nothing before the person is told, and another instance, if there is one, is asked beside it;
	 * 0: for ever.
	 */
	readonly llmHedgeMs: number;
	/** How long an STT may leave pages unanswered. Shorter than the 8 s after which a browser gives up this relay. */
	readonly sttStallMs: number;
	/** The longest pause in a reply's sound while there are words to voice. */
	readonly ttsStallMs: number;
	/** A speculative reply holds a TTS slot; nobody's pause is under decision for longer than this. */
	readonly speculationMs: number;
	/**
	 * A prepared voice holds a TTS slot too, for nobody yet: longer than `speculationMs`, because most turns last longer
	 * than the pause in them, and shorter than the 30 s after which moshi-server may drop a client that says nothing.
	 */
	readonly preparedMs: number;
	/** Characters of one reply that are spoken: some 20 minutes. The rest is not asked for. */
	readonly replyChars: number;
	/** How long `close` lets browsers move away after `drain`. */
	readonly drainMs: number;
}

export const SESSION_LIMITS: SessionLimits = {
	sessions: 200,
	helloTimeoutMs: 5000,
	idleTimeoutMs: 120_000,
	messagesPerS: 100,
	messagesAtOnce: 500,
	bytesPerS: 256 * 1024,
	bytesAtOnce: 4 << 20,
	historyChars: 512 * 1024,
	earlyPages: 125,
	sttTimeoutMs: 5000,
	ttsTimeoutMs: 1500,
	llmFirstTokenMs: LLM_LIMITS.firstTokenMs,
	llmStallMs: LLM_LIMITS.stallMs,
	llmHedgeMs: LLM_HEDGE_MS,
	sttStallMs: 3000,
	ttsStallMs: 5000,
	speculationMs: 15_000,
	preparedMs: 20_000,
	replyChars: 20_000,
	drainMs: 1000
};

export interface SessionDeps {
	readonly log: Log;
	readonly stt: SttConfig;
	readonly tts: TtsConfig;
	readonly llm: LlmConfig;
	/** This relay's name among several, for the operator; default 'relay'. */
	readonly relay?: string;
	/** Whatever is left out has its default in SESSION_LIMITS. */
	readonly limits?: Partial<SessionLimits>;
	/** Default: the system's. Tests bring their own. */
	readonly clock?: Clock;
	/** Where cloned voices are; default: nowhere, so that each is unknown. */
	readonly voices?: CustomVoices;
	/** Who looks on: the metrics, the operator's list, the recorder. */
	readonly watch?: Watch;
	/** Whether those who agree are recorded. */
	readonly records?: boolean;
}
