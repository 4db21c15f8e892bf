/**
 * A talker on `/v1/session`: here the turns are taken on this side, by the same turn core as in the browser, in the
 * smallest way that is true to it. A relay that is lost is not looked for again: that is the end of the conversation.
 */
import { OggOpusPager } from '../src/lib/audio/ogg/pager.ts';
import { close, remember, rewrite, type History } from '../src/lib/chat/history.ts';
import { prepareMessages } from '../src/lib/chat/prepare.ts';
import { pagesOf, pauseOf, SessionClient, type Connect } from '../src/lib/client/index.ts';
import { MAX_REPLY_MESSAGES, type RelayMessage } from '../src/lib/protocol/session.ts';
import { TurnLoop } from '../src/lib/turn/turn-loop.ts';
import type { TurnEffect } from '../src/lib/turn/events.ts';
import { POLICIES, type PolicyName } from '../src/lib/turn/options.ts';
import type { StateName } from '../src/lib/turn/state.ts';
import type { Line, LineHost, OpenLine } from './line.ts';
import { Reply } from './reply.ts';
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

export const openSessionLine =
	(options: SessionLineOptions): OpenLine =>
	(host) =>
		new SessionLine(options, host);

class SessionLine implements Line {
	readonly #client: SessionClient;
	readonly #host: LineHost;
	readonly #silence: readonly Frame[];
	readonly #turns: TurnLoop;
	#history: History = [];
	#stream = 0;
	#pager: OggOpusPager | null = null;
	#isOpen = false;
	#reply = new Reply(0, false);

	constructor({ url, connect, policy, token, readyLimitMs, silence }: SessionLineOptions, host: LineHost) {
		this.#host = host;
		this.#silence = silence;
		this.#turns = new TurnLoop(POLICIES[policy], {
			nowMs: host.nowMs,
			later: (ms, callback) => {
				const timer = setTimeout(callback, ms);
				return () => clearTimeout(timer);
			},
			stepped: (before) => this.#stepped(before),
			carryOut: (effect) => this.#carryOut(effect),
			settled: () => undefined
		});
		const more = token === undefined ? {} : { token };
		const client = new SessionClient({ url, connect, readyLimitMs, client: 'parley load test', ...more });
		this.#client = client;
		this.#listen(client);
		void client.ended.then((end) => {
			this.#turns.end();
			host.tell({ type: 'ended', end });
		});
	}

	send(frame: Frame): void {
		if (!this.#isOpen) return;
		for (const packet of frame) {
			const page = this.#pager?.push(packet);
			if (page) this.#client.send({ type: 'audio', page });
		}
	}

	heard(seconds: number, isAll: boolean): void {
		const { number: reply } = this.#reply;
		for (const text of this.#reply.heard(seconds, isAll)) this.#turns.send({ type: 'heard', reply, text });
		if (isAll) this.#turns.send({ type: 'drained', reply });
	}

	close(): void {
		this.#turns.end();
		this.#client.close();
	}

	#listen(client: SessionClient): void {
		const { tell } = this.#host;
		client.on('welcome', ({ stt }) => {
			this.#turns.send({ type: 'start', sttDelayMs: stt.delayS * 1000 });
		});
		client.on('listening', ({ stream }) => {
			if (stream !== this.#stream) return;
			this.#isOpen = true;
			// Also where the first stream never came about; once is enough.
			tell({ type: 'ready' });
			this.#turns.send({ type: 'listening' });
		});
		client.on('step', (message) => {
			const pause = pauseOf(message);
			if (pause !== null) this.#turns.send({ type: 'step', pause });
		});
		client.on('word', ({ text }) => {
			if (text.trim() !== '') tell({ type: 'word' });
			this.#turns.send({ type: 'word', text });
		});
		client.on('endWord', ({ stopS }) => this.#turns.send({ type: 'wordEnd', stopMs: stopS * 1000 }));
		client.on('replyWord', ({ reply, text }) => {
			if (reply !== this.#reply.number) return;
			this.#reply.write(text);
			if (!this.#reply.isSpeculative) tell({ type: 'written' });
		});
		client.on('replyText', ({ reply, text, startS }) => {
			if (reply === this.#reply.number) this.#reply.say(text, startS);
		});
		client.on('replySplice', ({ reply, atS }) => {
			if (reply !== this.#reply.number) return;
			this.#reply.splice(atS);
			tell({ type: 'cut', seconds: atS });
		});
		client.on('replyAudio', (message) => this.#hear(message));
		client.on('replyDone', (message) => this.#done(message));
		client.on('problem', ({ fault, code, retry, retryAfterMs, reply }) => {
			tell({ type: 'trouble', code: `${fault} ${code}` });
			if (reply === this.#reply.number) this.#reply.retryAfterMs = retry === 'soon' ? retryAfterMs : null;
			if (fault !== 'stt') return;
			this.#isOpen = false;
			this.#turns.send({ type: 'deaf', retryAfterMs: retry === 'soon' ? retryAfterMs : null });
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
		const { hasSounded: audible, retryAfterMs } = this.#reply;
		// What sounds and breaks off is no failure to the core: it takes what was heard.
		if (outcome === 'complete' || !audible)
			this.#turns.send({ type: 'replyDone', reply, outcome, audible, retryAfterMs });
		if (audible) this.#host.tell({ type: 'said' });
	}

	#stepped(before: StateName): void {
		const { name } = this.#turns.state;
		if (name === before) return;
		if (name === 'flushing') this.#host.tell({ type: 'paused' });
		if (name !== 'thinking') return;
		this.#host.tell({ type: 'asked' });
	}

	#carryOut(effect: TurnEffect): void {
		switch (effect.type) {
			case 'listen':
				this.#stream += 1;
				this.#isOpen = false;
				this.#pager = new OggOpusPager({ serial: this.#stream });
				this.#client.send({ type: 'listen', stream: this.#stream, head: this.#pager.headPages() });
				return;
			case 'silence':
				for (let i = 0; i < effect.frames; i++) this.send(this.#silence[i % this.#silence.length] ?? []);
				return;
			case 'prepare':
				this.#client.send({ type: 'prepare' });
				return;
			case 'reply':
				this.#ask(effect.reply, effect.first, effect.speculative);
				return;
			case 'commit':
				this.#client.send({ type: 'commit', reply: effect.reply });
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
				this.#client.send({ type: 'cancel', reply: effect.reply });
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
		this.#client.send({
			type: 'reply',
			reply,
			speculative,
			messages: prepareMessages(PROMPT, this.#history, MAX_REPLY_MESSAGES),
			// Unmute's: the first message is livelier than what follows.
			temperature: first ? 0.7 : 0.3
		});
	}
}
