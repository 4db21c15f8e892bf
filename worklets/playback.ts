/** `parley-playback`: hands messages to the core and the core's events to the worker. Output: one channel of one reply. */
import type { ConnectMessage, FromPlayback, ToPlayback } from '../src/lib/audio/worklet-messages.ts';
import { PlaybackCore, type PlaybackEvents } from './playback-core.ts';
import type { Pcm } from './pcm-queue.ts';
import { contextRate, type ProcessorOptions } from './context-rate.ts';

/** A message that is filled in anew for each posting: the port copies it, so one of each kind is enough. */
type Reused<T extends FromPlayback['type']> = {
	-readonly [K in keyof Extract<FromPlayback, { type: T }>]: Extract<FromPlayback, { type: T }>[K];
};

class PortEvents implements PlaybackEvents {
	port: MessagePort | null = null;
	readonly #playhead: Reused<'playhead'> = {
		type: 'playhead',
		reply: 0,
		playedSamples: 0,
		bufferedSamples: 0,
		gaps: 0,
		gapSamples: 0,
		targetSamples: 0
	};
	readonly #started: Reused<'started'> = { type: 'started', reply: 0, contextTimeS: 0 };
	readonly #word: Reused<'word'> = { type: 'word', reply: 0, index: 0, atSample: 0, contextTimeS: 0 };
	readonly #drained: Reused<'drained'> = { type: 'drained', reply: 0, playedSamples: 0 };
	readonly #paused: Reused<'paused'> = { type: 'paused', reply: 0, playedSamples: 0, contextTimeS: 0 };
	readonly #stopped: Reused<'stopped'> = { type: 'stopped', reply: 0, playedSamples: 0, contextTimeS: 0 };
	readonly #spliced: Reused<'spliced'> = { type: 'spliced', reply: 0, shiftSamples: 0 };
	readonly #nothing: Pcm = new Float32Array(0);
	readonly #recycle: Reused<'recycle'> = { type: 'recycle', pcm: this.#nothing };
	readonly #transfer: ArrayBuffer[] = [this.#nothing.buffer];

	playhead(
		reply: number,
		playedSamples: number,
		bufferedSamples: number,
		gaps: number,
		gapSamples: number,
		targetSamples: number
	): void {
		const message = this.#playhead;
		message.reply = reply;
		message.playedSamples = playedSamples;
		message.bufferedSamples = bufferedSamples;
		message.gaps = gaps;
		message.gapSamples = gapSamples;
		message.targetSamples = targetSamples;
		this.port?.postMessage(message);
	}

	started(reply: number, contextTimeS: number): void {
		this.#started.reply = reply;
		this.#started.contextTimeS = contextTimeS;
		this.port?.postMessage(this.#started);
	}

	word(reply: number, index: number, atSample: number, contextTimeS: number): void {
		const message = this.#word;
		message.reply = reply;
		message.index = index;
		message.atSample = atSample;
		message.contextTimeS = contextTimeS;
		this.port?.postMessage(message);
	}

	drained(reply: number, playedSamples: number): void {
		this.#drained.reply = reply;
		this.#drained.playedSamples = playedSamples;
		this.port?.postMessage(this.#drained);
	}

	paused(reply: number, playedSamples: number, contextTimeS: number): void {
		const message = this.#paused;
		message.reply = reply;
		message.playedSamples = playedSamples;
		message.contextTimeS = contextTimeS;
		this.port?.postMessage(message);
	}

	stopped(reply: number, playedSamples: number, contextTimeS: number): void {
		const message = this.#stopped;
		message.reply = reply;
		message.playedSamples = playedSamples;
		message.contextTimeS = contextTimeS;
		this.port?.postMessage(message);
	}

	spliced(reply: number, shiftSamples: number): void {
		this.#spliced.reply = reply;
		this.#spliced.shiftSamples = shiftSamples;
		this.port?.postMessage(this.#spliced);
	}

	recycle(pcm: Pcm): void {
		this.#recycle.pcm = pcm;
		this.#transfer[0] = pcm.buffer;
		this.port?.postMessage(this.#recycle, this.#transfer);
		this.#recycle.pcm = this.#nothing;
		this.#transfer[0] = this.#nothing.buffer;
	}
}

class Playback extends AudioWorkletProcessor {
	readonly #events = new PortEvents();
	readonly #core: PlaybackCore;

	constructor(options: ProcessorOptions) {
		super();
		this.#core = new PlaybackCore(contextRate(options), this.#events);
		this.port.onmessage = (event: MessageEvent<ConnectMessage<MessagePort>>) => {
			const { port } = event.data;
			this.#events.port = port;
			port.onmessage = (message: MessageEvent<ToPlayback>) => {
				this.#obey(message.data);
			};
		};
	}

	process(_inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
		const channels = outputs[0];
		const first = channels?.[0];
		if (channels === undefined || first === undefined) return true;
		this.#core.render(first, currentTime);
		for (let i = 1; i < channels.length; i++) channels[i]?.set(first);
		return true;
	}

	#obey(message: ToPlayback): void {
		switch (message.type) {
			case 'begin':
				return this.#core.begin(message.reply);
			case 'pcm':
				return this.#core.pcm(message.reply, message.pcm);
			case 'word':
				return this.#core.word(message.reply, message.index, message.atSample);
			case 'splice':
				return this.#core.splice(message.reply, message.atSample);
			case 'end':
				return this.#core.end(message.reply);
			case 'stop':
				return this.#core.stop(message.reply);
			case 'gain':
				return this.#core.gain(message.gain);
			case 'pause':
				return this.#core.pause();
			case 'resume':
				return this.#core.resume();
		}
	}
}

registerProcessor('parley-playback', Playback);
