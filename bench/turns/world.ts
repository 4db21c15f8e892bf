/** The whole simulated world of one conversation, wired: who hears whom, and what is written down. */
import { Host, type Core } from './host.ts';
import { newLog, type Log } from './log.ts';
import { Agenda } from './model/agenda.ts';
import { Answers, answerWords } from './model/answers.ts';
import { STEP_MS, TICK_MS } from './model/assumptions.ts';
import { Dice } from './model/dice.ts';
import { Network } from './model/network.ts';
import { Playback, type AnswerWord } from './model/playback.ts';
import { Room } from './model/room.ts';
import { Speaker } from './model/speaker.ts';
import { soundOf, type Speech, type SpokenSound } from './model/speech.ts';
import { SILENT_FRAME, Stt, type FrameWord } from './model/stt.ts';
import type { Scenario } from './scenario/load.ts';

/** What a model says where the scenario expects no answer: long enough to be interrupted, short enough to be borne. */
const UNEXPECTED = {
	en: ['Sorry, I did not quite catch that.', 'Are you still there?', 'Take your time, I am listening.'],
	fr: ["Pardon, je n'ai pas bien compris.", 'Vous êtes toujours là ?', 'Prenez votre temps, je vous écoute.']
} as const;
/** The person presses the button and the relay says welcome. */
const START_MS = 200;
/** The STT finds a slot. */
const SLOT_MS = 60;
/** No dialogue takes so long; a policy that makes one do so is stopped. */
const LIMIT_MS = 300_000;
/** How often the level of a background changes. */
const BACKGROUND_PIECE_MS = 800;

export class World {
	readonly #scenario: Scenario;
	readonly #seed: number;
	readonly #log: Log;
	readonly #agenda = new Agenda();
	readonly #network: Network;
	readonly #room: Room;
	readonly #playback: Playback;
	readonly #answers: Answers;
	readonly #host: Host;
	readonly #speaker: Speaker;
	#running = true;
	#stt: Stt | null = null;
	#streams = 0;
	#unexpected = 0;

	constructor(scenario: Scenario, core: Core, seed: number) {
		this.#scenario = scenario;
		this.#seed = seed;
		this.#log = newLog(scenario.name, scenario.script.filter((item) => 'bot' in item).length, scenario.echo);
		this.#network = new Network(this.#agenda, this.#dice('network'));
		this.#room = new Room(scenario.echo, this.#dice('room'), (text, atMs) => this.#truth(text, atMs, true));
		this.#playback = this.#loudspeaker();
		this.#answers = this.#relay();
		this.#host = this.#browser(core);
		this.#speaker = this.#person();
	}

	/** To the end of the conversation. */
	run(): Log {
		this.#background();
		this.#agenda.at(START_MS, () => {
			this.#host.start();
			this.#tick();
		});
		while (this.#running && this.#agenda.next());
		return this.#log;
	}

	#dice(...key: (string | number)[]): Dice {
		return new Dice(this.#seed, this.#scenario.name, ...key);
	}

	#loudspeaker(): Playback {
		return new Playback({
			started: (reply) => {
				this.#host.started(reply);
			},
			heard: (reply, text) => {
				this.#host.send({ type: 'heard', reply, text });
			},
			drained: (reply) => {
				this.#host.sounds(false);
				this.#host.drained(reply, this.#playback.begun);
				this.#speaker.drained(this.#agenda.nowMs);
			}
		});
	}

	#relay(): Answers {
		return new Answers(this.#agenda, this.#network, (reply) => this.#dice('answer', reply), {
			audio: (reply, ms) => {
				this.#playback.receive(reply, ms);
			},
			complete: (reply) => {
				this.#playback.complete(reply);
				if (this.#playback.reply === reply)
					this.#host.send({ type: 'replyDone', reply, outcome: 'complete', audible: true, retryAfterMs: null });
			}
		});
	}

	#browser(core: Core): Host {
		const world = {
			agenda: this.#agenda,
			playback: this.#playback,
			listen: () => {
				this.#listen();
			},
			silence: (frames: number) => {
				const stream = this.#stt;
				for (let i = 0; i < frames; i++) this.#network.send('up', () => stream?.take(SILENT_FRAME));
			},
			answer: () => this.#answer(),
			ask: (reply: number, words: readonly AnswerWord[], speculative: boolean) => {
				this.#answers.ask(reply, words, speculative);
			},
			commit: (reply: number) => {
				this.#answers.commit(reply);
			},
			cancel: (reply: number) => {
				this.#answers.cancel(reply);
			},
			closed: () => {
				this.#running = false;
			}
		};
		return new Host(core, world, this.#log);
	}

	#person(): Speaker {
		const playback = this.#playback;
		const world = {
			get isSounding() {
				return playback.isSounding;
			},
			get reply() {
				return playback.reply;
			},
			get playheadMs() {
				return playback.playheadMs;
			},
			turn: (speech: Speech, interrupts: number | null) => {
				const { nowMs } = this.#agenda;
				const startMs = nowMs + (speech.words[0]?.startMs ?? 0);
				this.#log.turns.push({ startMs, endMs: nowMs + speech.endMs, interrupts });
				this.#say(speech, false);
			},
			backchannel: (speech: Speech) => {
				this.#log.noises.push({ fromMs: this.#agenda.nowMs, toMs: this.#agenda.nowMs + speech.endMs });
				this.#say(speech, true);
			},
			sound: (sound: SpokenSound) => {
				this.#log.noises.push({ fromMs: sound.startMs, toMs: sound.stopMs });
				this.#room.sound(sound);
			},
			stall: (ms: number) => {
				this.#network.stall(ms);
			},
			later: (atMs: number, run: () => void) => {
				this.#agenda.at(atMs, run);
			},
			end: () => {
				this.#host.send({ type: 'stop' });
			}
		};
		return new Speaker(this.#scenario, world, (item) => this.#dice('speaker', item), START_MS);
	}

	#say(speech: Speech, optional: boolean): void {
		const { nowMs } = this.#agenda;
		const truths = speech.words.map(({ written, stopMs }) =>
			written === null ? null : this.#truth(written, nowMs + stopMs, optional)
		);
		this.#room.say(nowMs, speech, truths);
	}

	/** Adds a word to the truth and answers its number. */
	#truth(text: string, atMs: number, optional: boolean): number {
		return this.#log.said.push({ text, atMs, optional }) - 1;
	}

	#answer(): { readonly item: number; readonly words: readonly AnswerWord[] } {
		const { item, text } = this.#speaker.due;
		const kinds = UNEXPECTED[this.#scenario.language];
		const said = text ?? kinds[this.#unexpected++ % kinds.length] ?? '';
		return { item, words: answerWords(said, new Dice('answer', said)) };
	}

	#listen(): void {
		const stream = ++this.#streams;
		this.#network.send('up', () => {
			this.#agenda.at(this.#agenda.nowMs + SLOT_MS, () => {
				this.#network.send('down', () => {
					if (stream === this.#streams) this.#open(stream);
				});
			});
		});
	}

	#open(stream: number): void {
		const stt = new Stt(this.#agenda, this.#dice('pause head', stream), this.#dice('words', stream), {
			step: (pause) => {
				this.#network.send('down', () => {
					this.#host.send({ type: 'step', pause });
				});
			},
			word: (word, stopMs) => {
				this.#network.send('down', () => {
					this.#recognised(word, stopMs);
				});
			}
		});
		this.#stt = stt;
		this.#host.send({ type: 'listening' });
		this.#capture(stt);
	}

	#recognised({ text, truth }: FrameWord, stopMs: number): void {
		const isMeant = truth !== null && this.#log.said[truth]?.optional === false;
		if (isMeant) this.#log.meantWordsMs.push(this.#agenda.nowMs);
		this.#host.send({ type: 'word', text });
		this.#host.send({ type: 'wordEnd', stopMs });
	}

	#capture(stream: Stt): void {
		this.#agenda.at(this.#agenda.nowMs + STEP_MS, () => {
			if (this.#stt !== stream) return;
			const frame = this.#room.frame(this.#agenda.nowMs);
			this.#network.send('up', () => {
				stream.take(frame);
			});
			this.#capture(stream);
		});
	}

	#background(): void {
		const dice = this.#dice('background');
		for (const { sound, from, to } of this.#scenario.background) {
			const [fromMs, toMs] = [from * 1000, to * 1000];
			this.#log.noises.push({ fromMs, toMs });
			for (let atMs = fromMs; atMs < toMs; atMs += BACKGROUND_PIECE_MS)
				this.#room.sound(soundOf(sound, Math.min(BACKGROUND_PIECE_MS, toMs - atMs) / 1000, atMs, dice));
		}
	}

	#tick(): void {
		if (!this.#running) return;
		const { nowMs } = this.#agenda;
		const wasSounding = this.#playback.isSounding;
		this.#playback.tick();
		if (this.#playback.isSounding !== wasSounding) this.#host.sounds(this.#playback.isSounding);
		this.#room.tick(nowMs, this.#playback);
		this.#speaker.tick(nowMs);
		if (nowMs > LIMIT_MS) {
			this.#host.send({ type: 'stop' });
			return;
		}
		this.#agenda.at(nowMs + TICK_MS, () => {
			this.#tick();
		});
	}
}
