/** One dialogue, one policy, one seed: the whole world, wired. The same three give the same log. */
import type { TurnOptions } from '../../src/lib/turn/options.ts';
import { Host, turnCore, type Core } from './host.ts';
import { newLog, type Log } from './log.ts';
import { Agenda } from './model/agenda.ts';
import { Answers, answerWords } from './model/answers.ts';
import { STEP_MS, TICK_MS } from './model/assumptions.ts';
import { Dice } from './model/dice.ts';
import { Network } from './model/network.ts';
import { Playback } from './model/playback.ts';
import { Room } from './model/room.ts';
import { Speaker } from './model/speaker.ts';
import { soundOf, type Speech } from './model/speech.ts';
import { Stt, SILENT_FRAME } from './model/stt.ts';
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

export function simulate(scenario: Scenario, options: TurnOptions, seed: number): Log {
	return simulateCore(scenario, turnCore(options), seed);
}

/** The same with any core, fresh for this conversation. */
export function simulateCore(scenario: Scenario, core: Core, seed: number): Log {
	const dice = (...key: (string | number)[]): Dice => new Dice(seed, scenario.name, ...key);
	const log = newLog(scenario.name, scenario.script.filter((item) => 'bot' in item).length, scenario.echo);
	const agenda = new Agenda();
	const network = new Network(agenda, dice('network'));
	let running = true;
	let stt: Stt | null = null;
	let streams = 0;
	let unexpected = 0;

	const room = new Room(scenario.echo, dice('room'), (text, atMs) => truth(text, atMs, true));
	const playback = new Playback({
		started: (reply) => {
			host.started(reply);
		},
		heard: (reply, text) => {
			host.send({ type: 'heard', reply, text });
		},
		drained: (reply) => {
			host.sounds(false);
			host.drained(reply, playback.begun);
			speaker.drained(agenda.nowMs);
		}
	});
	const answers = new Answers(agenda, network, (reply) => dice('answer', reply), {
		audio: (reply, ms) => {
			playback.receive(reply, ms);
		},
		complete: (reply) => {
			playback.complete(reply);
			if (playback.reply === reply)
				host.send({ type: 'replyDone', reply, outcome: 'complete', audible: true, retryAfterMs: null });
		}
	});
	const host = new Host(
		core,
		{
			agenda,
			playback,
			listen: () => {
				const stream = ++streams;
				network.send('up', () => {
					agenda.at(agenda.nowMs + SLOT_MS, () => {
						network.send('down', () => {
							openStream(stream);
						});
					});
				});
			},
			silence: (frames) => {
				const stream = stt;
				for (let i = 0; i < frames; i++) network.send('up', () => stream?.take(SILENT_FRAME));
			},
			answer: () => {
				const { item, text } = speaker.due;
				const kinds = UNEXPECTED[scenario.language];
				const said = text ?? kinds[unexpected++ % kinds.length] ?? '';
				return { item, words: answerWords(said, new Dice('answer', said)) };
			},
			ask: (reply, words, speculative) => {
				answers.ask(reply, words, speculative);
			},
			commit: (reply) => {
				answers.commit(reply);
			},
			cancel: (reply) => {
				answers.cancel(reply);
			},
			closed: () => {
				running = false;
			}
		},
		log
	);
	const speaker = new Speaker(
		scenario,
		{
			get isSounding() {
				return playback.isSounding;
			},
			get reply() {
				return playback.reply;
			},
			get playheadMs() {
				return playback.playheadMs;
			},
			turn: (speech, interrupts) => {
				const nowMs = agenda.nowMs;
				const startMs = nowMs + (speech.words[0]?.startMs ?? 0);
				log.turns.push({ startMs, endMs: nowMs + speech.endMs, interrupts });
				room.say(nowMs, speech, truths(speech, nowMs, false));
			},
			backchannel: (speech) => {
				log.noises.push({ fromMs: agenda.nowMs, toMs: agenda.nowMs + speech.endMs });
				room.say(agenda.nowMs, speech, truths(speech, agenda.nowMs, true));
			},
			sound: (sound) => {
				log.noises.push({ fromMs: sound.startMs, toMs: sound.stopMs });
				room.sound(sound);
			},
			stall: (ms) => {
				network.stall(ms);
			},
			later: (atMs, run) => {
				agenda.at(atMs, run);
			},
			end: () => {
				host.send({ type: 'stop' });
			}
		},
		(item) => dice('speaker', item),
		START_MS
	);

	/** Adds a word to the truth and answers its number. */
	function truth(text: string, atMs: number, optional: boolean): number {
		return log.said.push({ text, atMs, optional }) - 1;
	}

	function truths(speech: Speech, startMs: number, optional: boolean): (number | null)[] {
		return speech.words.map(({ written, stopMs }) =>
			written === null ? null : truth(written, startMs + stopMs, optional)
		);
	}

	function openStream(stream: number): void {
		if (stream !== streams || !running) return;
		const opened = new Stt(agenda, dice('pause head', stream), dice('words', stream), {
			step: (pause) => {
				network.send('down', () => {
					host.send({ type: 'step', pause });
				});
			},
			word: ({ text, truth: number }, stopMs) => {
				network.send('down', () => {
					if (number !== null && log.said[number]?.optional === false) log.meantWordsMs.push(agenda.nowMs);
					host.send({ type: 'word', text });
					host.send({ type: 'wordEnd', stopMs });
				});
			}
		});
		stt = opened;
		host.send({ type: 'listening' });
		capture(opened);
	}

	function capture(stream: Stt): void {
		agenda.at(agenda.nowMs + STEP_MS, () => {
			if (!running || stt !== stream) return;
			const frame = room.frame(agenda.nowMs);
			network.send('up', () => {
				stream.take(frame);
			});
			capture(stream);
		});
	}

	function background(): void {
		const chance = dice('background');
		for (const { sound, from, to } of scenario.background) {
			log.noises.push({ fromMs: from * 1000, toMs: to * 1000 });
			for (let atMs = from * 1000; atMs < to * 1000; atMs += BACKGROUND_PIECE_MS)
				room.sound(soundOf(sound, Math.min(BACKGROUND_PIECE_MS, to * 1000 - atMs) / 1000, atMs, chance));
		}
	}

	function tick(): void {
		if (!running) return;
		const wasSounding = playback.isSounding;
		playback.tick();
		if (playback.isSounding !== wasSounding) host.sounds(playback.isSounding);
		room.tick(agenda.nowMs, playback);
		speaker.tick(agenda.nowMs);
		if (agenda.nowMs > LIMIT_MS) host.send({ type: 'stop' });
		else agenda.at(agenda.nowMs + TICK_MS, tick);
	}

	background();
	agenda.at(START_MS, () => {
		host.start();
		tick();
	});
	while (running && agenda.next());
	return log;
}
