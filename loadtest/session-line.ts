/**
 * A talker on `/v1/session`: here the turns are taken on this side, by the same turn core as in the browser, in the
 * smallest way that is true to it. A relay that is lost is looked for again as the browser does, with what was said
 * meanwhile, and with the rest of an answer that was under way.
 */
import { FRAME_MS } from '../src/lib/audio/frames.ts';
import { FrameRing } from '../src/lib/audio/frame-ring.ts';
import { continueMessages } from '../src/lib/chat/continue.ts';
import { close, remember, rewrite, type History } from '../src/lib/chat/history.ts';
import { prepareMessages, type PreparedMessage } from '../src/lib/chat/prepare.ts';
import { WordSeam } from '../src/lib/chat/word-seam.ts';
import { pagesOf, pauseOf, type Connect, type SessionClient } from '../src/lib/client/index.ts';
import {
	MAX_BEGIN_CHARS,
	MAX_REPLY_MESSAGES,
	type RelayMessage,
	type ReplyRequest
} from '../src/lib/protocol/session.ts';
import { UNRECOGNISED_SPEECH } from '../src/lib/protocol/unrecognised-speech.ts';
import { TurnLoop } from '../src/lib/turn/turn-loop.ts';
import type { TurnEffect } from '../src/lib/turn/events.ts';
import { POLICIES, type PolicyName } from '../src/lib/turn/options.ts';
import type { StateName } from '../src/lib/turn/state.ts';
import type { Line, LineHost, OpenLine } from './line.ts';
import { Reply } from './reply.ts';
import { SessionLink } from './session-link.ts';
import type { Frame } from './sound/speech.ts';

export interface SessionLineOptions {
	readonly url: string;
	readonly connect: Connect;
	readonly policy: PolicyName;
	readonly token?: string;
	readonly readyLimitMs: number;
	readonly silence: readonly Frame[];
}

const PROMPT =
	'You are a friendly partner in a spoken conversation. Answer in two or three short sentences and end with a question.';
/** Unmute's: the first message is livelier than what follows. */
const FIRST_TEMPERATURE = 0.7;
const FURTHER_TEMPERATURE = 0.3;

export const openSessionLine =
	(options: SessionLineOptions): OpenLine =>
	(host) =>
		new SessionLine(options, host);

const later = (ms: number, callback: () => void): (() => void) => {
	const timer = setTimeout(callback, ms);
	return () => clearTimeout(timer);
};

class SessionLine implements Line {
	readonly #link: SessionLink;
	readonly #host: LineHost;
	readonly #turns: TurnLoop;
	readonly #ring: FrameRing;
	readonly #seam: WordSeam;
	#history: History = [];
	#stream = 0;
	#silentFrames = 0;
	#reply = new Reply(0, false);

	constructor({ url, connect, policy, token, readyLimitMs, silence }: SessionLineOptions, host: LineHost) {
		this.#host = host;
		const { nowMs } = host;
		this.#turns = new TurnLoop(POLICIES[policy], {
			nowMs,
			later,
			stepped: (before) => this.#stepped(before),
			carryOut: (effect) => this.#carryOut(effect),
			settled: () => this.#link.settle()
		});
		this.#ring = new FrameRing({
			hasRoom: () => this.#link.isUp,
			sendPage: (page) => void this.#link.send({ type: 'audio', page }),
			silence: () => silence[this.#silentFrames++ % silence.length] ?? []
		});
		this.#seam = new WordSeam((streamS) => this.#ring.frameAt(streamS), UNRECOGNISED_SPEECH);
		const more = token === undefined ? {} : { token };
		this.#link = new SessionLink({
			client: { url, connect, readyLimitMs, client: 'parley load test', ...more },
			nowMs,
			later,
			chance: Math.random,
			host: {
				listen: (client, isCurrent) => this.#listen(client, isCurrent),
				up: ({ stt }, isFirst) => {
					if (isFirst) this.#turns.send({ type: 'start', sttDelayMs: stt.delayS * 1000 });
					else this.#back();
				},
				down: (moves) => this.#lost(moves),
				ended: (end) => {
					this.#turns.end();
					host.tell({ type: 'ended', end });
				},
				isQuiet: () => this.#isQuiet
			}
		});
	}

	send(frame: Frame): void {
		this.#ring.add(frame, this.#host.nowMs());
	}

	heard(seconds: number, isAll: boolean): void {
		const { number: reply } = this.#reply;
		for (const text of this.#reply.heard(seconds, isAll)) this.#turns.send({ type: 'heard', reply, text });
		if (isAll) this.#turns.send({ type: 'drained', reply });
	}

	close(): void {
		this.#turns.end();
		this.#link.close();
	}

	#listen(client: SessionClient, isCurrent: () => boolean): void {
		const { tell } = this.#host;
		const on: SessionClient['on'] = (type, listener) =>
			client.on(type, (message) => {
				if (isCurrent()) listener(message);
			});
		on('listening', ({ stream }) => {
			if (stream !== this.#stream) return;
			this.#ring.opened();
			// Also where the first stream never came about; once is enough.
			tell({ type: 'ready' });
			this.#turns.send({ type: 'listening' });
		});
		on('step', (message) => {
			const pause = pauseOf(message);
			if (pause !== null) this.#turns.send({ type: 'step', pause });
		});
		on('word', ({ text, startS }) => {
			// What two streams understood is one word.
			if (!this.#seam.word(text, startS)) return;
			if (text.trim() !== '') tell({ type: 'word' });
			this.#turns.send({ type: 'word', text });
		});
		on('endWord', ({ stopS }) => {
			if (this.#seam.wordEnd(stopS)) this.#turns.send({ type: 'wordEnd', stopMs: stopS * 1000 });
		});
		on('replyWord', ({ reply, text, spoken }) => {
			if (reply !== this.#reply.number) return;
			this.#reply.write(text, spoken);
			if (!this.#reply.isSpeculative) tell({ type: 'written' });
		});
		on('replyWritten', ({ reply }) => {
			if (reply === this.#reply.number) this.#reply.isWritten = true;
		});
		on('replyText', ({ reply, text, startS, stopS }) => {
			if (reply === this.#reply.number) this.#reply.say(text, startS, stopS);
		});
		on('replySplice', ({ reply, atS }) => {
			if (reply === this.#reply.number) tell({ type: 'cut', seconds: this.#reply.splice(atS) });
		});
		on('replyAudio', (message) => this.#hear(message));
		on('replyDone', (message) => this.#done(message));
		on('problem', ({ fault, code, retry, retryAfterMs, reply }) => {
			tell({ type: 'trouble', code: `${fault} ${code}` });
			if (reply === this.#reply.number) this.#reply.retryAfterMs = retry === 'soon' ? retryAfterMs : null;
			if (fault !== 'stt') return;
			this.#deafen();
			this.#turns.send({ type: 'deaf', retryAfterMs: retry === 'soon' ? retryAfterMs : null });
		});
	}

	/** Between two turns, as far as a relay is concerned: an answer that is all here sounds without it. */
	get #isQuiet(): boolean {
		const { name } = this.#turns.state;
		return name === 'waiting' || (name === 'speaking' && this.#reply.stage === 'over');
	}

	/** The stream is gone: what may not have been understood is kept for the next one. */
	#deafen(): void {
		const { steps, sttDelayMs } = this.#turns.state;
		const understood = Math.max(0, steps - Math.ceil(sttDelayMs / FRAME_MS));
		this.#ring.lost(understood, (frame) => this.#seam.lost(frame));
	}

	#lost(moves: boolean): void {
		if (!moves) this.#host.tell({ type: 'lost' });
		this.#deafen();
		if (this.#reply.stage === 'asked' && this.#reply.hasSounded) {
			const atS = this.#reply.breakOff();
			// Nobody knows where it stopped: what has come of it is all of it.
			if (atS === null) this.#said();
			else this.#host.tell({ type: 'cut', seconds: atS });
		}
		this.#turns.send({ type: 'lost' });
	}

	#back(): void {
		this.#host.tell({ type: 'back' });
		this.#turns.send({ type: 'back' });
		if (this.#reply.stage === 'broken') this.#goOn();
	}

	/** Asks for the rest of what broke off. */
	#goOn(): void {
		const { number, owed, text, isWritten } = this.#reply;
		const isWhole = isWritten && !/[\p{L}\p{N}]/u.test(owed);
		if (isWhole || owed.length > MAX_BEGIN_CHARS) {
			if (isWhole) this.#tellDone('complete');
			this.#said();
			return;
		}
		this.#reply.goOn();
		const before = this.#history.filter(({ role, open }) => role !== 'assistant' || !open);
		this.#request(number, [...this.#messages(before), ...continueMessages(text, 'en')], {
			speculative: false,
			temperature: FURTHER_TEMPERATURE,
			...(owed === '' ? {} : { begin: owed }),
			...(isWritten ? { written: true } : {})
		});
	}

	#hear(message: Extract<RelayMessage, { type: 'replyAudio' }>): void {
		if (message.reply !== this.#reply.number) return;
		const seconds = this.#reply.sound(pagesOf(message));
		if (seconds === 0) return;
		const isFirst = !this.#reply.hasSounded;
		this.#reply.hasSounded = true;
		this.#host.tell({ type: 'sound', seconds });
		// Nothing is waited for: what has come sounds.
		if (isFirst) this.#turns.send({ type: 'started', reply: message.reply });
	}

	#done({ reply, outcome }: Extract<RelayMessage, { type: 'replyDone' }>): void {
		if (reply !== this.#reply.number || outcome === 'cancelled') return;
		const { hasSounded } = this.#reply;
		// What sounds and breaks off is no failure to the core: it takes what was heard.
		if (outcome === 'complete' || !hasSounded) this.#tellDone(outcome);
		if (hasSounded) this.#said();
	}

	#tellDone(outcome: 'complete' | 'failed'): void {
		const { number: reply, hasSounded: audible, retryAfterMs } = this.#reply;
		this.#turns.send({ type: 'replyDone', reply, outcome, audible, retryAfterMs });
	}

	#said(): void {
		this.#reply.stage = 'over';
		this.#host.tell({ type: 'said' });
	}

	#stepped(before: StateName): void {
		const { name } = this.#turns.state;
		if (name !== before && name === 'flushing') this.#host.tell({ type: 'paused' });
	}

	#carryOut(effect: TurnEffect): void {
		switch (effect.type) {
			case 'listen':
				this.#stream += 1;
				this.#link.send({ type: 'listen', stream: this.#stream, head: this.#ring.begin(this.#stream) });
				return;
			case 'silence':
				this.#ring.silence(effect.frames);
				return;
			case 'prepare':
				this.#link.send({ type: 'prepare' });
				return;
			case 'reply':
				this.#ask(effect.reply, effect.first, effect.speculative);
				return;
			case 'commit':
				this.#link.send({ type: 'commit', reply: effect.reply });
				this.#host.tell({ type: 'asked' });
				// What was got ready on speculation counts from when it is of use.
				if (this.#reply.commit()) this.#host.tell({ type: 'written' });
				return;
			case 'pause':
				this.#host.tell({ type: 'held' });
				return;
			case 'resume':
				this.#host.tell({ type: 'resumed' });
				return;
			case 'cancel':
				this.#link.send({ type: 'cancel', reply: effect.reply });
				if (this.#reply.hasSounded) this.#host.tell({ type: 'interrupted' });
				this.#reply = new Reply(0, false);
				return;
			case 'remember':
				this.#history = remember(this.#history, effect.role, effect.text);
				return;
			case 'rewrite':
				this.#history = rewrite(this.#history, effect.text);
				return;
			case 'closeEntry':
				this.#history = close(this.#history, effect.role, effect.interrupted);
				return;
			case 'close':
				this.#host.tell({ type: 'goodbye' });
				return;
			case 'duck':
		}
	}

	#ask(reply: number, first: boolean, speculative: boolean): void {
		this.#reply = new Reply(reply, speculative);
		if (!speculative) this.#host.tell({ type: 'asked' });
		const temperature = first ? FIRST_TEMPERATURE : FURTHER_TEMPERATURE;
		this.#request(reply, this.#messages(this.#history), { speculative, temperature });
	}

	/** Two are left for going on. */
	#messages(history: History): PreparedMessage[] {
		return prepareMessages(PROMPT, history, MAX_REPLY_MESSAGES - 2);
	}

	#request(reply: number, messages: PreparedMessage[], rest: Omit<ReplyRequest, 'type' | 'reply' | 'messages'>): void {
		this.#link.send({ type: 'reply', reply, messages, ...rest });
	}
}
