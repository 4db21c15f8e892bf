/**
 * One person of the bench: is greeted, speaks for two seconds, is silent until the answer comes, listens to it, and so on.
 * The microphone is never off. Whatever is said comes from memory; the pages are the talker's own, as Ogg wants them.
 */
import { samplesToS } from '../../src/lib/audio/frames.ts';
import { OggOpusPager } from '../../src/lib/audio/ogg/pager.ts';
import { audioOf, RealtimeClient, type ClientEnd } from '../../src/lib/client/index.ts';
import { Playout } from '../../loadtest/playout.ts';
import { SoundLength } from '../../loadtest/sound-length.ts';
import { connectWith } from '../../loadtest/socket.ts';
import type { Wheel } from '../wheel.ts';
import type { Format } from './options.ts';
import type { Sound } from './sound.ts';
import type { Turn, Turns } from './turns.ts';

/** People take a moment to answer: four pages. */
const REACTION_PAGES = 4;
const PCM16_BYTES = 2;
/** How long a greeting or an answer is waited for. */
export const PATIENCE_MS = 10_000;

/** In turn, after the first: `listening` to an answer that sounds, `talking`, `waiting` for the next. */
type Stage = 'connecting' | 'greeting' | 'listening' | 'talking' | 'waiting' | 'over';

export interface TalkerWorld {
	readonly sound: Sound;
	readonly wheel: Wheel;
	/** When the TTS began to say the answer of the talker of this name. */
	readonly voicedMs: Map<string, number>;
	/** What everybody speaks and hears. */
	readonly format: Format;
}

export class Talker {
	/** What the TTS is asked for, so that it is known whose answer it says. */
	readonly name: string;
	readonly #world: TalkerWorld;
	readonly #turns: Turns;
	readonly #pager: OggOpusPager;
	readonly #length = new SoundLength();
	readonly #playout = new Playout();
	readonly #client: RealtimeClient;
	#stage: Stage = 'connecting';
	#sinceMs = performance.now();
	#turn: Turn | null = null;
	#pages = 0;
	#isSaid = false;
	#stop: () => void = () => undefined;

	/** Connects. `phase`: of the 80 ms, when this one speaks. */
	constructor(id: number, phase: number, url: string, world: TalkerWorld, turns: Turns) {
		this.name = `bench-${id}`;
		this.#world = world;
		this.#turns = turns;
		this.#pager = new OggOpusPager({ serial: id });
		const client = new RealtimeClient({ url, connect: connectWith(), readyLimitMs: PATIENCE_MS });
		this.#client = client;
		client.on('error', ({ error }) => this.#complain(`error ${error.code ?? error.type}`));
		client.on('unmute.interrupted_by_vad', () => this.#complain('interrupted'));
		client.on('input_audio_buffer.speech_stopped', () => this.#stopped());
		client.on('response.audio.delta', (event) => this.#hear(this.#secondsOf(audioOf(event))));
		client.on('response.audio.done', () => (this.#isSaid = true));
		void client.ready.then((isReady) => {
			if (isReady) this.#begin(phase);
		});
		void client.ended.then((end) => this.#ended(end));
	}

	/** Resolves once the server has closed too, or has had the time to. */
	async close(): Promise<void> {
		this.#stage = 'over';
		this.#client.close();
		await this.#client.ended;
	}

	#begin(phase: number): void {
		const client = this.#client;
		const instructions = { type: 'smalltalk' as const, language: null };
		const { format } = this.#world;
		// Unmute's backend knows no formats, and opus is what it takes.
		const formats = format === 'opus' ? {} : { input_audio_format: format, output_audio_format: format };
		client.send({
			type: 'session.update',
			session: { instructions, voice: this.name, allow_recording: false, ...formats }
		});
		if (format === 'opus') client.append(this.#pager.headPages());
		this.#to('greeting');
		this.#stop = this.#world.wheel.every(phase, () => this.#tick());
	}

	#tick(): void {
		const nowMs = performance.now();
		this.#send();
		switch (this.#stage) {
			case 'greeting':
			case 'waiting':
				if (nowMs - this.#sinceMs > PATIENCE_MS) this.#fail(`${this.#stage}: no answer`);
				return;
			case 'listening':
				if (this.#isSaid && this.#playout.isDry(nowMs)) this.#heard();
				else if (!this.#isSaid && nowMs - this.#sinceMs > 3 * PATIENCE_MS) this.#fail('an answer without an end');
		}
	}

	#send(): void {
		const nth = this.#stage === 'talking' ? this.#pages - REACTION_PAGES : -1;
		const isSaid = nth >= this.#world.sound.speech.length;
		if (this.#world.format === 'opus') this.#sendPackets(nth);
		else this.#client.append(this.#world.sound.speechSamples[nth] ?? this.#world.sound.silentSamples);
		this.#pages += 1;
		if (!isSaid) return;
		this.#turn = this.#turns.begin(performance.now());
		this.#to('waiting');
	}

	/** Frame `nth` of what is said; silence where there is none. */
	#sendPackets(nth: number): void {
		const { speech, silence } = this.#world.sound;
		for (const packet of speech[nth] ?? silence[this.#pages % silence.length] ?? []) {
			const page = this.#pager.push(packet);
			if (page !== null) this.#client.append(page);
		}
	}

	#secondsOf(audio: Uint8Array): number {
		return this.#world.format === 'opus' ? this.#length.add(audio) : samplesToS(audio.length / PCM16_BYTES);
	}

	#stopped(): void {
		if (this.#stage === 'talking') this.#complain('a pause where there was none');
		else if (this.#turn !== null) this.#turns.notice(this.#turn, performance.now());
	}

	#hear(seconds: number): void {
		if (seconds === 0 || this.#stage === 'over') return;
		const nowMs = performance.now();
		if (this.#stage === 'talking') this.#complain('an answer in mid-sentence');
		if (this.#turn !== null && this.#stage === 'waiting') {
			this.#turns.answer(this.#turn, nowMs, this.#world.voicedMs.get(this.name));
			this.#turn = null;
		}
		if (this.#stage !== 'listening') {
			this.#playout.begin();
			this.#isSaid = false;
			this.#to('listening');
		}
		this.#playout.receive(seconds * 1000, nowMs);
	}

	#heard(): void {
		this.#turns.gap(this.#playout.gaps);
		this.#pages = 0;
		this.#to('talking');
	}

	#to(stage: Stage): void {
		this.#stage = stage;
		this.#sinceMs = performance.now();
	}

	#complain(problem: string): void {
		if (this.#stage !== 'over') this.#turns.problems.push(problem);
	}

	#fail(problem: string): void {
		this.#complain(problem);
		this.#stage = 'over';
		this.#client.close();
	}

	#ended(end: ClientEnd): void {
		this.#stop();
		if (this.#turn !== null) this.#turns.giveUp(this.#turn);
		if (end.why !== 'closed_here') this.#complain(end.why === 'closed_there' ? `closed with ${end.code}` : end.why);
		this.#stage = 'over';
	}
}
