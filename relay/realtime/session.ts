/**
 * One client of `/v1/realtime`: checks what it sends, holds its legs and its conversation, and lets go of everything when
 * it leaves. Unlike a browser's session this one knows the conversation; it ends with the connection.
 */
import { CLOSE, PROBLEMS, type Problem, type ProblemCode } from '../../src/lib/protocol/problems.ts';
import {
	decodeRealtimeClientEvent,
	invalidRequest,
	realtimeId,
	type RealtimeClientEvent,
	type RealtimeInstructions,
	type RealtimeSession as SessionSettings
} from '../../src/lib/protocol/realtime.ts';
import { SESSION_VERSION } from '../../src/lib/protocol/session.ts';
import { POLICIES, type PolicyName } from '../../src/lib/turn/options.ts';
import type { Refusal, Visit } from '../access/door.ts';
import type { Socket, SocketHandler } from '../http/transport.ts';
import { TokenBucket } from '../limits/token-bucket.ts';
import { systemClock, type Clock } from '../session/clock.ts';
import { SESSION_LIMITS, type SessionLimits } from '../session/deps.ts';
import { Legs } from '../session/legs.ts';
import { whereIn } from '../session/session.ts';
import { NO_WATCHER, type SessionWatcher } from '../session/watcher.ts';
import { welcome } from '../session/welcome.ts';
import { Conversation } from './conversation.ts';
import { REALTIME_LIMITS, SOUND_LIMITS, type RealtimeDeps } from './deps.ts';
import { errorEvent, ownWords, upstreamWords } from './errors.ts';
import type { IntakeFault } from './intake.ts';
import { LegsIn } from './legs-in.ts';
import { LegsOut } from './legs-out.ts';
import { Microphone } from './microphone.ts';
import { Requests, type OpenaiRequest } from './openai/requests.ts';
import { Outlet } from './outlet.ts';
import type { CodecPool } from '../codec/pool.ts';
import { Speaker } from './pcm/speaker.ts';
import { promptOf, type Prompt, type PromptSources } from './prompt.ts';

/** As many ordinary events as these count for: one makes a prompt, the other is a mistake that is answered. */
const UPDATE_COST = 20;
const FAULT_COST = 10;
/** Events that may come before it is known whether they are welcome: that may take a question to another server. */
const MOST_EARLY = 64;
/** Events without a stream in them before it is said: a second's worth. What is left of another connection is less. */
const MANY_EARLY = 25;
const SEEDS = 2 ** 31;

const AUDIO_FAULTS: Readonly<Record<IntakeFault, string>> = {
	early: 'No Ogg-Opus stream has begun yet: sound is ignored until its first page comes.',
	not_ogg: 'These bytes are no sound pages of an Ogg-Opus stream, and were passed over.',
	uncuttable: 'These Opus packets cannot be cut into 80 ms: send packets of 20, 40 or 80 ms.',
	too_big: 'These Opus packets are too large for speech.'
};

interface Coming {
	readonly visit: Visit;
	readonly policy: PolicyName;
	readonly token: string | undefined;
	/** For who speaks PCM. */
	readonly codecs: CodecPool;
}

/** One stream goes in, and one comes out. */
const FIXED_FORMAT = 'The format of the sound cannot change any more, once there was some.';

export class RealtimeSession implements SocketHandler {
	readonly id: string;
	readonly #deps: RealtimeDeps;
	readonly #limits: SessionLimits;
	readonly #clock: Clock;
	readonly #visit: Visit;
	readonly #watcher: SessionWatcher;
	readonly #outlet: Outlet;
	readonly #gone: () => void;
	readonly #messages: TokenBucket;
	readonly #bytes: TokenBucket;
	readonly #frames: TokenBucket;
	readonly #openedMs: number;
	readonly #microphone: Microphone;
	readonly #speaker: Speaker;
	readonly #requests: Requests;
	readonly #legs: Legs;
	readonly #conversation: Conversation;
	readonly #sources: PromptSources;
	#stage: 'checking' | 'open' | 'over' = 'checking';
	/** What came before it was known who it is. */
	#early: RealtimeClientEvent[] = [];
	#cancelTimer: () => void = () => undefined;
	#lastHeardMs: number;
	/** Null before the first `session.update`. */
	#mayRecord: boolean | null = null;
	/** Which prompt is the newest: one that had to be fetched may be overtaken. */
	#prompts = 0;
	#earlySounds = 0;
	readonly #toldFaults = new Set<IntakeFault>();
	#drains = false;

	/** `gone` is called once, when the connection has ended. `token`: what came with the handshake, if anything. */
	constructor(
		id: string,
		socket: Socket,
		deps: RealtimeDeps,
		gone: () => void,
		{ visit, policy, token, codecs }: Coming
	) {
		this.id = id;
		this.#deps = deps;
		this.#limits = { ...SESSION_LIMITS, ...REALTIME_LIMITS, ...deps.limits };
		this.#clock = deps.clock ?? systemClock;
		this.#gone = gone;
		this.#visit = visit;
		const { address } = visit;
		this.#watcher = deps.watch?.session({ id, address, bufferedBytes: () => socket.bufferedBytes() }) ?? NO_WATCHER;
		const chance = deps.chance ?? Math.random;
		this.#outlet = new Outlet(socket, chance, () => this.end('too_slow'));
		const broken = (): void => this.end('internal');
		this.#speaker = new Speaker(this.#outlet, codecs, broken);
		this.#conversation = this.#makeConversation(POLICIES[policy], chance);
		this.#microphone = new Microphone(codecs, {
			frame: (packets) => this.#frame(packets),
			failed: broken
		});
		this.#requests = new Requests({
			conversation: this.#conversation,
			emit: (event) => this.#speaker.send(event),
			newItem: () => realtimeId(chance, 'item'),
			needPrompt: () => {
				if (this.#prompts === 0) this.#instruct({ type: 'constant', language: null });
			}
		});
		this.#legs = new Legs({
			upstreams: deps,
			limits: this.#limits,
			clock: this.#clock,
			flow: this.#conversation.flow,
			outbox: new LegsOut({
				pass: (tell) => this.#guarded(() => tell(this.#conversation)),
				session: id,
				log: deps.log,
				watcher: this.#watcher
			}),
			watcher: this.#watcher,
			replied: (reply, outcome, numbers) => {
				deps.log.info({ session: id, reply, outcome, ...numbers }, 'reply done');
			}
		});
		this.#sources = {
			seed: Math.floor(chance() * SEEDS),
			today: deps.today?.() ?? new Date(),
			headlines: async (language) => (await deps.news.headlines(language)).headlines
		};
		const nowMs = this.#clock.now();
		this.#openedMs = this.#lastHeardMs = nowMs;
		this.#messages = new TokenBucket(this.#limits.messagesPerS, this.#limits.messagesAtOnce, nowMs);
		this.#bytes = new TokenBucket(this.#limits.bytesPerS, this.#limits.bytesAtOnce, nowMs);
		this.#frames = new TokenBucket(SOUND_LIMITS.framesPerS, SOUND_LIMITS.framesAtOnce, nowMs);
		const refusal = visit.admit(token);
		if (refusal instanceof Promise) void refusal.then((it) => this.#admitted(it));
		else this.#admitted(refusal);
	}

	message(bytes: Uint8Array, isText: boolean): void {
		if (this.#stage === 'over') return;
		const nowMs = this.#clock.now();
		this.#lastHeardMs = nowMs;
		if (!this.#messages.take(1, nowMs) || !this.#bytes.take(bytes.byteLength, nowMs)) return this.end('too_fast');
		// Text is checked to be UTF-8 by the transport; what is binary is no JSON, and is told so.
		const text = isText ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8') : '';
		const decoded = decodeRealtimeClientEvent(text);
		const cost = !decoded.ok ? FAULT_COST : decoded.value.type === 'session.update' ? UPDATE_COST : 0;
		if (!this.#messages.take(cost, nowMs)) return this.end('too_fast');
		if (!decoded.ok) return this.#outlet.send({ type: 'error', error: invalidRequest(decoded.fault) });
		// Nothing has to be said at first, as `hello` has: what can be understood is the beginning.
		const refusal = this.#visit.begin();
		if (refusal !== null) return this.end(refusal.code);
		if (this.#stage === 'checking') {
			if (this.#early.push(decoded.value) > MOST_EARLY) this.end('too_fast');
			return;
		}
		this.#take(decoded.value, bytes.byteLength);
	}

	closed(code: number): void {
		this.#release();
		const tookS = Math.round((this.#clock.now() - this.#openedMs) / 1000);
		this.#deps.log.info({ session: this.id, code, tookS }, 'realtime session closed');
		this.#watcher.closed(code);
		this.#gone();
	}

	/** The relay is going away: the turn under way may end, and with it the connection. */
	drain(): void {
		this.#drains = true;
		this.#leaveIfQuiet();
	}

	/** Tells why and ends the connection. */
	end(code: ProblemCode): void {
		this.#end(PROBLEMS[code].close ?? CLOSE.internal, code, ownWords(code));
	}

	#makeConversation(policy: (typeof POLICIES)[PolicyName], chance: () => number): Conversation {
		const { stt, llm } = this.#deps;
		return new Conversation({
			policy,
			clock: {
				now: () => this.#clock.now(),
				after: (ms, run) => this.#clock.after(ms, () => this.#guarded(run))
			},
			chance,
			sttDelayMs: stt.delayS * 1000,
			contextTokens: llm.contextTokens,
			serial: Math.floor(chance() * 2 ** 32),
			legs: new LegsIn(() => this.#legs, this.#watcher),
			emit: (event) => this.#speaker.send(event),
			audio: (pages, item) => this.#speaker.audio(pages, item),
			over: (why) => {
				if (why === 'goodbye') this.#leave();
				else this.#upstreamMissing(why);
			}
		});
	}

	#admitted(refusal: Refusal | null): void {
		if (this.#stage !== 'checking') return; // it has left meanwhile
		if (refusal !== null) return this.end(refusal.code);
		this.#stage = 'open';
		this.#watchIdle();
		this.#deps.log.info({ session: this.id }, 'realtime session opened');
		for (const event of this.#early.splice(0)) this.#take(event, 0);
	}

	#take(event: RealtimeClientEvent, bytes: number): void {
		if (this.#stage !== 'open') return; // an event before it, that waited too, was the end
		this.#guarded(() => {
			this.#obey(event, bytes);
			this.#leaveIfQuiet();
		});
	}

	/** A mistake of ours costs one conversation, not all of them. */
	#guarded(run: () => void): void {
		try {
			run();
		} catch (error) {
			this.#deps.log.error({ session: this.id, at: whereIn(error) }, 'internal error');
			this.end('internal');
		}
	}

	#obey(event: RealtimeClientEvent, bytes: number): void {
		switch (event.type) {
			case 'input_audio_buffer.append':
				return this.#hear(event.audio);
			case 'session.update':
				return this.#update(event.session, bytes);
			case 'unmute.input_audio_buffer.append_anonymized':
				return; // Unmute's own recordings hold it; nobody sends it
			default:
				return this.#request(event);
		}
	}

	/** OpenAI's, each behind the sound that was sent before it. */
	#request(event: OpenaiRequest): void {
		if (event.type === 'input_audio_buffer.commit') this.#microphone.fill();
		if (event.type === 'input_audio_buffer.clear') this.#microphone.clear();
		this.#microphone.after(() => this.#guarded(() => this.#requests.obey(event)));
	}

	#hear(audio: string): void {
		const fault = this.#microphone.push(Buffer.from(audio, 'base64'));
		if (fault === 'full') return this.end('too_fast');
		if (fault === null || (fault === 'early' && ++this.#earlySounds < MANY_EARLY)) return;
		// Once each: whoever sends the wrong sound sends it a dozen times a second.
		if (this.#toldFaults.has(fault)) return;
		this.#toldFaults.add(fault);
		this.#outlet.send(errorEvent('invalid_request_error', 'bad_audio', AUDIO_FAULTS[fault]));
	}

	/** 80 ms of it. */
	#frame(packets: readonly Uint8Array[]): void {
		if (this.#stage !== 'open') return;
		if (!this.#frames.take(1, this.#clock.now())) return this.end('too_fast');
		this.#guarded(() => this.#conversation.hear(packets));
	}

	#update(settings: SessionSettings, bytes: number): void {
		const { instructions, voice, allow_recording: recording } = settings;
		if (voice !== null && voice !== '') this.#conversation.speakAs(voice);
		this.#noteConsent(recording, bytes);
		this.#speaker.send({ type: 'session.updated', session: this.#choose(settings) });
		if (instructions !== null) this.#instruct(instructions);
	}

	/** What OpenAI's clients set beside. Answers the settings as they are now. */
	#choose(settings: SessionSettings): SessionSettings {
		const { turn_detection: detection, input_audio_format: input, output_audio_format: output, ...others } = settings;
		if ([detection, input, output].every((one) => one === undefined)) return settings;
		this.#conversation.speaksOpenai();
		const hears = input === undefined || this.#microphone.choose(input);
		const says = output === undefined || this.#speaker.choose(output);
		if (!hears || !says) this.#outlet.send(errorEvent('invalid_request_error', 'unsupported', FIXED_FORMAT));
		if (detection !== undefined) {
			this.#microphone.after(() => this.#guarded(() => this.#conversation.hand.choose(detection === null)));
		}
		return {
			...others,
			...(detection === undefined ? {} : { turn_detection: detection }),
			...(input === undefined || !hears ? {} : { input_audio_format: input }),
			...(output === undefined || !says ? {} : { output_audio_format: output })
		};
	}

	#instruct(instructions: RealtimeInstructions): void {
		const number = ++this.#prompts;
		const instruct = (prompt: Prompt): void => {
			if (number !== this.#prompts || this.#stage !== 'open') return;
			this.#guarded(() => this.#conversation.instruct(prompt));
		};
		const prompt = promptOf(instructions, this.#sources);
		if (prompt instanceof Promise) void prompt.then(instruct);
		else instruct(prompt);
	}

	/** For whoever looks on, and the recorder above all, it is a session of `parley.1`. */
	#noteConsent(recording: boolean, bytes: number): void {
		const before = this.#mayRecord;
		this.#mayRecord = recording;
		if (before === null) {
			const hello = { type: 'hello', version: SESSION_VERSION, client: 'realtime', language: 'en' } as const;
			this.#watcher.heard({ ...hello, recording }, bytes);
			this.#watcher.sent(welcome(this.id, this.#deps), 0);
		} else if (before !== recording) this.#watcher.heard({ type: 'consent', recording }, bytes);
	}

	#leaveIfQuiet(): void {
		if (this.#drains && this.#conversation.isQuiet) this.end('draining');
	}

	/** The assistant took its leave. */
	#leave(): void {
		if (this.#stage === 'over') return;
		this.#release();
		this.#outlet.close(CLOSE.normal, 'bye');
	}

	#upstreamMissing(why: Problem): void {
		this.#end(CLOSE.internal, why.code, upstreamWords(why));
	}

	#end(close: number, code: ProblemCode, words: string): void {
		if (this.#stage === 'over') return;
		this.#release();
		this.#deps.log.warn({ session: this.id, code }, 'realtime session ended');
		this.#watcher.closing(code);
		this.#outlet.close(close, words, errorEvent('fatal', code, words));
	}

	/** One timer, looked at when it fires, instead of one for every event. */
	#watchIdle(): void {
		const leftMs = this.#lastHeardMs + this.#limits.idleTimeoutMs - this.#clock.now();
		if (leftMs <= 0) return this.end('idle_timeout');
		this.#cancelTimer = this.#clock.after(leftMs, () => this.#watchIdle());
	}

	/** Frees every leg and timer; harmless twice. */
	#release(): void {
		this.#stage = 'over';
		this.#early = [];
		this.#cancelTimer();
		this.#conversation.end();
		this.#microphone.close();
		this.#speaker.close();
		void this.#legs.close();
	}
}
