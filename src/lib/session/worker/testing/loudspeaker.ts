/** The real playback core as a stage's loudspeaker: obeys the worker, tells it what is heard, and keeps every sample. */
import { SAMPLE_RATE } from '../../../audio/frames.ts';
import type { FromPlayback } from '../../../audio/worklet-messages.ts';
import { Recorder } from '../../../../../worklets/recorder.ts';
import type { Stage } from './stage.ts';

export class Loudspeaker {
	readonly #stage: Stage;
	readonly #player = new Recorder();
	#obeyed: number;
	#told = 0;
	/** What the worklet said and the worker has not heard yet. */
	#under: FromPlayback[] = [];

	/** Obeys what is posted from now on. */
	constructor(stage: Stage) {
		this.#stage = stage;
		this.#obeyed = stage.toPlayback.length;
	}

	/** 20 ms of sound. Messages take until the next call, as between threads. */
	play(): void {
		for (const message of this.#under) this.#stage.conversation.played(message);
		const { core } = this.#player;
		for (const message of this.#stage.toPlayback.slice(this.#obeyed)) {
			switch (message.type) {
				case 'gain':
					core.gain(message.gain);
					break;
				case 'pause':
				case 'resume':
					core[message.type]();
					break;
				case 'pcm':
					core.pcm(message.reply, message.pcm.slice());
					break;
				case 'word':
					core.word(message.reply, message.index, message.atSample);
					break;
				case 'splice':
					core.splice(message.reply, message.atSample);
					break;
				default:
					core[message.type](message.reply);
			}
		}
		this.#obeyed = this.#stage.toPlayback.length;
		this.#player.render(1, SAMPLE_RATE / 50);
		this.#under = this.#player.events.slice(this.#told);
		this.#told = this.#player.events.length;
	}

	/** What sounded: of each 20 ms, the number of the tone in it; silence is left out. */
	get tones(): number[] {
		const { out } = this.#player;
		const heard: number[] = [];
		for (let at = 0; at + WINDOW <= out.length; at += WINDOW) {
			const tone = loudest(out.slice(at, at + WINDOW));
			if (tone !== null) heard.push(tone);
		}
		return heard;
	}

	get events(): readonly FromPlayback[] {
		return this.#player.events;
	}
}

const WINDOW = SAMPLE_RATE / 50;
/** Whole periods in a window, so that they do not leak into each other. */
export const toneHz = (number: number): number => 300 + 100 * number;
export const MOST_TONES = 20;
const AUDIBLE = 0.05;

function loudest(samples: readonly number[]): number | null {
	let most = AUDIBLE;
	let found: number | null = null;
	for (let tone = 0; tone < MOST_TONES; tone++) {
		const step = (2 * Math.PI * toneHz(tone)) / SAMPLE_RATE;
		let cos = 0;
		let sin = 0;
		samples.forEach((sample, i) => {
			cos += sample * Math.cos(step * i);
			sin += sample * Math.sin(step * i);
		});
		const level = (2 * Math.hypot(cos, sin)) / samples.length;
		if (level > most) {
			most = level;
			found = tone;
		}
	}
	return found;
}
