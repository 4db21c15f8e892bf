/**
 * The person: goes through the scenario, listens to the loudspeaker and reacts. A turn once begun is said to its end, as
 * people do who were cut in on while they thought; its true end is known from its first word on.
 */
import { answerMs, answerWords } from './answers.ts';
import { PERSON, SOUNDS } from './assumptions.ts';
import { Dice } from './dice.ts';
import { soundOf, speak, tokens, type Speech } from './speech.ts';
import type { Scenario } from '../scenario/load.ts';
import type { Item } from '../scenario/schema.ts';

export interface SpeakerWorld {
	readonly isSounding: boolean;
	readonly reply: number | null;
	readonly playheadMs: number;
	/** Says it from now on. */
	turn(speech: Speech, interrupts: number | null): void;
	backchannel(speech: Speech): void;
	sound(sound: ReturnType<typeof soundOf>): void;
	stall(ms: number): void;
	/** Does `run` at a later moment, whatever happens until then. */
	later(atMs: number, run: () => void): void;
	/** Nothing more is said. */
	end(): void;
}

type Mode =
	/** An answer is owed since then. */
	| { readonly name: 'awaiting'; readonly sinceMs: number }
	/** It sounds, or did so at `lastSoundMs`. */
	| { readonly name: 'listening'; startMs: number; reply: number | null; lastSoundMs: number }
	/** Nobody is owed anything since then. */
	| { readonly name: 'free'; readonly sinceMs: number; quietSinceMs: number }
	| { readonly name: 'talking'; readonly endMs: number }
	| { readonly name: 'done' };

/** At the end, so long without a sound and it is over; and so long in any case. */
const LAST_QUIET_MS = 2000;
const LAST_LIMIT_MS = 12_000;

export class Speaker {
	readonly #scenario: Scenario;
	readonly #world: SpeakerWorld;
	readonly #dice: (item: number) => Dice;
	#mode: Mode;
	#next = 0;
	/** The scenario's answers so far: which one is due, or was last. */
	#answer = 0;

	constructor(scenario: Scenario, world: SpeakerWorld, dice: (item: number) => Dice, nowMs: number) {
		this.#scenario = scenario;
		this.#world = world;
		this.#dice = dice;
		this.#mode = { name: 'awaiting', sinceMs: nowMs };
	}

	/** The answer's place among the scenario's answers, and its text: null where none is owed now. */
	get due(): { readonly item: number; readonly text: string | null } {
		const isOwed = this.#mode.name === 'awaiting' || this.#mode.name === 'talking';
		const bot = this.#scenario.script.slice(this.#next).find((item) => 'bot' in item);
		return isOwed && bot !== undefined
			? { item: this.#answer, text: bot.bot }
			: { item: Math.max(0, this.#answer - 1), text: null };
	}

	/** All there is of the answer was heard. */
	drained(nowMs: number): void {
		if (this.#mode.name === 'listening') this.#mode = { name: 'free', sinceMs: nowMs, quietSinceMs: nowMs };
	}

	tick(nowMs: number): void {
		switch (this.#mode.name) {
			case 'talking':
				if (nowMs >= this.#mode.endMs) this.#finishTurn(this.#mode.endMs);
				return;
			case 'awaiting':
				this.#await(nowMs, this.#mode.sinceMs);
				return;
			case 'listening':
				this.#listen(nowMs, this.#mode);
				return;
			case 'free':
				this.#goOn(nowMs, this.#mode);
				return;
			case 'done':
				return;
		}
	}

	/** What stands between a turn and its answer happens at its time, whether the answer has begun or not. */
	#finishTurn(endMs: number): void {
		for (;;) {
			const item = this.#item;
			if (item === undefined || 'bot' in item) break;
			const index = this.#next++;
			const afterS = 'after' in item ? (item.after ?? 0) : 0;
			this.#world.later(endMs + afterS * 1000, () => {
				this.#aside(item, index, endMs + afterS * 1000);
			});
		}
		this.#mode = { name: 'awaiting', sinceMs: endMs };
	}

	#await(nowMs: number, sinceMs: number): void {
		const { isSounding, reply } = this.#world;
		if (!isSounding && nowMs - sinceMs < PERSON.givesUpMs) return;
		this.#next += 1;
		this.#answer += 1;
		this.#mode = isSounding
			? { name: 'listening', startMs: nowMs, reply, lastSoundMs: nowMs }
			: { name: 'free', sinceMs: nowMs, quietSinceMs: nowMs };
	}

	#listen(nowMs: number, mode: Extract<Mode, { name: 'listening' }>): void {
		const { isSounding, reply, playheadMs } = this.#world;
		if (isSounding) {
			// Another answer than the one that broke off: it is listened to from its own beginning.
			if (reply !== mode.reply) Object.assign(mode, { reply, startMs: nowMs });
			mode.lastSoundMs = nowMs;
		} else if (nowMs - mode.lastSoundMs > PERSON.waitsBrokenMs) {
			this.#mode = { name: 'free', sinceMs: nowMs, quietSinceMs: nowMs };
			return;
		}
		const item = this.#item;
		if (item === undefined || 'bot' in item || 'silence' in item) return;
		if ('say' in item && item.after !== undefined && item.after < 0) {
			if (isSounding && playheadMs >= this.#lengthMs() + item.after * 1000) this.#turn(item.say, nowMs, null);
			return;
		}
		if (item.during === undefined || !isSounding || nowMs - mode.startMs < item.during * 1000) return;
		if ('say' in item) this.#turn(item.say, nowMs, reply);
		else this.#aside(item, this.#next++, nowMs);
	}

	#goOn(nowMs: number, mode: Extract<Mode, { name: 'free' }>): void {
		if (this.#world.isSounding) mode.quietSinceMs = nowMs;
		const item = this.#item;
		const [waitedMs, quietMs] = [nowMs - mode.sinceMs, nowMs - mode.quietSinceMs];
		if (item === undefined) {
			if (Math.min(quietMs, waitedMs) < LAST_QUIET_MS && waitedMs < LAST_LIMIT_MS) return;
			this.#mode = { name: 'done' };
			this.#world.end();
		} else if ('silence' in item) {
			this.#next += 1;
			this.#mode = { name: 'awaiting', sinceMs: nowMs };
		} else if ('say' in item) {
			const afterMs = Math.max(0, item.after ?? PERSON.answersAfterS) * 1000;
			const isMyTurn = waitedMs >= afterMs && (quietMs >= Math.min(afterMs, 300) || waitedMs > PERSON.patienceMs);
			if (isMyTurn) this.#turn(item.say, nowMs, null);
		} else if ('bot' in item || ('during' in item && item.during !== undefined)) {
			// There is no answer any more that it could fall into.
			this.#next += 1;
		} else if (waitedMs >= ('after' in item ? (item.after ?? 0) : 0) * 1000) {
			this.#aside(item, this.#next++, nowMs);
		}
	}

	#turn(text: string, nowMs: number, interrupts: number | null): void {
		const speech = this.#speech(text, this.#next++);
		for (const { atMs, ms } of speech.stalls) {
			this.#world.later(nowMs + atMs, () => {
				this.#world.stall(ms);
			});
		}
		this.#mode = { name: 'talking', endMs: nowMs + speech.endMs };
		this.#world.turn(speech, interrupts);
	}

	#aside(item: Item, index: number, nowMs: number): void {
		if ('backchannel' in item) this.#world.backchannel(this.#speech(item.backchannel, index));
		else if ('sound' in item)
			this.#world.sound(soundOf(item.sound, item.seconds ?? SOUNDS[item.sound].seconds, nowMs, this.#dice(index)));
		else if ('stall' in item) this.#world.stall(item.stall * 1000);
	}

	#speech(text: string, index: number): Speech {
		const read = tokens(text);
		if (typeof read === 'string') throw new Error(read);
		return speak(read, this.#scenario, this.#dice(index));
	}

	/** How long the answer that sounds will be: people hear an end coming. */
	#lengthMs(): number {
		const item = this.#scenario.script[this.#next - 1];
		return item !== undefined && 'bot' in item ? answerMs(answerWords(item.bot, new Dice('answer', item.bot))) : 0;
	}

	get #item(): Item | undefined {
		return this.#scenario.script[this.#next];
	}
}
