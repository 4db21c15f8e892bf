/** A whole conversation on a stage, with a relay that answers by itself and a loudspeaker that plays. */
import { createOpusEncoder } from '../../../audio/opus.ts';
import type { PolicyName } from '../../../turn/options.ts';
import { Loudspeaker } from './loudspeaker.ts';
import { Stage } from './stage.ts';
import { TalkingRelay, TICK_MS, TONE_FRAMES, type TalkingRelayOptions } from './talking-relay.ts';

/** 20 ms. */
const WINDOW_SAMPLES = 480;
const TONE_WINDOWS = TONE_FRAMES * 4;

export class Talk {
	readonly stage: Stage;
	readonly relay: TalkingRelay;
	readonly loudspeaker: Loudspeaker;

	static async open(options: TalkingRelayOptions, policy: PolicyName = 'parley'): Promise<Talk> {
		const stage = await Stage.open(policy);
		return new Talk(stage, new TalkingRelay(stage, await createOpusEncoder({ complexity: 0 }), options));
	}

	private constructor(stage: Stage, relay: TalkingRelay) {
		this.stage = stage;
		this.relay = relay;
		this.loudspeaker = new Loudspeaker(stage);
	}

	/** Lets time pass, 20 ms at a time. */
	run(ms: number): void {
		for (let passed = 0; passed < ms; passed += TICK_MS) {
			this.stage.hearPacket();
			this.relay.tick();
			this.loudspeaker.play();
		}
	}

	/** Until it holds, or the limit is over; answers whether it held. */
	until(holds: () => boolean, limitMs = 30_000): boolean {
		for (let passed = 0; passed < limitMs; passed += TICK_MS) {
			if (holds()) return true;
			this.run(TICK_MS);
		}
		return holds();
	}

	/**
	 * The tones that were heard, in order, each once for each time that it was; one that was not heard whole, or longer than
	 * whole, in brackets. Longer it may be where it broke off before it was whole and was begun anew.
	 */
	get said(): string[] {
		const runs: { tone: number; windows: number }[] = [];
		for (const tone of this.loudspeaker.tones) {
			const last = runs.at(-1);
			// A tone that follows itself was begun twice: it lasts longer than a whole one.
			if (last?.tone === tone) last.windows++;
			else runs.push({ tone, windows: 1 });
		}
		let anewWindows = Math.ceil(this.#anewSamples / WINDOW_SAMPLES);
		return runs
			.filter(({ windows }) => windows > 1)
			.map(({ tone, windows }) => {
				// A whole tone begins and ends inside of a window, and the codec lets it ring.
				const more = Math.max(0, windows - TONE_WINDOWS - 2);
				anewWindows -= more;
				const isWhole = windows >= TONE_WINDOWS - 1 && (more === 0 || anewWindows >= 0);
				return isWhole ? String(tone) : `(${tone}: ${windows})`;
			});
	}

	/** How much the playhead had passed what was dropped. */
	get #anewSamples(): number {
		const shifts = new Map<number, number>();
		for (const event of this.loudspeaker.events)
			if (event.type === 'spliced') shifts.set(event.reply, Math.max(shifts.get(event.reply) ?? 0, event.shiftSamples));
		return [...shifts.values()].reduce((sum, shift) => sum + shift, 0);
	}
}
